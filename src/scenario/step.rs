//! One step of a scenario: what somebody does, or what befalls the bot, and what has to come of it.

use crate::text::{Items, Named, OneOrMany, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A person's name with what they do (`ana: /review rating:5`), or one of the other deeds; beside it, what has to come of it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What several people do at the same time: `ana clicks "Open Ticket"`.
    pub parallel: Option<Items<Text>>,
    /// With `parallel`: in how many orders it is tried, or `all`. Without it, in one.
    pub orders: Option<Text>,
    /// Puts the clock forward: `5s`, `10m`, `1d`.
    pub advance: Option<Text>,
    /// The bot is stopped in good order, and started again on what it remembers.
    pub restart: Option<Nothing>,
    /// The bot dies, as by a power cut, and is started again.
    pub crash: Option<Nothing>,
    /// The bot's file is saved with other words in it.
    pub reload: Option<OneOrMany<Replacement>>,
    /// What goes wrong on Discord from now on, or `works`: nothing any more.
    pub discord: Option<Raw>,
    /// `lost`: the connection breaks, and is made anew; what happened meanwhile was not heard.
    pub gateway: Option<Spanned<Gateway>>,
    /// A channel that somebody deletes by hand.
    pub delete_channel: Option<Text>,
    /// A channel that somebody is let into by hand.
    pub show_channel: Option<Admission>,
    /// A role that somebody is given by hand.
    pub give_role: Option<Membership>,
    /// A role that is taken from somebody by hand.
    pub take_role: Option<Membership>,
    /// Who takes direct messages from now on: `bo: closed`.
    pub dms: Option<Named<Spanned<crate::scenario::given::Dms>>>,
    /// Where the person is: a channel's name. Without it, in `general`.
    #[serde(rename = "in")]
    pub place: Option<Text>,
    /// Discord delivers it a second time.
    #[serde(default)]
    pub twice: bool,
    /// The bot dies as soon as it has changed so many things on Discord, and is started again.
    pub crash_after: Option<Spanned<u32>>,
    /// All that the bot does about it, in order. `[]`: nothing. Without it, nobody looks.
    #[schemars(with = "Option<Vec<crate::scenario::expected::Expected>>")]
    pub expect: Option<Raw>,
    /// The rows of tables behind it: a list of rows, oldest first, or how many there are.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, crate::scenario::expected::RowsShape>")]
    pub rows: Named<Raw>,
}

/// A word that takes no value.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
pub struct Nothing;

/// Other words for a part of the bot's file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// Words that stand once in the file.
    pub replace: Text,
    /// What stands there from now on.
    pub by: Text,
}

/// What goes wrong on Discord.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What Discord refuses: `dm`, `webhook`, `message`, `channel`, `role`, `interaction`, `commands`, `all`, or a route such as
    /// `POST /channels/*/messages`.
    pub refuses: Text,
    /// With what: a code of Discord's (`50007`), a status (`429`, `500`), `silence` (it never answers), or `silence after` (it
    /// happens, and the answer is lost). Without it, `500`.
    #[serde(rename = "with")]
    pub how: Option<Text>,
    /// How often, or `always`. Without it, once.
    pub times: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gateway {
    Lost,
}

/// A person and a channel.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The person.
    pub member: Text,
    /// The channel's name.
    pub channel: Text,
}

/// A person and a role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The person.
    pub member: Text,
    /// The role's name.
    pub role: Text,
}

/// The words of a step that are no person's name.
pub const WORDS: &[&str] = &[
    "parallel",
    "orders",
    "advance",
    "restart",
    "crash",
    "reload",
    "discord",
    "gateway",
    "delete_channel",
    "show_channel",
    "give_role",
    "take_role",
    "dms",
    "in",
    "twice",
    "crash_after",
    "expect",
    "rows",
];
