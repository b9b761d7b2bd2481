//! Any single value: text, a number, true, false or nothing, with its type and its spelling.

use super::handover;
use super::node::{Kind, Node, Resolved};
use super::source::Span;
use super::written::Text;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

pub(super) const MAGIC: &str = "$botwright::Literal";

/// A value without a type of its own: `value:`, `default:`, `where:`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Literal {
    /// Typed: quoted is text, `5` a number, `true` a boolean, `~` null.
    pub value: Value,
    /// As written, with its place; empty for null.
    pub text: Text,
}

impl Literal {
    pub fn span(&self) -> Span {
        self.text.span
    }

    /// What was written is wrong and already reported.
    pub fn is_poisoned(&self) -> bool {
        self.text.poisoned
    }

    fn of(node: &Node) -> Self {
        let text = Text::of(node).unwrap_or_else(|| Text::nothing(node.span));
        Self { value: typed(node), text }
    }
}

fn typed(node: &Node) -> Value {
    let Kind::Scalar(scalar) = &node.kind else { return Value::Null };
    match scalar.resolve() {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => value.into(),
        Resolved::Float(number) => {
            serde_json::Number::from_f64(number).map_or_else(|| scalar.value.clone().into(), Value::Number)
        }
        Resolved::Integer(number) => integer(number).unwrap_or_else(|| scalar.value.clone().into()),
        Resolved::Text => scalar.value.clone().into(),
    }
}

/// Numbers that no 64 bits hold stay text, digit for digit.
fn integer(number: i128) -> Option<Value> {
    u64::try_from(number).map(Value::from).or_else(|_| i64::try_from(number).map(Value::from)).ok()
}

impl JsonSchema for Literal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Literal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean", "null"] })
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, LiteralVisitor)
    }
}

struct LiteralVisitor;

impl<'de> Visitor<'de> for LiteralVisitor {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true or false")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Literal, E> {
        handover::take().map(|node| Literal::of(&node)).ok_or_else(|| E::custom("expected a value here"))
    }

    /// Another deserializer: no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Literal, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = match &value {
            Value::String(text) => Text::new(text.as_str()),
            Value::Null => Text::default(),
            other => Text::new(other.to_string()),
        };
        Ok(Literal { value, text })
    }
}
