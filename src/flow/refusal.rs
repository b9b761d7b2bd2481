//! The world said no: data that a run can handle, never a crash.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Discord's error codes that a run or its author may meet.
/// Source: "JSON error codes" of Discord's published API documentation.
pub mod code {
    pub const UNKNOWN_CHANNEL: u64 = 10003;
    pub const UNKNOWN_GUILD: u64 = 10004;
    pub const UNKNOWN_MEMBER: u64 = 10007;
    pub const UNKNOWN_MESSAGE: u64 = 10008;
    pub const UNKNOWN_ROLE: u64 = 10011;
    pub const UNKNOWN_USER: u64 = 10013;
    pub const UNKNOWN_WEBHOOK: u64 = 10015;
    pub const UNKNOWN_INTERACTION: u64 = 10062;
    pub const MAX_CHANNELS: u64 = 30013;
    pub const DMS_TOO_FAST: u64 = 40003;
    pub const ALREADY_ACKNOWLEDGED: u64 = 40060;
    pub const MISSING_ACCESS: u64 = 50001;
    pub const CANNOT_DM: u64 = 50007;
    pub const MISSING_PERMISSIONS: u64 = 50013;
    pub const INVALID_WEBHOOK_TOKEN: u64 = 50027;
    pub const INVALID_FORM_BODY: u64 = 50035;
    pub const NO_MUTUAL_GUILD: u64 = 50278;
}

/// Why an effect did not happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// HTTP status; 0 when no answer came.
    pub status: u16,
    /// Discord's JSON error code; 0 when there is none.
    pub code: u64,
    /// Discord's words or ours; never a secret.
    pub message: String,
    /// Whether the effect may have happened all the same (a timeout after sending).
    pub unknown: bool,
}

impl Refusal {
    pub fn new(status: u16, code: u64, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), unknown: false }
    }

    /// Nothing answered: the request may or may not have arrived.
    pub fn silence(message: impl Into<String>) -> Self {
        Self { status: 0, code: 0, message: message.into(), unknown: true }
    }

    /// Whether trying again later can help.
    pub fn is_temporary(&self) -> bool {
        self.status == 0 || self.status == 429 || self.status >= 500
    }

    /// An interaction that can no longer be answered: its time is over, or its token is.
    pub fn is_gone(&self) -> bool {
        matches!(self.code, code::UNKNOWN_INTERACTION | code::INVALID_WEBHOOK_TOKEN | code::UNKNOWN_WEBHOOK)
    }

    /// The refusal in the words of somebody who runs a server.
    pub fn reason(&self) -> String {
        let words = match self.code {
            code::CANNOT_DM => "their DMs are closed",
            code::NO_MUTUAL_GUILD => "they share no server with the bot",
            code::DMS_TOO_FAST => "Discord says the bot opens DMs too fast",
            code::MISSING_PERMISSIONS => "the bot lacks a permission for this",
            code::MISSING_ACCESS => "the bot has no access to this",
            code::UNKNOWN_CHANNEL => "the channel does not exist",
            code::UNKNOWN_MEMBER => "they are not in this server",
            code::UNKNOWN_USER => "that user does not exist",
            code::UNKNOWN_ROLE => "the role does not exist",
            code::UNKNOWN_WEBHOOK => "the webhook does not exist any more",
            code::UNKNOWN_MESSAGE => "the message does not exist any more",
            code::MAX_CHANNELS => "the server has as many channels as Discord allows",
            _ if self.status == 429 => "Discord asks for a pause (rate limit)",
            _ if self.status == 0 => "Discord did not answer",
            _ if self.status >= 500 => "Discord has a fault of its own",
            _ => return self.message.clone(),
        };
        words.to_owned()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.code) {
            (0, _) => write!(f, "no answer: {}", self.message),
            (status, 0) => write!(f, "{status}: {}", self.message),
            (status, code) => write!(f, "{status}, code {code}: {}", self.message),
        }
    }
}
