//! A form body being checked: every mistake is kept at its place, and all are told at once.

use crate::sim::id::Id;
use crate::sim::refused::Refused;
use serde_json::{Map, Value, json};
use std::fmt::Display;
use std::ops::RangeInclusive;

/// Collects mistakes below the path that it stands at.
#[derive(Debug, Default)]
pub(in crate::sim) struct Form {
    path: Vec<String>,
    errors: Map<String, Value>,
}

impl Form {
    /// Looks at what stands under a key or an index.
    pub(in crate::sim) fn at<R>(&mut self, key: impl Display, look: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(key.to_string());
        let result = look(self);
        self.path.pop();
        result
    }

    /// Keeps a mistake at this place.
    pub(in crate::sim) fn error(&mut self, code: &str, message: impl Into<String>) {
        let mut node = &mut self.errors;
        for part in &self.path {
            let below = node.entry(part.clone()).or_insert_with(|| json!({}));
            node = below.as_object_mut().expect("the tree holds objects above its lists");
        }
        let list = node.entry("_errors").or_insert_with(|| json!([]));
        let error = json!({ "code": code, "message": message.into() });
        list.as_array_mut().expect("`_errors` is a list").push(error);
    }

    /// 50035 with the tree, if there is any mistake.
    pub(in crate::sim) fn finish(self) -> Result<(), Refused> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Refused { errors: Some(Value::Object(self.errors)), ..Refused::code(50035) })
    }

    pub(in crate::sim) fn required(&mut self) {
        self.error("BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(in crate::sim) fn length(&mut self, length: usize, range: &RangeInclusive<usize>) {
        let (min, max) = (*range.start(), *range.end());
        if range.contains(&length) {
            return;
        }
        match min {
            0 => self.error("BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length.")),
            _ => self.error("BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length.")),
        }
    }

    /// A text that may be missing or null; its length in characters.
    pub(in crate::sim) fn text(&mut self, object: &Value, key: &str, range: RangeInclusive<usize>) -> Option<String> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.at(key, |form| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                other => {
                    form.error("STRING_TYPE_CONVERT", format!("Could not interpret \"{other}\" as string."));
                    return None;
                }
            };
            form.length(text.chars().count(), &range);
            Some(text)
        })
    }

    /// A text that must be there.
    pub(in crate::sim) fn needed_text(&mut self, object: &Value, key: &str, range: RangeInclusive<usize>) -> String {
        let text = self.text(object, key, range);
        if object.get(key).is_none_or(Value::is_null) {
            self.at(key, Self::required);
        }
        text.unwrap_or_default()
    }

    /// A whole number that may be missing or null. Numbers in quotes are read too.
    pub(in crate::sim) fn integer(&mut self, object: &Value, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.at(key, |form| {
            let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
            let Some(number) = number else {
                form.error("NUMBER_TYPE_COERCE", format!("Value \"{}\" is not int.", plain(value)));
                return None;
            };
            form.bounds(number, &range);
            Some(number)
        })
    }

    fn bounds(&mut self, number: i64, range: &RangeInclusive<i64>) {
        if number > *range.end() {
            let words = format!("int value should be less than or equal to {}.", range.end());
            self.error("NUMBER_TYPE_MAX", words);
        } else if number < *range.start() {
            let words = format!("int value should be greater than or equal to {}.", range.start());
            self.error("NUMBER_TYPE_MIN", words);
        }
    }

    pub(in crate::sim) fn boolean(&mut self, object: &Value, key: &str) -> Option<bool> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        let read = value.as_bool();
        if read.is_none() {
            self.at(key, |form| form.error("BOOLEAN_TYPE_CONVERT", "Must be either true or false."));
        }
        read
    }

    /// An id that may be missing or null.
    pub(in crate::sim) fn id(&mut self, object: &Value, key: &str) -> Option<Id> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.at(key, |form| form.snowflake(value))
    }

    pub(in crate::sim) fn snowflake(&mut self, value: &Value) -> Option<Id> {
        let id = value.as_u64().map(Id).or_else(|| value.as_str()?.parse().ok());
        if id.is_none() {
            self.error("NUMBER_TYPE_COERCE", format!("Value \"{}\" is not snowflake.", plain(value)));
        }
        id
    }

    /// Permissions, as decimal text or number.
    pub(in crate::sim) fn bits(&mut self, object: &Value, key: &str) -> Option<u64> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        let bits = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        if bits.is_none() {
            let words = format!("Value \"{}\" is not int.", plain(value));
            self.at(key, |form| form.error("NUMBER_TYPE_COERCE", words));
        }
        bits
    }

    /// A list that may be missing (none) or null (empty).
    pub(in crate::sim) fn list<'a>(
        &mut self,
        object: &'a Value,
        key: &str,
        range: RangeInclusive<usize>,
    ) -> Option<&'a [Value]> {
        let value = object.get(key)?;
        let list = match value {
            Value::Null => &[],
            Value::Array(list) => list.as_slice(),
            _ => {
                self.at(key, |form| form.error("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"));
                return None;
            }
        };
        self.at(key, |form| form.length(list.len(), &range));
        Some(list)
    }

    /// Whether a value is an object; anything else is a mistake here.
    pub(in crate::sim) fn object(&mut self, value: &Value) -> bool {
        if !value.is_object() {
            self.error("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        }
        value.is_object()
    }

    pub(in crate::sim) fn choices(&mut self, choices: &[i64]) {
        let list: Vec<String> = choices.iter().map(i64::to_string).collect();
        self.error("BASE_TYPE_CHOICES", format!("Value must be one of {{{}}}.", list.join(", ")));
    }

    /// One of a few numbers, which may be missing.
    pub(in crate::sim) fn one_of(&mut self, object: &Value, key: &str, choices: &[i64]) -> Option<i64> {
        let number = self.integer(object, key, i64::MIN..=i64::MAX)?;
        if !choices.contains(&number) {
            self.at(key, |form| form.choices(choices));
        }
        Some(number)
    }

    /// An address that may be missing, with one of the schemes.
    pub(in crate::sim) fn url(&mut self, object: &Value, key: &str, max: usize, schemes: &[&str]) -> Option<String> {
        let url = self.text(object, key, 0..=max).filter(|url| !url.is_empty())?;
        self.at(key, |form| form.address(&url, schemes));
        Some(url)
    }

    fn address(&mut self, url: &str, schemes: &[&str]) {
        let Some((scheme, rest)) = url.split_once(':') else {
            return self.error("URL_TYPE_INVALID_URL", "Not a well formed URL.");
        };
        if !scheme.chars().all(|c| c.is_ascii_alphanumeric()) {
            return self.error("URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
        if !schemes.contains(&scheme.to_ascii_lowercase().as_str()) {
            let list: Vec<String> = schemes.iter().map(|scheme| format!("'{scheme}'")).collect();
            let words = format!("Scheme \"{scheme}\" is not supported. Scheme must be one of ({}).", list.join(", "));
            return self.error("URL_TYPE_INVALID_SCHEME", words);
        }
        let host = rest.strip_prefix("//").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || url.contains(char::is_whitespace) {
            self.error("URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
    }
}

/// A text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
