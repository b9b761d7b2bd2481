//! Which runs this process is at work on, so that none is begun a second time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashSet<String>>>);

/// The run is under way as long as this lives.
pub struct Held {
    all: UnderWay,
    run: String,
}

impl UnderWay {
    /// None when it is under way already.
    pub fn begin(&self, run: &str) -> Option<Held> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run.to_owned());
        fresh.then(|| Held { all: self.clone(), run: run.to_owned() })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_under_way_once() {
        let all = UnderWay::default();
        let held = all.begin("r").expect("it is not under way");
        assert!(all.begin("r").is_none());
        drop(held);
        assert!(all.begin("r").is_some());
    }
}
