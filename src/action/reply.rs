//! `reply`: answers whoever caused the run.

use crate::action::binder::{Answering, Binder};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::message::MessageTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::lang::message::message;
use crate::text::{Diagnostic, OrText, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

message! {
    /// An answer; a text alone is its content.
    pub struct Answer {
        /// Only whoever caused it sees the answer.
        pub ephemeral: Option<bool>,
        /// On a button or a select menu: change the message it stands on. Elsewhere it is an answer like any other.
        pub update: Option<bool>,
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Reply(OrText<Answer>);

impl Verb for Reply {
    const WORD: &'static str = "reply";
    const CLAUSES: Clauses = Clauses::NONE;
    const DOC: &'static str =
        "Answers whoever used the command or pressed the button. A second reply is a further message.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        if !binder.cause.answers {
            let message = format!("nobody waits for an answer in {}", binder.cause.label);
            let diagnostic = Diagnostic::new(code::NOBODY_TO_ANSWER, written.span, message);
            binder.report(diagnostic.help("use `send: { to: …, content: … }`"));
        }
        let ephemeral = self.0.ephemeral.unwrap_or(false);
        let update = self.0.update.unwrap_or(false);
        binder.answer(Answering { ephemeral, update, modal: false });
        let mut message = binder.message(self.0.body(), written.span);
        message.ephemeral = ephemeral;
        Bound::new(Replying { message, update })
    }
}

#[derive(Debug)]
struct Replying {
    message: MessageTemplate,
    update: bool,
}

#[async_trait]
impl Action for Replying {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let message = self.message.render(run)?;
        let Some(answer) = run.answer.as_ref().map(Arc::clone) else {
            return Err(Failure::Other("nobody waits for an answer".into()));
        };
        run.flush().await?;
        let outcome = if self.update { answer.update(message).await } else { answer.reply(message).await };
        run.went_out(&outcome);
        match outcome {
            Ok(_) => Ok(Done::NOTHING),
            // What the run did stands, though nobody is told of it any more: the interaction is over.
            Err(refusal) if refusal.is_gone() => {
                tracing::warn!(run = run.id, "the answer came too late: {refusal}");
                Ok(Done::NOTHING)
            }
            Err(refusal) => Err(Failure::refused("the answer", refusal)),
        }
    }
}
