//! What leaves beside each other: whatever one destination or timer waits for, no other waits for it.

use crate::engine::busy::Busy;
use futures_util::FutureExt;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
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
        let name = format!("{lane:?}");
        let task = self.tasks.spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                tracing::error!("what goes to {name} panicked; this is a fault of the engine");
                tokio::time::sleep(AFTER_A_PANIC).await;
            }
            drop(under_way);
        });
        self.open.insert(task.id(), lane);
    }

    /// Returns when one lane has ended; never while there is none.
    pub async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            None => std::future::pending().await,
            Some(Ok((id, ()))) => drop(self.open.remove(&id)),
            Some(Err(error)) => drop(self.open.remove(&error.id())),
        }
    }

    /// Returns when all have ended.
    pub async fn end(mut self) {
        while !self.open.is_empty() {
            self.ended().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_lane_that_waits_holds_no_other_up_and_is_not_opened_twice() {
        let busy = Busy::default();
        let mut lanes = Lanes::new(busy.clone());
        let opened = Arc::new(AtomicUsize::new(0));
        for lane in [Lane::Destination("a".into()), Lane::Destination("a".into()), Lane::Timer(1)] {
            let (opened, waits) = (Arc::clone(&opened), lane != Lane::Timer(1));
            lanes.open(lane, async move {
                opened.fetch_add(1, Ordering::SeqCst);
                if waits {
                    std::future::pending::<()>().await;
                }
            });
        }
        lanes.ended().await;
        assert_eq!(lanes.open.values().collect::<Vec<_>>(), [&Lane::Destination("a".into())]);
        assert_eq!(opened.load(Ordering::SeqCst), 2);
        drop(lanes);
        busy.idle().await;
    }
}
