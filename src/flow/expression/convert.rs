//! Values on their way into an expression and back.

use rhai::{Array, Dynamic, Map};
use serde_json::{Number, Value};

/// JSON as the expression engine holds it: null is `()`, ids stay text, whole numbers stay exact.
pub fn dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(is) => (*is).into(),
        Value::Number(number) => number_in(number),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(dynamic).collect::<Array>().into(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.as_str().into(), dynamic(value))).collect::<Map>().into()
        }
    }
}

/// A number too large to be one, such as an id from a careless source, stays exact as text.
fn number_in(number: &Number) -> Dynamic {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole.into(),
        (None, Some(float)) if number.is_f64() => float.into(),
        _ => number.to_string().into(),
    }
}

/// Back to JSON; `None` for what is no value, such as a closure.
pub fn json(value: &Dynamic) -> Option<Value> {
    if value.is_unit() {
        return Some(Value::Null);
    }
    if let Ok(is) = value.as_bool() {
        return Some(Value::Bool(is));
    }
    if let Ok(whole) = value.as_int() {
        return Some(Value::from(whole));
    }
    if let Ok(float) = value.as_float() {
        return Number::from_f64(float).map(Value::Number);
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Some(Value::from(text.as_str()));
    }
    if let Ok(c) = value.as_char() {
        return Some(Value::from(c.to_string()));
    }
    if let Ok(items) = value.as_array_ref() {
        return items.iter().map(json).collect::<Option<Vec<_>>>().map(Value::Array);
    }
    let fields = value.as_map_ref().ok()?;
    fields.iter().map(|(name, value)| Some((name.to_string(), json(value)?))).collect::<Option<_>>().map(Value::Object)
}
