//! An id of Discord's, exact to the last digit, with or without quotes.

use super::handover;
use super::node::{Kind, Node};
use super::source::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

pub(super) const MAGIC: &str = "$botwright::Id";
pub(super) const TAKES: &str = "an id (a number of up to 20 digits)";

/// A snowflake: an unsigned number of 64 bits, never 0. Source: "Snowflakes" in Discord's API reference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Id {
    /// 0 when poisoned.
    pub value: u64,
    pub span: Span,
    /// What was written is wrong and already reported.
    pub poisoned: bool,
}

impl Id {
    pub fn new(value: u64) -> Self {
        Self { value, ..Self::default() }
    }

    fn of(node: &Node) -> Self {
        let value = number(&node.kind);
        Self { value: value.unwrap_or(0), span: node.span, poisoned: value.is_none() }
    }
}

pub(super) fn fits(kind: &Kind) -> bool {
    number(kind).is_some()
}

fn number(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Scalar(scalar) => read(&scalar.value),
        _ => None,
    }
}

fn read(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|&number| number > 0)
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Id {}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl JsonSchema for Id {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9]{1,20}$", "minimum": 1 })
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, IdVisitor)
    }
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Id, E> {
        handover::take().map(|node| Id::of(&node)).ok_or_else(|| E::custom("expected an id here"))
    }

    /// Another deserializer: no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Id, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Id, E> {
        if value == 0 { Err(E::custom("an id is never 0")) } else { Ok(Id::new(value)) }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Id, E> {
        read(value).map(Id::new).ok_or_else(|| E::custom("expected an id here"))
    }
}
