//! `send`: writes a message into a channel.

use crate::action::binder::Binder;
use crate::action::delete_after;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::message::MessageTemplate;
use crate::flow::payload::Message;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::lang::message::message;
use crate::text::{Diagnostic, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

message! {
    /// A message and where it goes.
    pub struct Letter {
        /// The channel: a setting, an option, `{{channel}}`, its ID or its name.
        pub to: Option<Text>,
        /// How long after it was sent the message is deleted, such as `10s` or `1d`. Without it, it stays.
        pub delete_after: Option<Text>,
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Send(Letter);

impl Verb for Send {
    const WORD: &'static str = "send";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str = "Sends a message to a channel. With `as:`, later steps know whether it arrived.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let message = binder.message(self.0.body(), written.span);
        let Some(to) = &self.0.to else {
            if !binder.broken {
                let message = "`send` has no `to`: the channel";
                binder.report(Diagnostic::new(code::MISSING_KEY, written.span, message).leans_on(["to"]));
            }
            return Bound::new(crate::action::stop::Ending);
        };
        let to = binder.destination(to, "channel");
        let delete_after = binder.delete_after(self.0.delete_after.as_ref(), false);
        Bound::new(Sending { to, message, delete_after }).gives(entity::delivery_type())
    }
}

#[derive(Debug)]
struct Sending {
    to: Template,
    message: MessageTemplate,
    delete_after: Option<i64>,
}

#[async_trait]
impl Action for Sending {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let message = self.message.render(run)?;
        let name = run.id_of(&self.to)?;
        run.begin().await?;
        Ok(match deliver(run, &name, message).await {
            Ok(message) => {
                delete_after::message(run, self.delete_after, &message).await?;
                Done::Gave(entity::delivered(Some(entity::message_ref(&message))))
            }
            Err(refusal) => Done::Refused { what: "the message", refusal },
        })
    }
}

async fn deliver(run: &Run, name: &str, message: Message) -> Result<Value, Refusal> {
    let channel = run.channel(name).await?;
    run.send(channel, message).await
}
