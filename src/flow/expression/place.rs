//! Where parts of an expression stand: from lines and columns to bytes.

use rhai::{Expr, Position};
use std::ops::Range;

/// The text of an expression, to find the bytes of its parts.
#[derive(Clone, Copy)]
pub struct Source<'t>(pub &'t str);

impl Source<'_> {
    /// The byte of a position; the end of the text for none.
    pub fn at(self, position: Position) -> usize {
        let Some(line) = position.line() else { return self.0.len() };
        let start: usize = self.0.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let column = position.position().unwrap_or(1) - 1;
        let rest = &self.0[start.min(self.0.len())..];
        start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    }

    /// The word, number or sign that begins at a position.
    pub fn word(self, position: Position) -> Range<usize> {
        let start = self.at(position);
        start..self.word_end(start)
    }

    /// The first place behind a byte at which a closure names its item so: `|row|`.
    pub fn parameter(self, name: &str, behind: usize) -> Range<usize> {
        let rest = self.0.get(behind..).unwrap_or_default();
        let named = |(at, _): (usize, &str)| {
            let start = at + 1 + blanks(&rest[at + 1..]);
            let after = rest[start..].strip_prefix(name)?;
            after.trim_start().starts_with('|').then_some(behind + start..behind + start + name.len())
        };
        rest.match_indices('|').find_map(named).unwrap_or(behind..behind)
    }

    fn word_end(self, start: usize) -> usize {
        let rest = &self.0[start..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match rest.chars().next() {
            Some(c) if is_word(c) => start + rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            Some('"' | '`') => start + string_end(rest),
            Some(c) if "=!<>&|?.+-*/%".contains(c) => {
                start + rest.find(|c| !"=!<>&|?.+-*/%".contains(c)).unwrap_or(rest.len())
            }
            Some(c) => start + c.len_utf8(),
            None => start,
        }
    }

    /// The bytes of a whole part.
    pub fn range(self, expr: &Expr) -> Range<usize> {
        let start = self.start(expr);
        start..self.end(expr).max(start)
    }

    fn start(self, expr: &Expr) -> usize {
        match expr {
            Expr::Dot(x, ..) | Expr::Index(x, ..) => self.start(&x.lhs),
            Expr::And(x, ..) | Expr::Or(x, ..) | Expr::Coalesce(x, ..) => {
                x.first().map_or(0, |first| self.start(first))
            }
            Expr::FnCall(call, position) if call.is_operator_call() && call.args.len() == 2 => {
                self.start(&call.args[0]).min(self.at(*position))
            }
            other => self.at(other.position()),
        }
    }

    fn end(self, expr: &Expr) -> usize {
        match expr {
            Expr::Index(x, ..) => self.closing(self.end(&x.rhs), ']'),
            Expr::Dot(x, ..) => self.end(&x.rhs),
            Expr::And(x, ..) | Expr::Or(x, ..) | Expr::Coalesce(x, ..) => {
                x.last().map_or(self.0.len(), |last| self.end(last))
            }
            Expr::FnCall(call, _) if call.is_operator_call() => {
                call.args.last().map_or(self.0.len(), |last| self.end(last))
            }
            Expr::FnCall(call, position) | Expr::MethodCall(call, position) => {
                let inside = call.args.iter().map(|argument| self.end(argument)).max();
                self.closing(inside.unwrap_or_else(|| self.word(*position).end), ')')
            }
            Expr::Array(items, position) => {
                let inside = items.iter().map(|item| self.end(item)).max();
                self.closing(inside.unwrap_or_else(|| self.at(*position) + 1), ']')
            }
            other => self.word(other.position()).end,
        }
    }

    /// Behind the next `close` when only blanks and opening marks stand before it.
    fn closing(self, from: usize, close: char) -> usize {
        let rest = &self.0[from.min(self.0.len())..];
        match rest.find(close) {
            Some(at) if rest[..at].chars().all(|c| c.is_whitespace() || matches!(c, '(' | ')')) => from + at + 1,
            _ => from,
        }
    }
}

/// The bytes of the quoted text that `text` begins with.
pub fn string_end(text: &str) -> usize {
    let quote = text.chars().next();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != Some('`') => escaped = true,
            _ if Some(c) == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
