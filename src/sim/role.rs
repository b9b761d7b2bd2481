//! A role: permissions under a name, with a place in the hierarchy.

use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: Permissions,
    /// Higher stands above; `@everyone` has 0.
    pub position: i64,
    /// `0xRRGGBB`; 0 is none.
    pub color: u32,
    pub hoist: bool,
    pub mentionable: bool,
    /// The bot that the role came with: nobody can give, take or delete it.
    pub bot: Option<Id>,
}

impl Role {
    pub(super) fn new(id: Id, name: &str, permissions: Permissions) -> Self {
        Self {
            id,
            name: name.to_owned(),
            permissions,
            position: 0,
            color: 0,
            hoist: false,
            mentionable: false,
            bot: None,
        }
    }

    pub(super) fn json(&self) -> Value {
        let mut role = json!({
            "id": self.id,
            "name": self.name,
            "description": null,
            "permissions": self.permissions.to_string(),
            "position": self.position,
            "color": self.color,
            "colors": { "primary_color": self.color, "secondary_color": null, "tertiary_color": null },
            "hoist": self.hoist,
            "managed": self.bot.is_some(),
            "mentionable": self.mentionable,
            "icon": null,
            "unicode_emoji": null,
            "flags": 0,
        });
        if let Some(bot) = self.bot {
            role["tags"] = json!({ "bot_id": bot });
        }
        role
    }
}
