//! What leaves beside each other: whatever one destination or timer waits for, no other waits for it.

use crate::engine::busy::Busy;
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::{Id, JoinSet};

/// In one lane, one thing after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lane {
    Destination(String),
    Timer(i64),
}

/// The lanes in which something is under way.
pub struct Lanes {
    tasks: JoinSet<()>,
    open: HashMap<Id, Lane>,
    busy: Busy,
}

/// A panic must not come back at once.
const AFTER_A_PANIC: Duration = Duration::from_secs(5);

impl Lanes {
    /// `busy` knows that something is under way.
    pub fn new(busy: Busy) -> Self {
        Self { tasks: JoinSet::new(), open: HashMap::new(), busy }
    }

    /// Begins, unless that lane is taken: then it is looked at again when the lane ends.
    pub fn open(&mut self, lane: Lane, work: impl Future<Output = ()> + Send + 'static) {
        if self.open.values().any(|taken| *taken == lane) {
            return;
        }
        let under_way = self.busy.work();
        let task = self.tasks.spawn(async move {
            work.await;
            drop(under_way);
        });
        self.open.insert(task.id(), lane);
    }

    /// Returns when one lane has ended; never while there is none.
    pub async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            None => std::future::pending().await,
            Some(Ok((id, ()))) => drop(self.open.remove(&id)),
            Some(Err(error)) => {
                tracing::error!(lane = ?self.open.get(&error.id()), "something of the outbox ended early: {error}");
                tokio::time::sleep(AFTER_A_PANIC).await;
                self.open.remove(&error.id());
            }
        }
    }

    /// Returns when all have ended.
    pub async fn end(mut self) {
        while !self.open.is_empty() {
            self.ended().await;
        }
    }
}
