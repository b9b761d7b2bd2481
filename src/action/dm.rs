//! `dm`: writes to a user in private.

use crate::action::binder::Binder;
use crate::action::delete_after;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::effect::Effect;
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::message::MessageTemplate;
use crate::flow::payload::Message;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::lang::message::message;
use crate::text::{OrText, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

message! {
    /// A message and whom it goes to; a text alone goes to whoever caused the run.
    pub struct Letter {
        /// The user: an option, `{{user}}`, or an ID. Without it, whoever caused the run.
        pub to: Option<Text>,
        /// How long after it was sent the message is deleted, such as `10s` or `1d`. Without it, it stays.
        pub delete_after: Option<Text>,
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Dm(OrText<Letter>);

impl Verb for Dm {
    const WORD: &'static str = "dm";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str = "Sends a private message. Users can close their DMs: `on_refusal:` says what happens then, and `as:` tells later steps.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let message = binder.message(self.0.body(), written.span);
        let delete_after = binder.delete_after(self.0.delete_after.as_ref(), false);
        let to = match &self.0.to {
            Some(to) => binder.destination(to, "user"),
            None => binder.causer(Self::WORD, "to", written.span),
        };
        Bound::new(Writing { to, message, delete_after }).gives(entity::delivery_type())
    }
}

#[derive(Debug)]
struct Writing {
    to: Template,
    message: MessageTemplate,
    delete_after: Option<i64>,
}

#[async_trait]
impl Action for Writing {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let message = self.message.render(run)?;
        let user = run.id_of(&self.to)?;
        run.begin().await?;
        Ok(match deliver(run, &user, message).await {
            Ok(message) => {
                delete_after::message(run, self.delete_after, &message).await?;
                Done::Gave(entity::delivered(Some(entity::message_ref(&message))))
            }
            Err(refusal) => Done::Refused { what: "the DM", refusal },
        })
    }
}

async fn deliver(run: &Run, user: &str, message: Message) -> Result<Value, Refusal> {
    let channel = run.perform(&Effect::OpenDm { user: user.to_owned() }).await?;
    let channel = channel["id"].as_str().unwrap_or_default().to_owned();
    run.send(channel, message).await
}
