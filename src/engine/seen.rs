//! Which interactions came already: Discord delivers one again at times, when a connection resumes.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// A repeat comes within minutes; so many are asked between in no server.
const REMEMBERED: usize = 20_000;

/// The ids of the latest interactions.
#[derive(Default)]
pub struct Seen(Mutex<(HashSet<String>, VecDeque<String>)>);

impl Seen {
    /// Whether this id comes for the first time.
    pub fn is_new(&self, id: &str) -> bool {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *guard;
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
    fn an_id_is_new_once_until_it_is_long_ago() {
        let seen = Seen::default();
        assert!(seen.is_new("1") && !seen.is_new("1"));
        (0..REMEMBERED).for_each(|number| assert!(seen.is_new(&format!("later {number}"))));
        assert!(seen.is_new("1"), "only the latest are kept");
    }
}
