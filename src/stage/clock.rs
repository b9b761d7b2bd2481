//! The clock of the stage: the machine's own, or one by hand, that somebody may put forward.

use crate::flow::port::{Clock, SystemClock};
use crate::sim::ManualClock;
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::watch;

/// Another clock plus what was advanced. Sleepers wake when the sum reaches their moment.
pub struct StageClock {
    base: Arc<dyn Clock>,
    ahead: watch::Sender<i64>,
}

impl StageClock {
    /// Goes as the machine's clock does.
    pub fn real() -> Arc<Self> {
        Self::on(Arc::new(SystemClock))
    }

    /// Stands at `now` (epoch milliseconds) but for what is advanced, so that whatever is shown is the same each time.
    pub fn standing(now: i64) -> Arc<Self> {
        Self::on(Arc::new(ManualClock::new(now)))
    }

    fn on(base: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { base, ahead: watch::Sender::new(0) })
    }

    /// Puts it forward by so many milliseconds.
    pub fn advance(&self, by: i64) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by.max(0)));
    }
}

#[async_trait]
impl Clock for StageClock {
    fn now(&self) -> i64 {
        self.base.now().saturating_add(*self.ahead.borrow())
    }

    async fn sleep_until(&self, at: i64) {
        let mut ahead = self.ahead.subscribe();
        loop {
            let offset = *ahead.borrow_and_update();
            tokio::select! {
                () = self.base.sleep_until(at.saturating_sub(offset)) => return,
                changed = ahead.changed() => changed.expect("the sender lives in self"),
            }
        }
    }
}
