//! The query of what can be read on and waited for: `?after=12&wait=1000`.

use serde::Deserialize;
use std::time::Duration;

/// The longest wait, however much is asked for.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Since {
    /// Only entries behind this number.
    #[serde(default)]
    pub after: u64,
    /// Milliseconds to wait for the first one; 60,000 at most.
    #[serde(default)]
    wait: u64,
}

impl Since {
    pub fn patience(self) -> Duration {
        Duration::from_millis(self.wait).min(LONGEST)
    }
}
