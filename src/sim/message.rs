//! A message, with whom it reached and whom it pinged.

use crate::sim::id::Id;
use serde_json::Value;

/// Message flags that matter here.
/// Source: "Message Flags" in the reference of Discord's API.
pub mod flag {
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    /// Only the user who caused the interaction sees it.
    pub const EPHEMERAL: u64 = 1 << 6;
    /// A deferred answer that has not come yet.
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    /// Cannot be taken off again.
    pub const COMPONENTS_V2: u64 = 1 << 15;
}

/// Who a webhook's message says it is from.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookFace {
    pub webhook: Id,
    pub name: String,
    pub avatar: Option<String>,
}

/// One emoji under a message, with who put it there.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    pub emoji: Value,
    pub users: Vec<Id>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub guild: Option<Id>,
    /// A user, or the webhook.
    pub author: Id,
    pub webhook: Option<WebhookFace>,
    /// Discord's number: 0 ordinary, 19 reply, 20 answer to a command, 6 pin notice.
    pub kind: u8,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Value>,
    /// See [`flag`].
    pub flags: u64,
    /// Epoch milliseconds.
    pub sent_at: i64,
    pub edited_at: Option<i64>,
    pub pinned: bool,
    /// Users who were really pinged.
    pub mentions: Vec<Id>,
    /// Roles that were really pinged.
    pub mention_roles: Vec<Id>,
    pub mention_everyone: bool,
    /// Only they see it.
    pub ephemeral_to: Option<Id>,
    pub application: Option<Id>,
    /// The interaction that it answers.
    pub interaction: Option<Id>,
    pub reply_to: Option<Id>,
    pub nonce: Option<Value>,
    pub reactions: Vec<Reaction>,
}

impl Message {
    pub(super) fn new(id: Id, channel: Id, guild: Option<Id>, author: Id, sent_at: i64) -> Self {
        Self {
            id,
            channel,
            guild,
            author,
            webhook: None,
            kind: 0,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            flags: 0,
            sent_at,
            edited_at: None,
            pinned: false,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            ephemeral_to: None,
            application: None,
            interaction: None,
            reply_to: None,
            nonce: None,
            reactions: Vec::new(),
        }
    }

    pub fn is_ephemeral(&self) -> bool {
        self.flags & flag::EPHEMERAL != 0
    }

    /// A deferred answer that is still to come.
    pub fn is_loading(&self) -> bool {
        self.flags & flag::LOADING != 0
    }

    /// Whether a person who sees the channel sees it.
    pub fn visible_to(&self, user: Id) -> bool {
        self.ephemeral_to.is_none_or(|only| only == user)
    }

    /// Every button, select and link, however deep.
    pub fn controls(&self) -> Vec<&Value> {
        let mut out = Vec::new();
        self.components.iter().for_each(|component| controls(component, &mut out));
        out
    }
}

fn controls<'a>(component: &'a Value, out: &mut Vec<&'a Value>) {
    if matches!(component["type"].as_u64(), Some(2 | 3 | 5..=8)) {
        out.push(component);
    }
    component["components"].as_array().into_iter().flatten().for_each(|child| controls(child, out));
    if component["accessory"].is_object() {
        controls(&component["accessory"], out);
    }
}
