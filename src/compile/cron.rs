//! Cron patterns: read by a library, with its mistakes told of where they stand.

use crate::action::binder::Binder;
use crate::text::{Diagnostic, Text, code, nearest};
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use std::ops::Range;

/// A field of a pattern: its name, and what may stand in it.
type Field = (&'static str, &'static str);

const FIELDS: [Field; 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31, or `L` for the last"),
    ("month", "1 to 12, or `jan` to `dec`"),
    ("day of the week", "0 to 7, or `sun` to `sat`"),
];

const WORDS: [&str; 19] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sun", "mon", "tue", "wed",
    "thu", "fri", "sat",
];

/// Five fields: no seconds, no years.
pub fn parse(pattern: &str) -> Result<Cron, CronError> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(pattern)
}

impl Binder<'_> {
    /// The pattern, when it is one that comes true some day.
    pub fn cron(&mut self, text: &Text) -> Option<String> {
        if text.poisoned {
            return None;
        }
        match parse(&text.value) {
            Ok(cron) if comes(&cron) => return Some(text.value.clone()),
            Ok(_) => {
                let diagnostic = Diagnostic::new(code::BAD_CRON, text.span, "this never comes");
                self.report(diagnostic.label("no month has such a day").help("`L` is the last day of a month"));
            }
            Err(_) => {
                let diagnostic = mistake(text);
                self.report(diagnostic);
            }
        }
        None
    }
}

fn comes(cron: &Cron) -> bool {
    // Within the years that follow there is a 29th of February, and every other day.
    let from = Timestamp::from_second(1_767_225_600).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    cron.find_next_occurrence(&from, true).is_ok()
}

/// Where the pattern is wrong, and how it would be right.
fn mistake(text: &Text) -> Diagnostic {
    let fields = fields(&text.value);
    if fields.len() != FIELDS.len() {
        let message = format!("a cron pattern has five fields, this has {}", fields.len());
        let diagnostic = Diagnostic::new(code::BAD_CRON, text.span, message);
        return diagnostic
            .label("minute, hour, day of the month, month, day of the week")
            .help("every day at nine is `0 9 * * *`");
    }
    let wrong = fields
        .iter()
        .zip(FIELDS)
        .enumerate()
        .find(|(index, (range, _))| !stands_alone(*index, &text.value[(*range).clone()]));
    let Some((_, (range, (name, values)))) = wrong else {
        return Diagnostic::new(code::BAD_CRON, text.span, format!("`{}` is not a cron pattern", text.value));
    };
    let field = &text.value[range.clone()];
    let message = format!("`{field}` cannot be the {name} of a cron pattern");
    let diagnostic = Diagnostic::new(code::BAD_CRON, text.locate(range.clone()), message).label(values);
    match meant(field) {
        Some((inner, word)) => {
            let place = range.start + inner.start..range.start + inner.end;
            diagnostic.help(format!("did you mean `{word}`?")).propose(text.rewrite(place, word, false))
        }
        None => diagnostic.help("several values are `1,15`, a range is `1-5`, every third is `*/3`, any is `*`"),
    }
}

fn fields(pattern: &str) -> Vec<Range<usize>> {
    let start = |field: &str| field.as_ptr() as usize - pattern.as_ptr() as usize;
    pattern.split_whitespace().map(|field| start(field)..start(field) + field.len()).collect()
}

/// Whether a field would be right if the others were.
fn stands_alone(index: usize, field: &str) -> bool {
    let mut fields = ["*"; FIELDS.len()];
    fields[index] = field;
    parse(&fields.join(" ")).is_ok()
}

/// A word that is none, and the nearest that is one.
fn meant(field: &str) -> Option<(Range<usize>, &'static str)> {
    let words = field.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1);
    let mut strange = words.filter(|word| !WORDS.contains(&word.to_ascii_lowercase().as_str()));
    let word = strange.next()?;
    let start = word.as_ptr() as usize - field.as_ptr() as usize;
    // `monday` is `mon`.
    let begins = WORDS.into_iter().find(|known| word.to_ascii_lowercase().starts_with(known));
    Some((start..start + word.len(), begins.or_else(|| nearest(word, WORDS))?))
}

#[cfg(test)]
mod tests {
    use crate::compile::{Environment, check};

    /// Message, what is marked and help of the only mistake of a pattern.
    fn told(pattern: &str) -> Option<(String, String, String)> {
        let text = format!(
            "bot: x\nschedules:\n  s: {{ cron: \"{pattern}\", steps: [{{ send: {{ to: news, content: Hi }} }}] }}\n"
        );
        let checked = check("x.yaml", text.as_bytes(), &Environment::default());
        let found = checked.diagnostics.sorted();
        assert!(found.len() <= 1, "{found:?}");
        let found = found.first()?;
        let span = found.primary.span;
        let marked = text[span.start as usize..span.end as usize].to_owned();
        Some((found.message.clone(), marked, found.help.clone().unwrap_or_default()))
    }

    #[test]
    fn patterns_that_people_write_are_right() {
        for pattern in
            ["0 9 * * mon-fri", "*/5 * * * *", "0 0 1,15 * *", "0 0 L * *", "30 8 29 2 *", "0 9 * * MON", "@daily"]
        {
            assert_eq!(told(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_mistake_is_told_at_its_field() {
        let (message, marked, _) = told("0 25 * * *").unwrap();
        assert_eq!((message.as_str(), marked.as_str()), ("`25` cannot be the hour of a cron pattern", "25"));
        let (_, marked, help) = told("0 9 * * mon-fry").unwrap();
        assert_eq!((marked.as_str(), help.as_str()), ("mon-fry", "did you mean `fri`?"));
        let (_, _, help) = told("0 9 * * monday").unwrap();
        assert_eq!(help, "did you mean `mon`?");
    }

    #[test]
    fn too_many_and_too_few_fields_are_counted() {
        for (pattern, count) in [("0 9 * *", 4), ("0 0 9 * * *", 6), ("daily", 1)] {
            assert_eq!(told(pattern).unwrap().0, format!("a cron pattern has five fields, this has {count}"));
        }
    }

    #[test]
    fn what_never_comes_is_told() {
        assert_eq!(told("0 0 30 2 *").unwrap().0, "this never comes");
    }
}
