//! A text of the file that knows where each of its characters came from.

use super::handover;
use super::node::{Kind, Node, Style};
use super::places::Places;
use super::source::Span;
use super::suggestion::Suggestion;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

pub(super) const MAGIC: &str = "$botwright::Text";

/// The text of a scalar as it was written: `5`, `1.10`, `true` and long ids are texts too, digit for digit.
#[derive(Clone, Default)]
pub struct Text {
    pub value: String,
    pub span: Span,
    /// The text is only a stand-in: what was written is wrong and already reported.
    pub poisoned: bool,
    /// Whether it stood in quotes or in a block, so that it is text and nothing else.
    pub quoted: bool,
    style: Style,
    places: Places,
}

impl Text {
    /// A text that stands in no file.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }

    /// A text that was not written as such, and the place that it belongs to.
    pub fn at(value: impl Into<String>, span: Span) -> Self {
        Self { value: value.into(), span, ..Self::default() }
    }

    /// An empty text at a place where nothing was written.
    pub(super) fn nothing(span: Span) -> Self {
        Self { span, ..Self::default() }
    }

    pub fn as_str(&self) -> &str {
        &self.value
    }

    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// Where a range of bytes of the value stands in the file, through quotes, escapes, folding and indentation.
    pub fn locate(&self, range: Range<usize>) -> Span {
        if self.span.is_none() {
            return self.span;
        }
        let end = range.end.min(self.value.len());
        self.places.locate(range.start.min(end)..end, self.span)
    }

    /// Other words for a range of bytes of the value, as the file has to have them: escaped as the quotes around the text
    /// want it. Nothing where that cannot be said.
    pub fn rewrite(&self, range: Range<usize>, by: &str, certain: bool) -> Option<Suggestion> {
        if matches!(self.places, Places::Whole) || self.span.is_none() || by.contains(['\n', '\r']) {
            return None;
        }
        let replacement = match self.style {
            Style::Double => by.replace('\\', "\\\\").replace('"', "\\\""),
            Style::Single => by.replace('\'', "''"),
            Style::Plain if by.contains([':', '#', ',', '[', ']', '{', '}']) => return None,
            Style::Plain if range.start == 0 && !by.starts_with(char::is_alphanumeric) => return None,
            Style::Plain | Style::Literal | Style::Folded => by.to_owned(),
        };
        Some(Suggestion { span: self.locate(range), replacement, certain })
    }

    /// The text of a scalar, poison for poison, and nothing for anything else.
    pub fn of(node: &Node) -> Option<Self> {
        let span = node.span;
        match &node.kind {
            Kind::Scalar(scalar) => {
                let (value, places) = (scalar.value.clone(), scalar.places.clone());
                let style = scalar.style;
                Some(Self { value, span, poisoned: false, quoted: style != Style::Plain, style, places })
            }
            Kind::Poison => Some(Self { span, poisoned: true, ..Self::default() }),
            _ => None,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.value == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.value == *other
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MAGIC, TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
        handover::take().and_then(|node| Text::of(&node)).ok_or_else(|| E::custom("expected text here"))
    }

    /// Another deserializer: no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text::new(value))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
        Ok(Text::new(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text::new(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text::new(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Text, E> {
        Ok(Text::new(value.to_string()))
    }
}
