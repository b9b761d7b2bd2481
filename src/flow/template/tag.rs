//! Reading what stands between the braces: names, paths, literals, brackets.

use super::parse::MAX_DEPTH;
use super::problem::{Problem, ProblemKind};
use super::syntax::{Argument, Call, Path, Word};
use serde_json::Value;
use std::ops::Range;

pub struct Tag<'t> {
    text: &'t str,
    /// Where its braces begin.
    pub start: usize,
    pub at: usize,
    /// `{{{`
    pub triple: bool,
    depth: usize,
}

impl<'t> Tag<'t> {
    pub fn open(text: &'t str, start: usize) -> Self {
        let mut tag = Self { text, start, at: start + 2, triple: false, depth: 0 };
        let legacy = tag.rest().starts_with('{');
        if legacy {
            tag.at += 1;
        }
        if tag.rest().starts_with('~') {
            tag.at += 1;
        }
        if !legacy && tag.rest().starts_with('{') {
            tag.at += 1;
            tag.triple = true;
        }
        tag.triple |= legacy;
        tag
    }

    /// What an unreadable tag contains, without braces, marks and blanks.
    pub fn content(text: &str, start: usize, end: usize) -> Range<usize> {
        let mark = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '~');
        let inner = &text[start..end];
        let left = inner.len() - inner.trim_start_matches(mark).len();
        let right = inner.trim_end_matches(mark).len();
        if left < right { start + left..start + right } else { start..end }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn blank(&mut self) {
        let trimmed = self.rest().trim_start_matches([' ', '\t', '\n', '\r']);
        self.at = self.text.len() - trimmed.len();
    }

    pub fn skip(&mut self, c: char) {
        if self.peek() == Some(c) {
            self.at += c.len_utf8();
        }
    }

    /// Whether the whole word stands here.
    pub fn keyword(&self, word: &str) -> bool {
        self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c| is_symbol(c) || matches!(c, '.' | '/')))
    }

    pub fn take(&mut self, word: &str) {
        if self.rest().starts_with(word) {
            self.at += word.len();
        }
    }

    pub fn at_close(&self) -> bool {
        let rest = self.rest();
        rest.starts_with("}}") || rest.starts_with("~}}")
    }

    /// The closing braces; gives the bytes of the whole tag.
    pub fn close(&mut self) -> Result<Range<usize>, Problem> {
        self.blank();
        let ends: &[&str] = if self.triple { &["}}}", "~}}}", "}~}}"] } else { &["}}", "~}}"] };
        match ends.iter().find(|end| self.rest().starts_with(**end)) {
            Some(end) => {
                self.at += end.len();
                Ok(self.start..self.at)
            }
            None => Err(self.unexpected()),
        }
    }

    fn unexpected(&self) -> Problem {
        let c = self.peek();
        let range = self.at..self.at + c.map_or(0, char::len_utf8);
        let message = match c {
            Some(c) => format!("`{c}` cannot stand here"),
            None => "the text ends inside of a tag".to_owned(),
        };
        Problem::new(range, ProblemKind::Syntax, message).label("not understood")
    }

    fn nameless(&self) -> Problem {
        match self.text[..self.at].chars().next_back() {
            Some(dot @ ('.' | '/')) => {
                Problem::new(self.at - 1..self.at, ProblemKind::Syntax, format!("a name is missing after `{dot}`"))
                    .label("nothing follows")
            }
            _ => self.unexpected(),
        }
    }

    /// A path, or a function with its arguments.
    pub fn call(&mut self) -> Result<Call, Problem> {
        self.blank();
        let name = self.path()?;
        self.arguments(name)
    }

    /// What follows `{{#`: a word and its arguments.
    pub fn block_call(&mut self) -> Result<Call, Problem> {
        self.blank();
        let start = self.at;
        let text = self.symbols();
        if text.is_empty() {
            return Err(self.unexpected());
        }
        let mut name = Path::empty(start..self.at);
        name.segments.push(Word { text, range: start..self.at });
        self.arguments(name)
    }

    fn arguments(&mut self, name: Path) -> Result<Call, Problem> {
        let mut call = Call { range: name.range.clone(), name, arguments: Vec::new(), named: Vec::new() };
        loop {
            let before = self.at;
            self.blank();
            let ended = self.at_close() || matches!(self.peek(), None | Some(')' | '|' | '}'));
            if ended || self.keyword("as") || self.keyword("else") {
                return Ok(call);
            }
            let literal = self.rest().starts_with(['"', '\'', '(', '[', '{']);
            if before == self.at && !literal {
                return Err(self.unexpected());
            }
            if let Some(word) = self.hash_name() {
                let value = self.argument()?;
                call.range.end = self.at;
                call.named.push((word, value));
            } else {
                let argument = self.argument()?;
                call.range.end = self.at;
                call.arguments.push(argument);
            }
        }
    }

    /// `name=`
    fn hash_name(&mut self) -> Option<Word> {
        let start = self.at;
        let text = self.symbols();
        let range = start..self.at;
        self.blank();
        if !text.is_empty() && self.rest().starts_with('=') && !self.rest().starts_with("==") {
            self.at += 1;
            self.blank();
            return Some(Word { text, range });
        }
        self.at = start;
        None
    }

    fn argument(&mut self) -> Result<Argument, Problem> {
        let start = self.at;
        match self.peek() {
            Some('(') => self.brackets(start),
            Some(quote @ ('"' | '\'')) => self.quoted(start, quote),
            Some(open @ ('[' | '{')) => match self.structure(start, open) {
                Some(argument) => Ok(argument),
                None => self.path().map(Argument::Path),
            },
            _ => match self.word_literal(start) {
                Some(value) => Ok(Argument::Literal(value, start..self.at)),
                None => self.path().map(Argument::Path),
            },
        }
    }

    fn brackets(&mut self, start: usize) -> Result<Argument, Problem> {
        if self.depth == MAX_DEPTH {
            return Err(Problem::new(start..start + 1, ProblemKind::TooDeep, "brackets stand too deep in each other")
                .label(format!("at most {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        self.at += 1;
        let call = self.call()?;
        self.blank();
        if self.peek() != Some(')') {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Argument::Call(Box::new(call), start..self.at))
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<Argument, Problem> {
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => {
                    let inner = &self.text[start + 1..start + at];
                    self.at = start + at + 1;
                    return text_literal(inner, quote, start..self.at);
                }
                _ => {}
            }
        }
        Err(Problem::new(start..start + 1, ProblemKind::Syntax, "this quoted text is never closed")
            .label(format!("no `{quote}` follows")))
    }

    /// `[1, 2]` or `{"a": 1}`
    fn structure(&mut self, start: usize, open: char) -> Option<Argument> {
        let close = if open == '[' { ']' } else { '}' };
        let rest = self.rest();
        let ends = rest.char_indices().filter(|(_, c)| *c == close).map(|(at, _)| at + 1).take(MAX_DEPTH);
        for end in ends {
            if nesting(&rest[..end]) <= MAX_DEPTH
                && let Ok(value) = serde_json::from_str::<Value>(&rest[..end])
            {
                self.at = start + end;
                return Some(Argument::Literal(value, start..self.at));
            }
        }
        None
    }

    /// A number, `true`, `false` or `null`.
    fn word_literal(&mut self, start: usize) -> Option<Value> {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_symbol(c) && c != '.').unwrap_or(rest.len());
        let word = &rest[..end];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => serde_json::from_str(word).ok()?,
            _ => return None,
        };
        self.at = start + end;
        Some(value)
    }

    fn symbols(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c| !is_symbol(c)).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    pub fn path(&mut self) -> Result<Path, Problem> {
        let start = self.at;
        let mut path = Path::empty(start..start);
        if self.rest().starts_with("this.") || self.rest().starts_with("this/") {
            path.current = true;
            self.at += 5;
        } else if self.rest().starts_with("./") {
            path.current = true;
            self.at += 2;
        }
        if self.rest().starts_with("@root.") || self.rest().starts_with("@root/") {
            path.root = true;
            self.at += 6;
        } else if self.rest().starts_with('@') {
            path.local = true;
            self.at += 1;
        }
        while self.rest().starts_with("../") || self.rest().starts_with("...") {
            path.up += 1;
            self.at += 3;
        }
        self.segment(&mut path)?;
        while self.rest().starts_with(['.', '/']) {
            self.at += 1;
            self.segment(&mut path)?;
        }
        path.range.end = self.at;
        Ok(path)
    }

    /// `this` stands for nothing more than where one is.
    fn segment(&mut self, path: &mut Path) -> Result<(), Problem> {
        let start = self.at;
        let text = if self.rest().starts_with('[') {
            let Some(end) = self.rest().find(']') else { return Err(self.unexpected()) };
            let text = self.rest()[1..end].to_owned();
            self.at += end + 1;
            text
        } else {
            self.symbols()
        };
        if self.at == start {
            return Err(self.nameless());
        }
        if text == "this" {
            path.current |= path.segments.is_empty();
        } else {
            path.segments.push(Word { text, range: start..self.at });
        }
        Ok(())
    }

    /// `as |row index|`
    pub fn block_parameters(&mut self) -> Result<Vec<Word>, Problem> {
        self.blank();
        if !self.keyword("as") {
            return Ok(Vec::new());
        }
        let start = self.at;
        self.take("as");
        self.blank();
        let mut words = Vec::new();
        if self.peek() == Some('|') {
            self.at += 1;
            self.blank();
            while self.peek().is_some_and(is_symbol) {
                let start = self.at;
                let text = self.symbols();
                words.push(Word { text, range: start..self.at });
                self.blank();
            }
        }
        if self.peek() != Some('|') || words.is_empty() || words.len() > 2 {
            return Err(Problem::new(start..self.at, ProblemKind::Syntax, "the name of an item stands between bars")
                .label("write `as |item|` or `as |item index|`"));
        }
        self.at += 1;
        Ok(words)
    }

    pub fn closing_name(&mut self) -> Word {
        let start = self.at;
        let text = self.symbols();
        Word { text, range: start..self.at }
    }
}

impl Path {
    pub fn empty(range: Range<usize>) -> Self {
        Self { range, up: 0, local: false, root: false, current: false, segments: Vec::new(), rewritten: None }
    }
}

impl Call {
    /// A call of which only the name is known.
    pub fn named_only(name: &str, range: Range<usize>) -> Self {
        let mut path = Path::empty(range.clone());
        path.segments.push(Word { text: name.to_owned(), range: range.clone() });
        Self { range, name: path, arguments: Vec::new(), named: Vec::new() }
    }
}

/// What the engine allows in a bare word.
pub fn is_symbol(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$' | ':') || c as u32 >= 0x80
}

/// Quoted text follows JSON; in single quotes `\'` is a quote.
fn text_literal(inner: &str, quote: char, range: Range<usize>) -> Result<Argument, Problem> {
    let json = match quote {
        '"' => format!("\"{inner}\""),
        _ => format!("\"{}\"", inner.replace("\\'", "'").replace('"', "\\\"")),
    };
    match serde_json::from_str(&json) {
        Ok(value) => Ok(Argument::Literal(value, range)),
        Err(_) => Err(Problem::new(range, ProblemKind::Syntax, "this quoted text cannot be read")
            .label("a line break is `\\n`, a backslash `\\\\`")),
    }
}

fn nesting(text: &str) -> usize {
    let mut depth = 0usize;
    let mut deepest = 0;
    for c in text.chars() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
