//! The pace of new sessions: Discord allows one in five seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Source: "Gateway: Rate Limiting: max_concurrency".
const SPACING: Duration = Duration::from_secs(5);

/// When the next session of each group of shards may start.
#[derive(Default)]
pub struct Pace(Mutex<HashMap<u32, Instant>>);

impl Pace {
    /// Shards of one remainder by `concurrency` share a turn.
    pub async fn turn(&self, shard: u32, concurrency: u32) {
        sleep_until(self.reserve(shard % concurrency.max(1))).await;
    }

    fn reserve(&self, group: u32) -> Instant {
        let now = Instant::now();
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.get(&group).map_or(now, |at| (*at).max(now));
        next.insert(group, turn + SPACING);
        turn
    }
}
