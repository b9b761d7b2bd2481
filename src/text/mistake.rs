//! What was probably meant where the YAML parser gave up.

use super::balance::{Imbalance, imbalance};
use super::code;
use super::diagnostic::Diagnostic;
use super::layout::{
    Layout, Shape, closing_quote, ends_in_quotes, open_brackets, surplus_brackets, template_at, whole_characters,
};
use super::source::{SourceId, Span};
use super::suggestion::{Suggestion, quoted};
use super::yaml::{in_quotes, unquoted_template};
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// How far above an error its cause is looked for, in lines.
const LOOK_BACK: usize = 400;

/// How far above an error a dash without its space is looked for.
const DASHES: usize = 40;

pub(super) struct Mistake {
    pub diagnostic: Diagnostic,
    pub remedy: Remedy,
}

/// What to blank so that the rest can be read.
pub(super) enum Remedy {
    /// One value.
    Value(Range<usize>),
    /// A whole line, which is neither a value nor an entry.
    Line(Range<usize>),
    /// The top-level section around an offset.
    Section(usize),
}

struct Look<'a> {
    id: SourceId,
    layout: &'a Layout<'a>,
    at: usize,
    shape: Shape,
}

/// Explains why the parser stopped at byte `at`.
pub(super) fn explain(id: SourceId, layout: &Layout<'_>, error: &ScanError, at: usize) -> Mistake {
    let look = Look { id, layout, at, shape: layout.shape(layout.line(at)) };
    look.glued_value(error.kind())
        .or_else(|| look.quotes())
        .or_else(|| look.equals_sign())
        .or_else(|| look.template())
        .or_else(|| look.dash_above())
        .or_else(|| look.by_kind(error.kind()))
        .unwrap_or_else(|| look.other(error))
}

impl Look<'_> {
    fn by_kind(&self, kind: &ErrorKind) -> Option<Mistake> {
        use ErrorKind as K;
        match kind {
            K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::TabAtBlockScalarStart => self.tab(),
            K::UnclosedQuotedScalar => Some(self.unclosed_quote(self.at)),
            K::InvalidTrailingSingleQuotedScalar => self.after_quote('\''),
            K::InvalidTrailingDoubleQuotedScalar => self.after_quote('"'),
            K::DocumentIndicatorInQuotedScalar | K::InvalidQuotedScalarIndent => self.quote_above(),
            K::UnknownQuotedScalarEscape | K::InvalidQuotedScalarHexEscape | K::InvalidUnicodeEscape => {
                self.bad_escape()
            }
            K::UnexpectedCharacter { character } => Some(self.sign(*character)),
            K::UnclosedFlowCollection { open } => Some(self.unclosed_bracket(self.at, *open)),
            K::MappingValueNotAllowed => {
                let beside = || self.missing_space().or_else(|| self.missing_colon());
                self.colon().or_else(beside).or_else(|| self.text_continued())
            }
            K::BlockSequenceEntryNotAllowed => Some(self.list_beside_key()),
            K::ExpectedBlockMappingKey | K::ExpectedBlockSequenceEntry | K::InvalidIndentation => self
                .after_value()
                .or_else(|| self.quote_above())
                .or_else(|| self.missing_dash_space())
                .or_else(|| self.indentation()),
            K::SimpleKeyExpected | K::InvalidSimpleKey => self
                .missing_dash_space()
                .or_else(|| self.quote_above())
                .or_else(|| self.bracket_above())
                .or_else(|| self.not_a_key()),
            K::InvalidColonPlacement
            | K::ExpectedFlowMappingSeparator
            | K::ExpectedFlowSequenceSeparator
            | K::InvalidFlowScalarIndent
            | K::BlockEntryInFlowCollection => self.bracket_above().or_else(|| Some(self.in_brackets())),
            _ => None,
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        let range = whole_characters(self.layout.text, range);
        Span::new(self.id, range.start as u32, range.end as u32)
    }

    fn text(&self, range: Range<usize>) -> &str {
        &self.layout.text[whole_characters(self.layout.text, range)]
    }

    fn value(&self) -> &str {
        self.text(self.shape.value.clone())
    }

    /// The first quote up to here that has no partner: what follows it was not read as it is meant.
    fn quotes(&self) -> Option<Mistake> {
        match imbalance(self.layout.text, self.at)? {
            Imbalance::Unclosed(start) => Some(self.unclosed_quote(start)),
            Imbalance::Unopened(range) => Some(self.unopened_quote(range)),
        }
    }

    /// `{ key:"…" }`, `{ key "…" }` or `{ key = "…" }`, here or on one of the lines above: what stands in the quotes is
    /// not read as it is meant.
    fn glued_value(&self, kind: &ErrorKind) -> Option<Mistake> {
        // Quotes that do not match up may have gone wrong far above.
        let quotes = matches!(kind, ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::UnclosedQuotedScalar);
        let lines = if quotes { LOOK_BACK } else { 4 };
        let (line, name) = self.lines_above().take(lines).find_map(|shape| {
            let line = shape.line.clone();
            glued_quote(self.text(line.clone())).map(|name| (line.start, name))
        })?;
        let (start, end) = (line + name.start, line + name.end);
        let rest = self.text(end..self.layout.line(end).end);
        if !rest.starts_with(':') {
            return Some(self.colon_missing(start, name.len()));
        }
        let word = self.text(start..end);
        let message = format!("a space is missing behind `{word}:`");
        let diagnostic = Diagnostic::new(code::MISSING_SPACE, self.span(end..end + 1), message)
            .help(format!("write `{word}: \"…\"`"))
            .suggest(self.span(end..end + 1), ": ");
        Some(Mistake { diagnostic, remedy: self.line_value(start) })
    }

    /// `key = value`, or `key { … }`, here or on one of the lines above.
    fn equals_sign(&self) -> Option<Mistake> {
        let certain = |shape: &Shape| {
            let rest = self.text(shape.content..shape.line.end).trim_start_matches("- ");
            let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|length| *length > 0)?;
            let after = rest[name..].trim_start_matches(' ');
            let sign = after.starts_with("= ") || rest[name..].starts_with(' ') && after.starts_with("{ ");
            sign.then(|| (shape.line.end - rest.len(), name))
        };
        let within = |shape: &Shape| self.equals_within(shape);
        let (start, length) =
            self.lines_above().take(4).find_map(|shape| certain(&shape).or_else(|| within(&shape)))?;
        Some(self.colon_missing(start, length))
    }

    /// `{ key = value }`
    fn equals_within(&self, shape: &Shape) -> Option<(usize, usize)> {
        let line = self.text(shape.line.clone());
        line.match_indices(" = ").find_map(|(at, _)| {
            let before = &line[..at];
            let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
            let begins = before[..start].trim_end().ends_with(['{', ',']) && start < at;
            let certain = begins && open_brackets(before) > 0 && !ends_in_quotes(before);
            certain.then_some((shape.line.start + start, at - start))
        })
    }

    fn colon_missing(&self, start: usize, length: usize) -> Mistake {
        let shape = self.layout.shape(self.layout.line(start));
        let end = shape.line.start + self.text(shape.line.clone()).trim_end().len();
        let (name, behind) = (self.text(start..start + length), self.text(start + length..end));
        let rest = behind.trim_start_matches([' ', '=']);
        let gap = start + length..end - rest.len();
        let message = format!("a colon is missing behind `{name}`");
        let diagnostic = Diagnostic::new(code::MISSING_COLON, self.span(start..start + length), message)
            .help(format!("write `{name}: {rest}`"))
            .guess(self.span(gap), ": ");
        let remedy = match surplus_brackets(self.text(shape.line.clone())) {
            _ if start > shape.content + 2 => self.line_value(start),
            0 => Remedy::Line(shape.line),
            _ => Remedy::Section(start),
        };
        Mistake { diagnostic, remedy }
    }

    /// `-reply: Hi` on a line above is a key, and no entry of the list.
    fn dash_above(&self) -> Option<Mistake> {
        self.lines_above().take(DASHES).find_map(|shape| self.glued_dash(&shape))
    }

    fn glued_dash(&self, shape: &Shape) -> Option<Mistake> {
        let start = shape.content;
        let rest = self.text(start..shape.line.end);
        let name = rest.strip_prefix('-')?;
        let length = name.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
        if length == 0 || !name[length..].starts_with(':') || !name.starts_with(char::is_alphabetic) {
            return None;
        }
        let diagnostic =
            Diagnostic::new(code::MISSING_SPACE, self.span(start..start + 1), "a space is missing behind `-`")
                .help(format!("write `- {name}`"))
                .suggest(self.span(start..start + 1), "- ");
        Some(Mistake { diagnostic, remedy: Remedy::Section(start) })
    }

    /// `to: {{user}}"`
    fn unopened_quote(&self, range: Range<usize>) -> Mistake {
        let quote = range.end - 1..range.end;
        let start = range.start;
        let diagnostic = Diagnostic::new(code::UNCLOSED, self.span(quote), "this `\"` closes nothing")
            .label("the text began without a quote")
            .related(self.span(start..start + 1), "it begins here")
            .help("put a `\"` before the text")
            .guess(self.span(start..start), "\"");
        Mistake { diagnostic, remedy: self.line_value(start) }
    }

    /// All that stands behind the key of the line around an offset, unless it goes on below.
    fn line_value(&self, at: usize) -> Remedy {
        let shape = self.layout.shape(self.layout.line(at));
        let whole = surplus_brackets(self.text(shape.value.clone())) == 0;
        if whole && shape.value.contains(&at) { Remedy::Value(shape.value) } else { Remedy::Section(at) }
    }

    /// `key: {{x}} more`, or `{ key: some {{x}} }`
    fn template(&self) -> Option<Mistake> {
        let line = self.shape.line.clone();
        let braces = self.text(line.clone()).match_indices("{{").map(|(found, _)| line.start + found);
        let start = braces.filter_map(|at| self.bare_value(at)).next()?;
        let range = template_at(self.layout.text, start);
        let diagnostic = unquoted_template(self.layout.text, self.span(range.clone()));
        Some(Mistake { diagnostic, remedy: Remedy::Value(range) })
    }

    /// Where the value begins that a `{{` stands in, if no quotes save it from being read as a mapping.
    fn bare_value(&self, braces: usize) -> Option<usize> {
        if braces == self.shape.value.start {
            return Some(braces);
        }
        let before = self.text(self.shape.line.start..braces);
        if open_brackets(before) == 0 || ends_in_quotes(before) {
            return None;
        }
        let after_sign = before.rfind([',', '[', '{']).map(|at| at + 1);
        let begin = after_sign.max(before.rfind(": ").map(|at| at + 2))?;
        Some(braces - before[begin..].trim_start().len())
    }

    fn tab(&self) -> Option<Mistake> {
        let below = self.layout.below(&self.shape.line);
        let lines = [Some(self.shape.line.clone()), below];
        let tab = lines.into_iter().flatten().find_map(|line| {
            let shape = self.layout.shape(line.clone());
            let indent = self.text(line.start..shape.content);
            indent.find('\t').map(|at| line.start + at..shape.content)
        });
        let range =
            tab.or_else(|| self.text(self.at..self.shape.line.end).starts_with('\t').then(|| self.at..self.at + 1))?;
        let at = range.start;
        let diagnostic = Diagnostic::new(code::TAB, self.span(range), "a tab cannot indent in YAML")
            .help("use spaces: two for each level");
        let section = self.layout.section(at).range;
        let spaced = tabs_to_spaces(self.text(section.clone())).filter(|_| section.contains(&at));
        let diagnostic = match spaced {
            Some(spaced) => diagnostic.suggest(self.span(section), spaced),
            None => diagnostic,
        };
        Some(Mistake { diagnostic, remedy: Remedy::Section(at) })
    }

    fn unclosed_quote(&self, start: usize) -> Mistake {
        let line = self.layout.line(start);
        let end = line.start + self.text(line.clone()).trim_end().len();
        let range = start..end.max(start + 1).min(self.layout.text.len());
        let quote = self.text(start..start + 1).to_owned();
        let diagnostic =
            Diagnostic::new(code::UNCLOSED, self.span(range.clone()), format!("this `{quote}` is never closed"))
                .label("opened here")
                .help(format!("put a `{quote}` behind the text; inside it, a quote is written `{}`", doubled(&quote)));
        Mistake { diagnostic, remedy: self.line_value(start) }
    }

    /// Something stands behind a closing quote: another quote inside, or one that was opened lines above.
    fn after_quote(&self, quote: char) -> Option<Mistake> {
        let value = self.value();
        let starts_here = value.starts_with(quote) && self.shape.value.start + 1 < self.at;
        if !starts_here {
            return self.quote_above();
        }
        let range = self.shape.value.clone();
        let diagnostic = Diagnostic::new(
            code::SYNTAX,
            self.span(self.at..range.end.max(self.at + 1)),
            "the quotes end before the text does",
        )
        .label("not part of the quoted text")
        .related(self.span(range.start..self.at), "the quoted text")
        .help(format!(
            "put all of it into the quotes; inside them, a quote is written `{}`",
            doubled(&quote.to_string())
        ));
        Some(Mistake { diagnostic, remedy: Remedy::Value(range) })
    }

    /// The nearest line above (or this one) whose value opens a quote and does not close it.
    fn quote_above(&self) -> Option<Mistake> {
        self.lines_above().find_map(|shape| {
            let value = self.text(shape.value.clone());
            let quote = value.chars().next().filter(|&c| matches!(c, '"' | '\''))?;
            let open = closing_quote(&self.text(shape.value.start..shape.line.end)[1..], quote).is_none();
            open.then(|| self.unclosed_quote(shape.value.start))
        })
    }

    /// The nearest line above whose value opens a bracket that nothing closes.
    fn bracket_above(&self) -> Option<Mistake> {
        self.lines_above().skip(1).find_map(|shape| {
            let value = self.text(shape.value.clone());
            let open = value.chars().next().filter(|&c| matches!(c, '[' | '{'))?;
            (open_brackets(value) > 0).then(|| self.unclosed_bracket(shape.value.start, open))
        })
    }

    fn lines_above(&self) -> impl Iterator<Item = Shape> + '_ {
        std::iter::successors(Some(self.shape.clone()), |shape| {
            self.layout.above(&shape.line).map(|line| self.layout.shape(line))
        })
        .take(LOOK_BACK)
    }

    fn unclosed_bracket(&self, start: usize, open: char) -> Mistake {
        let shape = self.layout.shape(self.layout.line(start));
        let close = if open == '[' { ']' } else { '}' };
        let diagnostic =
            Diagnostic::new(code::UNCLOSED, self.span(start..start + 1), format!("this `{open}` is never closed"))
                .label("opened here")
                .help(format!("close it with `{close}`, or put the text into quotes"));
        let indent = shape.content - shape.line.start;
        let alone = self
            .layout
            .below(&shape.line)
            .is_none_or(|line| self.layout.shape(line.clone()).content - line.start <= indent);
        let remedy =
            if alone && shape.value.contains(&start) { Remedy::Value(shape.value) } else { Remedy::Section(start) };
        Mistake { diagnostic, remedy }
    }

    fn bad_escape(&self) -> Option<Mistake> {
        let line = self.layout.line(self.at);
        let end = self.text(line.clone()).trim_end().len() + line.start;
        let written = self.text(self.at..end);
        let bad = bad_escape(written)?;
        let at = self.at + bad.start..self.at + bad.end;
        let escape = self.text(at.clone());
        let diagnostic = Diagnostic::new(code::BAD_ESCAPE, self.span(at.clone()), format!("`{escape}` is no escape"))
            .help(format!("write `\\{escape}` for a backslash, or put the text into single quotes"));
        Some(Mistake { diagnostic, remedy: self.line_value(self.at) })
    }

    /// `@`, `` ` `` and `%` cannot begin a text.
    fn sign(&self, sign: char) -> Mistake {
        let shape = &self.shape;
        let end = if shape.value.contains(&self.at) { shape.value.end } else { self.at + sign.len_utf8() };
        let range = self.at..end;
        let written = self.text(range.clone()).to_owned();
        let message = format!("a text that begins with `{sign}` must be quoted");
        let in_flow = open_brackets(self.text(shape.line.start..self.at)) > 0;
        let diagnostic = Diagnostic::new(code::UNQUOTED_SIGN, self.span(range.clone()), message);
        if in_flow || shape.value.start != self.at {
            let diagnostic = diagnostic.help("put the text into quotes");
            let remedy =
                if shape.value.is_empty() { Remedy::Section(self.at) } else { Remedy::Value(shape.value.clone()) };
            return Mistake { diagnostic, remedy };
        }
        let quoted = quoted(&written);
        let diagnostic = diagnostic.help(format!("write `{quoted}`"));
        let diagnostic = diagnostic.propose(in_quotes(self.layout.text, self.span(range.clone()), quoted));
        Mistake { diagnostic, remedy: Remedy::Value(range) }
    }

    /// `key: value: more`
    fn colon(&self) -> Option<Mistake> {
        let shape = &self.shape;
        shape.key.as_ref()?;
        if !(shape.value.start < self.at && self.at < shape.line.end) {
            return None;
        }
        let range = shape.value.clone();
        let quoted = quoted(self.value());
        // `access: role: x` was hardly meant as a text.
        let could_be_a_key = self.value().split(':').next().is_some_and(is_key);
        let diagnostic =
            Diagnostic::new(code::UNQUOTED_COLON, self.span(range.clone()), "a text with a colon in it must be quoted")
                .help(format!("write `{quoted}`"));
        let fix = in_quotes(self.layout.text, self.span(range.clone()), quoted);
        let diagnostic =
            diagnostic.propose(fix.map(|fix| Suggestion { certain: fix.certain && !could_be_a_key, ..fix }));
        Some(Mistake { diagnostic, remedy: Remedy::Value(range) })
    }

    /// `key:value` on the line above was read as text.
    fn missing_space(&self) -> Option<Mistake> {
        let above = self.layout.shape(self.layout.above(&self.shape.line)?);
        let value = self.text(above.value.clone());
        let colon = value.find(':').filter(|_| above.key.is_none())?;
        let name = &value[..colon];
        let looks = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !looks {
            return None;
        }
        let at = above.value.start + colon;
        let diagnostic =
            Diagnostic::new(code::MISSING_SPACE, self.span(at..at + 1), format!("a space is missing behind `{name}:`"))
                .help(format!("write `{name}: {}`", &value[colon + 1..]))
                .suggest(self.span(at..at + 1), ": ");
        Some(Mistake { diagnostic, remedy: Remedy::Line(above.line) })
    }

    /// `key value` on the line above was read as text.
    fn missing_colon(&self) -> Option<Mistake> {
        let above = self.layout.shape(self.layout.above(&self.shape.line)?);
        let level = |shape: &Shape| shape.content - shape.line.start;
        let value = self.text(above.value.clone());
        let length = value.find([' ', '=']).filter(|_| above.key.is_none() && level(&above) <= level(&self.shape))?;
        let name = &value[..length];
        let looks = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !looks || self.shape.key.is_none() {
            return None;
        }
        Some(self.colon_missing(above.value.start, length))
    }

    /// A deeper line below a key that has a text already.
    fn text_continued(&self) -> Option<Mistake> {
        let above = self.layout.shape(self.layout.above(&self.shape.line)?);
        if above.value.is_empty() || self.shape.key.is_none() {
            return None;
        }
        let range = self.shape.content..self.shape.key.clone()?.end;
        let message = format!("`{}` is indented as if it belonged to the text above", self.text(range.clone()));
        let diagnostic = Diagnostic::new(code::INDENTATION, self.span(range.clone()), message)
            .related(self.span(above.value), "this text would go on there")
            .help("indent it like the line above, or give the key above no text of its own");
        Some(Mistake { diagnostic, remedy: Remedy::Section(range.start) })
    }

    fn list_beside_key(&self) -> Mistake {
        let range = self.at..self.shape.value.end.max(self.at + 1);
        let diagnostic = Diagnostic::new(code::SYNTAX, self.span(range), "a list cannot begin beside its key")
            .help("begin it on the next line, or write `[a, b]`");
        Mistake { diagnostic, remedy: Remedy::Section(self.at) }
    }

    /// Something stands behind a value that was complete.
    fn after_value(&self) -> Option<Mistake> {
        if self.at <= self.shape.content {
            return None;
        }
        let inside = self.shape.value.start < self.at && self.at < self.shape.value.end;
        let end = if inside { self.shape.value.end } else { self.shape.line.end };
        let diagnostic = Diagnostic::new(code::SYNTAX, self.span(self.at..end), "the value was complete before this")
            .label("cannot follow here")
            .help("put all of the value into quotes");
        let remedy = if inside { Remedy::Value(self.shape.value.clone()) } else { Remedy::Section(self.at) };
        Some(Mistake { diagnostic, remedy })
    }

    /// `-item`
    fn missing_dash_space(&self) -> Option<Mistake> {
        let start = self.shape.content;
        let rest = self.text(start..self.shape.line.end);
        let glued = rest.strip_prefix('-')?.starts_with(char::is_alphanumeric);
        glued.then(|| {
            let diagnostic =
                Diagnostic::new(code::MISSING_SPACE, self.span(start..start + 1), "a space is missing behind `-`")
                    .help(format!("write `- {}`", &rest[1..]))
                    .suggest(self.span(start..start + 1), "- ");
            Mistake { diagnostic, remedy: Remedy::Section(start) }
        })
    }

    /// A line that stands between the levels above it.
    fn indentation(&self) -> Option<Mistake> {
        let here = self.shape.content - self.shape.line.start;
        let levels = self.levels_above();
        let range = self.shape.content..self.shape.value.end.max(self.shape.content + 1).min(self.layout.text.len());
        let message = format!("this line is indented by {here}, which fits no line above it");
        let diagnostic = Diagnostic::new(code::INDENTATION, self.span(range), message);
        let diagnostic = match levels.iter().map(usize::to_string).collect::<Vec<_>>() {
            list if list.is_empty() || levels.contains(&here) => {
                Diagnostic { message: "this line does not fit what stands above it".to_owned(), ..diagnostic }
                    .help("all entries of a list begin with `- `, all entries of a mapping with `key:`")
            }
            list => diagnostic.help(format!("the lines above are indented by {}", list.join(", "))),
        };
        Some(Mistake { diagnostic, remedy: Remedy::Section(self.shape.content) })
    }

    /// The indentations of the lines that this line could belong to, from left to right.
    fn levels_above(&self) -> Vec<usize> {
        let mut levels = Vec::new();
        let mut limit = usize::MAX;
        for shape in self.lines_above().skip(1) {
            let indent = shape.content - shape.line.start;
            if indent < limit {
                levels.push(indent);
                limit = indent;
            }
            if indent == 0 {
                break;
            }
        }
        levels.reverse();
        levels
    }

    fn not_a_key(&self) -> Option<Mistake> {
        let range = self.shape.content..self.shape.value.end;
        if range.is_empty() {
            return None;
        }
        let diagnostic =
            Diagnostic::new(code::SYNTAX, self.span(range), "this line is neither `key: value` nor `- entry`");
        Some(Mistake { diagnostic, remedy: Remedy::Section(self.shape.content) })
    }

    fn in_brackets(&self) -> Mistake {
        let end = self.at + self.text(self.at..self.shape.line.end).chars().next().map_or(0, char::len_utf8);
        let diagnostic = Diagnostic::new(code::SYNTAX, self.span(self.at..end), "the brackets make no sense here")
            .help("between `[…]` and `{…}`, entries are separated by `,`, and a text with `,`, `:`, `[`, `]`, `{` or `}` needs quotes");
        let whole = self.shape.value.contains(&self.at) && open_brackets(self.value()) == 0;
        let remedy = if whole { Remedy::Value(self.shape.value.clone()) } else { Remedy::Section(self.at) };
        Mistake { diagnostic, remedy }
    }

    fn other(&self, error: &ScanError) -> Mistake {
        let end = self.at + self.text(self.at..self.shape.line.end).chars().next().map_or(0, char::len_utf8);
        let message = format!("the YAML cannot be understood here: {}", error.kind());
        let diagnostic = Diagnostic::new(code::SYNTAX, self.span(self.at..end), message)
            .help("a text with signs in it is safest between quotes");
        Mistake { diagnostic, remedy: Remedy::Section(self.at) }
    }
}

fn doubled(quote: &str) -> &str {
    if quote == "'" { "''" } else { "\\\"" }
}

/// The key in braces whose quoted value begins without a colon, or without a space behind it.
fn glued_quote(line: &str) -> Option<Range<usize>> {
    let quotes = line.match_indices('"').map(|(at, _)| at);
    quotes.into_iter().find_map(|at| {
        let before = &line[..at];
        let word = before.strip_suffix(':').unwrap_or_else(|| before.trim_end_matches([' ', '=']));
        let start = word.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '_').len();
        let begins = word[..start].trim_end().ends_with(['{', ',']) && !word[..start].ends_with("{{");
        let glued = start < word.len() && begins && open_brackets(word) > 0 && !ends_in_quotes(word);
        glued.then_some(start..word.len())
    })
}

/// A word as the keys of a bot file are.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Lines that only tabs indent, with two spaces for each; nothing when a line is indented otherwise, or when a block
/// of text stands among them, whose own tabs would have to stay.
fn tabs_to_spaces(text: &str) -> Option<String> {
    let mut spaced = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\t');
        let ends = content.trim_end();
        if content.starts_with(' ') && !ends.is_empty() || ends.ends_with(['|', '>', '-', '+']) {
            return None;
        }
        spaced.push_str(&"  ".repeat(line.len() - content.len()));
        spaced.push_str(content);
    }
    Some(spaced)
}

/// The first escape of a double quoted text that YAML does not know.
fn bad_escape(text: &str) -> Option<Range<usize>> {
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '\\' {
            continue;
        }
        let (_, sign) = characters.next()?;
        let digits = match sign {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L'
            | 'P' => continue,
            _ => return Some(at..at + 1 + sign.len_utf8()),
        };
        let found = text[at + 2..].chars().take(digits).take_while(char::is_ascii_hexdigit).count();
        if found < digits {
            return Some(at..at + 2 + found);
        }
    }
    None
}
