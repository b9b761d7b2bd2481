//! Requests that Discord refused: too many of them, and it bans the address that they come from.

use crate::flow::refusal::Refusal;
use crate::flow::trouble::Trouble;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Discord bans an address for a while after 10,000 refused requests (401, 403, 429) within ten minutes; sending
/// stops before that. Source: "Rate Limits: Invalid Request Limit".
pub const MOST: u32 = 9_000;
const SPAN: Duration = Duration::from_secs(600);
/// Refusals are counted in slices of this length, so that their count costs no memory.
const SLICE: Duration = Duration::from_secs(10);
/// From so many on, somebody is told.
pub const MANY: u32 = 500;
/// From so many on, requests leave so far apart: even if all of them were refused, no ban would come.
const PACE: [(u32, Duration); 2] = [(6_000, Duration::from_millis(250)), (3_000, Duration::from_millis(100))];

/// The count of one address: all bots of a process share it.
#[derive(Clone)]
pub struct Invalid(Arc<Mutex<Count>>);

struct Count {
    slices: VecDeque<(Instant, u32)>,
    /// When the next request may leave, once they leave apart.
    next: Instant,
    trouble: Trouble,
    begun: Instant,
}

impl Default for Invalid {
    fn default() -> Self {
        let now = Instant::now();
        let count = Count { slices: VecDeque::new(), next: now, trouble: Trouble::default(), begun: now };
        Self(Arc::new(Mutex::new(count)))
    }
}

impl Invalid {
    fn change<T>(&self, change: impl FnOnce(&mut Count) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One more was refused with that status.
    pub fn count(&self, status: u16, now: Instant) {
        self.change(|count| count.add(status, now));
    }

    /// When a request may leave: at once, or later where many were refused.
    ///
    /// # Errors
    ///
    /// The ban is near: nothing may leave.
    pub fn admit(&self, now: Instant) -> Result<Instant, Refusal> {
        self.change(|count| count.admit(now))
    }
}

impl Count {
    fn sum(&mut self, now: Instant) -> u32 {
        while self.slices.front().is_some_and(|(since, _)| *since + SPAN <= now) {
            self.slices.pop_front();
        }
        self.slices.iter().map(|(_, count)| count).sum()
    }

    fn add(&mut self, status: u16, now: Instant) {
        match self.slices.back_mut() {
            Some((since, count)) if now < *since + SLICE => *count += 1,
            _ => self.slices.push_back((now, 1)),
        }
        let sum = self.sum(now);
        if sum >= MANY && self.trouble.met(self.time(now)) {
            tracing::error!(
                "Discord refused {sum} requests within ten minutes, the last one with status {status}; at 10,000 it \
                 bans this address for a while, so the bot sends more slowly and stops before that. Look above for what \
                 is refused: mostly a permission that the bot lacks (403), or a webhook or token that was reset (401)"
            );
        }
    }

    fn admit(&mut self, now: Instant) -> Result<Instant, Refusal> {
        let sum = self.sum(now);
        if sum < MANY && self.trouble.over(self.time(now)).is_some() {
            tracing::info!("Discord refuses few requests again: the bot sends at its usual pace");
        }
        if sum >= MOST {
            let words = format!(
                "nothing is sent for some minutes: Discord refused {MOST} requests within ten minutes, and bans the \
                 address at 10,000"
            );
            return Err(Refusal::new(429, 0, words));
        }
        let Some((_, apart)) = PACE.iter().find(|(from, _)| sum >= *from) else { return Ok(now) };
        let turn = self.next.max(now);
        self.next = turn + *apart;
        Ok(turn)
    }

    fn time(&self, now: Instant) -> i64 {
        i64::try_from((now - self.begun).as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as it may for ten minutes, and everything is refused: how many left.
    fn storm(invalid: &Invalid, start: Instant) -> u32 {
        let mut now = start;
        let mut sent = 0;
        while now < start + SPAN {
            let Ok(turn) = invalid.admit(now) else { break };
            now = turn + Duration::from_millis(20);
            invalid.count(403, now);
            sent += 1;
        }
        sent
    }

    #[test]
    fn a_storm_of_refusals_is_slowed_down_so_that_it_never_brings_the_ban() {
        let sent = storm(&Invalid::default(), Instant::now());
        assert!((6_000..MOST).contains(&sent), "{sent} were sent");
    }

    #[test]
    fn sending_stops_before_the_ban_and_goes_on_when_the_ten_minutes_are_over() {
        let (invalid, now) = (Invalid::default(), Instant::now());
        (0..MOST).for_each(|_| invalid.count(401, now));
        let refusal = invalid.admit(now).unwrap_err().to_string();
        assert!(refusal.starts_with("429: nothing is sent for some minutes"), "{refusal}");
        assert_eq!(invalid.admit(now + SPAN).unwrap(), now + SPAN);
    }

    #[test]
    fn a_few_refusals_slow_nothing_down() {
        let (invalid, now) = (Invalid::default(), Instant::now());
        (0..MANY).for_each(|_| invalid.count(403, now));
        for _ in 0..100 {
            assert_eq!(invalid.admit(now).unwrap(), now);
        }
    }
}
