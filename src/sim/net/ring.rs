//! The latest so many entries of something that happens, numbered, for those who come later or wait.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Entries are numbered from 1; the oldest go when there are more than `limit`.
pub struct Ring<T> {
    limit: usize,
    entries: Mutex<VecDeque<T>>,
    last: watch::Sender<u64>,
}

impl<T: Clone> Ring<T> {
    pub fn new(limit: usize) -> Self {
        Self { limit, entries: Mutex::default(), last: watch::Sender::new(0) }
    }

    pub fn push(&self, entry: T) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == self.limit {
            entries.pop_front();
        }
        entries.push_back(entry);
        self.last.send_modify(|last| *last += 1);
    }

    /// Tells of the number of the newest entry.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The entries after number `after`, each with its number.
    pub fn since(&self, after: u64) -> Vec<(u64, T)> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = *self.last.borrow() - entries.len() as u64;
        let from = after.max(forgotten);
        let known = usize::try_from(from - forgotten).unwrap_or(usize::MAX);
        (from + 1..).zip(entries.iter().skip(known).cloned()).collect()
    }

    /// Like [`Self::since`], but waits up to `patience` for the first one.
    pub async fn wait(&self, after: u64, patience: Duration) -> Vec<(u64, T)> {
        let mut last = self.last.subscribe();
        let _ = timeout(patience, last.wait_for(|last| *last > after)).await;
        self.since(after)
    }
}
