//! What a template consists of, each part with its bytes.

use crate::flow::types::Most;
use serde_json::Value;
use std::ops::Range;

pub enum Node {
    /// Text that is copied, or a comment.
    Text(Range<usize>),
    Output(Output),
    Block(Box<Block>),
    /// `{{{{raw}}}} … {{{{/raw}}}}`
    Raw,
}

/// `{{ … }}` or `{{{ … }}}`
pub struct Output {
    /// The tag with its braces.
    pub range: Range<usize>,
    pub call: Call,
    pub triple: bool,
    /// How its value is written; decided by the check.
    pub writing: Writing,
    /// How many characters its value has at most, where that is known; decided by the check.
    pub most: Option<Most>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Through the Markdown escape.
    Markdown,
    /// As it is.
    Plain,
    /// Inside backticks of the text: only backticks are replaced.
    Code,
    /// A number that need not be whole: without a point where it is.
    Number,
    /// A time, as Discord shows it.
    Timestamp,
    /// A time where no Markdown is rendered.
    Date,
}

/// `{{#if …}} … {{else}} … {{/if}}`
pub struct Block {
    pub call: Call,
    /// Its opening tag could not be read: only what stands inside of it is checked.
    pub unread: bool,
    /// `as |row index|`
    pub parameters: Vec<Word>,
    pub body: Vec<Node>,
    pub inverse: Option<Vec<Node>>,
}

/// A name with arguments; without arguments it may be just a path.
pub struct Call {
    /// From the name to the last argument.
    pub range: Range<usize>,
    pub name: Path,
    pub arguments: Vec<Argument>,
    pub named: Vec<(Word, Argument)>,
}

pub enum Argument {
    Path(Path),
    Literal(Value, Range<usize>),
    /// `(gte options.rating 4)`
    Call(Box<Call>, Range<usize>),
}

impl Argument {
    pub fn range(&self) -> Range<usize> {
        match self {
            Self::Path(path) => path.range.clone(),
            Self::Literal(_, range) | Self::Call(_, range) => range.clone(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Word {
    pub text: String,
    pub range: Range<usize>,
}

/// `options.rating`, `this`, `../name`, `@index`, `@root.user`
pub struct Path {
    pub range: Range<usize>,
    /// How often `../` stands before it.
    pub up: usize,
    /// `@`
    pub local: bool,
    /// `@root.`
    pub root: bool,
    /// `this.` or `./`
    pub current: bool,
    pub segments: Vec<Word>,
    /// How the engine is told to read it when that differs from how it is written; decided by the check.
    pub rewritten: Option<String>,
}

impl Path {
    /// One bare word: it may be the name of a function.
    pub fn word(&self) -> Option<&Word> {
        match self.segments.as_slice() {
            [word] if self.up == 0 && !self.local && !self.root && !self.current => Some(word),
            _ => None,
        }
    }

    /// The bytes of the segments alone.
    pub fn names(&self) -> Range<usize> {
        self.segments.first().map_or(self.range.end, |first| first.range.start)..self.range.end
    }
}
