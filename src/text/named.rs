//! Named things and lists of things, each decoded on its own: what is wrong with one costs the others nothing.

use super::decoder::Decoder;
use super::failure::Failure;
use super::node::Entry;
use super::source::Span;
use super::spanned::Spanned;
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

pub(super) const MAGIC: &str = "$botwright::Named";
pub(super) const MARKED: &str = "$botwright::Marked";

/// Names and what they stand for, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T> {
    entries: IndexMap<Spanned<String>, Marked<T>>,
    /// Some of the names could not be read; see [`Self::may_have`].
    pub incomplete: bool,
}

/// A value, and whether something in it was wrong (and is reported).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked<T> {
    pub value: T,
    pub broken: bool,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { entries: IndexMap::new(), incomplete: false }
    }
}

impl<T> Named<T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(name).map(|marked| &marked.value)
    }

    /// The name as it stands in the file, and its thing.
    pub fn get_entry(&self, name: &str) -> Option<(&Spanned<String>, &T)> {
        self.entries.get_key_value(name).map(|(name, marked)| (name, &marked.value))
    }

    pub fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Whether the name is here, or may have been written in a part that could not be read.
    pub fn may_have(&self, name: &str) -> bool {
        self.incomplete || self.contains(name)
    }

    /// Whether something in the thing of this name was wrong (and is reported).
    pub fn is_broken(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|marked| marked.broken)
    }

    /// Where the name is declared.
    pub fn place(&self, name: &str) -> Option<Span> {
        self.get_entry(name).map(|(name, _)| name.span)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Spanned<String>, &T)> + ExactSizeIterator {
        self.entries.iter().map(|(name, marked)| (name, &marked.value))
    }

    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.entries.keys().map(|name| name.as_str())
    }

    /// Every name could be read.
    pub fn is_whole(&self) -> bool {
        !self.incomplete
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.entries.values().map(|marked| &marked.value)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds a thing that stands in another file or in none; gives back what had the name before.
    pub fn insert(&mut self, name: Spanned<String>, value: T) -> Option<T> {
        self.entries.insert(name, Marked { value, broken: false }).map(|marked| marked.value)
    }
}

impl<T> IntoIterator for Named<T> {
    type Item = (Spanned<String>, T);
    type IntoIter = std::iter::Map<
        indexmap::map::IntoIter<Spanned<String>, Marked<T>>,
        fn((Spanned<String>, Marked<T>)) -> Self::Item,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter().map(|(name, marked)| (name, marked.value))
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Named<T>, A::Error> {
        let mut named = Named { incomplete: parts.next_element()?.unwrap_or(false), ..Named::default() };
        while let Some(name) = parts.next_element::<Spanned<String>>()? {
            let marked = parts.next_element()?.ok_or_else(|| de::Error::custom("a value is missing here"))?;
            named.entries.insert(name, marked);
        }
        Ok(named)
    }

    /// Another deserializer: no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named<T>, D::Error> {
        let entries = IndexMap::<Spanned<String>, T>::deserialize(deserializer)?;
        let entries = entries.into_iter().map(|(name, value)| (name, Marked { value, broken: false })).collect();
        Ok(Named { entries, incomplete: false })
    }
}

/// A mapping as the visitor of [`Named`] reads it: whether it is incomplete, then name after value.
pub(super) struct NamedEntries<'a> {
    decoder: Decoder<'a>,
    entries: std::slice::Iter<'a, Entry>,
    begun: bool,
    value: Option<&'a Entry>,
}

impl<'a> NamedEntries<'a> {
    pub fn new(decoder: Decoder<'a>) -> Self {
        Self { decoder, entries: decoder.entries().iter(), begun: false, value: None }
    }

    /// Not a mapping at all is as good as unreadable.
    fn is_incomplete(&self) -> bool {
        self.decoder.is_incomplete() || !self.decoder.is_mapping_or_null()
    }
}

impl<'de> SeqAccess<'de> for NamedEntries<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        if !std::mem::replace(&mut self.begun, true) {
            return seed.deserialize(self.is_incomplete().into_deserializer()).map(Some);
        }
        if let Some(entry) = self.value.take() {
            return self.decoder.entry(entry).feed(seed).map(Some);
        }
        self.value = self.entries.next();
        self.value.map(|entry| self.decoder.key(entry).feed(seed)).transpose()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Marked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MARKED, MarkedVisitor(PhantomData))
    }
}

struct MarkedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MarkedVisitor<T> {
    type Value = Marked<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Asks for the value until an attempt succeeds or none is left.
    fn visit_seq<A: SeqAccess<'de>>(self, mut attempts: A) -> Result<Marked<T>, A::Error> {
        let mut last = None;
        loop {
            match attempts.next_element() {
                Ok(Some(value)) => return Ok(Marked { value, broken: attempts.next_element()?.unwrap_or(false) }),
                Ok(None) => return Err(last.unwrap_or_else(|| de::Error::custom("a value is missing here"))),
                Err(failure) => last = Some(failure),
            }
        }
    }

    /// Another deserializer: one attempt.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Marked<T>, D::Error> {
        Ok(Marked { value: T::deserialize(deserializer)?, broken: false })
    }
}

/// Attempt after attempt at one value, each stepping over what stopped the one before; then whether it was broken.
pub(super) struct Attempts<'a> {
    decoder: Decoder<'a>,
    before: usize,
    state: Attempt,
}

enum Attempt {
    Trying,
    Done,
    Hopeless,
}

impl<'a> Attempts<'a> {
    pub fn new(decoder: Decoder<'a>) -> Self {
        Self { decoder, before: decoder.context.mark(), state: Attempt::Trying }
    }

    fn broken(&self) -> bool {
        self.decoder.context.mark() > self.before || self.decoder.is_incomplete() || self.decoder.holds_poison()
    }
}

impl<'de> SeqAccess<'de> for Attempts<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        match self.state {
            Attempt::Hopeless => Ok(None),
            Attempt::Done => seed.deserialize(self.broken().into_deserializer()).map(Some),
            Attempt::Trying => match self.decoder.feed(seed) {
                Ok(value) => {
                    self.state = Attempt::Done;
                    Ok(Some(value))
                }
                Err(failure) => {
                    if !self.decoder.context.repair(&failure, self.before) {
                        self.state = Attempt::Hopeless;
                    }
                    Err(failure)
                }
            },
        }
    }
}

/// A list of things, each decoded on its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Items<T>(pub Vec<Marked<T>>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Items<T> {
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.0.iter().map(|marked| &marked.value)
    }
}

impl<T> Deref for Items<T> {
    type Target = Vec<Marked<T>>;

    fn deref(&self) -> &Vec<Marked<T>> {
        &self.0
    }
}

impl<T> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut Vec<Marked<T>> {
        &mut self.0
    }
}

impl<T: JsonSchema> JsonSchema for Items<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Items_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self)
    }
}
