//! A channel: where messages stand, in a guild or between two people.

use crate::sim::id::Id;
use crate::sim::message::Message;
use crate::sim::permission::Permissions;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Discord's numbers for the types of a channel.
/// Source: "Channel Types" in the reference of Discord's API.
pub mod kind {
    pub const TEXT: u8 = 0;
    pub const DM: u8 = 1;
    pub const VOICE: u8 = 2;
    pub const CATEGORY: u8 = 4;
    pub const ANNOUNCEMENT: u8 = 5;
    pub const STAGE: u8 = 13;
    pub const DIRECTORY: u8 = 14;
    pub const FORUM: u8 = 15;
    /// What a guild channel may be made as.
    pub const OF_GUILD: &[u8] = &[TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, DIRECTORY, FORUM];
    /// Where messages can stand.
    pub const WRITABLE: &[u8] = &[TEXT, DM, VOICE, ANNOUNCEMENT, STAGE];
}

/// Channels that a guild can have.
pub const MAX_CHANNELS: usize = 500;
/// Channels that a category can have.
pub const MAX_IN_CATEGORY: usize = 50;

/// What a role or a member may do in one channel, other than elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overwrite {
    /// Of a role or a member.
    pub id: Id,
    pub member: bool,
    pub allow: Permissions,
    pub deny: Permissions,
}

impl Overwrite {
    pub fn role(id: Id, allow: Permissions, deny: Permissions) -> Self {
        Self { id, member: false, allow, deny }
    }

    pub fn member(id: Id, allow: Permissions, deny: Permissions) -> Self {
        Self { id, member: true, allow, deny }
    }

    pub(super) fn json(&self) -> Value {
        json!({ "id": self.id, "type": u8::from(self.member), "allow": self.allow.to_string(),
            "deny": self.deny.to_string() })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    pub id: Id,
    /// None of a direct message.
    pub guild: Option<Id>,
    /// See [`kind`].
    pub kind: u8,
    pub name: String,
    pub topic: Option<String>,
    pub position: i64,
    pub parent: Option<Id>,
    pub overwrites: Vec<Overwrite>,
    pub nsfw: bool,
    /// Seconds that a member waits between two messages.
    pub slowmode: u64,
    /// The two ends of a direct message.
    pub recipients: Vec<Id>,
    /// Oldest first; ephemeral ones too.
    pub messages: BTreeMap<Id, Message>,
    pub last_message: Option<Id>,
    pub last_pin: Option<i64>,
}

impl Channel {
    pub(super) fn new(id: Id, guild: Option<Id>, kind: u8, name: String) -> Self {
        Self {
            id,
            guild,
            kind,
            name,
            topic: None,
            position: 0,
            parent: None,
            overwrites: Vec::new(),
            nsfw: false,
            slowmode: 0,
            recipients: Vec::new(),
            messages: BTreeMap::new(),
            last_message: None,
            last_pin: None,
        }
    }

    pub fn is_dm(&self) -> bool {
        self.kind == kind::DM
    }

    pub fn holds_messages(&self) -> bool {
        kind::WRITABLE.contains(&self.kind)
    }

    /// The other end of a direct message.
    pub(super) fn other(&self, than: Id) -> Option<Id> {
        self.recipients.iter().copied().find(|id| *id != than)
    }

    /// As the API and the gateway show a guild's channel.
    pub(super) fn json(&self) -> Value {
        let mut channel = json!({
            "id": self.id,
            "type": self.kind,
            "flags": 0,
            "guild_id": self.guild,
            "name": self.name,
            "position": self.position,
            "parent_id": self.parent,
            "topic": self.topic,
            "nsfw": self.nsfw,
            "rate_limit_per_user": self.slowmode,
            "last_message_id": self.last_message,
            "permission_overwrites": self.overwrites.iter().map(Overwrite::json).collect::<Vec<_>>(),
        });
        if matches!(self.kind, kind::VOICE | kind::STAGE) {
            channel["bitrate"] = json!(64_000);
            channel["user_limit"] = json!(0);
            channel["rtc_region"] = Value::Null;
        }
        channel
    }
}

/// A text channel's name as Discord keeps it: lower case, dashes for blanks, no punctuation.
pub(super) fn normal_name(kind: u8, name: &str) -> String {
    if !matches!(kind, kind::TEXT | kind::ANNOUNCEMENT | kind::FORUM) {
        return name.trim().to_owned();
    }
    let dashed: String = name
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_whitespace() { '-' } else { c })
        .filter(|c| !(c.is_ascii_punctuation() && *c != '-' && *c != '_'))
        .collect();
    let mut out = String::with_capacity(dashed.len());
    for c in dashed.chars() {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}
