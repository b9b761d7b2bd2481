//! Which interactions were delivered already: Discord may deliver one again when a connection is resumed.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// An interaction can be answered for three seconds; this many fit into them many times over.
const REMEMBERED: usize = 16_384;

#[derive(Default)]
pub struct Seen {
    ids: Mutex<(HashSet<String>, VecDeque<String>)>,
}

impl Seen {
    /// Whether this is the first time.
    pub fn first(&self, id: &str) -> bool {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *ids;
        if !known.insert(id.to_owned()) {
            return false;
        }
        order.push_back(id.to_owned());
        if order.len() > REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_delivery_is_told_apart_and_memory_is_bounded() {
        let seen = Seen::default();
        assert!(seen.first("1"));
        assert!(!seen.first("1"));
        for id in 2..=REMEMBERED + 1 {
            assert!(seen.first(&id.to_string()));
        }
        assert!(seen.first("1"), "the oldest is forgotten");
        assert!(!seen.first("3"));
    }
}
