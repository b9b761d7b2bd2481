//! A user: a person, or the face of a bot.

use crate::sim::id::Id;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub id: Id,
    /// The unique name, in lower case.
    pub name: String,
    /// The name that is shown, where it differs.
    pub global_name: Option<String>,
    pub bot: bool,
    /// Whether members of a shared guild may write to them.
    pub dms_open: bool,
}

impl User {
    /// What people see.
    pub fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.name)
    }

    pub(super) fn json(&self) -> Value {
        let mut user = json!({
            "id": self.id,
            "username": self.name,
            "discriminator": self.discriminator(),
            "global_name": self.global_name,
            "avatar": null,
            "banner": null,
            "accent_color": null,
            "avatar_decoration_data": null,
            "collectibles": null,
            "primary_guild": null,
            "public_flags": 0,
            "flags": 0,
        });
        if self.bot {
            user["bot"] = json!(true);
        }
        user
    }

    /// Bots still have four digits, people have not.
    fn discriminator(&self) -> String {
        if self.bot { format!("{:04}", (self.id.0 >> 22) % 9999 + 1) } else { "0".to_owned() }
    }
}
