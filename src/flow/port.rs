//! The five doors to the world: Discord, memory, HTTP, clock and dice.

use crate::flow::effect::{Effect, Outcome};
use crate::flow::memory::Memory;
use crate::flow::refusal::Refusal;
use crate::flow::trace::Trace;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The one door to Discord: trace, outbox, simulator and scenario all speak of the same value.
#[async_trait]
pub trait Discord: Send + Sync {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal>;
}

/// Downloads of what Discord points at (attachments).
#[async_trait]
pub trait Http: Send + Sync {
    /// The body, at most `limit` bytes; more is refused with status 413.
    async fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, Refusal>;
}

/// What time it is.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Epoch milliseconds.
    fn now(&self) -> i64;
    /// Returns once `now` is at least `at`.
    async fn sleep_until(&self, at: i64);
}

/// Where chance comes from.
pub trait Dice: Send + Sync {
    fn roll(&self) -> u64;
}

/// The world as a bot is given it.
#[derive(Clone)]
pub struct Ports {
    pub discord: Arc<dyn Discord>,
    pub memory: Arc<dyn Memory>,
    pub http: Arc<dyn Http>,
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
    /// No door, but a window: who watches what runs do.
    pub trace: Arc<dyn Trace>,
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    async fn sleep_until(&self, at: i64) {
        let left = u64::try_from(at - self.now()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDice;

impl Dice for SystemDice {
    fn roll(&self) -> u64 {
        rand::random()
    }
}
