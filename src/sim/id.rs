//! Snowflakes: Discord's ids, which carry the moment of their making.

use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The first millisecond of 2015, from which Discord counts.
/// Source: "Snowflakes" in the reference of Discord's API.
pub const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// An id of anything on Discord; JSON carries it as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    /// When it was made, in epoch milliseconds.
    pub fn created_at(self) -> i64 {
        i64::try_from(self.0 >> 22).unwrap_or(i64::MAX - DISCORD_EPOCH) + DISCORD_EPOCH
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hands out ids that only grow, each with the time of its making.
#[derive(Debug, Default)]
pub(super) struct Ids {
    last: u64,
}

impl Ids {
    pub(super) fn next(&mut self, now: i64) -> Id {
        let since = u64::try_from(now - DISCORD_EPOCH).unwrap_or(0);
        self.last = (since << 22).max(self.last + 1);
        Id(self.last)
    }
}
