//! A registered command, as Discord keeps it.

use crate::sim::id::Id;
use serde_json::Value;

/// Types of options.
/// Source: "Application Command Option Type" in the reference of Discord's API.
pub mod option {
    pub const SUBCOMMAND: u64 = 1;
    pub const GROUP: u64 = 2;
    pub const STRING: u64 = 3;
    pub const INTEGER: u64 = 4;
    pub const BOOLEAN: u64 = 5;
    pub const USER: u64 = 6;
    pub const CHANNEL: u64 = 7;
    pub const ROLE: u64 = 8;
    pub const MENTIONABLE: u64 = 9;
    pub const NUMBER: u64 = 10;
    pub const ATTACHMENT: u64 = 11;
}

/// Types of commands: typed by name, or from the menu of a user or a message.
pub mod kind {
    pub const CHAT: u64 = 1;
    pub const USER: u64 = 2;
    pub const MESSAGE: u64 = 3;
}

#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    pub id: Id,
    /// None of a global one.
    pub guild: Option<Id>,
    /// See [`kind`].
    pub kind: u64,
    pub name: String,
    /// As the API answers.
    pub json: Value,
}

impl Command {
    pub fn options(&self) -> &[Value] {
        self.json["options"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// What a member needs to see it; none when everybody does.
    pub(super) fn needs(&self) -> Option<u64> {
        self.json["default_member_permissions"].as_str()?.parse().ok()
    }

    /// Whether it can be used in a direct message with the bot.
    pub(super) fn in_dms(&self) -> bool {
        let contexts = self.json["contexts"].as_array();
        let listed = contexts.map(|all| all.iter().any(|context| context.as_u64() == Some(1)));
        self.guild.is_none() && listed.unwrap_or(self.json["dm_permission"].as_bool() != Some(false))
    }

    pub(super) fn in_guilds(&self) -> bool {
        let contexts = self.json["contexts"].as_array();
        contexts.is_none_or(|all| all.iter().any(|context| context.as_u64() == Some(0)))
    }
}
