//! An interaction: what a user asked of a bot, and what came of it.

use crate::sim::id::Id;
use serde_json::Value;
use std::fmt;

/// Types of interactions.
pub mod kind {
    pub const COMMAND: u8 = 2;
    pub const COMPONENT: u8 = 3;
    pub const AUTOCOMPLETE: u8 = 4;
    pub const MODAL: u8 = 5;
}

/// How long Discord waits for the first answer, in milliseconds.
pub const PATIENCE: i64 = 3_000;
/// How long the token lives, in milliseconds.
pub const LIFETIME: i64 = 15 * 60 * 1_000;

#[derive(Clone, PartialEq)]
pub struct Interaction {
    pub id: Id,
    pub application: Id,
    /// A credential for 15 minutes.
    pub token: String,
    /// See [`kind`].
    pub kind: u8,
    pub user: Id,
    pub guild: Option<Id>,
    pub channel: Id,
    /// The message whose component was used.
    pub message: Option<Id>,
    /// Of a sent window: what opened it.
    pub triggered_by: Option<Id>,
    /// The command's name, or the custom id.
    pub name: String,
    /// `data` as the bot received it.
    pub data: Value,
    /// Epoch milliseconds.
    pub created_at: i64,
    pub acknowledged_at: Option<i64>,
    /// The type of the callback that was accepted.
    pub callback: Option<u8>,
    /// Whether the first answer was "thinking…".
    pub deferred: bool,
    /// Whether the first answer is only for the user.
    pub ephemeral: bool,
    /// The first answer: `@original`.
    pub original: Option<Id>,
    /// Further messages, in order.
    pub followups: Vec<Id>,
    /// What an autocomplete was answered with.
    pub choices: Option<Vec<Value>>,
    /// The window that was opened.
    pub modal: Option<Value>,
    /// Whether the user still has the window before them.
    pub modal_open: bool,
    /// Three seconds went by without an answer.
    pub failed: bool,
}

impl fmt::Debug for Interaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.acknowledged_at, self.failed) {
            (Some(_), _) => "answered",
            (None, true) => "failed",
            (None, false) => "waiting",
        };
        write!(f, "interaction {} ({}, {state})", self.id, self.name)
    }
}
