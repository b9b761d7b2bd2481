//! How much a bot has under way, so that somebody can wait until it is nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

#[derive(Clone, Default)]
pub struct Busy {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    count: AtomicUsize,
    idle: Notify,
}

/// Something is under way as long as this lives.
pub struct Work(Arc<Inner>);

impl Busy {
    pub fn work(&self) -> Work {
        self.inner.count.fetch_add(1, Ordering::SeqCst);
        Work(Arc::clone(&self.inner))
    }

    /// Returns when nothing is under way.
    pub async fn idle(&self) {
        loop {
            let notified = self.inner.idle.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            if self.inner.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            notified.await;
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
