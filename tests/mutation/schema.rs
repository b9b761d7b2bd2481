//! The language's own schema, as far as it says what may stand at a place of a file.

use botwright::text::{Kind, Node, Resolved};
use serde_json::Value;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../schemas/bot.json")).expect("the schema is JSON"));

/// A part of the schema, and the definition that it stands in.
#[derive(Clone, Copy)]
pub struct Part {
    pub value: &'static Value,
    pub of: &'static str,
}

impl Part {
    pub fn root() -> Self {
        Self { value: &SCHEMA, of: "Bot" }
    }

    /// Every structure of the language, by name.
    pub fn structures() -> impl Iterator<Item = Self> {
        let definitions = SCHEMA["$defs"].as_object().expect("the schema has definitions");
        let all = definitions.iter().map(|(of, value)| Self { value, of });
        std::iter::once(Self::root()).chain(all)
    }

    /// What it comes to, references followed and alternatives spread out.
    pub fn alternatives(self) -> Vec<Self> {
        if let Some(path) = self.value["$ref"].as_str() {
            let name = path.rsplit('/').next().expect("a reference has parts");
            let (of, value) = SCHEMA["$defs"].as_object().and_then(|all| all.get_key_value(name)).expect("it is there");
            return Self { value, of }.alternatives();
        }
        let spread = |list: &'static Value| -> Vec<Self> {
            list.as_array().into_iter().flatten().flat_map(|value| Self { value, of: self.of }.alternatives()).collect()
        };
        if self.value.get("properties").is_none() {
            for word in ["anyOf", "allOf"] {
                if self.value.get(word).is_some() {
                    return spread(&self.value[word]);
                }
            }
        }
        vec![self]
    }

    /// The alternative that a node was written as.
    pub fn of_node(self, node: &Node) -> Option<Self> {
        let alternatives = self.alternatives();
        match &node.kind {
            Kind::Mapping(_) => alternatives.into_iter().find(|part| part.is_type("object")),
            Kind::Sequence(_) => alternatives.into_iter().find(|part| part.is_type("array")),
            Kind::Scalar(_) => alternatives.into_iter().find(|part| !part.is_type("object") && !part.is_type("array")),
            _ => None,
        }
    }

    pub fn is_type(self, name: &str) -> bool {
        match &self.value["type"] {
            Value::String(word) => word == name,
            Value::Array(words) => words.iter().any(|word| word == name),
            _ => false,
        }
    }

    /// Whether no other type than this (or nothing) is taken.
    pub fn is_only(self, name: &str) -> bool {
        match &self.value["type"] {
            Value::String(word) => word == name,
            Value::Array(words) => words.iter().all(|word| word == name || word == "null"),
            _ => false,
        }
    }

    /// The keys of a structure; none for a mapping of free names.
    pub fn keys(self) -> Vec<&'static str> {
        self.value["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
    }

    pub fn key(self, key: &str) -> Option<Self> {
        self.value["properties"].get(key).map(|value| Self { value, of: self.of })
    }

    pub fn requires(self, key: &str) -> bool {
        self.value["required"].as_array().into_iter().flatten().any(|required| required == key)
    }

    /// What stands under a free name.
    pub fn named(self) -> Option<Self> {
        let value = self.value.get("additionalProperties").filter(|value| value.is_object())?;
        Some(Self { value, of: self.of })
    }

    pub fn item(self) -> Option<Self> {
        self.value.get("items").map(|value| Self { value, of: self.of })
    }

    /// The words of a choice; none for what is no choice.
    pub fn words(self) -> Vec<String> {
        let constants = self.value["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["const"].as_str());
        let listed = self.value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        constants.chain(listed).map(str::to_owned).collect()
    }
}

/// Whether a scalar is written as a number.
pub fn is_number(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if matches!(scalar.resolve(), Resolved::Integer(_) | Resolved::Float(_)))
}
