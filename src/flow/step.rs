//! Steps and blocks of steps: the body of a command, a button or a flow, ready to run.

use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::trace::way;
use crate::flow::track::{Branch, branch};
use crate::text::Span;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::fmt::Debug;

/// What a verb does, once it is compiled.
#[async_trait]
pub trait Action: Debug + Send + Sync {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure>;

    /// The steps inside of it, each with the way that leads there.
    fn blocks(&self) -> Vec<(&'static str, &Block)> {
        Vec::new()
    }

    /// What of the file it leads to, when that is no step: a log entry.
    fn leads_to(&self) -> Option<(Span, &str)> {
        None
    }
}

/// How an action went.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// It happened; `as:` binds the value.
    Gave(Value),
    /// There was nothing to do it with: `else:` decides, and `as:` binds nothing (null).
    Missing,
    /// The world said no: `on_refusal:` decides, and `as:` binds what happened. `what` names the deed: "the DM".
    Refused { what: &'static str, refusal: Refusal },
    /// The run ends here, well.
    Stop,
    /// The run sleeps until that time (epoch milliseconds) and then goes on behind this step.
    Sleep { until: i64 },
    /// It sleeps already, in one of the step's own blocks.
    Asleep,
}

/// What became of a step is what became of the block that it consists of.
impl From<Next> for Done {
    fn from(next: Next) -> Self {
        match next {
            Next::Continue => Self::NOTHING,
            Next::Stop => Self::Stop,
            Next::Asleep => Self::Asleep,
        }
    }
}

impl Done {
    pub const NOTHING: Self = Self::Gave(Value::Null);
}

/// Whether the run goes on behind a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Continue,
    Stop,
    /// It goes on later, from what the database holds of it.
    Asleep,
}

/// One compiled step.
#[derive(Debug)]
pub struct Step {
    /// The verb's word.
    pub word: &'static str,
    /// Where it stands in the file: `bots/store.yaml:61`.
    pub place: String,
    pub span: Span,
    pub action: Box<dyn Action>,
    pub bind: Option<String>,
    pub otherwise: Option<Block>,
    pub on_refusal: Option<Block>,
}

#[derive(Debug, Default)]
pub struct Block {
    pub steps: Vec<Step>,
}

impl Block {
    /// Does the steps in order until one ends the run.
    pub fn run<'a>(&'a self, run: &'a mut Run) -> BoxFuture<'a, Result<Next, Failure>> {
        Box::pin(async move {
            let first = run.track.enter(self).ok_or(Failure::Moved)?;
            for (index, step) in self.steps.iter().enumerate().skip(first) {
                run.track.step(self, index);
                run.step_begins();
                match step.run(run).await? {
                    Next::Continue => {}
                    other => return Ok(other),
                }
            }
            run.track.leave();
            Ok(Next::Continue)
        })
    }
}

impl Step {
    async fn run(&self, run: &mut Run) -> Result<Next, Failure> {
        tracing::trace!(run = run.id, step = self.word, place = self.place, "step");
        run.at(self.word, self.span);
        match run.track.branch() {
            Some(branch::OTHERWISE) => return self.beside(run, self.otherwise.as_ref(), branch::OTHERWISE).await,
            Some(branch::ON_REFUSAL) => return self.beside(run, self.on_refusal.as_ref(), branch::ON_REFUSAL).await,
            _ => {}
        }
        let done = self.action.act(run).await.inspect_err(|_| run.failed_at(&self.place, self.span))?;
        match done {
            Done::Gave(value) => self.bind(run, value),
            Done::Stop => return Ok(Next::Stop),
            Done::Asleep => return Ok(Next::Asleep),
            Done::Sleep { until } => {
                run.sleep(until).await.inspect_err(|_| run.failed_at(&self.place, self.span))?;
                return Ok(Next::Asleep);
            }
            Done::Missing => {
                self.bind(run, Value::Null);
                return self.beside(run, self.otherwise.as_ref(), branch::OTHERWISE).await;
            }
            Done::Refused { what, refusal } => {
                // Nobody knows whether it happened, so what the author wrote for "it did not" would be wrong: the step is
                // done again in a while, which makes no second message.
                if refusal.unknown && (run.is_unsure() || run.looks_again()) {
                    run.failed_at(&self.place, self.span);
                    return Err(Failure::InDoubt { what, refusal });
                }
                if self.bind.is_none() && self.on_refusal.is_none() {
                    run.failed_at(&self.place, self.span);
                    return Err(Failure::refused(what, refusal));
                }
                tracing::warn!(run = run.id, place = self.place, "{what}: {} ({refusal})", refusal.reason());
                self.bind(run, entity::refused(&refusal.reason()));
                return self.beside(run, self.on_refusal.as_ref(), branch::ON_REFUSAL).await;
            }
        }
        Ok(Next::Continue)
    }

    /// Goes on in a block that stands beside the step.
    async fn beside(&self, run: &mut Run, block: Option<&Block>, branch: Branch) -> Result<Next, Failure> {
        let Some(block) = block else { return Ok(Next::Continue) };
        run.went(self.span, if branch == branch::OTHERWISE { way::ELSE } else { way::ON_REFUSAL });
        run.track.go_into(branch, true);
        block.run(run).await
    }

    fn bind(&self, run: &mut Run, value: Value) {
        if let Some(name) = &self.bind {
            run.scope.bind(name, value);
        }
    }
}
