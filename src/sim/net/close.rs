//! Why the gateway hangs up: Discord's close codes with the sentences it sends along.

/// A close frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    pub reason: &'static str,
}

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }

    /// A test's own choice.
    pub const fn ordered(code: u16) -> Self {
        Self::new(code, "")
    }

    /// Whether a session can be resumed after this code: not after those that Discord marks as final, and not where
    /// it asks for a new session.
    pub fn is_resumable(code: u16) -> bool {
        !matches!(code, 4004 | 4007 | 4009..=4014)
    }
}

pub const GOING_AWAY: Close = Close::new(1001, "Discord WebSocket requesting client reconnect.");
pub const UNKNOWN_ERROR: Close = Close::new(4000, "Unknown error.");
pub const UNKNOWN_OPCODE: Close = Close::new(4001, "Unknown opcode.");
pub const DECODE_ERROR: Close = Close::new(4002, "Error while decoding payload.");
pub const NOT_AUTHENTICATED: Close = Close::new(4003, "Not authenticated.");
pub const AUTHENTICATION_FAILED: Close = Close::new(4004, "Authentication failed.");
pub const ALREADY_AUTHENTICATED: Close = Close::new(4005, "Already authenticated.");
pub const INVALID_SEQ: Close = Close::new(4007, "Invalid seq.");
pub const RATE_LIMITED: Close = Close::new(4008, "You are being rate limited.");
pub const SESSION_TIMED_OUT: Close = Close::new(4009, "Session timed out.");
pub const INVALID_SHARD: Close = Close::new(4010, "Invalid shard.");
pub const INVALID_VERSION: Close = Close::new(4012, "Invalid API version.");
pub const INVALID_INTENTS: Close = Close::new(4013, "Invalid intent(s).");
pub const DISALLOWED_INTENTS: Close = Close::new(4014, "Disallowed intent(s).");
/// Not Discord's sentence: it speaks these, the simulator does not.
pub const UNKNOWN_ENCODING: Close = Close::new(4002, "Only encoding=json is spoken here.");
pub const UNKNOWN_COMPRESSION: Close = Close::new(4002, "Only compress=zlib-stream is spoken here.");
