//! One run: what happened, the names in scope, and what it asks of the world until its steps are done.

use crate::flow::access::Who;
use crate::flow::answer::Answer;
use crate::flow::directory::Directory;
use crate::flow::effect::{Effect, Outcome};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer as MemoryAnswer, Operation};
use crate::flow::payload::Embed;
use crate::flow::port::Ports;
use crate::flow::program::Program;
use crate::flow::refusal::{Refusal, code};
use crate::flow::step::{Block, Next};
use crate::flow::taken::Taken;
use crate::flow::template::{Scope, Template};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

/// Items that all loops of a run may go through.
const MOST_ROUNDS: u32 = 1_000;

/// Where a run comes from.
#[derive(Debug, Clone, Default)]
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

pub struct Run {
    pub id: String,
    pub program: Arc<Program>,
    pub ports: Ports,
    pub directory: Arc<Directory>,
    pub scope: Scope,
    pub origin: Origin,
    /// How whoever caused it is answered; an event has nobody to answer.
    pub answer: Option<Arc<Answer>>,
    /// Written with the end of the run.
    pending: Vec<Operation>,
    /// Rows that it has taken and not given back.
    taken: Taken,
    failed_at: Option<String>,
    messages: AtomicU32,
    /// How many items its loops have gone through.
    rounds: u32,
    /// Told when there is something for the outbox or a timer.
    wake: Arc<Notify>,
}

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
            pending: Vec::new(),
            taken: Taken::default(),
            failed_at: None,
            messages: AtomicU32::new(0),
            rounds: 0,
            wake,
        }
    }

    /// The server whose rows this run sees; a DM has none.
    pub fn guild(&self) -> &str {
        self.origin.guild.as_deref().unwrap_or("0")
    }

    pub async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let outcome = self.ports.discord.perform(effect).await;
        if let Effect::SendMessage { .. } = effect {
            self.went_out(&outcome);
        }
        match &outcome {
            Ok(_) => tracing::debug!(run = self.id, effect = effect.name(), "done"),
            Err(refusal) => tracing::debug!(run = self.id, effect = effect.name(), %refusal, "refused"),
        }
        outcome
    }

    /// Takes note of a message that carried, or may have carried, what was taken to somebody.
    pub fn went_out(&self, outcome: &Result<Outcome, Refusal>) {
        self.taken.learn(outcome);
    }

    /// One transaction.
    pub async fn transact(&mut self, operations: Vec<Operation>) -> Result<Vec<MemoryAnswer>, Failure> {
        let wakes =
            operations.iter().any(|operation| matches!(operation, Operation::SetTimer { .. } | Operation::Post { .. }));
        let changes = Taken::changes(&operations);
        let answers = self.ports.memory.transact(operations).await?;
        self.taken.note(changes, &answers);
        if wakes {
            self.wake.notify_one();
        }
        Ok(answers)
    }

    /// What a message of this run is told apart by: Discord answers a repeat with the first message.
    pub fn nonce(&self) -> String {
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
            self.pending.push(Operation::Post { destination: destination.to_owned(), payload });
        } else {
            tracing::info!(run = self.id, bot = self.program.name, "{}", embed_line(embed));
        }
    }

    pub fn failed_at(&mut self, place: &str) {
        self.failed_at.get_or_insert_with(|| place.to_owned());
    }

    /// Does the steps, settles what was taken or gives it back, and writes the log entries, all in one transaction. What
    /// a message may have carried to somebody is never given back by a later failure: nobody else may get it.
    pub async fn carry_out(&mut self, block: &Block) -> Result<Next, Failure> {
        let result = block.run(self).await;
        let settled = self.settle(result.is_ok()).await;
        match (result, settled) {
            (Err(failure), _) => Err(failure),
            (Ok(_), Err(failure)) => Err(failure),
            (Ok(next), Ok(())) => Ok(next),
        }
    }

    /// Before somebody reads the answer, what it tells of is written: log entries, and rows that cannot go back.
    pub async fn flush(&mut self) -> Result<(), Failure> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let spent = self.taken.is_spent();
        let settle = spent.then(|| Operation::Settle { run: self.id.clone() });
        let operations = settle.into_iter().chain(self.pending.iter().cloned()).collect();
        self.transact(operations).await?;
        self.pending.clear();
        if spent {
            self.taken = Taken::default();
        }
        Ok(())
    }

    /// The run is over: rows it took stay as they are when it went well, or when a message went out after they were
    /// taken; others go back. Log entries are written with it.
    pub async fn settle(&mut self, well: bool) -> Result<(), Failure> {
        let mut operations = self.taken.end(&self.id, well);
        operations.append(&mut self.pending);
        if !operations.is_empty() {
            self.transact(operations).await?;
        }
        Ok(())
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
