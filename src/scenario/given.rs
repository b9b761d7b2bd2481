//! What is there before a scenario begins.

use crate::text::{Items, Named, OneOrMany, OrText, Raw, Shorthand, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// The server, its people, and what the bot remembers. Without a word of it: an administrator (`root`), a member of staff
/// (`sam`), two customers (`ana`, and `bo`, whose DMs are closed), the roles `Admin` and `Staff`, and `#general`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// What time it is: `2026-01-05T09:00:00Z` unless something else is said. It moves only by `advance`.
    pub now: Option<Text>,
    /// What chance comes from: another number, other chances.
    pub seed: Option<Spanned<u64>>,
    /// Roles, by name, beside those that are there.
    #[serde(default)]
    pub roles: Named<Option<Role>>,
    /// People, by name: more of them, or what is different about those that are there.
    #[serde(default)]
    pub members: Named<Option<Member>>,
    /// Channels, by name.
    #[serde(default)]
    pub channels: Named<Option<Channel>>,
    /// `true`: the server's settings let everybody use every command, so that the bot itself has to turn away who may not.
    #[serde(default)]
    pub commands_for_everybody: bool,
    /// Values of the bot's settings.
    #[serde(default)]
    pub settings: Named<Text>,
    /// Environment variables that the bot's file asks for.
    #[serde(default)]
    pub variables: Named<Text>,
    /// Rows of the bot's tables. A person's name stands for them in a column of type `user`.
    #[serde(default)]
    #[schemars(
        with = "std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, crate::text::Text>>>"
    )]
    pub rows: Named<Items<Raw>>,
    /// Rows of the bot's tables that belong to another server; nothing of them may show on this one.
    #[serde(default)]
    #[schemars(
        with = "std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, crate::text::Text>>>"
    )]
    pub rows_elsewhere: Named<Items<Raw>>,
    /// Files that people can attach, by name: their text, or how large they are.
    #[serde(default)]
    pub files: Named<OrText<Attached>>,
}

/// A file that somebody attaches.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// What stands in it.
    pub text: Option<Text>,
    /// So many bytes, where it does not matter which.
    pub size: Option<Spanned<u32>>,
}

impl Shorthand for Attached {
    fn from_text(text: Text) -> Self {
        Self { text: Some(text), size: None }
    }
}

impl Attached {
    pub fn content(&self) -> Vec<u8> {
        let size = self.size.as_ref().map_or(0, |size| size.value as usize);
        self.text.as_ref().map_or_else(|| vec![b'x'; size], |text| text.value.clone().into_bytes())
    }
}

/// Somebody on the server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Whether they take direct messages: `open` (without it) or `closed`.
    pub dms: Option<Spanned<Dms>>,
    /// Their roles, by name.
    #[serde(default)]
    pub roles: OneOrMany<Text>,
    /// What they may do, as if a role of their own said so: `administrator`, `manage_messages`.
    #[serde(default)]
    pub permissions: OneOrMany<Text>,
    /// `true`: they exist, but are not on the server.
    #[serde(default)]
    pub outside: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dms {
    Open,
    Closed,
}

/// A role of the server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What its members may do.
    #[serde(default)]
    pub permissions: OneOrMany<Text>,
    /// `true`: it stands above the bot's own role, so that the bot cannot give it.
    #[serde(default)]
    pub above_bot: bool,
}

/// A channel of the server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// `text` (without it) or `category`.
    pub kind: Option<Spanned<ChannelKind>>,
    /// The category that it stands in.
    pub category: Option<Text>,
    /// Who alone sees it: people and roles, by name.
    #[serde(default)]
    pub visible_to: OneOrMany<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Text,
    Category,
}
