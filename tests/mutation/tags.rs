//! The words inside templates and expressions, by their places in the file.

use std::ops::Range;

/// One `{{…}}`.
#[derive(Debug, Clone)]
pub struct Tag {
    pub range: Range<usize>,
    /// What stands between the braces.
    pub inside: Range<usize>,
    pub words: Vec<Word>,
}

/// A name in a tag or an expression: `options.rating`, `truncate`.
#[derive(Debug, Clone)]
pub struct Word {
    pub range: Range<usize>,
    pub sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A name, or names with dots between.
    Path,
    Function,
    /// `#if`, `/if`, `else`, `as |row|`.
    Block,
}

/// All tags between two places of a file.
pub fn tags(text: &str, within: Range<usize>) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(start) = text[at..within.end].find("{{").map(|found| at + found) {
        let Some(length) = text[start..within.end].find("}}") else { break };
        let range = start..start + length + 2;
        let inside = start + 2..start + length;
        let words = tag_words(text, inside.clone());
        at = range.end;
        found.push(Tag { range, inside, words });
    }
    found
}

fn tag_words(text: &str, inside: Range<usize>) -> Vec<Word> {
    let written = &text[inside.clone()];
    let mut words: Vec<Word> = Vec::new();
    let mut first = true;
    for (range, before) in names(written) {
        let name = &written[range.clone()];
        let place = inside.start + range.start..inside.start + range.end;
        let block = before == Some('#') || before == Some('/') || name == "else" || name == "as" || before == Some('|');
        let argument = words.last().is_some_and(|last| last.sort != Sort::Block) && before != Some('(');
        let sort = match () {
            () if block => Sort::Block,
            () if argument => Sort::Path,
            // The one word of a tag, and what follows `#if`, are values; what opens a bracket is called.
            () if before == Some('(') => Sort::Function,
            () if first && has_arguments(&written[range.end..]) => Sort::Function,
            () => Sort::Path,
        };
        first = false;
        if sort == Sort::Block || !matches!(name, "true" | "false" | "null") {
            words.push(Word { range: place, sort });
        }
    }
    words
}

fn has_arguments(rest: &str) -> bool {
    !rest.trim_start_matches(['\\', ' ']).is_empty()
}

/// The words of an expression between two places of a file.
pub fn expression_words(text: &str, within: Range<usize>) -> Vec<Word> {
    let written = &text[within.clone()];
    let mut words = Vec::new();
    for (range, _) in names(written) {
        let name = &written[range.clone()];
        if matches!(name, "true" | "false" | "null" | "if" | "else") {
            continue;
        }
        let called = written[range.end..].trim_start().starts_with('(');
        let sort = if called { Sort::Function } else { Sort::Path };
        words.push(Word { range: within.start + range.start..within.start + range.end, sort });
    }
    words
}

/// Identifiers with dots between them, outside of quoted texts, each with the character before it.
fn names(text: &str) -> Vec<(Range<usize>, Option<char>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match quote {
            Some(open) => {
                if byte == open {
                    quote = None;
                }
                at += 1;
            }
            None if byte == b'"' || (byte == b'\'' && bytes.get(at + 1) != Some(&b'\'')) => {
                quote = Some(byte);
                at += 1;
            }
            None if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'@' => {
                let start = at;
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'.' | b'@'))
                {
                    at += 1;
                }
                found.push((start..at, text[..start].chars().next_back()));
            }
            None if byte.is_ascii_digit() => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'.') {
                    at += 1;
                }
            }
            None => at += 1,
        }
    }
    found
}

/// The parts of a path between its dots.
pub fn segments(text: &str, path: Range<usize>) -> Vec<Range<usize>> {
    let mut at = path.start;
    let mut parts = Vec::new();
    for part in text[path].split('.') {
        parts.push(at..at + part.len());
        at += part.len() + 1;
    }
    parts
}
