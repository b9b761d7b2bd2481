//! A whole bot: what stands at the top of the file.

use crate::lang::access::Access;
use crate::lang::button::Button;
use crate::lang::command::Command;
use crate::lang::embed::Embed;
use crate::lang::event::Events;
use crate::lang::flow::Flow;
use crate::lang::log::Logs;
use crate::lang::modal::Modal;
use crate::lang::schedule::Schedule;
use crate::lang::select::Select;
use crate::lang::setting::Setting;
use crate::lang::table::Table;
use crate::lang::ticket::Ticket;
use crate::text::{Named, OneOrMany, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A Discord bot in one file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// The bot's name: lower-case letters, digits, `-` and `_`. Its database file is called after it.
    pub bot: Text,
    /// What the bot is for, in a sentence.
    pub description: Option<Text>,
    /// The token, as an environment variable: `${DISCORD_TOKEN}` unless you say otherwise.
    pub token: Option<Text>,
    /// The database: `${DATABASE_URL:-sqlite://data/NAME.db}` unless you say otherwise.
    pub database: Option<Text>,
    /// Servers (IDs) to register the commands in. Without it they are registered everywhere.
    pub guilds: Option<OneOrMany<Text>>,
    /// Values that the rest of the file uses as `{{settings.NAME}}`, so that they stand in one place.
    #[serde(default)]
    pub settings: Named<Setting>,
    /// Named rules of who may do something; `access: NAME` refers to them.
    #[serde(default)]
    pub access: Named<Access>,
    /// What the bot remembers, as tables of rows.
    #[serde(default)]
    pub tables: Named<Table>,
    /// The slash commands.
    #[serde(default)]
    pub commands: Named<Command>,
    /// Steps that several commands and buttons share; `flow: NAME` does them.
    #[serde(default)]
    pub flows: Named<Flow>,
    /// Buttons that messages show. They work for ever, also after a restart.
    #[serde(default)]
    pub buttons: Named<Button>,
    /// Select menus that messages show.
    #[serde(default)]
    pub selects: Named<Select>,
    /// Windows that ask for text.
    #[serde(default)]
    pub modals: Named<Modal>,
    /// Ticket flows: a panel, a private channel for each ticket, a way to close it.
    #[serde(default)]
    pub tickets: Named<Ticket>,
    /// What is reported to a webhook.
    pub logs: Option<Logs>,
    /// Embeds that messages show.
    #[serde(default)]
    pub embeds: Named<Embed>,
    /// What the bot does when something happens without a command.
    pub events: Option<Events>,
    /// What the bot does by itself, at set times.
    #[serde(default)]
    pub schedules: Named<Schedule>,
}
