//! A decoded value that remembers where it stood.

use super::decoder::Decoder;
use super::failure::Failure;
use super::node::Kind;
use super::source::{SourceId, Span};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

pub(super) const MAGIC: &str = "$botwright::Spanned";

/// A value and its place; two of them are equal when their values are.
#[derive(Clone, Default)]
pub struct Spanned<T> {
    pub value: T,
    /// [`Span::NONE`] for what was not read from a file.
    pub span: Span,
    /// The value is only a stand-in: what was written is wrong and already reported.
    pub poisoned: bool,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span, poisoned: false }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span, poisoned: self.poisoned }
    }
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Self::new(value, Span::NONE)
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Spanned<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: PartialOrd> PartialOrd for Spanned<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Spanned<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: Hash> Hash for Spanned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// So that a map with such keys can be asked with a plain `&str`.
impl Borrow<str> for Spanned<String> {
    fn borrow(&self) -> &str {
        &self.value
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Another deserializer: no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Spanned<T>, D::Error> {
        T::deserialize(deserializer).map(Spanned::from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        let mut number = || parts.next_element::<u32>().map(Option::unwrap_or_default);
        let (source, start, end) = (number()?, number()?, number()?);
        let value = parts.next_element()?.ok_or_else(|| de::Error::custom("a value is missing here"))?;
        // Only now is it known whether the value is a stand-in.
        let poisoned = parts.next_element::<u32>()? == Some(1);
        Ok(Spanned { value, span: Span::new(SourceId(source), start, end), poisoned })
    }
}

/// Place and value, as the visitor of [`Spanned`] reads them.
pub(super) struct SpannedParts<'a> {
    decoder: Decoder<'a>,
    part: usize,
    /// How many mistakes were found before the value was read.
    mark: usize,
}

impl<'a> SpannedParts<'a> {
    pub fn new(decoder: Decoder<'a>) -> Self {
        Self { decoder, part: 0, mark: decoder.context.mark() }
    }
}

impl<'de> SeqAccess<'de> for SpannedParts<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let span = self.decoder.place();
        self.part += 1;
        let number = match self.part {
            1 => span.source.0,
            2 => span.start,
            3 => span.end,
            4 => return self.decoder.feed(seed).map(Some),
            _ => u32::from(matches!(self.decoder.kind(), Kind::Poison) || self.decoder.context.mark() > self.mark),
        };
        seed.deserialize(number.into_deserializer()).map(Some)
    }
}
