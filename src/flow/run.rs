//! One run: what happened, the names in scope, and what it asks of the world until its steps are done.

use crate::flow::access::Who;
use crate::flow::answer::Answer;
use crate::flow::cause::Cause;
use crate::flow::checkpoint::Checkpoint;
use crate::flow::directory::Directory;
use crate::flow::doubt;
use crate::flow::effect::{Effect, Outcome};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer as MemoryAnswer, Operation, UnfinishedRun};
use crate::flow::payload::{Embed, Message};
use crate::flow::port::Ports;
use crate::flow::program::Program;
use crate::flow::refusal::{Refusal, code};
use crate::flow::step::{Block, Next};
use crate::flow::taken::Taken;
use crate::flow::template::{Scope, Template};
use crate::flow::timer::What;
use crate::flow::trace::Noted;
use crate::flow::track::Track;
use crate::text::Span;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

/// Items that all loops of a run may go through.
const MOST_ROUNDS: u32 = 1_000;

/// Where a run comes from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Origin {
    pub guild: Option<String>,
    pub channel: Option<String>,
    /// The message that a component stands on.
    pub message: Option<String>,
    pub who: Option<Who>,
    /// The bot's own user id.
    pub bot: String,
    /// A human name of the trigger, such as `/hello`.
    pub trigger: String,
}

/// What the database knows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// Nothing: it has changed nothing yet.
    Fresh,
    /// How to go on with it.
    Begun,
    /// That it is over.
    Over,
}

pub struct Run {
    pub id: String,
    pub program: Arc<Program>,
    pub ports: Ports,
    pub directory: Arc<Directory>,
    pub scope: Scope,
    pub origin: Origin,
    /// How whoever caused it is answered; an event has nobody to answer.
    pub answer: Option<Arc<Answer>>,
    /// Which steps it does; without it, it changes nothing that would have to go on in another process.
    pub cause: Option<Cause>,
    pub track: Track,
    /// The arguments of the flows that called the one under way.
    pub outer: Vec<Value>,
    record: Record,
    /// What an earlier process may have done since that time (epoch milliseconds), it may have done already.
    pub(super) since: Option<i64>,
    /// What the owner decided about the message that nobody knew of.
    pub(super) decided: Option<bool>,
    /// How often somebody has looked for a message that nobody knew of.
    doubts: u32,
    /// Written with the end of the run.
    pending: Vec<(String, Value)>,
    /// Rows that it has taken and not given back.
    taken: Taken,
    failed_at: Option<String>,
    failed_span: Option<Span>,
    /// Where the step under way stands.
    span: Span,
    messages: AtomicU32,
    /// What `messages` was when the step under way began.
    messages_before: u32,
    /// When that was.
    began: i64,
    /// Something that it did cannot be undone, so that it has to go on.
    traces: bool,
    /// How many items its loops have gone through.
    rounds: u32,
    /// Told when there is something for the outbox or a timer.
    wake: Arc<Notify>,
}

/// The first pause before somebody looks again for a message that nobody knew of; each further one doubles it.
const FIRST_DOUBT_MS: i64 = 2_000;
const LONGEST_DOUBT_MS: i64 = 10 * 60 * 1_000;
/// About three quarters of an hour of looking.
const MOST_DOUBTS: u32 = 12;

impl Run {
    pub fn new(
        id: String,
        program: Arc<Program>,
        ports: Ports,
        directory: Arc<Directory>,
        scope: Scope,
        origin: Origin,
        wake: Arc<Notify>,
    ) -> Self {
        Self {
            id,
            program,
            ports,
            directory,
            scope,
            origin,
            answer: None,
            cause: None,
            track: Track::default(),
            outer: Vec::new(),
            record: Record::Fresh,
            since: None,
            decided: None,
            doubts: 0,
            pending: Vec::new(),
            taken: Taken::default(),
            failed_at: None,
            failed_span: None,
            span: Span::NONE,
            messages: AtomicU32::new(0),
            messages_before: 0,
            began: 0,
            traces: false,
            rounds: 0,
            wake,
        }
    }

    /// Goes on where an earlier process, or a sleep, left it.
    pub fn resume(&mut self, checkpoint: Checkpoint<'_>, kept: &UnfinishedRun) {
        let over = checkpoint.over;
        self.track = Track::again(checkpoint.way.into_owned(), over, checkpoint.answers.into_owned());
        self.cause = Some(checkpoint.cause.into_owned());
        self.outer = checkpoint.outer.into_owned();
        self.pending = checkpoint.pending.into_owned();
        self.taken = checkpoint.taken.into_owned();
        self.messages = AtomicU32::new(checkpoint.messages);
        self.messages_before = checkpoint.messages;
        self.began = checkpoint.began;
        self.doubts = checkpoint.doubts;
        self.rounds = checkpoint.rounds;
        self.decided = kept.arrived;
        self.record = Record::Begun;
        // Who slept did nothing since.
        self.since = (!over).then_some(checkpoint.began);
    }

    /// The server whose rows this run sees; a DM has none.
    pub fn guild(&self) -> &str {
        self.origin.guild.as_deref().unwrap_or("0")
    }

    /// Whoever watches is told that it begins.
    pub fn begins(&self) {
        self.ports.trace.note(&Noted::Begun { run: &self.id, trigger: &self.origin.trigger });
    }

    /// Whoever watches is told which step is done.
    pub fn at(&mut self, word: &'static str, span: Span) {
        self.span = span;
        self.ports.trace.note(&Noted::Step { run: &self.id, word, span });
    }

    /// The step under way goes on in this way.
    pub fn goes(&self, way: &'static str) {
        self.went(self.span, way);
    }

    pub fn went(&self, span: Span, way: &'static str) {
        self.ports.trace.note(&Noted::Way { span, way });
    }

    pub fn logged(&self, entry: &str, span: Span, embed: &Embed) {
        self.ports.trace.note(&Noted::Logged { run: &self.id, span, entry, embed });
    }

    /// Whoever watches is told what became of it.
    pub fn tell_failure(&self, failure: &Failure) {
        if matches!(failure, Failure::Repeated) {
            return;
        }
        let why = failure.to_string();
        self.ports.trace.note(&Noted::Failed { run: &self.id, span: self.failed_span.unwrap_or(self.span), why: &why });
    }

    pub async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let outcome = self.ports.discord.perform(effect).await;
        match &outcome {
            Ok(_) => tracing::debug!(run = self.id, effect = effect.name(), "done"),
            Err(refusal) => tracing::debug!(run = self.id, effect = effect.name(), %refusal, "refused"),
        }
        outcome
    }

    /// Sends a message, once: what an earlier process may have sent is looked for first. Behind [`Run::begin`].
    pub async fn send(&self, channel: String, message: Message) -> Result<Outcome, Refusal> {
        let effect = Effect::SendMessage { channel, message, nonce: Some(self.nonce()) };
        let outcome = match self.since {
            Some(since) => doubt::send(self, since, &effect).await,
            None => self.perform(&effect).await,
        };
        self.went_out(&outcome);
        outcome
    }

    /// Takes note of a message that carried, or may have carried, what was taken to somebody.
    pub fn went_out(&self, outcome: &Result<Outcome, Refusal>) {
        self.taken.learn(outcome);
    }

    /// Since when an earlier process may have done what is done now (epoch milliseconds).
    pub fn doubtful_since(&self) -> Option<i64> {
        self.since
    }

    /// Whether what nobody knows the outcome of may be looked for once more.
    pub fn looks_again(&self) -> bool {
        self.cause.is_some() && self.doubts < MOST_DOUBTS
    }

    /// Whether a message that goes out now carries a taken row to somebody.
    pub fn is_held(&self) -> bool {
        self.taken.is_held()
    }

    /// Before the first thing that cannot be done twice: that the run has begun is written down.
    ///
    /// # Errors
    /// [`Failure::Repeated`] when it has begun before.
    pub async fn begin(&mut self) -> Result<(), Failure> {
        if self.record != Record::Fresh || self.cause.is_none() {
            return Ok(());
        }
        self.write(Vec::new(), false).await.map(drop)
    }

    /// What it goes on with when its process dies before its first step is done, for a transaction that says that it has
    /// begun; [`Run::has_begun`] stands behind it.
    pub fn birth(&mut self) -> Option<(String, String)> {
        self.began = self.ports.clock.now();
        match self.checkpoint(false, false)? {
            Operation::Checkpoint { run, state, .. } => Some((run, state)),
            _ => None,
        }
    }

    /// The database knows of it.
    pub fn has_begun(&mut self) {
        self.record = Record::Begun;
    }

    /// The step under way has begun.
    pub(super) fn step_begins(&mut self) {
        self.messages_before = *self.messages.get_mut();
        self.began = self.since.unwrap_or_else(|| self.ports.clock.now());
    }

    /// One transaction. What it changes goes with a checkpoint: from then on the run is carried to its end by whatever
    /// process is there.
    pub async fn transact(&mut self, operations: Vec<Operation>) -> Result<Vec<MemoryAnswer>, Failure> {
        let changes = Taken::changes(&operations);
        let answers = match self.track.replay() {
            Some(answers) => answers,
            None if operations.iter().all(Operation::only_reads) => {
                let answers = self.ports.memory.transact(operations).await?;
                self.track.answered(&answers);
                answers
            }
            None => self.write(operations, true).await?,
        };
        self.taken.note(changes, &answers);
        Ok(answers)
    }

    async fn write(&mut self, mut operations: Vec<Operation>, keeps: bool) -> Result<Vec<MemoryAnswer>, Failure> {
        let count = operations.len();
        operations.extend(self.checkpoint(false, keeps));
        let mut answers = self.commit(operations).await?;
        answers.truncate(count);
        self.track.answered(&answers);
        Ok(answers)
    }

    /// Behind this, nothing that follows can have happened before.
    async fn commit(&mut self, operations: Vec<Operation>) -> Result<Vec<MemoryAnswer>, Failure> {
        let wakes =
            operations.iter().any(|operation| matches!(operation, Operation::SetTimer { .. } | Operation::Post { .. }));
        let begins = operations.iter().any(|operation| matches!(operation, Operation::Checkpoint { .. }));
        let answers = self.ports.memory.transact(operations).await?;
        if begins {
            self.record = Record::Begun;
            self.since = None;
        }
        if wakes {
            self.wake.notify_one();
        }
        Ok(answers)
    }

    /// The run as it stands; none where nothing of it is kept. `over`: the step under way is done.
    fn checkpoint(&self, over: bool, keeps: bool) -> Option<Operation> {
        let cause = self.cause.as_ref().filter(|_| self.record != Record::Over)?;
        let checkpoint = Checkpoint {
            cause: Cow::Borrowed(cause),
            way: Cow::Borrowed(self.track.way()),
            over,
            names: Cow::Borrowed(self.scope.value()),
            outer: Cow::Borrowed(&self.outer),
            origin: Cow::Borrowed(&self.origin),
            interaction: self.answer.as_ref().map(|answer| answer.asked()),
            taken: Cow::Borrowed(&self.taken),
            pending: Cow::Borrowed(&self.pending),
            began: self.began,
            messages: self.messages_before,
            answers: Cow::Borrowed(self.track.earlier()),
            doubts: self.doubts,
            rounds: self.rounds,
        };
        let state = serde_json::to_string(&checkpoint).expect("all of it is JSON");
        Some(Operation::Checkpoint { run: self.id.clone(), fresh: self.record == Record::Fresh, keeps, state })
    }

    /// What a message of this run is told apart by: Discord answers a repeat with the first message.
    fn nonce(&self) -> String {
        format!("{}-{}", self.id, self.messages.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether a loop may go through one more item; no run goes on for ever.
    pub fn begin_round(&mut self) -> bool {
        self.rounds += 1;
        self.rounds <= MOST_ROUNDS
    }

    /// One operation in a transaction of its own.
    pub async fn ask(&mut self, operation: Operation) -> Result<MemoryAnswer, Failure> {
        let mut answers = self.transact(vec![operation]).await?;
        answers.pop().ok_or_else(|| Failure::Other("the database gave no answer".into()))
    }

    /// Queues a log entry; it leaves with the end of the run, also when the run fails.
    pub fn log(&mut self, destination: &str, embed: &Embed) {
        if self.program.webhooks.contains_key(destination) {
            let payload = serde_json::to_value(embed).unwrap_or_default();
            self.pending.push((destination.to_owned(), payload));
        } else {
            tracing::info!(run = self.id, bot = self.program.name, "{}", embed_line(embed));
        }
    }

    pub fn failed_at(&mut self, place: &str, span: Span) {
        self.failed_at.get_or_insert_with(|| place.to_owned());
        self.failed_span.get_or_insert(span);
    }

    /// Does the steps, settles what was taken or gives it back, and writes the log entries, all in one transaction. What
    /// a message may have carried to somebody is never given back by a later failure: nobody else may get it.
    pub async fn carry_out(&mut self, block: &Block) -> Result<Next, Failure> {
        let result = block.run(self).await;
        match result {
            Ok(Next::Asleep) | Err(Failure::Repeated) => result,
            Err(Failure::InDoubt { what, refusal }) => self.doubt(what, &refusal).await.map(|()| Next::Asleep),
            // What somebody has got cannot be undone: it goes on when the database does.
            Err(Failure::Memory(_)) if self.record == Record::Begun && self.has_left_traces() => result,
            // Whether something of it went out is for an earlier process to know, and it is gone.
            Err(failure) if self.since.is_some() && self.is_held() && !matches!(failure, Failure::Refused { .. }) => {
                self.leave(failure).await
            }
            _ => {
                let settled = self.settle(result.is_ok()).await;
                let next = result?;
                settled.map(|()| next)
            }
        }
    }

    /// Before somebody reads the answer, what it tells of is written: log entries, and rows that cannot go back.
    pub async fn flush(&mut self) -> Result<(), Failure> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let ends = self.track.is_last() && !self.taken.is_held();
        let (posts, rows) = (std::mem::take(&mut self.pending), self.spent());
        let mut operations: Vec<Operation> = self.settled(rows.is_some()).into_iter().chain(entries(&posts)).collect();
        if ends {
            self.end(&mut operations)
        } else {
            operations.extend(self.checkpoint(false, false))
        }
        match self.commit(operations).await {
            Ok(_) if ends => self.record = Record::Over,
            Ok(_) => {}
            Err(failure) => {
                self.pending = posts;
                self.taken = rows.unwrap_or_else(|| std::mem::take(&mut self.taken));
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Sleeps until then: the database knows how the run goes on, and this process may forget it.
    pub(super) async fn sleep(&mut self, until: i64) -> Result<(), Failure> {
        let (posts, rows) = (std::mem::take(&mut self.pending), self.spent());
        let before = self.settled(rows.is_some()).into_iter().chain(entries(&posts));
        let operations = before.chain(self.checkpoint(true, false)).chain(self.until(until)).collect();
        self.commit(operations).await.map(drop)
    }

    /// Nobody knows whether a message arrived: somebody looks again later, and in the end asks the owner.
    async fn doubt(&mut self, what: &str, refusal: &Refusal) -> Result<(), Failure> {
        self.taken.doubt_ends();
        self.doubts += 1;
        if self.doubts > MOST_DOUBTS {
            return self.ask_owner(format!("{what}: {}", refusal.reason())).await;
        }
        let pause = FIRST_DOUBT_MS.saturating_mul(1 << (self.doubts - 1)).min(LONGEST_DOUBT_MS);
        tracing::warn!(
            run = self.id,
            "{what}: nobody knows what became of it ({refusal}); looking again in {pause} ms"
        );
        let until = self.ports.clock.now() + pause;
        let operations = self.checkpoint(false, false).into_iter().chain(self.until(until)).collect();
        self.commit(operations).await.map(drop)
    }

    /// A run that goes on in a later process and cannot: what it holds must not go back by itself.
    async fn leave(&mut self, failure: Failure) -> Result<Next, Failure> {
        if !matches!(failure, Failure::Memory(_)) {
            self.ask_owner(failure.to_string()).await?;
        }
        Err(failure)
    }

    /// Only the owner can tell: the run is set aside until they do.
    async fn ask_owner(&mut self, trouble: String) -> Result<(), Failure> {
        tracing::error!(
            bot = self.program.name,
            run = self.id,
            trigger = self.origin.trigger,
            "nobody knows whether its message arrived, and it holds rows: look, and decide with `botwright held` ({trouble})"
        );
        let aside = Operation::SetRunAside { run: self.id.clone(), trouble };
        let operations = self.checkpoint(false, false).into_iter().chain([aside]).collect();
        self.commit(operations).await.map(drop)
    }

    fn until(&self, at: i64) -> [Operation; 2] {
        [
            Operation::SleepRun { run: self.id.clone() },
            Operation::SetTimer { at, what: What::Wake(self.id.clone()).into() },
        ]
    }

    /// The rows that cannot go back any more, which are then no concern of this run's.
    fn spent(&mut self) -> Option<Taken> {
        self.taken.is_spent().then(|| std::mem::take(&mut self.taken))
    }

    fn settled(&self, spent: bool) -> Option<Operation> {
        spent.then(|| Operation::Settle { run: self.id.clone() })
    }

    /// The run is over with these operations.
    fn end(&self, operations: &mut Vec<Operation>) {
        let run = || self.id.clone();
        match self.record {
            Record::Fresh if self.cause.is_some() && !operations.is_empty() => {
                operations.insert(0, Operation::Claim { run: run() });
            }
            Record::Begun => operations.push(Operation::EndRun { run: run() }),
            Record::Fresh | Record::Over => {}
        }
    }

    /// The run is over: rows it took stay as they are when it went well, or when a message went out after they were
    /// taken; others go back. Log entries are written with it.
    pub async fn settle(&mut self, well: bool) -> Result<(), Failure> {
        let mut operations = self.taken.end(&self.id, well);
        operations.extend(entries(&self.pending));
        self.end(&mut operations);
        if !operations.is_empty() {
            self.commit(operations).await?;
        }
        self.taken = Taken::default();
        self.pending.clear();
        self.record = Record::Over;
        Ok(())
    }

    /// Whether nothing is left to be settled.
    pub fn is_settled(&self) -> bool {
        self.record == Record::Over || (self.record == Record::Fresh && self.pending.is_empty())
    }

    /// Whether it has to go on, since somebody has got something of it already.
    pub fn must_go_on(&self) -> bool {
        self.record == Record::Begun && (self.since.is_some() || self.has_left_traces())
    }

    /// It has done something on Discord that its end does not undo.
    pub fn leaves_traces(&mut self) {
        self.traces = true;
    }

    fn has_left_traces(&self) -> bool {
        self.traces || self.messages.load(Ordering::Relaxed) > 0
    }

    /// Whether nobody knows if a message arrived that was sent after a row was taken: then the row must not go back.
    pub fn is_unsure(&self) -> bool {
        self.taken.is_unsure()
    }

    /// Where the run failed, for the log.
    pub fn place_of_failure(&self) -> &str {
        self.failed_at.as_deref().unwrap_or("the end of its steps")
    }

    pub fn value(&self, template: &Template) -> Result<Value, Failure> {
        template.value(&self.scope).map_err(|error| Failure::Evaluation(error.to_string()))
    }

    pub fn text(&self, template: &Template) -> Result<String, Failure> {
        template.render(&self.scope).map_err(|error| Failure::Evaluation(error.to_string()))
    }

    /// What a template names: the id of a thing, or a text that is an id or a name.
    pub fn id_of(&self, template: &Template) -> Result<String, Failure> {
        let value = self.value(template)?;
        match id_in(&value) {
            Some(id) if !id.is_empty() => Ok(id),
            _ => Err(Failure::Evaluation("the value is empty where a user, role or channel belongs".into())),
        }
    }

    pub async fn channel(&self, name: &str) -> Result<String, Refusal> {
        self.directory.channel(self.ports.discord.as_ref(), self.guild_or_refuse()?, name).await
    }

    pub async fn role(&self, name: &str) -> Result<String, Refusal> {
        self.directory.role(self.ports.discord.as_ref(), self.guild_or_refuse()?, name).await
    }

    fn guild_or_refuse(&self) -> Result<&str, Refusal> {
        let none = || Refusal::new(404, code::UNKNOWN_GUILD, "this did not happen in a server");
        self.origin.guild.as_deref().ok_or_else(none)
    }
}

/// The id in a value: of a thing with an `id`, or the text or number itself.
pub fn id_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(thing) => thing.get("id").and_then(id_in),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn entries(pending: &[(String, Value)]) -> impl Iterator<Item = Operation> {
    pending
        .iter()
        .map(|(destination, payload)| Operation::Post { destination: destination.clone(), payload: payload.clone() })
}

/// An embed in one line of a log.
fn embed_line(embed: &Embed) -> String {
    let mut line = embed.title.clone().unwrap_or_default();
    if let Some(description) = &embed.description {
        line.push_str(&format!(" {description}"));
    }
    for field in &embed.fields {
        line.push_str(&format!(" | {}: {}", field.name, field.value));
    }
    line.replace('\n', " ")
}
