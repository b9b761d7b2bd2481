//! The process dies, or a door to the world fails, at every single call that an order makes: nothing is lost or doubled.
//!
//! Each port counts its calls. At the n-th the bot is dead: the call never returns, and no other does. Then another bot is
//! started on the same database and the same Discord, for every n until the order needs no n-th call.

use crate::harness::{Finished, Folder, Town, botwright_with, store_bot};
use async_trait::async_trait;
use botwright::compile::{Environment, check};
use botwright::engine::{Bot, Identity};
use botwright::flow::effect::{Effect, Outcome};
use botwright::flow::event::Event;
use botwright::flow::memory::{Answer, Memory, MemoryError, Operation, Table};
use botwright::flow::port::{Clock, Discord, Ports, SystemDice};
use botwright::flow::refusal::Refusal;
use botwright::flow::request::Method;
use botwright::flow::trace::Unwatched;
use botwright::sim::inproc::Client;
use botwright::sim::{Breakage, Dispatch, Id, ManualClock, Permissions, Target};
use botwright::store::SqliteStore;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep};

const TOKEN: &str = "at every instant";
/// 2026-01-05T09:00:00Z
const MONDAY: i64 = 1_767_603_600_000;
const MINUTE: i64 = 60_000;
const SEND: &str = "/send user:@ana product:Alpha duration:\"1 Day\"";

/// What becomes of the n-th call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// Dead before anything of it happened.
    Before,
    /// Dead when all of it had happened.
    After,
    /// It fails, and nothing of it happened.
    Fails,
    /// Nobody answers; only Discord can be silent.
    Silent { happened: bool },
}

/// Counts down to the n-th call.
struct Fuse {
    left: AtomicUsize,
    blow: Blow,
    dead: AtomicBool,
    blown: Notify,
    /// Which call it was, for messages.
    at: std::sync::Mutex<String>,
}

impl Fuse {
    fn new(blow: Blow) -> Arc<Self> {
        let (left, dead) = (AtomicUsize::new(0), AtomicBool::new(false));
        Arc::new(Self { left, blow, dead, blown: Notify::new(), at: std::sync::Mutex::default() })
    }

    fn light(&self, calls: usize) {
        self.left.store(calls, Ordering::SeqCst);
    }

    /// What is to become of this call.
    async fn burn(&self, what: impl Fn() -> String) -> Option<Blow> {
        if self.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let left = self.left.load(Ordering::SeqCst);
        if left > 0 {
            self.left.store(left - 1, Ordering::SeqCst);
        }
        let now = (left == 1).then_some(self.blow)?;
        *self.at.lock().expect("nobody panicked") = what();
        Some(now)
    }

    async fn die(&self) -> ! {
        self.dead.store(true, Ordering::SeqCst);
        self.blown.notify_one();
        std::future::pending().await
    }

    fn is_out(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

struct FusedMemory {
    store: SqliteStore,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl Memory for FusedMemory {
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        let words = || {
            let shown =
                |operation: &Operation| format!("{operation:?}").split([' ', '{']).next().unwrap_or("").to_owned();
            operations.iter().map(shown).collect::<Vec<_>>().join("+")
        };
        match self.fuse.burn(words).await {
            None => self.store.transact(operations).await,
            Some(Blow::Before) => self.fuse.die().await,
            Some(Blow::After) => {
                let _ = self.store.transact(operations).await;
                self.fuse.die().await
            }
            Some(Blow::Fails | Blow::Silent { .. }) => Err(MemoryError::Full),
        }
    }

    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError> {
        self.store.migrate(tables).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

struct FusedDiscord {
    client: Client,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl Discord for FusedDiscord {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        match self.fuse.burn(|| effect.name().to_owned()).await {
            None => self.client.perform(effect).await,
            Some(Blow::Before) => self.fuse.die().await,
            Some(Blow::After) => {
                let _ = self.client.perform(effect).await;
                self.fuse.die().await
            }
            Some(Blow::Fails) => Err(Refusal::new(500, 0, "a fault to order")),
            Some(Blow::Silent { happened }) => {
                if happened {
                    let _ = self.client.perform(effect).await;
                }
                Err(Refusal::silence("silence to order"))
            }
        }
    }
}

struct Stage {
    play: Town,
    clock: Arc<ManualClock>,
    folder: Folder,
}

/// A bot of one process.
struct Life {
    bot: Arc<Bot>,
    memory: Arc<FusedMemory>,
    events: UnboundedReceiver<Dispatch>,
    fuse: Arc<Fuse>,
}

impl Stage {
    fn set() -> Self {
        let clock = Arc::new(ManualClock::new(MONDAY));
        let play = Town::new(clock.clone(), TOKEN, Permissions::ADMINISTRATOR);
        Self { play, clock, folder: Folder::new() }
    }

    async fn live(&self, fuse: Arc<Fuse>) -> Life {
        let environment = Environment::default()
            .with("VOUCHES_CHANNEL_ID", &self.play.vouches.to_string())
            .with("WEBHOOK_URL", &format!("https://discord.com{}", self.play.webhook_path));
        let program = check("store.yaml", store_bot().as_bytes(), &environment).program.expect("no mistakes");
        let path = self.folder.path().join("store.db").display().to_string();
        let store = SqliteStore::open(&path, self.clock.clone()).await.expect("a database");
        let memory = Arc::new(FusedMemory { store, fuse: fuse.clone() });
        let client = Client::new(self.play.world.clone(), TOKEN);
        let ports = Ports {
            discord: Arc::new(FusedDiscord { client: client.clone(), fuse: fuse.clone() }),
            memory: memory.clone(),
            http: Arc::new(client),
            clock: self.clock.clone() as Arc<dyn Clock>,
            dice: Arc::new(SystemDice),
            trace: Arc::new(Unwatched),
        };
        let events = self.play.world.subscribe(self.play.bot, program.intents).expect("a connection");
        let bot = Bot::start(program, ports).await.expect("a bot");
        let id = self.play.bot.to_string();
        bot.connected(Identity { application: id.clone(), user: id, name: "botwright".to_owned() });
        let mut life = Life { bot, memory, events, fuse };
        life.rest(&self.clock).await;
        life
    }

    async fn ask(&self, life: &mut Life, text: &str) -> Id {
        let asked = self.play.world.command(self.play.root, self.play.general, text).expect("a command");
        life.rest(&self.clock).await;
        asked
    }

    fn keys(&self) -> Vec<String> {
        let letters = self.play.world.direct(self.play.bot, self.play.ana).map(|channel| channel.messages);
        let key = |embed: &serde_json::Value| {
            let fields = embed["fields"].as_array().cloned().unwrap_or_default();
            let key = fields.iter().find(|field| field["name"] == "Key").map(|field| field["value"].clone());
            key.and_then(|key| key.as_str().map(|key| key.trim_matches('`').to_owned())).unwrap_or_default()
        };
        letters.into_iter().flatten().flat_map(|(_, letter)| letter.embeds).map(|embed| key(&embed)).collect()
    }

    fn logged(&self, title: &str) -> usize {
        let log = self.play.world.channel_named(self.play.guild, "log").expect("the log");
        let messages = self.play.world.messages(log);
        let embeds = messages.iter().flat_map(|message| &message.embeds);
        embeds.filter(|embed| embed["title"].as_str().is_some_and(|known| known.contains(title))).count()
    }

    fn tickets(&self) -> Vec<String> {
        let all = self.play.world.channels(self.play.guild).into_iter();
        all.map(|channel| channel.name).filter(|name| name.starts_with("ticket-")).collect()
    }

    async fn number(&self, life: &Life, filter: &str, column: &str) -> u64 {
        let condition = botwright::flow::memory::Condition::Is(serde_json::json!(filter));
        let operation = Operation::Count {
            table: "keys".into(),
            guild: self.play.guild.to_string(),
            filter: vec![(column.to_owned(), condition)],
        };
        match life.memory.store.transact(vec![operation]).await.expect("a count")[..] {
            [Answer::Count(count)] => count,
            ref other => panic!("{other:?}"),
        }
    }
}

impl Life {
    /// Delivers what has happened until nothing is under way, or the bot is dead. Whoever waits for a time gets it.
    async fn rest(&mut self, clock: &ManualClock) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.is_dead() {
            while let Ok(event) = self.events.try_recv() {
                self.bot.deliver(Event::read(&event.kind, event.data));
            }
            tokio::select! {
                () = self.bot.idle() => if self.events.is_empty() { return },
                () = self.fuse.blown.notified() => {}
                () = sleep(Duration::from_millis(20)) => {
                    assert!(Instant::now() < deadline, "it comes to rest");
                    clock.advance(1_000);
                }
            }
        }
    }

    fn is_dead(&self) -> bool {
        self.fuse.dead.load(Ordering::SeqCst)
    }

    /// What was committed is there, and nothing else happens in that process any more.
    async fn end(self) {
        self.memory.close().await;
    }
}

/// Lets the pauses of whoever looks for something pass.
async fn wait_out(stage: &Stage, life: &mut Life) {
    for _ in 0..16 {
        stage.clock.advance(10 * MINUTE);
        life.rest(&stage.clock).await;
    }
}

/// An order, cut at every call. `pause`: how long the bot is down; after minutes, Discord forgets a message's nonce.
async fn at_every_call<Before, Act, Check>(blow: Blow, pause: i64, before: Before, act: Act, holds: Check)
where
    Before: AsyncFn(&Stage, &mut Life),
    Act: AsyncFn(&Stage, &mut Life),
    Check: AsyncFn(&Stage, &mut Life, &str),
{
    for call in 1.. {
        let stage = Stage::set();
        let fuse = Fuse::new(blow);
        let mut life = stage.live(fuse.clone()).await;
        before(&stage, &mut life).await;
        fuse.light(call);
        act(&stage, &mut life).await;
        let over = !fuse.is_out();
        fuse.light(0);
        let at = format!("{blow:?} call {call}: {}", fuse.at.lock().expect("nobody panicked"));
        // The outbox may meet its end a moment later than the order.
        for _ in 0..2 {
            if life.is_dead() {
                life.end().await;
                stage.clock.advance(pause);
                life = stage.live(Fuse::new(blow)).await;
            }
            wait_out(&stage, &mut life).await;
        }
        holds(&stage, &mut life, &at).await;
        let left = life.memory.store.transact(vec![Operation::Holds]).await.expect("holds");
        assert_eq!(left, [Answer::Holds(Vec::new())], "{at}: nothing is held for ever");
        let left = life.memory.store.transact(vec![Operation::UnfinishedRuns]).await.expect("runs");
        assert_eq!(left, [Answer::Runs(Vec::new())], "{at}: no run is left");
        life.end().await;
        if over {
            assert!(call > 4, "an order makes several calls");
            return;
        }
    }
}

async fn stocked(stage: &Stage, life: &mut Life) {
    stage.ask(life, "/stock product:Alpha duration:\"1 Day\" keys:\"k3y-1 k3y-2 k3y-3\"").await;
}

/// Each key is in stock or in exactly one letter, and each order that reached anybody is told of.
async fn keys_add_up(stage: &Stage, life: &mut Life, at: &str) {
    let sent = stage.keys();
    let distinct: HashSet<&String> = sent.iter().collect();
    assert_eq!(distinct.len(), sent.len(), "{at}: no key went out twice: {sent:?}");
    assert_eq!(stage.number(life, "delivered", "state").await, sent.len() as u64, "{at}: what is delivered was sent");
    assert_eq!(stage.number(life, "stocked", "state").await, 3 - sent.len() as u64, "{at}: the rest is in stock");
    assert!(stage.logged("Key Sent") >= sent.len(), "{at}: each delivery is in the log");
}

async fn send(stage: &Stage, life: &mut Life) {
    stage.ask(life, SEND).await;
}

#[tokio::test]
async fn a_delivery_survives_a_death_at_every_instant() {
    for pause in [0, 20 * MINUTE] {
        for blow in [Blow::Before, Blow::After] {
            at_every_call(blow, pause, stocked, send, keys_add_up).await;
        }
    }
}

#[tokio::test]
async fn a_delivery_survives_a_failure_of_every_call() {
    for blow in [Blow::Fails, Blow::Silent { happened: false }, Blow::Silent { happened: true }] {
        at_every_call(blow, 0, stocked, send, keys_add_up).await;
    }
}

#[tokio::test]
async fn a_delivery_to_closed_doors_survives_a_death_at_every_instant() {
    let closed = async |stage: &Stage, life: &mut Life| {
        stocked(stage, life).await;
        stage.play.world.set_dms(stage.play.ana, false);
    };
    for blow in [Blow::Before, Blow::After] {
        at_every_call(blow, 0, closed, send, keys_add_up).await;
    }
}

#[tokio::test]
async fn an_order_that_is_delivered_again_after_a_death_is_acted_on_once() {
    let twice = async |stage: &Stage, life: &mut Life| {
        let asked = stage.ask(life, SEND).await;
        stage.play.world.redeliver(asked).expect("it can be delivered again");
        life.rest(&stage.clock).await;
    };
    let once = async |stage: &Stage, life: &mut Life, at: &str| {
        keys_add_up(stage, life, at).await;
        assert!(stage.keys().len() <= 1, "{at}");
    };
    for blow in [Blow::Before, Blow::After] {
        at_every_call(blow, 0, stocked, twice, once).await;
    }
}

/// Runs `botwright held` on the stage's database.
fn held(stage: &Stage, arguments: &[&str]) -> Finished {
    let file = stage.folder.write("bots/store.yaml", &store_bot());
    let database = format!("sqlite://{}", stage.folder.path().join("store.db").display());
    let (verb, rest) = arguments.split_first().expect("a verb");
    let file = file.display().to_string();
    let all: Vec<&str> = ["held", verb, &file].into_iter().chain(rest.iter().copied()).collect();
    botwright_with(stage.folder.path(), &all, &BTreeMap::from([("DATABASE_URL".to_owned(), database)]))
}

#[tokio::test]
async fn what_discord_never_tells_is_for_the_owner_to_decide() {
    for (word, breakage) in [("--arrived", Breakage::SilenceAfter), ("--lost", Breakage::Silence)] {
        let stage = Stage::set();
        let mut life = stage.live(Fuse::new(Blow::Before)).await;
        stocked(&stage, &mut life).await;
        let messages = |method| Target::Route(method, "/channels/*/messages".to_owned());
        stage.play.world.refuse(messages(Method::Post), breakage, 100_000);
        stage.play.world.refuse(messages(Method::Get), Breakage::Silence, 100_000);
        send(&stage, &mut life).await;
        assert!(held(&stage, &["list"]).stdout.contains("the bot is at it"), "{word}");
        wait_out(&stage, &mut life).await;
        stage.play.world.heal();
        wait_out(&stage, &mut life).await;
        let listed = held(&stage, &["list", "--format", "json"]).stdout;
        let row: serde_json::Value = serde_json::from_str(listed.trim()).expect("one row");
        assert_eq!((&row["cause"], &row["table"], &row["asks"]), (&"/send".into(), &"keys".into(), &true.into()));
        assert!(!listed.contains("k3y-"), "{listed}");
        let run = row["run"].as_str().expect("a run");
        assert_eq!(held(&stage, &["settle", "nobody", word]).code, Some(1));
        assert_eq!(held(&stage, &["settle", run, word]).code, Some(0), "{word}");
        wait_out(&stage, &mut life).await;
        keys_add_up(&stage, &mut life, word).await;
        assert_eq!(stage.keys().len(), usize::from(word == "--arrived"));
        assert!(stage.logged("Key Sent") == 1, "the run went on to its end");
        assert!(held(&stage, &["list"]).stdout.is_empty());
        life.end().await;
    }
}

async fn panelled(stage: &Stage, life: &mut Life) {
    stage.ask(life, "/ticketpanel").await;
}

async fn open(stage: &Stage, life: &mut Life) {
    stage.play.world.click_label(stage.play.ana, Some(stage.play.general), "Open Ticket").expect("the panel");
    life.rest(&stage.clock).await;
}

#[tokio::test]
async fn a_ticket_survives_a_death_and_a_failure_at_every_instant() {
    let one = async |stage: &Stage, life: &mut Life, at: &str| {
        assert!(stage.tickets().len() <= 1, "{at}: {:?}", stage.tickets());
        open(stage, life).await;
        assert_eq!(stage.tickets().len(), 1, "{at}: nobody is locked out: {:?}", stage.tickets());
        assert!(stage.logged("Ticket Opened") >= 1, "{at}: it is told of");
    };
    for blow in
        [Blow::Before, Blow::After, Blow::Fails, Blow::Silent { happened: false }, Blow::Silent { happened: true }]
    {
        at_every_call(blow, 0, panelled, open, one).await;
    }
}

#[tokio::test]
async fn a_closed_ticket_survives_a_death_and_a_failure_at_every_instant() {
    let opened = async |stage: &Stage, life: &mut Life| {
        panelled(stage, life).await;
        open(stage, life).await;
    };
    let close = async |stage: &Stage, life: &mut Life| {
        stage.play.world.click_label(stage.play.ana, None, "Close Ticket").expect("the button");
        life.rest(&stage.clock).await;
    };
    let gone = async |stage: &Stage, life: &mut Life, at: &str| {
        if stage.logged("Ticket Closed") == 0 {
            // Nothing of it had happened: the button is still there.
            close(stage, life).await;
            wait_out(stage, life).await;
        }
        assert_eq!(stage.tickets(), Vec::<String>::new(), "{at}: the channel goes");
        assert!(stage.logged("Ticket Closed") >= 1, "{at}: it is told of");
    };
    for blow in
        [Blow::Before, Blow::After, Blow::Fails, Blow::Silent { happened: false }, Blow::Silent { happened: true }]
    {
        at_every_call(blow, 0, opened, close, gone).await;
    }
}
