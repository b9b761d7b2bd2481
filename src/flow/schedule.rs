//! Schedules: what happens by itself, and when it happens next.

use crate::flow::step::Block;
use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Steps at set times, in each of some servers.
#[derive(Debug)]
pub struct Schedule {
    pub name: String,
    pub rhythm: Rhythm,
    /// What is more than a minute late is left out.
    pub skips_missed: bool,
    /// None: every server that the bot is in.
    pub guilds: Vec<String>,
    pub block: Block,
}

/// When it happens.
#[derive(Debug)]
pub struct Rhythm {
    pub when: When,
    /// The same in words: a schedule whose words have not changed keeps its due time.
    pub words: String,
}

#[derive(Debug)]
pub enum When {
    /// Milliseconds.
    Every(i64),
    /// Whichever of them comes first.
    Patterns { patterns: Vec<Cron>, zone: TimeZone },
}

impl Schedule {
    pub fn is_for(&self, guild: &str) -> bool {
        self.guilds.is_empty() || self.guilds.iter().any(|own| own == guild)
    }
}

impl When {
    /// When it happens for the first time, from `now` on (epoch milliseconds); nothing when it never does.
    pub fn first(&self, now: i64) -> Option<i64> {
        self.next(now, now)
    }

    /// When it happens next behind `now`, after it was due at `due`. Intervals keep to the beat that they began.
    pub fn next(&self, due: i64, now: i64) -> Option<i64> {
        match self {
            Self::Every(interval) => {
                let beats = (now - due).max(0) / interval + 1;
                Some(due + beats * interval)
            }
            Self::Patterns { patterns, zone } => {
                let now = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone());
                let next = |cron: &Cron| cron.find_next_occurrence(&now, false).ok();
                patterns.iter().filter_map(next).map(|at| at.timestamp().as_millisecond()).min()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use croner::parser::CronParser;

    fn berlin(pattern: &str) -> When {
        let patterns = vec![CronParser::builder().build().parse(pattern).unwrap()];
        When::Patterns { patterns, zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap() }
    }

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    /// The next times of the clock in Berlin, with their offsets.
    fn next(when: &When, from: &str, count: usize) -> Vec<String> {
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let step = |at: &i64| when.next(*at, *at);
        let times = std::iter::successors(Some(ms(from)), step).skip(1).take(count);
        let shown = |at| Timestamp::from_millisecond(at).unwrap().to_zoned(zone.clone());
        times.map(|at| shown(at).strftime("%m-%d %H:%M %:z").to_string()).collect()
    }

    #[test]
    fn nine_in_the_morning_is_nine_in_the_morning_in_summer_too() {
        let times = next(&berlin("0 9 * * *"), "2026-03-28T00:00:00Z", 3);
        assert_eq!(times, ["03-28 09:00 +01:00", "03-29 09:00 +02:00", "03-30 09:00 +02:00"]);
    }

    #[test]
    fn a_time_that_the_clock_leaps_over_comes_right_behind_it() {
        let times = next(&berlin("30 2 * * *"), "2026-03-28T12:00:00Z", 2);
        assert_eq!(times, ["03-29 03:00 +02:00", "03-30 02:30 +02:00"]);
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_counts_once() {
        let times = next(&berlin("30 2 * * *"), "2026-10-24T12:00:00Z", 2);
        assert_eq!(times, ["10-25 02:30 +02:00", "10-26 02:30 +01:00"]);
    }

    #[test]
    fn days_of_the_week_are_those_of_the_zone() {
        // Sunday evening in UTC is Monday in Berlin.
        let times = next(&berlin("15 0 * * mon"), "2026-01-04T22:00:00Z", 2);
        assert_eq!(times, ["01-05 00:15 +01:00", "01-12 00:15 +01:00"]);
    }

    #[test]
    fn intervals_keep_their_beat_when_some_were_missed() {
        let when = When::Every(10);
        assert_eq!(when.first(100), Some(110));
        assert_eq!(when.next(110, 110), Some(120));
        assert_eq!(when.next(110, 111), Some(120));
        assert_eq!(when.next(110, 137), Some(140));
    }

    #[test]
    fn what_never_comes_has_no_next() {
        assert_eq!(berlin("0 0 30 2 *").first(ms("2026-01-01T00:00:00Z")), None);
    }
}
