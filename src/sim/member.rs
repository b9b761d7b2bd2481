//! A member: a user in a guild.

use crate::sim::id::Id;
use crate::sim::time::iso;
use crate::sim::user::User;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub user: Id,
    pub nick: Option<String>,
    /// Without `@everyone`.
    pub roles: Vec<Id>,
    /// Epoch milliseconds.
    pub joined_at: i64,
    /// Until when they may not speak, in epoch milliseconds.
    pub timeout: Option<i64>,
}

impl Member {
    /// Without `user`, as messages and resolved members carry it.
    pub(super) fn partial_json(&self) -> Value {
        json!({
            "roles": self.roles,
            "joined_at": iso(self.joined_at),
            "nick": self.nick,
            "avatar": null,
            "banner": null,
            "premium_since": null,
            "pending": false,
            "communication_disabled_until": self.timeout.map(iso),
            "flags": 0,
            "mute": false,
            "deaf": false,
        })
    }

    pub(super) fn json(&self, user: &User) -> Value {
        let mut member = self.partial_json();
        member["user"] = user.json();
        member
    }
}
