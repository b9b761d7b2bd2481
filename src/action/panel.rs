//! `panel`: posts the message with the button that opens tickets.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::memory::{Operation, Panel as Row};
use crate::flow::payload::Message;
use crate::flow::refusal::{Refusal, code as refusal_code};
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::text::{OrText, Shorthand, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Which panel, and where.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The name of a ticket in `tickets`.
    pub ticket: Text,
    /// The channel; without it, the one in which the command was used.
    pub to: Option<Text>,
}

impl Shorthand for Posting {
    fn from_text(ticket: Text) -> Self {
        Self { ticket, to: None }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Panel(OrText<Posting>);

impl Verb for Panel {
    const WORD: &'static str = "panel";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str = "Posts the panel of a ticket. Its button works for ever.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let bot = binder.bot;
        let to = self.0.to.as_ref().map(|to| binder.destination(to, "channel"));
        binder.named("tickets", "ticket", &bot.tickets, &self.0.ticket);
        Bound::new(Posted { kind: self.0.ticket.value.clone(), to }).gives(entity::delivery_type())
    }
}

#[derive(Debug)]
struct Posted {
    kind: String,
    to: Option<Template>,
}

#[async_trait]
impl Action for Posted {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let Some(kind) = run.program.tickets.get(&self.kind).map(Arc::clone) else {
            return Err(Failure::Other(format!("there is no ticket `{}`", self.kind)));
        };
        let message = kind.panel.render(run)?;
        let to = self.to.as_ref().map(|to| run.id_of(to)).transpose()?;
        run.begin().await?;
        Ok(match post(run, to, message).await {
            Ok(message) => {
                self.remember(run, &message).await;
                Done::Gave(entity::delivered(Some(entity::message_ref(&message))))
            }
            Err(refusal) => Done::Refused { what: "the panel", refusal },
        })
    }
}

impl Posted {
    /// So that somebody notices when it is deleted. That it stands there does not depend on it.
    async fn remember(&self, run: &mut Run, message: &Value) {
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let panel = Row {
            guild: run.guild().to_owned(),
            channel: text("channel_id"),
            message: text("id"),
            kind: self.kind.clone(),
        };
        if let Err(failure) = run.ask(Operation::PanelPosted { panel }).await {
            tracing::warn!(run = run.id, "the panel is posted, but not remembered: {failure}");
        }
    }
}

async fn post(run: &Run, to: Option<String>, message: Message) -> Result<Value, Refusal> {
    let channel = match to {
        Some(name) => run.channel(&name).await?,
        None => run
            .origin
            .channel
            .clone()
            .ok_or_else(|| Refusal::new(404, refusal_code::UNKNOWN_CHANNEL, "there is no channel here"))?,
    };
    run.send(channel, message).await
}
