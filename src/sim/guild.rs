//! A guild: what people call a server.

use crate::sim::id::Id;
use crate::sim::member::Member;
use crate::sim::permission::Permissions;
use crate::sim::role::Role;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// A place in the hierarchy: of two roles with the same position the older one stands higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    position: i64,
    age: Reverse<Id>,
}

impl Rank {
    pub fn of(role: &Role) -> Self {
        Self { position: role.position, age: Reverse(role.id) }
    }
}

/// A custom emoji of a guild.
#[derive(Debug, Clone, PartialEq)]
pub struct Emoji {
    pub id: Id,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Guild {
    pub id: Id,
    pub name: String,
    /// May do everything, and nobody can act on them.
    pub owner: Id,
    /// `@everyone` has the guild's own id.
    pub roles: IndexMap<Id, Role>,
    pub members: IndexMap<Id, Member>,
    /// Who is banned, with the reason.
    pub bans: IndexMap<Id, Option<String>>,
    pub emojis: IndexMap<Id, Emoji>,
}

impl Guild {
    pub(super) fn new(id: Id, name: &str, owner: Id) -> Self {
        let everyone = Role::new(id, "@everyone", Permissions::EVERYONE);
        Self {
            id,
            name: name.to_owned(),
            owner,
            roles: IndexMap::from([(id, everyone)]),
            members: IndexMap::new(),
            bans: IndexMap::new(),
            emojis: IndexMap::new(),
        }
    }

    /// What a member may do in the guild, before channels have their say.
    pub fn permissions(&self, user: Id) -> Permissions {
        let Some(member) = self.members.get(&user) else { return Permissions::NONE };
        if self.owner == user {
            return Permissions::ALL;
        }
        let held = std::iter::once(&self.id).chain(&member.roles).filter_map(|id| self.roles.get(id));
        let sum = held.fold(Permissions::NONE, |sum, role| sum | role.permissions);
        if sum.has(Permissions::ADMINISTRATOR) { Permissions::ALL } else { sum }
    }

    /// How high a member stands; the owner stands above all.
    pub fn rank(&self, user: Id) -> Rank {
        if self.owner == user {
            return Rank { position: i64::MAX, age: Reverse(user) };
        }
        let roles = self.members.get(&user).map(|member| member.roles.as_slice()).unwrap_or_default();
        let ranks = roles.iter().filter_map(|id| self.roles.get(id)).map(Rank::of);
        ranks.max().unwrap_or(Rank { position: 0, age: Reverse(self.id) })
    }

    /// The role of that name, whatever its case.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        let same = |role: &&Role| role.name == name || role.name.to_lowercase() == name.to_lowercase();
        self.roles.values().find(same)
    }

    pub(super) fn roles_json(&self) -> Value {
        self.roles.values().map(Role::json).collect()
    }

    /// Without channels and members, as `GET /guilds/{id}` answers.
    pub(super) fn json(&self) -> Value {
        let emoji = |emoji: &Emoji| {
            json!({ "id": emoji.id, "name": emoji.name, "roles": [], "require_colons": true, "managed": false,
                "animated": false, "available": true })
        };
        json!({
            "id": self.id,
            "name": self.name,
            "icon": null,
            "description": null,
            "home_header": null,
            "splash": null,
            "discovery_splash": null,
            "banner": null,
            "features": [],
            "owner_id": self.owner,
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 0,
            "roles": self.roles_json(),
            "default_message_notifications": 0,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": null,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-US",
            "rules_channel_id": null,
            "safety_alerts_channel_id": null,
            "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false,
            "nsfw": false,
            "nsfw_level": 0,
            "emojis": self.emojis.values().map(emoji).collect::<Vec<_>>(),
            "stickers": [],
            "incidents_data": null,
        })
    }
}
