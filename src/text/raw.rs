//! A part of the tree that is kept as it is, to be decoded later.

use super::handover;
use super::node::Node;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

pub(super) const MAGIC: &str = "$botwright::Raw";

/// A node, undecoded; cheap to clone. Only this crate's decoder can give one.
#[derive(Clone)]
pub struct Raw(pub Node);

impl Raw {
    /// What was written is wrong and already reported.
    pub fn is_poisoned(&self) -> bool {
        self.0.is_poison()
    }
}

impl Deref for Raw {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.0
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({:?})", self.0.span)
    }
}

impl JsonSchema for Raw {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of a YAML file")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        handover::take().map(Raw).ok_or_else(|| E::custom("expected a part of a YAML file here"))
    }
}
