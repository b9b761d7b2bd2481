//! A clock that only moves when told, so that waiting takes no time.

use crate::flow::port::Clock;
use async_trait::async_trait;
use tokio::sync::watch;

/// Time by hand. Sleepers wake when [`ManualClock::advance`] or [`ManualClock::set`] reaches their moment.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<i64>,
}

impl ManualClock {
    /// `now`: epoch milliseconds.
    pub fn new(now: i64) -> Self {
        Self { now: watch::Sender::new(now) }
    }

    /// Moves on by so many milliseconds.
    pub fn advance(&self, by: i64) {
        self.now.send_modify(|now| *now += by);
    }

    /// Moves to a moment; never back.
    pub fn set(&self, to: i64) {
        self.now.send_modify(|now| *now = to.max(*now));
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> i64 {
        *self.now.borrow()
    }

    async fn sleep_until(&self, at: i64) {
        let mut now = self.now.subscribe();
        now.wait_for(|now| *now >= at).await.expect("the sender lives in self");
    }
}
