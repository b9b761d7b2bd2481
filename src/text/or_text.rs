//! Short for the common, long for the rare: a text, or a mapping that says more.

use super::handover;
use super::written::Text;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

pub(super) const MAGIC: &str = "$botwright::OrText";

/// What a text alone means.
pub trait Shorthand {
    /// The whole value, made of its text; a poisoned text makes a value that nothing complains about.
    fn from_text(text: Text) -> Self;
}

/// A `T` that may be written as a text alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrText<T>(pub T);

impl<T> OrText<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for OrText<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for OrText<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: JsonSchema> JsonSchema for OrText<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OrText_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<Text>(), generator.subschema_for::<T>()] })
    }
}

impl<'de, T: Deserialize<'de> + Shorthand> Deserialize<'de> for OrText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, OrTextVisitor(PhantomData))
    }
}

struct OrTextVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Shorthand> Visitor<'de> for OrTextVisitor<T> {
    type Value = OrText<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a mapping")
    }

    fn visit_unit<E: de::Error>(self) -> Result<OrText<T>, E> {
        let text = handover::take().and_then(|node| Text::of(&node));
        text.map(|text| OrText(T::from_text(text))).ok_or_else(|| E::custom("expected text or a mapping here"))
    }

    /// The full form; the only one that another deserializer can give.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<OrText<T>, D::Error> {
        T::deserialize(deserializer).map(OrText)
    }
}
