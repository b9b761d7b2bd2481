//! What a key takes, in the words of somebody who writes a bot file, from its JSON Schema.

use serde_json::{Map, Value};

/// The definitions of a schema, by name.
pub struct Shapes<'s> {
    pub definitions: &'s Map<String, Value>,
}

impl<'s> Shapes<'s> {
    /// "text", "true or false", "list of [embed](#embed)".
    pub fn words(&self, schema: &Value) -> String {
        if let Some(name) = reference(schema) {
            return self.named(name);
        }
        if let Some(only) = schema["allOf"].as_array().and_then(|all| all.first()) {
            return self.words(only);
        }
        if let Some(choices) = constants(schema) {
            return choices;
        }
        match schema["anyOf"].as_array() {
            Some(several) => self.any(several),
            None => self.plain(schema),
        }
    }

    /// One of several, each said once, without "nothing".
    fn any(&self, several: &[Value]) -> String {
        let mut words: Vec<String> = Vec::new();
        for schema in several.iter().filter(|schema| schema["type"] != "null") {
            let word = self.words(schema);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(" or ")
    }

    fn plain(&self, schema: &Value) -> String {
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).filter(|word| *word != "null").collect(),
            _ => Vec::new(),
        };
        match types.as_slice() {
            ["array"] => format!("list of {}", self.words(&schema["items"])),
            ["object"] => format!("names, each with {}", self.words(&schema["additionalProperties"])),
            ["boolean"] => "true or false".to_owned(),
            ["integer"] => "whole number".to_owned(),
            ["number"] => "number".to_owned(),
            ["null"] => "nothing".to_owned(),
            // Any scalar is text as it is written.
            _ => "text".to_owned(),
        }
    }

    fn named(&self, name: &str) -> String {
        match name {
            "Steps" | "Step" => "steps".to_owned(),
            "Where" => "[conditions](language.md#conditions)".to_owned(),
            "Row" => "a value for each column".to_owned(),
            "Arguments" => "a value for each argument".to_owned(),
            _ => match self.definitions.get(name) {
                Some(definition) if definition.get("properties").is_some() => link(name),
                Some(definition) => self.words(definition),
                None => name.to_owned(),
            },
        }
    }

    /// Every noun that a schema leads to and that is not in `found` yet, in the order of the file; steps lead nowhere.
    pub fn nouns(&self, schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Object(map) => {
                if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(last) {
                    self.noun(name, found);
                }
                map.values().for_each(|value| self.nouns(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| self.nouns(value, found)),
            _ => {}
        }
    }

    fn noun(&self, name: &str, found: &mut Vec<String>) {
        let Some(definition) = self.definitions.get(name).filter(|_| name != "Step") else { return };
        if found.iter().any(|known| known == name) {
            return;
        }
        if definition.get("properties").is_some() {
            found.push(name.to_owned());
        }
        self.nouns(definition, found);
    }
}

/// The name that a schema refers to.
pub fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(last)
}

fn last(path: &str) -> Option<&str> {
    path.rsplit('/').next()
}

fn constants(schema: &Value) -> Option<String> {
    let one_of = schema["oneOf"].as_array()?;
    let words: Vec<String> =
        one_of.iter().filter_map(|one| one["const"].as_str()).map(|word| format!("`{word}`")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// `CommandOption` is "command option".
pub fn title(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

fn link(name: &str) -> String {
    let title = title(name);
    format!("[{title}](#{})", title.replace(' ', "-"))
}
