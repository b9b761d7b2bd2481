//! A webhook: an address that posts into a channel.

use crate::sim::id::Id;
use serde_json::{Value, json};
use std::fmt;

/// Webhooks that a channel can have.
pub const MAX_IN_CHANNEL: usize = 15;

#[derive(Clone, PartialEq)]
pub struct Webhook {
    pub id: Id,
    /// A credential.
    pub token: String,
    pub guild: Id,
    pub channel: Id,
    pub name: String,
    /// The application that made it; only such a one may send buttons.
    pub application: Option<Id>,
    pub creator: Option<Id>,
    /// The ids of what it posted, in order; kept when the message goes.
    pub posts: Vec<Id>,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook {} ({})", self.id, self.name)
    }
}

impl Webhook {
    /// The path of its address below the host.
    pub(super) fn path(&self) -> String {
        format!("/api/webhooks/{}/{}", self.id, self.token)
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "type": 1,
            "name": self.name,
            "avatar": null,
            "channel_id": self.channel,
            "guild_id": self.guild,
            "application_id": self.application,
            "token": self.token,
            "url": format!("https://discord.com{}", self.path()),
        })
    }
}
