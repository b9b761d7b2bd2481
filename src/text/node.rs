//! A value of a YAML file that remembers where it stood.

use super::places::Places;
use super::source::Span;
use std::sync::Arc;

/// A value and its place. Cloning is cheap: what is inside is shared.
#[derive(Clone, Debug)]
pub struct Node {
    pub span: Span,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing: `~`, `null`, or no value at all.
    Null,
    Scalar(Arc<Scalar>),
    Sequence(Arc<[Node]>),
    Mapping(Arc<Mapping>),
    /// Known to be bad and already reported; satisfies whatever is asked of it.
    Poison,
}

/// Text, a number, true or false: which of them is known only from what is asked.
#[derive(Debug)]
pub struct Scalar {
    /// As decoded: without quotes, escapes and indentation.
    pub value: String,
    pub style: Style,
    pub(super) places: Places,
}

#[derive(Debug)]
pub struct Mapping {
    /// In the order of the file; every key is a scalar and stands once.
    pub entries: Vec<Entry>,
    /// Some of it could not be read, so what is not here may still have been written.
    pub incomplete: bool,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// What an unquoted scalar is in YAML 1.2's core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text,
}

impl Node {
    pub fn poison(span: Span) -> Self {
        Self { span, kind: Kind::Poison }
    }

    pub fn null(span: Span) -> Self {
        Self { span, kind: Kind::Null }
    }

    pub fn is_poison(&self) -> bool {
        matches!(self.kind, Kind::Poison)
    }

    /// The decoded text of a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(&scalar.value),
            _ => None,
        }
    }

    /// The entries of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Mapping(mapping) => &mapping.entries,
            _ => &[],
        }
    }

    /// The entry of a mapping with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name() == key)
    }

    /// The value of a mapping under this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

impl Entry {
    /// The text of the key.
    pub fn name(&self) -> &str {
        self.key.as_str().unwrap_or_default()
    }
}

impl Scalar {
    pub fn is_plain(&self) -> bool {
        self.style == Style::Plain
    }

    /// What the scalar is when nobody asks for something in particular; quoted scalars are text.
    pub fn resolve(&self) -> Resolved {
        if self.is_plain() { resolve(&self.value) } else { Resolved::Text }
    }
}

/// YAML 1.2, chapter 10.3.2: tag resolution of the core schema.
pub fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        _ => {
            integer(text).map(Resolved::Integer).or_else(|| float(text).map(Resolved::Float)).unwrap_or(Resolved::Text)
        }
    }
}

fn integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0x") {
        return unsigned(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return unsigned(digits, 8);
    }
    unsigned(text.strip_prefix(['-', '+']).unwrap_or(text), 10)?;
    text.parse().ok()
}

fn unsigned(digits: &str, base: u32) -> Option<i128> {
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    plain.then(|| i128::from_str_radix(digits, base).ok()).flatten()
}

fn float(text: &str) -> Option<f64> {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    match bare {
        ".inf" | ".Inf" | ".INF" => Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if bare == text => Some(f64::NAN),
        _ if bare.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && bare.contains(|c: char| c.is_ascii_digit()) =>
        {
            text.parse().ok()
        }
        _ => None,
    }
}
