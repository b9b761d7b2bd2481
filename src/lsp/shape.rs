//! What may stand at a place, by the JSON Schema that the language's own structs make.

use crate::action::schema::schema;
use crate::lsp::trail::Step;
use serde_json::Value;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// What may stand at one place: each of these ways.
pub struct Shape(Vec<&'static Value>);

/// A key or a word that may stand there, and its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub word: String,
    pub doc: String,
    /// It must be there.
    pub required: bool,
}

impl Shape {
    /// What may stand behind these keys and in these lists.
    pub fn at(steps: &[Step<'_>]) -> Self {
        steps.iter().fold(Self(alternatives(&SCHEMA)), |shape, step| shape.below(*step))
    }

    fn below(self, step: Step<'_>) -> Self {
        let inner = self.0.into_iter().filter_map(|schema| match step {
            Step::Key(name) => {
                let named = schema["properties"].get(name);
                named.or_else(|| schema.get("additionalProperties")).filter(|inner| inner.is_object())
            }
            Step::Item => schema.get("items"),
        });
        Self(inner.flat_map(alternatives).collect())
    }

    /// The keys of the mapping that may stand there.
    pub fn keys(&self) -> Vec<Word> {
        let mut keys: Vec<Word> = Vec::new();
        for schema in &self.0 {
            let required =
                |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
            for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
                if !keys.iter().any(|key| key.word == *name) {
                    keys.push(Word { word: name.clone(), doc: doc(inner), required: required(name) });
                }
            }
        }
        keys
    }

    /// The words that may stand there as they are.
    pub fn values(&self) -> Vec<Word> {
        let mut values: Vec<Word> = Vec::new();
        for schema in &self.0 {
            let one = schema.get("const").into_iter();
            let listed = schema["enum"].as_array().into_iter().flatten();
            let flags = [Value::Bool(true), Value::Bool(false)];
            let flags = flags.iter().filter(|_| is_flag(schema));
            for value in one.chain(listed).chain(flags) {
                let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if !value.is_null() && !values.iter().any(|known| known.word == word) {
                    let doc = schema["description"].as_str().unwrap_or_default().to_owned();
                    values.push(Word { word, doc, required: false });
                }
            }
        }
        values
    }
}

/// Whether it takes true, false, and no text that only looks like one of them.
fn is_flag(schema: &Value) -> bool {
    let kinds = schema["type"].as_array();
    let takes = |kind: &str| schema["type"] == kind || kinds.is_some_and(|kinds| kinds.iter().any(|one| one == kind));
    takes("boolean") && !takes("string")
}

/// What a key means: what is said of it, or else of what it holds.
fn doc(schema: &'static Value) -> String {
    let about = |schema: &Value| schema["description"].as_str().map(str::to_owned);
    about(schema).or_else(|| alternatives(schema).into_iter().find_map(about)).unwrap_or_default()
}

/// A schema without references and choices: every way in which it can be met.
fn alternatives(schema: &'static Value) -> Vec<&'static Value> {
    let referred = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"));
    let referred = referred.map(|name| &SCHEMA["$defs"][name]);
    let choices = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|word| schema[word].as_array()).flatten();
    let inner = referred.into_iter().chain(choices).filter(|inner| !inner["required"].is_array() || has_shape(inner));
    let mut found = vec![schema];
    for next in inner {
        found.extend(alternatives(next));
    }
    found
}

/// Whether it says more than which keys must be there.
fn has_shape(schema: &Value) -> bool {
    schema.as_object().is_some_and(|keys| keys.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: Vec<Word>) -> Vec<String> {
        words.into_iter().map(|word| word.word).collect()
    }

    #[test]
    fn keys_and_values_are_those_of_the_language() {
        assert!(words(Shape::at(&[]).keys()).starts_with(&["bot".into(), "description".into()]));
        let button = [Step::Key("buttons"), Step::Key("any")];
        let keys = Shape::at(&button).keys();
        assert_eq!(keys[0].word, "label");
        assert!(keys[0].doc.contains("80 characters"));
        let style = [&button[..], &[Step::Key("style")]].concat();
        assert_eq!(words(Shape::at(&style).values()), ["primary", "secondary", "success", "danger", "link"]);
    }

    #[test]
    fn steps_lead_through_verbs_and_branches() {
        let steps = [Step::Key("commands"), Step::Key("hi"), Step::Key("steps"), Step::Item];
        assert!(words(Shape::at(&steps).keys()).contains(&"reply".to_owned()));
        assert!(words(Shape::at(&steps).values()).contains(&"stop".to_owned()));
        let inner = [&steps[..], &[Step::Key("then"), Step::Item, Step::Key("reply")]].concat();
        assert!(words(Shape::at(&inner).keys()).contains(&"ephemeral".to_owned()));
        let flag = [&inner[..], &[Step::Key("ephemeral")]].concat();
        assert_eq!(words(Shape::at(&flag).values()), ["true", "false"]);
        assert!(words(Shape::at(&[Step::Key("nonsense"), Step::Item]).keys()).is_empty());
    }
}
