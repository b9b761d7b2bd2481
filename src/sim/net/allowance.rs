//! How often a client may speak: so many events in a moving window.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Discord: "120 gateway events per connection every 60 seconds".
#[derive(Debug)]
pub struct Allowance {
    limit: usize,
    window: Duration,
    spent: VecDeque<Instant>,
}

impl Allowance {
    pub fn new(limit: usize, window: Duration) -> Self {
        Self { limit, window, spent: VecDeque::new() }
    }

    /// Counts one event; `false` when it is one too many.
    pub fn spend(&mut self, now: Instant) -> bool {
        while self.spent.front().is_some_and(|then| now.duration_since(*then) >= self.window) {
            self.spent.pop_front();
        }
        self.spent.push_back(now);
        self.spent.len() <= self.limit
    }
}
