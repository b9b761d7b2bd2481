//! One mistake, one message: what is missing only because its declaration is wrong already is not told again.

use crate::text::{Code, Diagnostic, Diagnostics, Parsed, Severity, Sources, Span, code};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Mistakes that take names, values and keys away from the rest of the file.
const CAUSES: [&str; 11] =
    ["E0110", "E0201", "E0203", "E0204", "E0205", "E0206", "E0304", "E0307", "E0503", "E0606", "E0105"];

/// Mistakes that may only be the echo of another one.
const ECHOES: [&str; 12] =
    ["E0202", "E0301", "E0302", "E0403", "E0404", "E0407", "E0408", "E0504", "E0505", "E0605", "E0608", "E0611"];

/// Of these, only the echo of something inside of the same thing.
const LOCAL: [&str; 5] = ["E0202", "E0408", "E0505", "E0605", "E0608"];

/// How many steps with two verbs are looked at.
const JOINED: usize = 256;

/// Lines longer than this, in bytes, count as several.
const LONG: u32 = 2_048;

/// The mistakes without those that others explain.
pub fn without_echoes(sources: &Sources, parsed: &Parsed, diagnostics: Diagnostics) -> Diagnostics {
    let wrong = Wrong::of(sources, parsed, &diagnostics);
    let mut kept = Diagnostics::new();
    kept.extend(diagnostics.into_iter().filter(|diagnostic| !wrong.explains(diagnostic)));
    kept
}

/// What stands on lines that are wrong already, or was not read at all.
struct Wrong<'a> {
    sources: &'a Sources,
    /// Each word with the places at which it stands there.
    words: HashMap<&'a str, Vec<u32>>,
    /// Lines on which the syntax is wrong, by where they begin, and the first such mistake on each.
    syntax: HashMap<u32, (Span, Code)>,
    /// Where a step has two verbs: the lines from the second one on, and how far it stands from the left.
    joined: Vec<(Range<u32>, usize)>,
    /// Keys that stand where a name belongs, by their line and how far they stand from the left.
    fallen: HashSet<(usize, usize)>,
    /// Something was not read at all.
    unread: bool,
}

impl<'a> Wrong<'a> {
    fn of(sources: &'a Sources, parsed: &Parsed, diagnostics: &Diagnostics) -> Self {
        let mut wrong = Self {
            sources,
            words: HashMap::new(),
            syntax: HashMap::new(),
            joined: Vec::new(),
            fallen: HashSet::new(),
            unread: !parsed.unread.is_empty(),
        };
        let mut parts: BTreeSet<(u32, u32)> = parsed.unread.iter().map(|span| (span.start, span.end)).collect();
        let source = parsed.root.span.source;
        for diagnostic in diagnostics {
            let Some(line) = wrong.line(diagnostic.primary.span) else { continue };
            if diagnostic.code == code::INDENTATION {
                wrong.fallen.extend(wrong.corner(diagnostic.primary.span));
            }
            if is_syntax(diagnostic) {
                wrong.syntax.entry(line.0).or_insert((diagnostic.primary.span, diagnostic.code));
                parts.insert(line);
            } else if diagnostic.code == code::TWO_VERBS && wrong.joined.len() < JOINED {
                parts.insert(line);
                wrong.join(diagnostic.primary.span);
            } else if CAUSES.contains(&diagnostic.code.id) {
                parts.insert(line);
            }
        }
        if let Some(source) = sources.find(source) {
            let mut done = 0;
            for (start, end) in parts {
                let start = start.max(done);
                done = done.max(end);
                wrong.note(&source.text, start, end);
            }
        }
        wrong
    }

    /// Where the line of a place begins and ends; of a very long line, the part around it.
    fn line(&self, span: Span) -> Option<(u32, u32)> {
        let source = self.sources.find(span.source)?;
        let (first, _) = source.line_column(span.start);
        let start = source.line_start(first);
        let end = start + source.line(first).len() as u32;
        // Of a file that is one long line, not everything is wrong.
        let part = start + span.start.saturating_sub(start) / LONG * LONG;
        Some((part, end.min(part + LONG)))
    }

    /// The line of a place, and the lines below it that are indented further.
    fn extent(&self, span: Span) -> Range<u32> {
        let Some(source) = self.sources.find(span.source) else { return 0..0 };
        let (first, _) = source.line_column(span.start);
        let indent = |line: usize| source.line(line).len() - source.line(line).trim_start().len();
        let deeper = |line: &usize| source.line(*line).trim().is_empty() || indent(*line) > indent(first);
        let last = (first + 1..=source.line_count()).take_while(deeper).last().unwrap_or(first);
        source.line_start(first)..source.line_start(last) + source.line(last).len() as u32
    }

    /// Two steps were taken for one: what stands beside the second verb meets what stands beside the first.
    fn join(&mut self, span: Span) {
        let Some(source) = self.sources.find(span.source) else { return };
        let (first, _) = source.line_column(span.start);
        let column = (span.start - source.line_start(first)) as usize;
        let indent = |line: usize| source.line(line).len() - source.line(line).trim_start().len();
        let within = |line: &usize| source.line(*line).trim().is_empty() || indent(*line) >= column;
        let last = (first + 1..=source.line_count()).take_while(within).last().unwrap_or(first);
        let end = source.line_start(last) + source.line(last).len() as u32;
        self.joined.push((source.line_start(first)..end, column));
    }

    /// The line of a place, and how far it stands from the left.
    fn corner(&self, span: Span) -> Option<(usize, usize)> {
        let source = self.sources.find(span.source)?;
        let (line, _) = source.line_column(span.start);
        Some((line, (span.start - source.line_start(line)) as usize))
    }

    /// Whether what is missing here stands on the next line and should stand further to the right; of several lines
    /// that should, the first is told.
    fn is_above_fallen(&self, diagnostic: &Diagnostic) -> bool {
        let Some((line, column)) = self.corner(diagnostic.primary.span) else { return false };
        match diagnostic.code == code::INDENTATION {
            true => line > 1 && self.fallen.contains(&(line - 1, column)),
            false => self.fallen.contains(&(line + 1, column)),
        }
    }

    /// Whether a key stands beside the second verb of a step.
    fn is_joined(&self, span: Span) -> bool {
        let Some((_, column)) = self.corner(span) else { return false };
        self.joined.iter().any(|(lines, at)| lines.contains(&span.start) && column == *at)
    }

    fn note(&mut self, text: &'a str, start: u32, end: u32) {
        let (start, end) = (text.floor_char_boundary(start as usize), text.floor_char_boundary(end as usize));
        for (at, word) in words(&text[start..end.max(start)]) {
            self.words.entry(word).or_default().push((start + at) as u32);
        }
    }

    fn explains(&self, diagnostic: &Diagnostic) -> bool {
        if diagnostic.severity != Severity::Error {
            return false;
        }
        let span = diagnostic.primary.span;
        let first = self.line(span).and_then(|(line, _)| self.syntax.get(&line));
        if first.is_some_and(|first| *first != (span, diagnostic.code)) {
            return true;
        }
        // Where something was taken out, keys meet that never stood together.
        if diagnostic.code == code::DUPLICATE_KEY && self.unread {
            return true;
        }
        if [code::MISSING_KEY, code::INDENTATION].contains(&diagnostic.code) && self.is_above_fallen(diagnostic) {
            return true;
        }
        if [code::DUPLICATE_KEY, code::UNKNOWN_KEY].contains(&diagnostic.code) && self.is_joined(span) {
            return true;
        }
        if !ECHOES.contains(&diagnostic.code.id) && diagnostic.leans_on.is_empty() {
            return false;
        }
        let elsewhere = |word: &str| {
            let places = self.words.get(word);
            places
                .is_some_and(|places| places.iter().any(|at| !(span.start..span.end.max(span.start + 1)).contains(at)))
        };
        if !diagnostic.leans_on.is_empty() {
            let own = self.line(span).filter(|_| CAUSES.contains(&diagnostic.code.id)).unwrap_or_default();
            let around = if LOCAL.contains(&diagnostic.code.id) { self.extent(span) } else { 0..u32::MAX };
            let beyond = |word: &String| {
                let places = self.words.get(word.as_str());
                places.is_some_and(|places| places.iter().any(|at| around.contains(at) && !(own.0..own.1).contains(at)))
            };
            return diagnostic.leans_on.iter().any(beyond);
        }
        let Some(source) = self.sources.find(span.source) else { return false };
        last_names(source.slice(span)).any(elsewhere)
    }
}

fn is_syntax(diagnostic: &Diagnostic) -> bool {
    // A key that is written twice leaves its line readable.
    diagnostic.code.id.starts_with("E01") && diagnostic.code != code::DUPLICATE_KEY || diagnostic.code == code::NOT_UTF8
}

/// The words of a text, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        let end = start + text[start..].find(|c: char| !is_part(c)).unwrap_or(text.len() - start);
        at = end;
        Some((start, &text[start..end]))
    })
}

/// Of each path in a text its last part: what a thing is asked for.
fn last_names(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let names = paths.filter_map(|path| path.rsplit('.').next());
    names.filter(|name| name.starts_with(|c: char| c.is_alphabetic()))
}
