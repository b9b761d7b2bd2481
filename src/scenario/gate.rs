//! Between a bot and its world: one call at a time, in an order that somebody decides, and each thing that happens noted
//! with the line of the bot's file that did it.

use crate::flow::effect::{Effect, Outcome};
use crate::flow::memory::{Answer, Memory, MemoryError, Operation, Table};
use crate::flow::payload::Embed;
use crate::flow::port::{Discord, Http, Ports};
use crate::flow::refusal::Refusal;
use crate::flow::trace::{Noted, Trace};
use crate::sim::{Happening, World};
use crate::text::Span;
use async_trait::async_trait;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, oneshot};
use tokio::task;

/// How often everybody else gets a turn before it is taken for certain that nobody has anything to do but wait.
const QUIET: usize = 12;

/// What happened on Discord, and where the bot's file says so.
#[derive(Debug, Clone)]
pub struct Deed {
    pub happening: Happening,
    pub span: Span,
    /// Things that happened in one request have one number.
    pub request: usize,
}

/// A log entry that was queued.
#[derive(Debug, Clone)]
pub struct Logged {
    pub entry: String,
    pub span: Span,
    pub embed: Embed,
}

/// In which order calls that wait are let through: among so many, this one.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// What is decided beforehand.
    pub given: Vec<usize>,
    /// What was decided: which, among how many.
    pub made: Vec<(usize, usize)>,
}

impl Order {
    fn choose(&mut self, among: usize) -> usize {
        let which = self.given.get(self.made.len()).copied().unwrap_or(0).min(among - 1);
        self.made.push((which, among));
        which
    }
}

#[derive(Default)]
struct State {
    waiting: Vec<oneshot::Sender<()>>,
    /// A call has been let through and has not returned.
    busy: bool,
    /// Which bot may call; those before are dead, and their calls never return.
    life: u64,
    dead: bool,
    /// So many more changes, and the bot is dead.
    left: Option<u32>,
    /// Several people act at the same time: which call is next is decided by the order.
    contended: bool,
    order: Order,
    requests: usize,
    deeds: Vec<Deed>,
    logged: Vec<Logged>,
    failures: Vec<(Span, String)>,
    /// Which line of the file each task is at.
    lines: HashMap<task::Id, Span>,
    ways: HashSet<(Span, &'static str)>,
    trace: Vec<Told>,
}

/// One line of a trace.
#[derive(Debug, Clone)]
pub struct Told {
    pub run: String,
    pub span: Span,
    pub text: String,
}

/// One for each scenario; all in it happens on one thread.
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

struct Shared {
    heard: Mutex<UnboundedReceiver<Happening>>,
    state: Mutex<State>,
    called: Notify,
    returned: Notify,
    died: Notify,
}

/// What was noted since the last time.
#[derive(Debug, Default)]
pub struct Noticed {
    pub deeds: Vec<Deed>,
    pub logged: Vec<Logged>,
    pub failures: Vec<(Span, String)>,
    pub trace: Vec<Told>,
}

impl Gate {
    pub fn new(world: &World, order: Vec<usize>) -> Self {
        let heard = Mutex::new(world.watch());
        let state = State { order: Order { given: order, made: Vec::new() }, ..State::default() };
        let (called, returned, died) = Default::default();
        Self(Arc::new(Shared { heard, state: Mutex::new(state), called, returned, died }))
    }

    /// The ports of another bot; those of the one before are dead from now on.
    pub fn wire(&self, ports: Ports) -> Ports {
        let mut state = self.state();
        state.life += 1;
        (state.dead, state.left) = (false, None);
        let door = Arc::new(Door { gate: self.clone(), life: state.life, inner: ports.clone() });
        Ports { discord: door.clone(), memory: door.clone(), http: door, trace: Arc::new(self.clone()), ..ports }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets calls through, one after the other, for ever.
    pub async fn work(self) {
        loop {
            while self.state().waiting.is_empty() {
                self.0.called.notified().await;
            }
            self.quiet().await;
            let Some(next) = self.next() else { continue };
            self.state().busy = true;
            if next.send(()).is_err() {
                self.state().busy = false;
                continue;
            }
            while self.state().busy {
                self.0.returned.notified().await;
            }
        }
    }

    /// Returns when everybody waits: for a call, or for the clock.
    async fn quiet(&self) {
        let mut calm = 0;
        let mut before = self.state().waiting.len();
        while calm < QUIET {
            task::yield_now().await;
            let now = self.state().waiting.len();
            calm = if now == before { calm + 1 } else { 0 };
            before = now;
        }
    }

    fn next(&self) -> Option<oneshot::Sender<()>> {
        let mut state = self.state();
        state.waiting.retain(|waiting| !waiting.is_closed());
        let count = state.waiting.len();
        let which = match count {
            0 => return None,
            2.. if state.contended => state.order.choose(count),
            _ => 0,
        };
        Some(state.waiting.remove(which))
    }

    /// Several people act at the same time, or do so no more.
    pub fn contend(&self, contended: bool) {
        self.state().contended = contended;
    }

    /// What was decided about the order of calls.
    pub fn order(&self) -> Vec<(usize, usize)> {
        self.state().order.made.clone()
    }

    /// The bot dies as soon as it has changed so many more things.
    pub fn die_after(&self, changes: u32) {
        self.state().left = Some(changes);
    }

    pub fn die(&self) {
        self.state().dead = true;
        self.0.died.notify_one();
    }

    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// Returns when the bot is dead.
    pub async fn death(&self) {
        while !self.is_dead() {
            self.0.died.notified().await;
        }
    }

    /// What was noted since the last time.
    pub fn take(&self) -> Noticed {
        self.hear(None);
        let mut state = self.state();
        Noticed {
            deeds: std::mem::take(&mut state.deeds),
            logged: std::mem::take(&mut state.logged),
            failures: std::mem::take(&mut state.failures),
            trace: std::mem::take(&mut state.trace),
        }
    }

    /// In which ways what of the file was reached.
    pub fn ways(&self) -> HashSet<(Span, &'static str)> {
        self.state().ways.clone()
    }

    /// Notes what has happened: by the bot, at that place of its file, or by somebody else.
    fn hear(&self, by: Option<Span>) {
        let mut heard = self.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state();
        state.requests += 1;
        let (request, mut changed) = (state.requests, false);
        while let Ok(happening) = heard.try_recv() {
            let span = match by {
                Some(span) => span,
                None if matches!(happening, Happening::Failed { .. }) => Span::NONE,
                None => continue,
            };
            changed |= !matches!(happening, Happening::Requested { .. });
            state.deeds.push(Deed { happening, span, request });
        }
        if by.is_some() && changed {
            let left = state.left.map(|left| left.saturating_sub(1));
            state.left = left;
            if left == Some(0) {
                state.dead = true;
                self.0.died.notify_one();
            }
        }
    }

    fn line(&self) -> Span {
        let task = task::try_id();
        task.and_then(|task| self.state().lines.get(&task).copied()).unwrap_or(Span::NONE)
    }
}

impl Trace for Gate {
    fn note(&self, noted: &Noted<'_>) {
        let task = task::try_id();
        let mut state = self.state();
        let at = |state: &mut State, span: Span| {
            if let Some(task) = task {
                state.lines.insert(task, span);
            }
        };
        let tell = |state: &mut State, run: &str, span: Span, text: String| {
            state.trace.push(Told { run: run.to_owned(), span, text });
        };
        match noted {
            Noted::Begun { run, trigger } => tell(&mut state, run, Span::NONE, format!("{trigger} begins")),
            Noted::Step { run, word, span } => {
                at(&mut state, *span);
                state.ways.insert((*span, crate::flow::trace::way::USED));
                tell(&mut state, run, *span, (*word).to_owned());
            }
            Noted::Way { span, way } => {
                at(&mut state, *span);
                state.ways.insert((*span, way));
                tell(&mut state, "", *span, format!("→ {way}"));
            }
            Noted::Logged { run, span, entry, embed } => {
                state.ways.insert((*span, crate::flow::trace::way::LOGGED));
                state.logged.push(Logged { entry: (*entry).to_owned(), span: *span, embed: (*embed).clone() });
                tell(&mut state, run, *span, format!("log entry {entry}"));
            }
            Noted::Failed { run, span, why } => {
                state.failures.push((*span, (*why).to_owned()));
                tell(&mut state, run, *span, format!("failed: {why}"));
            }
        }
    }
}

/// The ports of one bot.
struct Door {
    gate: Gate,
    life: u64,
    inner: Ports,
}

/// A call that was let through; the next is, when it is gone.
struct Turn<'g>(&'g Gate);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().busy = false;
        self.0.0.returned.notify_one();
    }
}

impl Door {
    /// Waits until it is this call's turn; a dead bot waits for ever.
    async fn turn(&self) -> Turn<'_> {
        let waiting = {
            let mut state = self.gate.state();
            let (sender, receiver) = oneshot::channel();
            state.waiting.push(sender);
            receiver
        };
        self.gate.0.called.notify_one();
        let let_through = waiting.await.is_ok();
        let turn = Turn(&self.gate);
        if let_through && !self.is_dead() {
            return turn;
        }
        drop(turn);
        std::future::pending().await
    }

    fn is_dead(&self) -> bool {
        let state = self.gate.state();
        state.dead || state.life != self.life
    }

    /// A call of a bot that died over it is never answered.
    async fn unless_dead(&self, turn: Turn<'_>) {
        drop(turn);
        if self.is_dead() {
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Discord for Door {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let turn = self.turn().await;
        self.gate.hear(None);
        let outcome = self.inner.discord.perform(effect).await;
        self.gate.hear(Some(self.gate.line()));
        self.unless_dead(turn).await;
        outcome
    }
}

#[async_trait]
impl Http for Door {
    async fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, Refusal> {
        let turn = self.turn().await;
        let answer = self.inner.http.get(url, limit).await;
        self.unless_dead(turn).await;
        answer
    }
}

#[async_trait]
impl Memory for Door {
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        let turn = self.turn().await;
        let answer = self.inner.memory.transact(operations).await;
        self.unless_dead(turn).await;
        answer
    }

    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError> {
        self.inner.memory.migrate(tables).await
    }

    async fn close(&self) {
        self.inner.memory.close().await;
    }
}
