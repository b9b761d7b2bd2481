//! What went otherwise than a scenario says, as diagnostics: its own line, and the bot's line that did it.

use crate::scenario::align::Aligned;
use crate::scenario::compare::{Difference, Known, fill};
use crate::scenario::observed::Observed;
use crate::scenario::suite::{Expectation, Item, Rows, WantedRow, WantedRows};
use crate::scenario::table::Shown;
use crate::scenario::yaml;
use crate::text::{Diagnostic, Span, code};

/// Things that are listed at most.
const LISTED: usize = 12;

/// Something that cannot be done, and why.
pub struct Failing {
    pub at: Span,
    pub why: String,
}

pub fn impossible(failing: &Failing) -> Diagnostic {
    Diagnostic::new(code::STEP_IMPOSSIBLE, failing.at, "this cannot be done").label(failing.why.clone())
}

/// A run failed, in a step in which nobody looks at what it says.
pub fn failed(step: Span, bot: Span, why: &str) -> Diagnostic {
    let told = Diagnostic::new(code::RUN_FAILED, step, "the bot failed in this step")
        .help("if that is as it should be, say with `expect:` what the bot does then");
    if bot.is_none() { told.label(why.to_owned()) } else { told.related(bot, why.to_owned()) }
}

/// Everything that is otherwise than expected.
pub fn of(aligned: &Aligned, expectation: &Expectation, observed: &[Observed]) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for (_, index, differences) in &aligned.different {
        all.extend(differences.iter().map(|difference| different(difference, &observed[*index])));
    }
    for index in &aligned.missing {
        if let Item::One { span, what, .. } = &expectation.items[*index] {
            all.push(missing(*span, what.word(), observed));
        }
    }
    for index in &aligned.unexpected {
        all.push(unexpected(expectation, &observed[*index]));
    }
    all
}

fn different(difference: &Difference, observed: &Observed) -> Diagnostic {
    let message = format!("{} of this `{}` is different", difference.what, observed.what.word());
    let told = Diagnostic::new(code::OTHER_THAN_EXPECTED, difference.span, message)
        .label(format!("expected {}", difference.expected))
        .help(format!("expected: {}\n  actual: {}", difference.expected, difference.actual));
    by(told, observed)
}

fn missing(span: Span, what: &str, observed: &[Observed]) -> Diagnostic {
    let happened: Vec<String> = observed.iter().take(LISTED).map(Observed::shown).collect();
    let help = match happened.as_slice() {
        [] => "nothing happened".to_owned(),
        all => format!("what happened:\n  {}", all.join("\n  ")),
    };
    Diagnostic::new(code::NOT_HAPPENED, span, format!("this `{what}` did not happen")).help(help)
}

fn unexpected(expectation: &Expectation, observed: &Observed) -> Diagnostic {
    let message = format!("nobody expected this `{}`", observed.what.word());
    let span = Span { end: expectation.span.end.max(expectation.span.start), ..expectation.span };
    let told = Diagnostic::new(code::NOT_EXPECTED, span, message)
        .label("it is not listed here")
        .help(format!("what happened: {}", observed.shown()));
    by(told, observed)
}

fn by(told: Diagnostic, observed: &Observed) -> Diagnostic {
    if observed.span.is_none() { told } else { told.related(observed.span, "the bot does it here") }
}

/// What is otherwise in a table.
pub fn rows(rows: &Rows, actual: &[Shown], known: &Known) -> Vec<Diagnostic> {
    match &rows.wanted {
        WantedRows::Count(count, span) if *count != actual.len() as u64 => {
            vec![number(*span, rows, *count as usize, actual)]
        }
        WantedRows::Count(..) => Vec::new(),
        WantedRows::All(span, wanted) => {
            let mut all: Vec<Diagnostic> =
                wanted.iter().zip(actual).flat_map(|(wanted, actual)| row(wanted, actual, known)).collect();
            if wanted.len() != actual.len() && all.is_empty() {
                all.push(number(*span, rows, wanted.len(), actual));
            }
            all
        }
    }
}

fn number(span: Span, rows: &Rows, wanted: usize, actual: &[Shown]) -> Diagnostic {
    let message = format!("`{}` has {}, not {wanted}", rows.table.value, plural(actual.len()));
    let shown: Vec<String> = actual.iter().take(LISTED).map(show).collect();
    let told = Diagnostic::new(code::ROWS_DIFFER, span, message);
    if shown.is_empty() { told } else { told.help(format!("there are:\n  {}", shown.join("\n  "))) }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// Without empty columns.
fn show(row: &Shown) -> String {
    let columns = row.iter().filter(|(_, value)| !value.is_empty());
    let columns: Vec<String> = columns.map(|(name, value)| format!("{name}: {}", yaml::word(value))).collect();
    format!("{{ {} }}", columns.join(", "))
}

fn row(wanted: &WantedRow, actual: &Shown, known: &Known) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for (column, pattern) in &wanted.columns {
        let value = actual.get(&column.value).map(String::as_str).unwrap_or_default();
        for (wanted, text) in pattern.wanted() {
            let fill = |text: &str| fill(known, text);
            if wanted.fits(value, &fill).is_none() {
                let message = format!("`{}` of this row is different", column.value);
                let expected = wanted.words(&fill);
                let value = if value.is_empty() { "nothing".to_owned() } else { yaml::quoted(value) };
                let told = Diagnostic::new(code::ROWS_DIFFER, text.span, message).label(format!("expected {expected}"));
                all.push(told.help(format!("expected: {expected}\n  actual: {value}")));
            }
        }
    }
    all
}
