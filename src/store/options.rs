//! What an operator may turn: how sure a commit is, and how long to wait for a lock.

use std::time::Duration;

/// How much of what was committed outlives a loss of power; a killed process loses nothing either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The last commits before a loss of power may be missing; the file is never damaged.
    #[default]
    Normal,
    /// Every commit is on the disk before it is answered.
    Full,
}

#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub durability: Durability,
    /// How long to wait while another process holds the lock, before [`crate::flow::memory::MemoryError::Locked`].
    pub busy_timeout: Duration,
    /// How many transactions share one commit at most.
    pub batch: usize,
    /// How many transactions may wait for the writer before callers do.
    pub queue: usize,
    /// How many reads go on at the same time.
    pub readers: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            busy_timeout: Duration::from_secs(5),
            batch: 64,
            queue: 1024,
            readers: 4,
        }
    }
}
