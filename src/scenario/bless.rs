//! What happens now, written down as what is expected.

use crate::scenario::observed::{Observed, What};
use crate::scenario::run::Outcome;
use crate::scenario::yaml;
use crate::text::Span;
use serde_json::Value;

/// An expectation, what happened instead, and names for ids in it.
type Place<'a> = (Span, &'a [Observed], &'a [(String, String)]);

/// The file's text with what happened in place of each expectation that was not met, and how many those are.
pub fn bless(text: &str, failed: &[&Outcome]) -> (String, usize) {
    let mut places: Vec<Place<'_>> = Vec::new();
    for outcome in failed {
        for (span, seen) in &outcome.played.seen {
            let wrong = |place: Span| place.source == span.source && span.start <= place.start && place.end <= span.end;
            if outcome.played.failures.iter().any(|failure| wrong(failure.primary.span)) {
                places.push((*span, seen, &outcome.played.ids));
            }
        }
    }
    places.sort_by_key(|(span, ..)| std::cmp::Reverse(span.start));
    let mut out = text.to_owned();
    // A byte order mark is no part of the places.
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for (span, seen, ids) in &places {
        let (start, end) = (span.start as usize + mark, span.end as usize + mark);
        let (start, end) = (start.min(out.len()), end.min(out.len()));
        let block = expectation(&out, start, seen, ids);
        let (from, to) = whole(&out, start, end);
        out.replace_range(from..to, &block);
    }
    (out, places.len())
}

/// From behind the colon to the end of what was written.
fn whole(text: &str, start: usize, end: usize) -> (usize, usize) {
    let from = text[..start].trim_end().len();
    let written = text[start..end].trim_end().len();
    (from, start + written)
}

/// What happened, as a list below its key.
fn expectation(text: &str, start: usize, seen: &[Observed], ids: &[(String, String)]) -> String {
    if seen.is_empty() {
        return " []".to_owned();
    }
    let key_end = text[..start].trim_end().len();
    let line_start = text[..key_end].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[line_start..key_end];
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let pad = " ".repeat(indent + 2);
    seen.iter().map(|one| format!("\n{pad}- {}", item(one.what, &one.brief(), ids))).collect()
}

/// With names in the place of ids that have one.
pub fn item(what: What, value: &Value, ids: &[(String, String)]) -> String {
    let text = format!("{}: {}", what.word(), yaml::flow(value));
    ids.iter().fold(text, |text, (id, name)| text.replace(id.as_str(), name))
}
