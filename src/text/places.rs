//! Which byte of a scalar's value came from where in the file, through quotes, escapes, folding and indentation.

use super::node::Style;
use super::source::Span;
use std::ops::Range;
use std::sync::Arc;

/// The way back from a decoded value to the file.
#[derive(Clone, Debug, Default)]
pub enum Places {
    /// Only known as a whole.
    #[default]
    Whole,
    /// The value stands in the file as it is, from this byte on.
    Verbatim(u32),
    Pieces(Arc<[Piece]>),
}

/// A run of the value's bytes and the bytes of the file it came from.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    value: u32,
    source: u32,
    length: u32,
    /// Byte for byte; otherwise the whole run came from the whole piece of the file (an escape, a folded line break).
    verbatim: bool,
}

impl Places {
    /// Works out where the bytes of `value` came from; `span` is what the parser says the scalar covers in `text`.
    pub fn of(text: &str, span: Range<usize>, style: Style, value: &str) -> Self {
        let Some(body) = body(text, &span, style) else { return Self::Whole };
        if text.get(body.clone()) == Some(value) {
            return Self::Verbatim(body.start as u32);
        }
        let mut trace = Trace { text, value, at: 0, pieces: Vec::new() };
        let traced = match style {
            Style::Literal => trace.literal(body),
            Style::Folded => trace.folded(body),
            _ => trace.flow(body, style),
        };
        match traced {
            Some(()) if trace.at == value.len() => Self::Pieces(trace.pieces.into()),
            _ => Self::Whole,
        }
    }

    /// The place of a range of the value's bytes; an empty range gives an empty place.
    pub fn locate(&self, range: Range<usize>, whole: Span) -> Span {
        let (start, end) = match self {
            Self::Whole => return whole,
            Self::Verbatim(from) => (from + range.start as u32, from + range.end.max(range.start) as u32),
            Self::Pieces(pieces) => ends(pieces, range),
        };
        Span { start: start.min(whole.end), end: end.min(whole.end).max(start.min(whole.end)), ..whole }
    }
}

fn ends(pieces: &[Piece], range: Range<usize>) -> (u32, u32) {
    let start = piece_at(pieces, range.start).map_or(0, |piece| piece.start_of(range.start));
    if range.end <= range.start {
        return (start, start);
    }
    let end = piece_at(pieces, range.end - 1).map_or(start, |piece| piece.end_of(range.end));
    (start, end)
}

fn piece_at(pieces: &[Piece], offset: usize) -> Option<&Piece> {
    let index = pieces.partition_point(|piece| piece.value as usize <= offset);
    pieces.get(index.saturating_sub(1))
}

impl Piece {
    fn start_of(&self, offset: usize) -> u32 {
        if self.verbatim { self.source + (offset as u32 - self.value).min(self.length) } else { self.source }
    }

    fn end_of(&self, offset: usize) -> u32 {
        if self.verbatim { self.start_of(offset) } else { self.source + self.length }
    }
}

/// The part of a scalar that holds its text: without quotes.
fn body(text: &str, span: &Range<usize>, style: Style) -> Option<Range<usize>> {
    let slice = text.get(span.clone())?;
    match style {
        Style::Single | Style::Double => (slice.len() >= 2).then(|| span.start + 1..span.end - 1),
        _ => Some(span.clone()),
    }
}

struct Trace<'a> {
    text: &'a str,
    value: &'a str,
    at: usize,
    pieces: Vec<Piece>,
}

impl Trace<'_> {
    /// The next `length` bytes of the value stand in the file as they are; nothing if they do not.
    fn verbatim(&mut self, source: usize, length: usize) -> Option<()> {
        if length == 0 {
            return Some(());
        }
        let same = self.text.get(source..source + length)? == self.value.get(self.at..self.at + length)?;
        match self.pieces.last_mut() {
            _ if !same => return None,
            Some(last) if last.verbatim && (last.source + last.length) as usize == source => {
                last.length += length as u32
            }
            _ => self.piece(source, length, true),
        }
        self.at += length;
        Some(())
    }

    /// The next character of the value came from `length` bytes of the file.
    fn made_of(&mut self, source: usize, length: usize) -> Option<()> {
        let made = self.value.get(self.at..)?.chars().next()?;
        self.piece(source, length, false);
        self.at += made.len_utf8();
        Some(())
    }

    fn piece(&mut self, source: usize, length: usize, verbatim: bool) {
        let (value, source, length) = (self.at as u32, source as u32, length as u32);
        self.pieces.push(Piece { value, source, length, verbatim });
    }

    /// Plain and quoted scalars: escapes, and lines folded into one.
    fn flow(&mut self, body: Range<usize>, style: Style) -> Option<()> {
        let mut at = body.start;
        while at < body.end {
            let rest = &self.text[at..body.end];
            at += if style == Style::Double && rest.starts_with('\\') {
                self.escape(at, rest)?
            } else if style == Style::Single && rest.starts_with("''") {
                self.made_of(at, 2)?;
                2
            } else if let Some(first) = line_break_ahead(rest) {
                self.fold(at, rest, first)?
            } else {
                let length = rest.chars().next()?.len_utf8();
                self.verbatim(at, length)?;
                length
            };
        }
        Some(())
    }

    /// One escape of a double quoted scalar; the answer is its length in the file.
    fn escape(&mut self, at: usize, rest: &str) -> Option<usize> {
        let sign = rest[1..].chars().next()?;
        if matches!(sign, '\n' | '\r') {
            return self.escaped_break(at, rest);
        }
        let wide = self.value.get(self.at..)?.chars().next()?.len_utf8() == 4;
        let length = match sign {
            'x' => 4,
            'u' if wide => 12,
            'u' => 6,
            'U' => 10,
            other => 1 + other.len_utf8(),
        };
        self.made_of(at, length)?;
        Some(length)
    }

    /// `\` at the end of a line joins it with the next; empty lines between them stay.
    fn escaped_break(&mut self, at: usize, rest: &str) -> Option<usize> {
        let mut used = 1 + break_length(&rest[1..]);
        while let Some(spaces) = line_break_ahead(&rest[used..]) {
            let length = break_length(&rest[used + spaces..]);
            self.made_of(at + used + spaces, length)?;
            used += spaces + length;
        }
        Some(used + blanks(&rest[used..]))
    }

    /// A line break becomes a space, two or more become one less.
    fn fold(&mut self, at: usize, rest: &str, first: usize) -> Option<usize> {
        let mut breaks = Vec::new();
        let mut used = 0;
        let mut ahead = Some(first);
        while let Some(spaces) = ahead {
            let length = break_length(&rest[used + spaces..]);
            breaks.push((at + used + spaces, length));
            used += spaces + length;
            ahead = line_break_ahead(&rest[used..]);
        }
        self.join(&breaks, breaks.len().saturating_sub(1).max(1))?;
        Some(used + blanks(&rest[used..]))
    }

    /// `count` characters of the value came from the last of these line breaks.
    fn join(&mut self, breaks: &[(usize, usize)], count: usize) -> Option<()> {
        let skipped = breaks.len().saturating_sub(count);
        for index in 0..count {
            let &(at, length) = breaks.get(skipped + index).or(breaks.last())?;
            self.made_of(at, length)?;
        }
        Some(())
    }

    /// Empty lines before the first line of a block scalar.
    fn leading_breaks(&mut self, line_start: usize) -> Option<()> {
        let count = self.value.bytes().take_while(|&byte| byte == b'\n').count();
        let before = &self.text[..line_start];
        let mut ends: Vec<(usize, usize)> = Vec::new();
        let mut end = before.len();
        while ends.len() < count {
            let length = ending_break_length(&before[..end]);
            ends.push((end - length, length));
            end = before[..end - length].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        }
        ends.reverse();
        self.join(&ends, count)
    }

    /// `|`: line for line, without the indentation.
    fn literal(&mut self, body: Range<usize>) -> Option<()> {
        let start = line_start(self.text, body.start);
        let indent = body.start - start;
        self.leading_breaks(start)?;
        for line in lines(self.text, start) {
            if self.at >= self.value.len() {
                break;
            }
            let content = line.content(indent);
            self.verbatim(content.start, content.len().min(self.value.len() - self.at))?;
            if self.at < self.value.len() {
                self.made_of(line.end, line.break_length)?;
            }
        }
        Some(())
    }

    /// `>`: lines are joined, except around empty and deeper lines.
    fn folded(&mut self, body: Range<usize>) -> Option<()> {
        let start = line_start(self.text, body.start);
        let indent = body.start - start;
        self.leading_breaks(start)?;
        let mut breaks = Vec::new();
        for line in lines(self.text, start) {
            let content = line.content(indent);
            if self.at >= self.value.len() || self.only_breaks_left() {
                break;
            }
            if !content.is_empty() {
                let deeper = self.text[content.clone()].starts_with([' ', '\t']);
                let count = self.joining_characters(deeper);
                self.join(&breaks, count)?;
                breaks.clear();
                self.verbatim(content.start, content.len())?;
            }
            breaks.push((line.end, line.break_length));
        }
        while self.at < self.value.len() {
            let &(at, length) = breaks.first()?;
            self.made_of(at, length)?;
            if breaks.len() > 1 {
                breaks.remove(0);
            }
        }
        Some(())
    }

    fn only_breaks_left(&self) -> bool {
        self.at > 0 && self.value[self.at..].bytes().all(|byte| byte == b'\n')
    }

    fn joining_characters(&self, deeper: bool) -> usize {
        if self.pieces.is_empty() {
            return 0;
        }
        let joins = |byte: &u8| *byte == b'\n' || (*byte == b' ' && !deeper);
        self.value[self.at..].bytes().take_while(joins).count()
    }
}

struct Line {
    start: usize,
    end: usize,
    break_length: usize,
    blank: bool,
}

impl Line {
    fn content(&self, indent: usize) -> Range<usize> {
        let start = self.start + indent;
        if start >= self.end || (self.blank && self.end - self.start <= indent) {
            self.end..self.end
        } else {
            start..self.end
        }
    }
}

fn lines(text: &str, from: usize) -> impl Iterator<Item = Line> + '_ {
    let mut next = Some(from);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = &text[start..];
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let break_length = break_length(&rest[length..]);
        next = (break_length > 0).then_some(start + length + break_length);
        let blank = rest[..length].trim_matches(' ').is_empty();
        Some(Line { start, end: start + length, break_length, blank })
    })
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1)
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

fn break_length(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with(['\n', '\r'])) }
}

fn ending_break_length(text: &str) -> usize {
    if text.ends_with("\r\n") { 2 } else { usize::from(text.ends_with(['\n', '\r'])) }
}

/// How many blanks stand before a line break, if nothing else does.
fn line_break_ahead(text: &str) -> Option<usize> {
    let spaces = blanks(text);
    (break_length(&text[spaces..]) > 0).then_some(spaces)
}
