//! Waiting for what must come, with an end and a reason.

use super::lines::Lines;
use botwright::sim::World;
use std::time::Duration;
use tokio::time::{Instant, interval, timeout_at};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// The world only notices that time has gone by when somebody looks.
const LOOK: Duration = Duration::from_millis(100);

/// Looks whenever something happens in the world or in the log, until `look` finds what it is after.
pub async fn until<T>(what: &str, world: &World, log: &Lines, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut happenings = world.watch();
    let mut lines = log.news();
    let mut tick = interval(LOOK);
    loop {
        if let Some(found) = look() {
            return found;
        }
        let news = async {
            tokio::select! {
                _ = happenings.recv() => {}
                _ = lines.changed() => {}
                _ = tick.tick() => {}
            }
        };
        if timeout_at(deadline, news).await.is_err() || Instant::now() > deadline {
            panic!("{what} did not come within {PATIENCE:?}\n{}", log.text());
        }
        // Of many things at once, one look is enough.
        while happenings.try_recv().is_ok() {}
    }
}
