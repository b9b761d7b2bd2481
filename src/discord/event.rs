//! What the connection tells: every event of Discord's as it came, and what became of the connection.

use crate::discord::error::ConnectionError;
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// Events of one shard come in Discord's order, each once.
pub enum GatewayEvent {
    /// A new session: from here on events arrive.
    Ready {
        application_id: String,
        /// Discord's user object of the bot.
        user: Value,
        guilds: Vec<String>,
        shard: u32,
    },
    /// An event, whole: what Discord calls `t`, `s` and `d`.
    Dispatch { shard: u32, sequence: u64, kind: String, data: Value },
    /// The session goes on; what was missed comes now.
    Resumed { shard: u32 },
    /// The connection is being built anew.
    Disconnected {
        shard: u32,
        reason: String,
        /// The pause before the next attempt, where there is one.
        retry_in: Option<Duration>,
    },
    /// The connection has ended for good; nothing follows.
    Failed(ConnectionError),
}

/// Without the data, which can hold an interaction's token.
impl fmt::Debug for GatewayEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { application_id, guilds, shard, .. } => {
                write!(f, "Ready(shard {shard}, application {application_id}, {} guilds)", guilds.len())
            }
            Self::Dispatch { shard, sequence, kind, .. } => write!(f, "Dispatch(shard {shard}, {sequence}, {kind})"),
            Self::Resumed { shard } => write!(f, "Resumed(shard {shard})"),
            Self::Disconnected { shard, reason, retry_in } => {
                write!(f, "Disconnected(shard {shard}, {reason}, {retry_in:?})")
            }
            Self::Failed(error) => write!(f, "Failed({error})"),
        }
    }
}
