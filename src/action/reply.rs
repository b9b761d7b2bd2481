//! `reply`: answers whoever caused the run.

use crate::action::binder::{Answering, Binder};
use crate::action::delete_after;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::message::MessageTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::lang::message::message;
use crate::text::{Diagnostic, OrText, Text, code};
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
        /// How long after it was sent the answer is deleted, such as `10s`: at most 15 minutes for an answer that is private or
        /// changes a message, any time for others. Without it, it stays.
        pub delete_after: Option<Text>,
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
        binder.answer(Answering { ephemeral, update, modal: false }, written.span);
        let mut message = binder.message(self.0.body(), written.span);
        message.ephemeral = ephemeral;
        let delete_after = binder.delete_after(self.0.delete_after.as_ref(), ephemeral || update);
        Bound::new(Replying { message, update, delete_after })
    }
}

#[derive(Debug)]
struct Replying {
    message: MessageTemplate,
    update: bool,
    delete_after: Option<i64>,
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
            Ok(given) => {
                let private = self.message.ephemeral || self.update;
                delete_after::answer(run, self.delete_after, &answer, &given, private).await?;
                Ok(Done::NOTHING)
            }
            // What the run did stands, though nobody is told of it any more: the interaction is over.
            Err(refusal) if refusal.is_gone() && !run.is_held() => {
                tracing::warn!(run = run.id, "the answer came too late: {refusal}");
                Ok(Done::NOTHING)
            }
            // It would have carried a row that was taken.
            Err(refusal) if refusal.unknown && run.is_unsure() => Err(Failure::InDoubt { what: "the answer", refusal }),
            Err(refusal) => Err(Failure::refused("the answer", refusal)),
        }
    }
}
