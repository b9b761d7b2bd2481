//! Discord out of reach: told as an error when it lasts, seldom while it goes on, and when it is over.

use crate::flow::port::{Clock, SystemClock};
use crate::flow::trouble::Trouble;
use std::time::Duration;

/// Attempts in a row that came to nothing; fewer are what networks do.
const PATIENCE: u32 = 3;

#[derive(Default)]
pub struct Outage {
    failures: u32,
    trouble: Trouble,
}

impl Outage {
    /// An attempt failed, or a connection was lost.
    pub fn lost(&mut self, bot: &str, reason: &str) {
        self.failures += 1;
        if self.failures >= PATIENCE && self.trouble.met(SystemClock.now()) {
            tracing::error!(
                bot,
                "Discord is out of reach: {reason}. The bot goes on trying by itself, and nobody can use it until then. \
                 Look at the network of this machine, and at https://discordstatus.com"
            );
        }
    }

    /// Events arrive.
    pub fn over(&mut self, bot: &str) {
        self.failures = 0;
        if let Some(lasted) = self.trouble.over(SystemClock.now()) {
            let lasted = Duration::from_millis(lasted.unsigned_abs());
            tracing::info!(bot, "Discord is in reach again, {lasted:?} after that was told");
        }
    }
}
