//! What a run needs to go on in another process.

use crate::flow::cause::Cause;
use crate::flow::effect::InteractionRef;
use crate::flow::memory::{Answer, UnfinishedRun};
use crate::flow::run::Origin;
use crate::flow::taken::Taken;
use crate::flow::track::Turn;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// A run as it stands in the database. It can hold secrets: the interaction's token, and rows with secret columns.
#[derive(Serialize, Deserialize)]
pub struct Checkpoint<'r> {
    pub cause: Cow<'r, Cause>,
    /// The way to the step under way.
    pub way: Cow<'r, [Turn]>,
    /// That step is done: the run goes on behind it.
    pub over: bool,
    /// All names, with their values.
    pub names: Cow<'r, Value>,
    /// The arguments of the flows that called the one under way, outermost first.
    pub outer: Cow<'r, [Value]>,
    pub origin: Cow<'r, Origin>,
    pub interaction: Option<Asked>,
    pub taken: Cow<'r, Taken>,
    /// Log entries that are not in the outbox yet: destination and embed.
    pub pending: Cow<'r, [(String, Value)]>,
    /// When the step under way began. Epoch milliseconds.
    pub began: i64,
    /// How many messages were told apart before the step under way.
    pub messages: u32,
    /// What the database answered in the step under way, but for the last answers, which stand beside this.
    pub answers: Cow<'r, [Vec<Answer>]>,
    /// How often an outcome that nobody knew was looked for.
    pub doubts: u32,
    /// How many items its loops have gone through.
    #[serde(default)]
    pub rounds: u32,
}

/// How whoever caused the run is answered.
#[derive(Clone, Serialize, Deserialize)]
pub struct Asked {
    pub reference: InteractionRef,
    /// There is a message to update.
    pub component: bool,
}

impl Checkpoint<'static> {
    /// Reads what the database holds; none when another version wrote it in another way.
    pub fn read(run: &UnfinishedRun) -> Option<Self> {
        let mut checkpoint: Self = serde_json::from_str(&run.state).ok()?;
        if let Some(answers) = &run.answers {
            checkpoint.answers.to_mut().push(serde_json::from_str(answers).ok()?);
        }
        Some(checkpoint)
    }
}
