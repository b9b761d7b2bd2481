//! All gateway sessions of a server, and how many more may start today.

use super::session::Session;
use super::settings::Settings;
use crate::sim::id::Id;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Arc<Session>>>,
    starts: Mutex<HashMap<Id, Starts>>,
}

/// The identifies of one application: how many since when, and the last of each concurrency bucket.
struct Starts {
    since: Instant,
    count: u64,
    last: HashMap<u64, Instant>,
}

impl Sessions {
    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(&self, session: Arc<Session>) {
        self.open().insert(session.id.clone(), session);
    }

    pub fn find(&self, id: &str) -> Option<Arc<Session>> {
        self.open().get(id).cloned()
    }

    pub fn end(&self, id: &str) {
        if let Some(session) = self.open().remove(id) {
            session.end();
        }
    }

    pub fn all(&self) -> Vec<Arc<Session>> {
        self.open().values().cloned().collect()
    }

    fn starts<T>(&self, application: Id, then: impl FnOnce(&mut Starts) -> T) -> T {
        let mut all = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let fresh = || Starts { since: now, count: 0, last: HashMap::new() };
        let starts = all.entry(application).or_insert_with(fresh);
        if now.duration_since(starts.since) >= DAY {
            *starts = fresh();
        }
        then(starts)
    }

    /// Counts an identify; `false` when it came too soon after the last one of its bucket.
    pub fn start(&self, application: Id, shard: u64, settings: &Settings) -> bool {
        self.starts(application, |starts| {
            let bucket = shard % settings.max_concurrency.max(1);
            let now = Instant::now();
            let last = starts.last.insert(bucket, now);
            let patient = last.is_none_or(|last| now.duration_since(last) >= settings.identify_pause);
            starts.count += u64::from(patient);
            patient
        })
    }

    /// `remaining` and `reset_after` (milliseconds) of `session_start_limit`.
    pub fn remaining(&self, application: Id, settings: &Settings) -> (u64, u128) {
        self.starts(application, |starts| {
            let reset = DAY.saturating_sub(starts.since.elapsed()).as_millis();
            (settings.session_starts.saturating_sub(starts.count), reset)
        })
    }
}
