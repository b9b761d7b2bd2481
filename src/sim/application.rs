//! An application: a bot's registration, with its commands.

use crate::sim::command::Command;
use crate::sim::id::Id;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::fmt;

/// Commands that may be created in a day, in one scope.
pub const DAILY_CREATES: usize = 200;

#[derive(Clone, PartialEq)]
pub struct Application {
    /// Also the id of the bot's user.
    pub id: Id,
    pub name: String,
    /// A credential: `Authorization: Bot {token}`.
    pub token: String,
    /// The privileged intents that are switched on in the developer portal (see [`crate::sim::intent`]).
    pub privileged: u64,
    /// Global ones and those of guilds, oldest first.
    pub commands: IndexMap<Id, Command>,
    /// When commands were created, per scope, in epoch milliseconds.
    pub(super) creates: Vec<(Option<Id>, i64)>,
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "application {} ({})", self.id, self.name)
    }
}

impl Application {
    pub(super) fn flags(&self) -> u64 {
        let bits = [
            (crate::sim::intent::GUILD_PRESENCES, 13),
            (crate::sim::intent::GUILD_MEMBERS, 15),
            (crate::sim::intent::MESSAGE_CONTENT, 19),
        ];
        bits.iter().filter(|(intent, _)| self.privileged & intent != 0).fold(0, |flags, (_, bit)| flags | 1 << bit)
    }

    /// Creates of the last 24 hours in one scope.
    pub(super) fn creates_today(&mut self, scope: Option<Id>, now: i64) -> usize {
        self.creates.retain(|(_, at)| now - at < 86_400_000);
        self.creates.iter().filter(|(of, _)| *of == scope).count()
    }

    /// `owner` and `bot` are users, as JSON.
    pub(super) fn json(&self, owner: Value, bot: Value, guilds: usize) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "icon": null,
            "description": "",
            "summary": "",
            "type": null,
            "bot": bot,
            "bot_public": true,
            "bot_require_code_grant": false,
            "integration_types_config": { "0": {} },
            "verify_key": "0".repeat(64),
            "flags": self.flags(),
            "flags_new": self.flags().to_string(),
            "hook": true,
            "redirect_uris": [],
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "owner": owner,
            "approximate_guild_count": guilds,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": null,
            "eligible_oauth2_scopes": [],
        })
    }
}
