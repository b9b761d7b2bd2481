//! The words in which a value is spoken of to the one who wrote it.

use super::node::{Kind, Resolved};
use super::source::Span;
use std::fmt;

/// What a value is known by: the key it stands under, mostly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// All of the file.
    Whole,
    /// A value of which nothing more is known.
    This,
    Named(&'a str, Span),
    /// An entry of the list with this name.
    Item(Option<&'a str>),
    Key,
}

impl<'a> Subject<'a> {
    /// How the entries of this, as a list, are known.
    pub fn item(self) -> Self {
        match self {
            Self::Named(name, _) => Self::Item(Some(name)),
            Self::Item(name) => Self::Item(name),
            _ => Self::Item(None),
        }
    }

    /// Where the name stands.
    pub fn place(self) -> Option<Span> {
        match self {
            Self::Named(_, span) => Some(span),
            _ => None,
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the file"),
            Self::This => f.write_str("this"),
            Self::Named(name, _) => write!(f, "`{name}`"),
            Self::Item(Some(name)) => write!(f, "an entry of `{name}`"),
            Self::Item(None) => f.write_str("an entry of the list"),
            Self::Key => f.write_str("a key"),
        }
    }
}

/// What was written, in a word or two.
pub(super) fn found(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Sequence(_) => "a list",
        Kind::Mapping(_) => "a mapping",
        Kind::Poison => "what cannot be read",
        Kind::Scalar(scalar) => match scalar.resolve() {
            Resolved::Bool(true) => "true",
            Resolved::Bool(false) => "false",
            Resolved::Integer(_) | Resolved::Float(_) => "a number",
            _ => "text",
        },
    }
}

/// `CloseRule` → `close rule`.
pub(super) fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(if c == '_' { ' ' } else { c }.to_lowercase());
    }
    words
}

/// `embed` → `an embed`.
pub(super) fn with_article(thing: &str) -> String {
    let vowel = thing.starts_with(['a', 'e', 'i', 'o', 'u']) && !thing.starts_with("use") && !thing.starts_with("uni");
    format!("{} {thing}", if vowel { "an" } else { "a" })
}
