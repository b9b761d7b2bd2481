//! What a bot is expected to do.

use crate::scenario::pattern::Pattern;
use crate::text::{Items, Named, OneOrMany, OrText, Shorthand, Spanned, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// One thing that the bot does. Of each, only what is written down is compared.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The answer to whoever used a command, a button or a window.
    pub reply: Option<OrText<Message>>,
    /// The message of the button becomes another.
    pub update: Option<OrText<Message>>,
    /// A message in a channel.
    pub message: Option<OrText<Message>>,
    /// A direct message.
    pub dm: Option<OrText<Message>>,
    /// A message is changed.
    pub edit: Option<OrText<Message>>,
    /// A message is deleted.
    pub delete: Option<OrText<Message>>,
    /// An entry arrives at a log's webhook: its name, or more about it. Entries have an order of their own.
    pub log: Option<OrText<Log>>,
    /// A channel is made.
    #[serde(rename = "channel.create")]
    pub channel_create: Option<OrText<Channel>>,
    /// A channel is deleted.
    #[serde(rename = "channel.delete")]
    pub channel_delete: Option<OrText<Channel>>,
    /// A channel is changed.
    #[serde(rename = "channel.change")]
    pub channel_change: Option<OrText<Channel>>,
    /// A role is given.
    #[serde(rename = "role.add")]
    pub role_add: Option<Role>,
    /// A role is taken.
    #[serde(rename = "role.remove")]
    pub role_remove: Option<Role>,
    /// A window opens.
    pub modal: Option<OrText<Modal>>,
    /// What is offered while somebody types, in order.
    pub suggestions: Option<OneOrMany<OrText<Pattern>>>,
    /// The person cannot do it at all: what their client says.
    pub unable: Option<OrText<Pattern>>,
    /// Discord tells the person that the bot did not answer.
    pub no_answer: Option<OrText<Person>>,
    /// The commands are registered anew: their names.
    pub commands: Option<OneOrMany<Text>>,
}

impl Expected {
    /// The messages in it.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let all = [&self.reply, &self.update, &self.message, &self.dm, &self.edit, &self.delete];
        all.into_iter().flatten().map(|message| &message.0)
    }

    /// The channels in it.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        let all = [&self.channel_create, &self.channel_delete, &self.channel_change];
        all.into_iter().flatten().map(|channel| &channel.0)
    }
}

/// A message.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who gets it: whose answer or direct message it is.
    pub to: Option<Text>,
    /// The channel that it stands in.
    #[serde(rename = "in")]
    pub place: Option<Text>,
    /// Whether only that person sees it.
    pub ephemeral: Option<Spanned<bool>>,
    /// Its text, without embeds.
    pub content: Option<OrText<Pattern>>,
    /// Its embed, or the first of them.
    pub embed: Option<OrText<Embed>>,
    /// All its embeds, in order.
    pub embeds: Option<Items<OrText<Embed>>>,
    /// What stands on its buttons, all of them in order.
    pub buttons: Option<OneOrMany<Text>>,
    /// Its select menus: what stands on them while nothing is chosen.
    pub selects: Option<OneOrMany<Text>>,
    /// The names of its files.
    pub files: Option<OneOrMany<Text>>,
    /// Whom it pings: people and roles, by name.
    pub pings: Option<OneOrMany<Text>>,
    /// Who sees it: people and roles, by name. Administrators see everything and need not be named.
    pub visible_to: Option<OneOrMany<Text>>,
    /// A name for it in later steps: `$panel`.
    #[serde(rename = "as")]
    pub name: Option<Text>,
}

impl Shorthand for Message {
    fn from_text(text: Text) -> Self {
        Self { content: Some(OrText(Pattern::from_text(text))), ..Self::default() }
    }
}

/// An embed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Embed {
    /// The line in bold.
    pub title: Option<OrText<Pattern>>,
    /// The text.
    pub description: Option<OrText<Pattern>>,
    /// A name such as `green`, or `#RRGGBB`.
    pub color: Option<Text>,
    /// The line above the title.
    pub author: Option<OrText<Pattern>>,
    /// The small text below.
    pub footer: Option<OrText<Pattern>>,
    /// Where the title leads.
    pub url: Option<OrText<Pattern>>,
    /// The large picture.
    pub image: Option<OrText<Pattern>>,
    /// The small picture.
    pub thumbnail: Option<OrText<Pattern>>,
    /// Whether it shows a time.
    pub timestamp: Option<Spanned<bool>>,
    /// All its fields, by name.
    #[serde(default)]
    pub fields: Named<OrText<Pattern>>,
    /// `true`: it may have other fields too.
    #[serde(default)]
    pub other_fields: bool,
}

/// A text alone is the title.
impl Shorthand for Embed {
    fn from_text(text: Text) -> Self {
        Self { title: Some(OrText(Pattern::from_text(text))), ..Self::default() }
    }
}

/// A log entry.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The name of the entry in the bot's `logs`.
    pub entry: Option<Text>,
    /// The line in bold.
    pub title: Option<OrText<Pattern>>,
    /// The text.
    pub description: Option<OrText<Pattern>>,
    /// A name such as `green`, or `#RRGGBB`.
    pub color: Option<Text>,
    /// The small text below.
    pub footer: Option<OrText<Pattern>>,
    /// All its fields, by name.
    #[serde(default)]
    pub fields: Named<OrText<Pattern>>,
    /// `true`: it may have other fields too.
    #[serde(default)]
    pub other_fields: bool,
}

/// A text alone is the entry's name.
impl Shorthand for Log {
    fn from_text(text: Text) -> Self {
        Self { entry: Some(text), ..Self::default() }
    }
}

/// A channel.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its name.
    pub name: Option<OrText<Pattern>>,
    /// The category that it stands in.
    pub category: Option<Text>,
    /// The line beside its name.
    pub topic: Option<OrText<Pattern>>,
    /// Who sees it: people and roles, by name. Administrators see everything and need not be named.
    pub visible_to: Option<OneOrMany<Text>>,
    /// A name for it in later steps: `$room`.
    #[serde(rename = "as")]
    pub bound: Option<Text>,
}

/// A text alone is the name.
impl Shorthand for Channel {
    fn from_text(text: Text) -> Self {
        Self { name: Some(OrText(Pattern::from_text(text))), ..Self::default() }
    }
}

/// A role that somebody is given or loses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The person.
    pub to: Option<Text>,
    /// The role's name.
    pub role: Option<Text>,
}

/// A window.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Modal {
    /// Who sees it.
    pub to: Option<Text>,
    /// What stands above it.
    pub title: Option<OrText<Pattern>>,
    /// What stands over its fields, all of them in order.
    pub fields: Option<OneOrMany<Text>>,
}

/// A text alone is the title.
impl Shorthand for Modal {
    fn from_text(text: Text) -> Self {
        Self { title: Some(OrText(Pattern::from_text(text))), ..Self::default() }
    }
}

/// Somebody.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Who.
    pub to: Option<Text>,
}

impl Shorthand for Person {
    fn from_text(text: Text) -> Self {
        Self { to: Some(text) }
    }
}

/// How rows are written down: how many, or each with the columns that matter.
pub struct RowsShape;

impl JsonSchema for RowsShape {
    fn schema_name() -> Cow<'static, str> {
        "Rows".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let pattern = generator.subschema_for::<OrText<Pattern>>();
        json_schema!({
            "description": "How many rows there are, or all of them, oldest first, with the columns that matter.",
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "array", "items": { "type": "object", "additionalProperties": pattern } },
            ],
        })
    }
}
