//! What of the wire can be tuned: a test wants short times, a person wants Discord's.

use crate::sim::clock::ManualClock;
use std::sync::Arc;
use std::time::Duration;

/// How the server behaves; [`Settings::default`] is what Discord does.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `heartbeat_interval` of Hello. A client silent for one and a half of it is cut off with 4009.
    pub heartbeat: Duration,
    /// How long a session can be resumed after its connection was lost.
    pub session_life: Duration,
    /// How many delivered events a session remembers for a resume.
    pub replay: usize,
    /// How many events a client may send in [`Self::send_window`] before it is closed with 4008.
    pub send_limit: usize,
    pub send_window: Duration,
    /// `session_start_limit.max_concurrency`.
    pub max_concurrency: u64,
    /// The least time between two identifies of one concurrency bucket; a hastier one gets op 9. Discord says five
    /// seconds, the default is none so that nobody waits for it.
    pub identify_pause: Duration,
    /// `session_start_limit.total` of a day.
    pub session_starts: u64,
    /// The world's clock where it is one that moves by hand: `POST /sim/advance` moves it.
    pub clock: Option<Arc<ManualClock>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_millis(41_250),
            session_life: Duration::from_secs(180),
            replay: 2_000,
            send_limit: 120,
            send_window: Duration::from_secs(60),
            max_concurrency: 1,
            identify_pause: Duration::ZERO,
            session_starts: 1_000,
            clock: None,
        }
    }
}
