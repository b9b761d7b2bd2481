//! Why there is no connection, in sentences for the operator.

use crate::discord::token::TokenError;
use std::time::Duration;
use thiserror::Error;

/// What ends a connection for good. None of them shows the token.
#[derive(Debug, Error)]
pub enum ConnectionError {
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Close code 4004, or 401.
    #[error("the token is wrong or was reset: copy the current one from the Developer Portal (Bot → Reset Token)")]
    WrongToken,
    /// Close code 4014.
    #[error("Discord refused the connection: turn on {} in the Developer Portal (Bot → Privileged Gateway Intents)", .0.join(" and "))]
    DisallowedIntents(Vec<&'static str>),
    /// Close code 4013.
    #[error("Discord does not know the intents {0:#b}{also}", also = portal(*.0))]
    InvalidIntents(u64),
    #[error("all {total} session starts of today are used up; the next is possible in {} minutes", wait.as_secs().div_ceil(60))]
    SessionLimit { total: u64, wait: Duration },
    /// Close codes 4010, 4011 and 4012.
    #[error("{0}")]
    Refused(&'static str),
    #[error("cannot listen on loopback: {0}")]
    Loopback(std::io::Error),
    #[error("the connection's own machinery stopped: {0}")]
    Machinery(String),
}

/// Intents that are granted in the Developer Portal only, under the portal's names.
/// Source: "Gateway: Privileged Intents".
const PRIVILEGED: [(u64, &str); 3] =
    [(1 << 8, "the Presence Intent"), (1 << 1, "the Server Members Intent"), (1 << 15, "the Message Content Intent")];

impl ConnectionError {
    /// What a close code says when no new attempt can help.
    /// Source: "Gateway Close Event Codes", those without "reconnect".
    pub(super) fn of_close(code: u16, intents: u64) -> Option<Self> {
        Some(match code {
            4004 => Self::WrongToken,
            4010 => Self::Refused("Discord refused the shard: its number is not below the number of shards"),
            4011 => Self::Refused("the bot is in too many servers for this number of shards: start more shards"),
            4012 => Self::Refused("Discord no longer speaks version 10 of its gateway: a newer botwright is needed"),
            4013 => Self::InvalidIntents(intents),
            4014 => Self::DisallowedIntents(privileged(intents)),
            _ => return None,
        })
    }
}

fn privileged(intents: u64) -> Vec<&'static str> {
    PRIVILEGED.iter().filter(|(bit, _)| intents & bit != 0).map(|(_, name)| *name).collect()
}

fn portal(intents: u64) -> String {
    let names = privileged(intents);
    if names.is_empty() {
        return String::new();
    }
    let names = names.join(" and ");
    format!("; of them, turn on {names} in the Developer Portal (Bot → Privileged Gateway Intents)")
}
