//! Names and their types: what a template or an expression may say at a place of the file.

use crate::text::Span;
use indexmap::IndexMap;
use std::fmt;
use std::sync::Arc;

/// The type of a name, a path or a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Known to be bad or open: nothing about it is checked, so that one mistake makes one message.
    Any,
    Text(Text),
    Integer,
    Number,
    Boolean,
    /// Epoch milliseconds at run time.
    Time,
    /// Something with fields: a user, a channel, a row.
    Record(Arc<Record>),
    List(Arc<Type>),
    /// May be missing (null) at run time.
    Optional(Arc<Type>),
}

/// What is known about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Text {
    /// Somebody on Discord wrote it: Markdown is escaped where it is rendered, and it never names a destination.
    pub from_user: bool,
    /// It must not reach a log.
    pub secret: bool,
    /// How many characters it has at most, where that is known.
    pub most: Option<Most>,
}

/// How many characters a text has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    pub characters: u32,
    /// Nobody said so: it is only what Discord lets through.
    pub untold: bool,
}

impl Text {
    /// What is known of a text that is made of both.
    pub fn and(self, other: Self) -> Self {
        Self { from_user: self.from_user || other.from_user, secret: self.secret || other.secret, most: None }
    }

    /// What is known of a text that is one of the two.
    fn or(self, other: Self) -> Self {
        let longer = |(a, b): (Most, Most)| if a.characters >= b.characters { a } else { b };
        let most = self.most.zip(other.most).map(longer);
        Self { most, ..self.and(other) }
    }
}

impl Type {
    /// Text of the author, of Discord (ids, mentions) or of the engine.
    pub const TEXT: Self = Self::Text(Text { from_user: false, secret: false, most: None });
    /// Text that a Discord user wrote.
    pub const USER_TEXT: Self = Self::Text(Text { from_user: true, secret: false, most: None });

    /// The same text, of which is known that it has at most that many characters.
    pub fn up_to(self, most: usize) -> Self {
        self.with_most(most, false)
    }

    /// The same text, for which nobody gave a greatest length: Discord's own holds.
    pub fn up_to_discord(self, most: usize) -> Self {
        self.with_most(most, true)
    }

    fn with_most(self, most: usize, untold: bool) -> Self {
        match self {
            Self::Text(text) => {
                let most = u32::try_from(most).ok().map(|characters| Most { characters, untold });
                Self::Text(Text { most, ..text })
            }
            other => other,
        }
    }

    /// How many characters it comes to at most, where that is known.
    pub fn most(&self) -> Option<Most> {
        match self.present() {
            Self::Text(text) => text.most,
            _ => None,
        }
    }

    pub fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }

    pub fn optional(of: Self) -> Self {
        match of {
            Self::Optional(_) | Self::Any => of,
            other => Self::Optional(Arc::new(other)),
        }
    }

    /// The type without its `Optional`.
    pub fn present(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.present(),
            other => other,
        }
    }

    /// What a place holds that gets one of the two.
    pub fn either(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        match (self, other) {
            (Self::Optional(a), b) | (b, Self::Optional(a)) => Self::optional(a.either(b)),
            (Self::Text(a), Self::Text(b)) => Self::Text(a.or(*b)),
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Number,
            (Self::List(a), Self::List(b)) => Self::list(a.either(b)),
            _ if self.is_value() && other.is_value() => Self::Text(self.traces().and(other.traces())),
            _ => Self::Any,
        }
    }

    /// A plain value that is neither open nor made of parts.
    fn is_value(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Integer | Self::Number | Self::Boolean | Self::Time)
    }

    /// What a text inherits that is made of this, fields and items included.
    pub fn traces(&self) -> Text {
        match self {
            Self::Any => Text { from_user: true, ..Text::default() },
            Self::Text(text) => Text { most: None, ..*text },
            Self::List(of) | Self::Optional(of) => of.traces(),
            Self::Record(record) => {
                record.fields.values().fold(Text::default(), |all, field| all.and(field.kind.traces()))
            }
            Self::Integer | Self::Number | Self::Boolean | Self::Time => Text::default(),
        }
    }

    /// Whether it may be missing at run time.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::Any)
    }

    /// Whether it can stand inside a text; records and lists cannot.
    pub fn is_printable(&self) -> bool {
        !matches!(self.present(), Self::Record(_) | Self::List(_))
    }

    /// Whether rendering it could show something that a Discord user wrote.
    pub fn from_user(&self) -> bool {
        match self.present() {
            Self::Text(text) => text.from_user,
            Self::Any => true,
            Self::List(of) => of.from_user(),
            _ => false,
        }
    }

    /// Whether it, or anything in it, is secret.
    pub fn is_secret(&self) -> bool {
        match self.present() {
            Self::Text(text) => text.secret,
            Self::List(of) => of.is_secret(),
            _ => false,
        }
    }
}

/// In the words of somebody who writes a bot file.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Text(_) => f.write_str("text"),
            Self::Integer => f.write_str("whole number"),
            Self::Number => f.write_str("number"),
            Self::Boolean => f.write_str("true or false"),
            Self::Time => f.write_str("time"),
            Self::Record(record) => f.write_str(&record.name),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Optional(of) => of.fmt(f),
        }
    }
}

/// A type with fields, under the name that a message calls it by ("user", "row of `keys`").
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub name: String,
    pub fields: IndexMap<String, Field>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub kind: Type,
    /// One sentence for the reference and for editors.
    pub doc: String,
    pub declared: Declared,
}

impl Field {
    /// Something that the engine knows by itself.
    pub fn new(kind: Type, doc: impl Into<String>) -> Self {
        Self { kind, doc: doc.into(), declared: Declared::default() }
    }

    /// Something that the file declares, there.
    pub fn declared(self, place: Span) -> Self {
        Self { declared: Declared(place), ..self }
    }
}

/// Where the file declares a name, or nowhere. It is no part of what a type is: all of them are equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Declared(pub Span);

impl PartialEq for Declared {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The names in scope at one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    pub roots: IndexMap<String, Field>,
    /// Names may be bound here that could not be read: one that is not known is no news.
    pub open: bool,
    /// What each binding replaced, so that a branch can be left without a copy of all names.
    replaced: Vec<(String, Option<Field>)>,
}

impl Names {
    pub fn with(mut self, name: &str, kind: Type, doc: &str) -> Self {
        self.bind(name, kind, doc);
        self
    }

    pub fn bind(&mut self, name: &str, kind: Type, doc: &str) {
        self.put(name, Field::new(kind, doc));
    }

    /// Binds a name that the file declares there.
    pub fn declare(&mut self, name: &str, kind: Type, doc: &str, place: Span) {
        self.put(name, Field::new(kind, doc).declared(place));
    }

    fn put(&mut self, name: &str, field: Field) {
        let before = self.roots.insert(name.to_owned(), field);
        self.replaced.push((name.to_owned(), before));
    }

    /// The names as they are now; [`Self::back_to`] forgets what is bound from here on.
    pub fn mark(&self) -> usize {
        self.replaced.len()
    }

    /// The names that were bound since the mark.
    pub fn since(&self, mark: usize) -> Vec<String> {
        self.replaced.iter().skip(mark).map(|(name, _)| name.clone()).collect()
    }

    pub fn back_to(&mut self, mark: usize) {
        for (name, before) in self.replaced.drain(mark.min(self.replaced.len())..).rev() {
            match before {
                Some(field) => drop(self.roots.insert(name, field)),
                None => drop(self.roots.shift_remove(&name)),
            }
        }
    }
}
