//! A trouble that lasts: told when it begins, now and then while it goes on, and when it is over.

/// Milliseconds from one telling to the next; the last one goes on.
const PAUSES: [i64; 3] = [60_000, 10 * 60_000, 60 * 60_000];

/// All times are epoch milliseconds.
#[derive(Debug, Default)]
pub struct Trouble {
    since: Option<i64>,
    told: usize,
    tell_at: i64,
}

impl Trouble {
    /// It was met: whether it is time to tell of it.
    pub fn met(&mut self, now: i64) -> bool {
        let is_news = self.since.is_none();
        self.since.get_or_insert(now);
        if !is_news && now < self.tell_at {
            return false;
        }
        self.tell_at = now + PAUSES[self.told.min(PAUSES.len() - 1)];
        self.told += 1;
        true
    }

    pub fn is_there(&self) -> bool {
        self.since.is_some()
    }

    /// For how many milliseconds it has been there.
    pub fn age(&self, now: i64) -> i64 {
        self.since.map_or(0, |since| now - since)
    }

    /// It is over: how many milliseconds it lasted, when it was there and somebody was told.
    pub fn over(&mut self, now: i64) -> Option<i64> {
        let Self { since, .. } = std::mem::take(self);
        since.map(|since| now - since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_at_first_then_ever_less_often_and_again_when_it_comes_back() {
        let mut trouble = Trouble::default();
        let minute = 60_000;
        let told: Vec<i64> = (0..=180).filter(|at| trouble.met(at * minute)).collect();
        assert_eq!(told, [0, 1, 11, 71, 131]);
        assert_eq!(trouble.over(200 * minute), Some(200 * minute));
        assert_eq!(trouble.over(201 * minute), None);
        assert!(trouble.met(202 * minute));
    }
}
