//! Quotes that do not match up, line by line as people write them: for when the parser is lost already.

use super::layout::{closing_quote, template_length};
use std::ops::Range;

/// How many lines a quoted text may go over before its quote counts as forgotten.
const LONGEST: usize = 60;

/// A quote without its partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Imbalance {
    /// It opens a text that nothing closes.
    Unclosed(usize),
    /// It closes a text that began without one, at the start of this range.
    Unopened(Range<usize>),
}

/// The first line up to the one around `until` whose quotes do not match up.
pub(super) fn imbalance(text: &str, until: usize) -> Option<Imbalance> {
    let mut at = 0;
    let mut block: Option<usize> = None;
    while at <= until && at < text.len() {
        let line = line(text, at);
        let indent = indent(&text[line.clone()]);
        let is_blank = text[line.clone()].trim().is_empty();
        if block.is_some_and(|above| is_blank || indent > above) {
            at = next_line(text, line.end);
            continue;
        }
        block = None;
        match scan(text, line.clone()) {
            Scanned::Fine { opens_block } => {
                block = opens_block.then_some(indent);
                at = next_line(text, line.end);
            }
            Scanned::Imbalance(found) => return Some(found),
            Scanned::Open(start) => match closed_below(text, start, line.end) {
                Some(end) => at = next_line(text, self::line(text, end).end),
                None => return Some(Imbalance::Unclosed(start)),
            },
        }
    }
    None
}

enum Scanned {
    Fine {
        opens_block: bool,
    },
    Imbalance(Imbalance),
    /// A quote is open at the end of the line.
    Open(usize),
}

fn scan(text: &str, line: Range<usize>) -> Scanned {
    let mut at = line.start + indent(&text[line.clone()]);
    let mut depth = 0usize;
    // Whether a value may begin here, and where the plain text at hand began.
    let (mut fresh, mut token) = (true, at);
    while at < line.end {
        let rest = &text[at..line.end];
        let c = rest.chars().next().expect("the line goes on");
        let length = c.len_utf8();
        match c {
            ' ' | '\t' => at += length,
            '#' if at == line.start || text[..at].ends_with([' ', '\t']) => break,
            '"' | '\'' if fresh => {
                let Some(inner) = closing_quote(&rest[1..], c) else { return Scanned::Open(at) };
                let end = at + inner + 2;
                if is_swallowed(&rest[1..=inner], &text[end..line.end]) {
                    return Scanned::Imbalance(Imbalance::Unclosed(at));
                }
                (at, fresh) = (end, false);
            }
            '"' if depth > 0 && ends_value(&rest[1..])
                || text[token..].starts_with("{{") && c == '"' && ends_value(&rest[1..]) =>
            {
                return Scanned::Imbalance(Imbalance::Unopened(token..at + 1));
            }
            '{' if rest.starts_with("{{") && !rest.starts_with("{{ ") => {
                if fresh {
                    token = at;
                }
                (at, fresh) = (at + template_length(rest), false);
            }
            '[' | '{' if fresh => (at, depth) = (at + 1, depth + 1),
            ']' | '}' if depth > 0 => (at, depth, fresh) = (at + 1, depth - 1, false),
            ',' if depth > 0 => (at, fresh) = (at + 1, true),
            ':' | '-' | '?' if rest[1..].is_empty() || rest[1..].starts_with([' ', '\t']) => {
                let sign = c == ':' || fresh;
                (at, fresh) = (at + 1, sign);
            }
            '&' | '!' if fresh => at += rest.find([' ', '\t']).unwrap_or(rest.len()),
            '|' | '>' if fresh => return Scanned::Fine { opens_block: true },
            _ => {
                if fresh {
                    token = at;
                }
                (at, fresh) = (at + length, false);
            }
        }
    }
    Scanned::Fine { opens_block: false }
}

/// Whether a value can end before this.
fn ends_value(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with([',', ']', '}', '#'])
}

/// Whether a quoted text took the beginning of the next one for its end: `"a, b: "c"`.
fn is_swallowed(inner: &str, after: &str) -> bool {
    let joined = !ends_value(after) && !after.trim_start().starts_with(':');
    let before = inner.trim_end_matches(' ');
    joined && !after.starts_with(' ') && before.ends_with([':', ',', '[', '{']) && inner.contains([':', ','])
}

/// Where a quoted text that goes over several lines ends, if it looks like one.
fn closed_below(text: &str, start: usize, line_end: usize) -> Option<usize> {
    let quote = text[start..].chars().next()?;
    let end = start + 1 + closing_quote(&text[start + 1..], quote)?;
    let after = line(text, end).end;
    let mut at = next_line(text, line_end);
    for _ in 0..LONGEST {
        let line = line(text, at);
        let part = &text[line.start..line.end.min(end)];
        if looks_like_entry(part) {
            return None;
        }
        if line.end >= end {
            return ends_value(&text[end + 1..after]).then_some(end);
        }
        at = next_line(text, line.end);
    }
    None
}

/// `key: value`, `key:` or `- entry`
fn looks_like_entry(line: &str) -> bool {
    let line = line.trim_start();
    let word = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(line.len());
    let key = word > 0 && (line[word..].starts_with(": ") || line[word..].trim_end() == ":");
    key || line.starts_with("- ")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |found| at + found);
    start..end.max(start)
}

fn next_line(text: &str, end: usize) -> usize {
    end + if text[end..].starts_with("\r\n") { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Imbalance> {
        imbalance(text, text.len())
    }

    #[test]
    fn quotes_that_match_up_are_no_matter() {
        for fine in [
            "a: \"b\"\nc: 'it''s'\n",
            "a: { b: \"c, d: e\", f: [\"g\", 'h'] }\n",
            "a: \"over\n  two lines\"\nb: c\n",
            "a: it's, isn't it?\n",
            "a: |\n  \"not a quote\n  don't\nb: \"c\"\n",
            "a: \"{{plural b \\\"key\\\"}} c\" # it's \"fine\n",
            "- { a: 5, \"b\": \"c\" }\n",
            "a: &x \"b\"\n",
        ] {
            assert_eq!(found(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_quote_that_nothing_closes_is_found_where_it_opens() {
        assert_eq!(found("a: \"b\nc: \"d\"\n"), Some(Imbalance::Unclosed(3)));
        assert_eq!(found("a: { b: \"c, d: \"e\" }\nf: \"g\"\n"), Some(Imbalance::Unclosed(8)));
        assert_eq!(found("a: 'b\nc: d\n"), Some(Imbalance::Unclosed(3)));
    }

    #[test]
    fn a_quote_that_nothing_opens_is_found_with_its_text() {
        assert_eq!(found("a: { b: {{c}}\", d: \"e\" }\n"), Some(Imbalance::Unopened(8..14)));
        assert_eq!(found("a: {{c}}, d\"\n"), Some(Imbalance::Unopened(3..12)));
    }
}
