//! Schedules: when they happen, where, and what they do.

use crate::action::binder::Binder;
use crate::compile::check::guild_ids;
use crate::compile::environment::Environment;
use crate::flow::schedule::{Rhythm, Schedule, When};
use crate::flow::types::Names;
use crate::lang;
use crate::lang::schedule::Missed;
use crate::text::{Diagnostic, Span, Spanned, Text, code, is_certain, nearest};
use indexmap::IndexMap;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The least interval, in milliseconds: what happens more often is no schedule, and Discord would ask for pauses.
const LEAST_MS: i64 = 10_000;
/// The greatest: a hundred years.
const MOST_MS: i64 = 100 * 366 * 24 * 3_600_000;

impl Binder<'_> {
    pub fn schedules(&mut self, environment: &Environment) -> IndexMap<String, Arc<Schedule>> {
        let bot = self.bot;
        let mut schedules = IndexMap::new();
        for (name, written) in bot.schedules.iter() {
            let rhythm = self.rhythm(name, written);
            let guilds = guild_ids(written.guilds.as_ref(), environment, self);
            let label = format!("the schedule `{}`", name.value);
            let block = self.quiet_block(&label, self.uncaused(), &written.steps.0);
            let skips_missed = written.missed.as_ref().is_some_and(|missed| missed.value == Missed::Skip);
            if let Some(rhythm) = rhythm {
                let schedule = Schedule { name: name.value.clone(), rhythm, skips_missed, guilds, block };
                schedules.insert(name.value.clone(), Arc::new(schedule));
            }
        }
        schedules
    }

    /// The names of what happens in a server by itself: nobody causes it, and in no channel.
    fn uncaused(&self) -> Names {
        let mut names = self.base_names();
        names.roots.shift_remove("user");
        names.roots.shift_remove("channel");
        names
    }

    fn rhythm(&mut self, name: &Spanned<String>, written: &lang::schedule::Schedule) -> Option<Rhythm> {
        let zone = self.zone(written.timezone.as_ref());
        let at = written.at.as_ref().and_then(|times| times.iter().next());
        let said: Vec<(&str, Span)> = [("every", written.every.as_ref()), ("at", at), ("cron", written.cron.as_ref())]
            .into_iter()
            .filter_map(|(word, text)| Some((word, text?.span)))
            .collect();
        if let [(first, place), (second, again), ..] = said[..] {
            if self.bot.schedules.is_broken(&name.value) {
                return None;
            }
            let message = format!("`{first}` and `{second}` are two answers to when `{}` happens", name.value);
            self.report(
                Diagnostic::new(code::BAD_VALUE, again, message).related(place, "the first").help("keep one of them"),
            );
            return None;
        }
        self.needless(written, said.first().map(|(word, _)| *word));
        let times = written.at.as_ref().filter(|times| !times.is_empty());
        match (&written.every, times, &written.cron) {
            (Some(every), ..) => self.every(every),
            (_, Some(times), _) => {
                let days = days(written);
                let patterns = times.iter().filter_map(|time| self.time_of_day(time)).collect::<Vec<_>>();
                let patterns = patterns.into_iter().map(|time| format!("{time} * * {days}")).collect();
                Some(self.patterns(patterns, zone))
            }
            (.., Some(cron)) => {
                let pattern = self.cron(cron)?;
                Some(self.patterns(vec![pattern], zone))
            }
            _ => {
                self.without_a_time(name);
                None
            }
        }
    }

    fn without_a_time(&mut self, name: &Spanned<String>) {
        if !self.bot.schedules.is_broken(&name.value) {
            let message = format!("the schedule `{}` does not say when it happens", name.value);
            let diagnostic = Diagnostic::new(code::MISSING_KEY, name.span, message).leans_on(["every", "at", "cron"]);
            self.report(diagnostic.help("add `every: 30m`, `at: 09:00` or `cron: \"0 9 * * mon-fri\"`"));
        }
    }

    /// What stands beside a way to say when that it means nothing for.
    fn needless(&mut self, written: &lang::schedule::Schedule, said: Option<&str>) {
        let Some(said) = said else { return };
        if let Some(days) = written.days.as_ref().filter(|_| said != "at") {
            let message = format!("`days` belongs to `at`, and means nothing beside `{said}`");
            self.mistake(code::BAD_VALUE, days.span, message);
        }
        if let Some(zone) = written.timezone.as_ref().filter(|_| said == "every") {
            self.mistake(
                code::BAD_VALUE,
                zone.span,
                "`timezone` means nothing beside `every`: an interval has no clock",
            );
        }
    }

    fn every(&mut self, text: &Text) -> Option<Rhythm> {
        let before = self.diagnostics.len();
        let interval = self.duration(text);
        if self.diagnostics.len() > before || text.poisoned {
            return None;
        }
        if !(LEAST_MS..=MOST_MS).contains(&interval) {
            self.mistake(
                code::OUT_OF_RANGE,
                text.span,
                "an interval is 10 seconds at the least, and 100 years at the most",
            );
            return None;
        }
        Some(Rhythm { when: When::Every(interval), words: format!("every {interval} ms") })
    }

    /// The patterns are known to be right.
    fn patterns(&mut self, texts: Vec<String>, zone: TimeZone) -> Rhythm {
        let words = format!("{} {}", texts.join("; "), zone.iana_name().unwrap_or("UTC"));
        let patterns = texts.iter().filter_map(|text| super::cron::parse(text).ok()).collect();
        Rhythm { when: When::Patterns { patterns, zone }, words }
    }

    /// `09:00` as the first two fields of a pattern.
    fn time_of_day(&mut self, text: &Text) -> Option<String> {
        if text.poisoned {
            return None;
        }
        let parts = text.value.split_once(':');
        let number = |part: &str, most: u8| part.parse::<u8>().ok().filter(|number| *number <= most && part.len() <= 2);
        let time = parts
            .and_then(|(hour, minute)| Some((number(hour, 23)?, number(minute, 59).filter(|_| minute.len() == 2)?)));
        if time.is_none() {
            let message = format!("`{}` is not a time of the day", text.value);
            self.report(Diagnostic::new(code::BAD_VALUE, text.span, message).help("write it as `09:00` or `18:30`"));
        }
        time.map(|(hour, minute)| format!("{minute} {hour}"))
    }

    /// The time zone of that name, or UTC.
    pub(super) fn zone(&mut self, text: Option<&Text>) -> TimeZone {
        let Some(text) = text.filter(|text| !text.poisoned) else { return TimeZone::UTC };
        if let Ok(zone) = TimeZone::get(&text.value) {
            return zone;
        }
        let names: Vec<String> =
            jiff::tz::TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect();
        let message = format!("there is no time zone `{}`", text.value);
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, text.span, message);
        let all = || names.iter().map(String::as_str);
        let place = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&text.value));
        let meant = nearest(&text.value, all()).or_else(|| all().find(place));
        diagnostic = match meant {
            Some(name) => {
                let certain = is_certain(&text.value, name, all());
                let fix = text.rewrite(0..text.value.len(), name, certain);
                diagnostic.help(format!("did you mean `{name}`?")).propose(fix)
            }
            None => diagnostic.help("write it as a region and a city, such as `Europe/Berlin`, or `UTC`"),
        };
        self.report(diagnostic);
        TimeZone::UTC
    }
}

/// The last field of a pattern.
fn days(written: &lang::schedule::Schedule) -> String {
    let days: Vec<&str> =
        written.days.iter().flat_map(|days| days.value.iter()).map(|day| day.value.pattern()).collect();
    if days.is_empty() { "*".to_owned() } else { days.join(",") }
}

#[cfg(test)]
mod tests {
    use crate::compile::{Environment, check};

    const STEPS: &str = "steps: [{ send: { to: news, content: Hi } }]";

    /// The messages for a schedule of these keys, and what is proposed.
    fn told(keys: &str) -> Vec<(String, Option<String>)> {
        let text = format!("bot: x\nschedules:\n  s: {{ {keys} }}\n");
        let checked = check("x.yaml", text.as_bytes(), &Environment::default());
        let found = checked.diagnostics.sorted();
        let fix = |found: &&crate::text::Diagnostic| found.suggestion.as_ref().map(|fix| fix.replacement.clone());
        found.iter().map(|found| (found.message.clone(), fix(found))).collect()
    }

    fn message(keys: &str) -> String {
        let mut told = told(&format!("{keys}, {STEPS}"));
        assert_eq!(told.len(), 1, "{keys}: {told:?}");
        told.remove(0).0
    }

    #[test]
    fn what_an_owner_writes_is_right() {
        for keys in [
            "every: 30m",
            "every: 1d",
            "at: 09:00",
            "at: [9:00, 18:30], days: [weekdays, saturday], timezone: Europe/Berlin, missed: skip",
            "cron: \"0 9 * * mon-fri\", timezone: america/new_york, missed: once",
            "every: 10s, guilds: [1462381972474167491]",
        ] {
            assert_eq!(told(&format!("{keys}, {STEPS}")), [], "{keys}");
        }
    }

    #[test]
    fn when_is_said_once() {
        assert_eq!(message("missed: skip"), "the schedule `s` does not say when it happens");
        assert_eq!(message("at: []"), "the schedule `s` does not say when it happens");
        assert_eq!(message("every: 1h, at: 09:00"), "`every` and `at` are two answers to when `s` happens");
        assert!(message("every: 1h, days: monday").starts_with("`days` belongs to `at`"));
        assert!(message("every: 1h, timezone: UTC").starts_with("`timezone` means nothing beside `every`"));
    }

    #[test]
    fn times_that_are_none_are_told() {
        assert!(message("every: 9s").starts_with("an interval is 10 seconds at the least"));
        assert_eq!(message("every: soon"), "`soon` is not a duration");
        for time in ["9am", "\"24:00\"", "09:60", "9:5"] {
            assert_eq!(
                message(&format!("at: {time}")),
                format!("`{}` is not a time of the day", time.trim_matches('"'))
            );
        }
    }

    #[test]
    fn the_nearest_time_zone_is_proposed() {
        let fix = |zone: &str| told(&format!("at: 09:00, timezone: {zone}, {STEPS}")).remove(0).1;
        assert_eq!(fix("Europe/Berln").as_deref(), Some("Europe/Berlin"));
        assert_eq!(fix("berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(fix("Atlantis"), None);
    }

    #[test]
    fn nobody_causes_it_and_in_no_channel() {
        let steps = |steps: &str| told(&format!("every: 1h, steps: [{steps}]")).remove(0).0;
        assert_eq!(steps("{ reply: Hi }"), "nobody waits for an answer in the schedule `s`");
        assert_eq!(steps("{ dm: Hi }"), "`dm` has no `to`, and nobody causes the schedule `s`");
        assert_eq!(steps("{ add_role: helper }"), "`add_role` has no `user`, and nobody causes the schedule `s`");
        assert!(steps("{ send: { to: \"{{channel}}\", content: Hi } }").contains("`channel`"));
        assert!(steps("{ send: { to: news, content: \"{{user.name}}\" } }").contains("`user`"));
    }
}
