//! A file at the moment of typing: a word is put where the cursor stands, and what is still open is closed behind it.

use std::ops::Range;

/// What is put at the cursor. It is a name in YAML, in templates and in expressions, and nobody's own.
pub const WORD: &str = "cursor8stands8here";

/// A text that can be read, and where the word begins in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Attempt {
    pub text: String,
    pub at: usize,
    /// What was tried before has had its say; this is asked too, and not only instead.
    pub also: bool,
}

/// The bytes of the word that is being written at a place.
pub fn word_at(text: &str, at: usize) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let start = text[..at].char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(at, |(start, _)| start);
    let end = text[at..].find(|c| !is_word(c)).map_or(text.len(), |length| at + length);
    // The dash of a list is no part of a word.
    let start = start + text[start..at].len() - text[start..at].trim_start_matches('-').len();
    start..end
}

/// Texts to try, the likeliest first.
pub fn attempts(text: &str, at: usize) -> Vec<Attempt> {
    let line_start = text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1);
    let line_end = text[at..].find(['\n', '\r']).map_or(text.len(), |found| at + found);
    let (before, behind) = (&text[line_start..at], &text[at..line_end]);
    let make = |between: &str, behind: &str, also: bool| Attempt {
        text: format!("{}{WORD}{between}{behind}{}", &text[..at], &text[line_end..]),
        at,
        also,
    };
    let lead = before.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    let alone = behind.trim().is_empty() && lead.is_empty();
    let mut attempts = Vec::new();
    if alone {
        attempts.push(make(":", "", false));
    }
    let item = before.trim_start().starts_with("- ");
    attempts.push(make("", behind, alone && item));
    let open = still_open(before);
    if !open.is_empty() {
        let tag = open.iter().rposition(|close| *close == "}}").map_or(0, |at| at);
        let (outer, inner) = open.split_at(tag);
        let (outer, inner) = (closing(outer), closing(inner));
        attempts.push(make(&inner, behind, false));
        attempts.push(make(&format!("{inner}{outer}"), "", false));
        attempts.push(make(&format!("{inner}{outer}"), behind, false));
        attempts.push(make(&inner, &format!("{behind}{outer}"), false));
    }
    attempts
}

fn closing(open: &[&str]) -> String {
    open.iter().rev().copied().collect()
}

/// What a part of a line opens and does not close, the outermost first, as what would close it.
fn still_open(line: &str) -> Vec<&'static str> {
    let mut open: Vec<&'static str> = Vec::new();
    let mut before = ' ';
    let mut skip = 0;
    for (at, c) in line.char_indices() {
        if at < skip {
            continue;
        }
        let rest = &line[at..];
        let quote = open.iter().rfind(|close| matches!(**close, "\"" | "'")).copied();
        let begins = matches!(before, ' ' | '[' | '{' | ',' | '(');
        if rest.starts_with("{{") && !rest.starts_with("{{{") {
            open.push("}}");
            skip = at + 2;
        } else if rest.starts_with("}}") && open.contains(&"}}") {
            while open.pop().is_some_and(|close| close != "}}") {}
            skip = at + 2;
        } else if c == '\\' && quote == Some("\"") {
            skip = at + 1 + line[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if quote == Some("\"") && c == '"' || quote == Some("'") && c == '\'' {
            while open.pop().is_some_and(|close| Some(close) != quote) {}
        } else if c == '"' && begins {
            open.push("\"");
        } else if c == '\'' && begins {
            open.push("'");
        } else if let Some(close) = bracket(c, quote.is_some()) {
            open.push(close);
        } else if open.last().is_some_and(|close| close.starts_with(c)) {
            open.pop();
        }
        before = c;
    }
    open
}

fn bracket(c: char, quoted: bool) -> Option<&'static str> {
    match c {
        '(' => Some(")"),
        '[' if !quoted => Some("]"),
        '{' if !quoted => Some("}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_closed_from_the_inside() {
        let cases = [
            ("  - reply: \"Hi {{us", "}}\""),
            ("  - send: { to: \"{{settings.x}}\", embed: re", "}"),
            ("  buttons: [{ button: a, if: (max(1, 2", "))}]"),
            ("  x: '{{upper (trim us", ")}}'"),
            ("  x: \"a \\\" {{b}} ", "\""),
            ("  it's done: {{a", "}}"),
            ("  steps: [{ if: max(opt", ")}]"),
        ];
        for (line, closed) in cases {
            assert_eq!(closing(&still_open(line)), closed, "{line}");
        }
    }

    #[test]
    fn a_word_has_both_its_halves() {
        assert_eq!(word_at("a: em-bed", 5), 3..9);
        assert_eq!(word_at("{{options.ra}}", 12), 10..12);
        assert_eq!(word_at("- re", 4), 2..4);
        assert_eq!(word_at("", 0), 0..0);
        assert_eq!(word_at("🎫é", 4), 4..6);
    }
}
