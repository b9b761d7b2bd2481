//! What a test orders the open connections to do.

use super::close::Close;

/// Sent to every connection at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The socket ends without a word.
    Drop,
    /// A close frame; `None` is one without a code.
    Close(Option<Close>),
    /// Op 7.
    Reconnect,
    /// Op 9 with that flag; `false` ends the session.
    InvalidSession(bool),
    /// Op 1: the client shall send a heartbeat now.
    Heartbeat,
}
