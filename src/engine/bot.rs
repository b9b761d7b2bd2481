//! A running bot: its program, the world it was handed, and what it has under way.

use crate::engine::agenda::Agenda;
use crate::engine::busy::{Busy, Work};
use crate::engine::destination::Destinations;
use crate::engine::health::{self, Watched};
use crate::engine::seen::Seen;
use crate::engine::setting::Missing;
use crate::engine::under_way::{Held, UnderWay};
use crate::engine::{names, outbox, panel, reconcile, registration, resume, setting};
use crate::flow::access::Who;
use crate::flow::directory::Directory;
use crate::flow::event::Event;
use crate::flow::memory::{Answer, Memory, MemoryError, Operation, Ticket};
use crate::flow::port::Ports;
use crate::flow::program::{Program, Trigger};
use crate::flow::run::{Origin, Run};
use crate::flow::step::{Block, Next};
use crate::flow::template::Scope;
use crate::flow::trace::way;
use crate::flow::{entity, failure::Failure};
use arc_swap::ArcSwap;
use futures_util::FutureExt;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Who the bot is on Discord.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub application: String,
    pub user: String,
    pub name: String,
}

pub struct Bot {
    program: ArcSwap<Program>,
    generation: AtomicU64,
    pub(super) ports: Ports,
    pub(super) directory: Arc<Directory>,
    identity: RwLock<Identity>,
    pub(super) wake: Arc<Notify>,
    /// Somebody waits for the outbox: it does not linger.
    pub(super) hurry: Notify,
    pub(super) stopping: CancellationToken,
    tasks: TaskTracker,
    busy: Busy,
    pub(super) agenda: Agenda,
    pub(super) destinations: Destinations,
    /// What the outbox and the timers have under way.
    pub(super) sending: Busy,
    pub(super) memory: Arc<Watched>,
    /// What settings name that is not there.
    pub(super) missing: Missing,
    /// Epoch milliseconds: what is older was begun by an earlier process.
    pub(super) started_at: i64,
    seen: Seen,
    pub(super) under_way: UnderWay,
    swept: AtomicBool,
    /// Whose tickets an earlier process was opening, by server and user: those runs go on.
    reopened: HashSet<(String, String)>,
    /// How often the outbox has looked at what is due.
    pub(super) turns: watch::Sender<u64>,
}

/// What a swap means for those who look after the bot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swapped {
    pub generation: u64,
    /// The gateway must be told of other intents: a reconnect.
    pub intents_changed: bool,
    /// What only a restart can change, in words.
    pub restart_needed: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

impl Bot {
    /// Makes room in the database and starts the outbox and the timers.
    pub async fn start(program: impl Into<Arc<Program>>, mut ports: Ports) -> Result<Arc<Self>, StartError> {
        let program = program.into();
        ports.memory.migrate(&program.tables).await?;
        for name in &program.silent_logs {
            tracing::info!(bot = program.name, "`settings.{name}` is not set: log entries go to the console");
        }
        let reopened = resume::openers(ports.memory.as_ref()).await?;
        let stopping = CancellationToken::new();
        let memory = Watched::new(ports.memory, Arc::clone(&ports.clock), &program.name, stopping.clone());
        let memory = Arc::new(memory);
        ports.memory = Arc::clone(&memory) as Arc<dyn Memory>;
        let bot = Arc::new(Self {
            started_at: ports.clock.now(),
            memory,
            program: ArcSwap::from(program),
            generation: AtomicU64::new(1),
            ports,
            directory: Arc::default(),
            identity: RwLock::default(),
            wake: Arc::default(),
            hurry: Notify::new(),
            stopping,
            tasks: TaskTracker::new(),
            busy: Busy::default(),
            agenda: Agenda::default(),
            destinations: Destinations::default(),
            sending: Busy::default(),
            missing: Missing::default(),
            seen: Seen::default(),
            under_way: UnderWay::default(),
            swept: AtomicBool::new(false),
            reopened,
            turns: watch::Sender::new(0),
        });
        resume::report(&bot).await?;
        outbox::report_dead(&bot).await?;
        bot.agenda.renew(Vec::new());
        bot.tasks.spawn(outbox::work(Arc::clone(&bot)));
        bot.tasks.spawn(health::work(Arc::clone(&bot)));
        bot.tasks.spawn(reconcile::work(Arc::clone(&bot)));
        Ok(bot)
    }

    pub fn program(&self) -> Arc<Program> {
        self.program.load_full()
    }

    pub fn name(&self) -> String {
        self.program.load().name.clone()
    }

    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    pub fn identity(&self) -> Identity {
        self.identity.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Something that the bot does and that `idle` waits for.
    pub(super) fn work(&self) -> Work {
        self.busy.work()
    }

    /// Returns when no run is under way.
    pub async fn settled(&self) {
        self.busy.idle().await;
    }

    /// Returns when no run is under way and nothing is due: log entries that can be delivered are.
    pub async fn idle(&self) {
        // What is still due behind several looks stays there for a reason of its own: the database fails.
        for _look in 0..5 {
            self.busy.idle().await;
            self.sending.idle().await;
            if !self.something_due().await {
                return;
            }
            let mut turns = self.turns.subscribe();
            let before = *turns.borrow_and_update();
            self.hurry.notify_one();
            tokio::select! {
                _ = turns.wait_for(|turns| *turns > before) => {}
                () = self.stopping.cancelled() => return,
            }
        }
    }

    /// A log entry or a timer waits for the outbox, which has been told but may not have begun.
    async fn something_due(&self) -> bool {
        self.next_due().await.is_some_and(|at| at <= self.ports.clock.now())
    }

    /// When something happens by itself next, in epoch milliseconds: a timer, a schedule, a log entry.
    pub async fn next_due(&self) -> Option<i64> {
        let planned = self.agenda.next(self.ports.clock.now());
        match outbox::one(self, Operation::NextDue).await {
            Ok(Answer::At(at)) => at.into_iter().chain(planned).min(),
            _ => planned,
        }
    }

    /// Runs a future beside everything else; `stop` waits for it.
    pub(super) fn spawn(self: &Arc<Self>, future: impl Future<Output = ()> + Send + 'static) {
        let work = self.work();
        self.tasks.spawn(async move {
            future.await;
            drop(work);
        });
    }

    /// The gateway is connected: who the bot is. Registers the commands where they differ from what Discord has, and
    /// carries on what an earlier process left unfinished.
    pub fn connected(self: &Arc<Self>, identity: Identity) {
        *self.identity.write().unwrap_or_else(std::sync::PoisonError::into_inner) = identity;
        self.register();
        if !self.swept.swap(true, Ordering::Relaxed) {
            let bot = Arc::clone(self);
            self.spawn(async move { resume::sweep(&bot).await });
        }
    }

    /// The servers that Discord says the bot is in: tickets of others are closed.
    pub fn is_in(self: &Arc<Self>, guilds: Vec<String>) {
        self.missing.expect(&guilds);
        let bot = Arc::clone(self);
        self.spawn(async move {
            reconcile::other_guilds(&bot, &guilds).await;
            setting::check_webhooks(&bot).await;
        });
    }

    /// Whether a run of an earlier process opens it to the end.
    pub(super) fn is_reopened(&self, ticket: &Ticket) -> bool {
        ticket.opened_at < self.started_at && self.reopened.contains(&(ticket.guild.clone(), ticket.user.clone()))
    }

    fn register(self: &Arc<Self>) {
        let bot = Arc::clone(self);
        self.spawn(async move { registration::register(&bot).await });
    }

    /// Takes an event in; what follows from it is done beside.
    pub fn deliver(self: &Arc<Self>, event: Event) {
        self.directory.apply(&event);
        if self.stopping.is_cancelled() {
            return;
        }
        match &event {
            Event::Interaction(interaction) if !self.seen.first(&interaction.reference.id) => {
                tracing::info!(bot = self.name(), "an interaction was delivered again, and is acted on once");
            }
            Event::Other { kind } => tracing::trace!(kind, "an event that nothing acts on"),
            Event::ChannelChanged { .. } | Event::RoleChanged { .. } => {}
            _ => {
                let bot = Arc::clone(self);
                self.spawn(async move { bot.act(event).await });
            }
        }
    }

    async fn act(self: Arc<Self>, event: Event) {
        match event {
            Event::Interaction(interaction) => self.interact(*interaction).await,
            Event::GuildSeen { guild, data } => {
                if !self.program().schedules.is_empty() {
                    self.agenda.arrive(&guild);
                    self.wake.notify_one();
                }
                reconcile::guild(&self, &guild, &data).await;
                panel::guild(&self, &guild, &data).await;
                setting::check_places(&self).await;
            }
            Event::GuildLost { guild } => {
                self.agenda.leave(&guild);
                self.wake.notify_one();
                reconcile::guild_lost(&self, &guild).await;
            }
            Event::ChannelDeleted { guild, channel } => {
                reconcile::channel_deleted(&self, &guild, &channel).await;
                panel::channel_deleted(&self, &guild, &channel).await;
                setting::deleted(&self, &channel).await;
            }
            Event::RoleDeleted { role, .. } => setting::deleted(&self, &role).await,
            Event::MessageDeleted { guild, channel, message } => {
                panel::message_deleted(&self, &guild, &channel, &message).await;
            }
            Event::MemberLeft { guild, data } => {
                reconcile::member_left(&self, &guild, data["user"]["id"].as_str().unwrap_or_default()).await;
                self.happened(Trigger::MemberLeave, Some(guild), &data, &data["user"]).await;
            }
            Event::MemberJoined { guild, data } => {
                self.happened(Trigger::MemberJoin, Some(guild), &data, &data["user"]).await
            }
            Event::Message { guild, data } if data["author"]["bot"].as_bool() != Some(true) => {
                self.happened(Trigger::Message, guild, &data, &data["author"]).await;
            }
            _ => {}
        }
    }

    /// Runs the steps of an event.
    async fn happened(self: &Arc<Self>, trigger: Trigger, guild: Option<String>, data: &Value, user: &Value) {
        let program = self.program();
        let Some(handlers) = program.events.get(&trigger) else { return };
        let mut scope = self.base_names(&program, guild.as_deref(), "").await;
        scope.insert("user".into(), entity::user(user, data["nick"].as_str()));
        scope.insert("member".into(), entity::member(if trigger == Trigger::Message { &data["member"] } else { data }));
        if trigger == Trigger::Message {
            scope.insert("channel".into(), entity::channel(&serde_json::json!({ "id": data["channel_id"] })));
            scope.insert("message".into(), entity::message(data, guild.as_deref()));
        }
        let who = Who { user: user["id"].as_str().unwrap_or_default().to_owned(), ..Who::default() };
        for (index, handler) in handlers.iter().enumerate() {
            let id = run_id(&self.ports.dice.roll().to_string());
            scope.insert("run".into(), serde_json::json!({ "id": id }));
            let origin = Origin {
                guild: guild.clone(),
                channel: data["channel_id"].as_str().map(str::to_owned),
                who: Some(who.clone()),
                bot: self.identity().user,
                trigger: handler.name.clone(),
                ..Origin::default()
            };
            let mut run = self.run(id.clone(), &program, scope.clone(), origin);
            run.cause = Some(crate::flow::cause::Cause::Event(trigger, index));
            let under_way = self.under_way.begin(&id);
            run.went(handler.span, way::USED);
            if let Err(failure) = self.guarded(&mut run, &handler.block).await {
                tracing::error!(
                    run = run.id,
                    trigger = handler.name,
                    "failed at {}: {failure}",
                    run.place_of_failure()
                );
                self.settle_later(run, &failure, under_way).await;
            }
        }
    }

    pub(super) async fn base_names(&self, program: &Program, guild: Option<&str>, run: &str) -> Map<String, Value> {
        names::base(program, &self.ports, &self.directory, &self.identity(), guild, run).await
    }

    pub(super) fn run(&self, id: String, program: &Arc<Program>, names: Map<String, Value>, origin: Origin) -> Run {
        Run::new(
            id,
            Arc::clone(program),
            self.ports.clone(),
            Arc::clone(&self.directory),
            Scope::new(names),
            origin,
            Arc::clone(&self.wake),
        )
    }

    /// Carries a run out; a panic in it is a failure like any other, and gives back what was taken.
    pub(super) async fn guarded(&self, run: &mut Run, block: &Block) -> Result<Next, Failure> {
        run.begins();
        match AssertUnwindSafe(run.carry_out(block)).catch_unwind().await {
            Ok(result) => result.inspect_err(|failure| run.tell_failure(failure)),
            Err(_) => {
                run.settle(false).await?;
                Err(Failure::Other("the run panicked; this is a fault of the engine".into()))
            }
        }
    }

    /// When the database failed, the run goes on or what it took goes back as soon as it can: nobody is given it meanwhile.
    pub(super) async fn settle_later(self: &Arc<Self>, mut run: Run, failure: &Failure, under_way: Option<Held>) {
        let mut pause = 1_000;
        while matches!(failure, Failure::Memory(_)) && !run.is_settled() {
            tokio::select! {
                () = self.ports.clock.sleep_until(self.ports.clock.now() + pause) => pause = (pause * 2).min(30_000),
                () = self.stopping.cancelled() => return,
            }
            if run.must_go_on() {
                drop(under_way);
                return resume::sweep(self).await;
            }
            if run.settle(false).await.is_ok() {
                tracing::info!(run = run.id, "the database works again: what the run had taken is settled");
            }
        }
    }

    /// Puts another program in the place of this one. Runs that are under way end on the old one. On an error nothing changed.
    pub async fn swap(self: &Arc<Self>, program: impl Into<Arc<Program>>) -> Result<Swapped, MemoryError> {
        let program = program.into();
        let old = self.program();
        if program.tables != old.tables {
            self.ports.memory.migrate(&program.tables).await?;
        }
        let commands_changed = program.registration != old.registration || program.guilds != old.guilds;
        let swapped = Swapped {
            generation: self.generation.fetch_add(1, Ordering::Relaxed) + 1,
            intents_changed: program.intents != old.intents,
            restart_needed: restart_needed(&old, &program),
        };
        let schedules = !program.schedules.is_empty();
        self.program.store(program);
        self.agenda.renew(if schedules { self.directory.known_guilds() } else { Vec::new() });
        if commands_changed && !self.identity().application.is_empty() {
            self.register();
        }
        self.wake.notify_one();
        let bot = Arc::clone(self);
        self.spawn(async move { setting::check(&bot).await });
        Ok(swapped)
    }

    /// No new runs; those under way get time to end, the rest of the outbox stays in the database.
    pub async fn stop(&self, grace: Duration) {
        self.stopping.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                "some runs, or requests to a webhook, did not end in time; what they took is given back or settled at the next start"
            );
        }
        self.ports.memory.close().await;
    }
}

fn restart_needed(old: &Program, new: &Program) -> Vec<String> {
    let mut needed = Vec::new();
    if old.wiring.token_variable != new.wiring.token_variable {
        needed.push("another token".to_owned());
    }
    if old.wiring.database != new.wiring.database {
        needed.push("another database".to_owned());
    }
    if old.name != new.name {
        needed.push("another name of the bot".to_owned());
    }
    needed
}

/// A short id from a long number: base 36.
pub(super) fn run_id(number: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let Ok(mut number) = number.parse::<u64>() else { return number.to_owned() };
    let mut id = Vec::new();
    loop {
        id.push(DIGITS[(number % 36) as usize]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    id.reverse();
    String::from_utf8(id).unwrap_or_default()
}
