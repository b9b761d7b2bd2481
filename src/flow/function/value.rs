//! Reading arguments and making results within bounds.

use serde_json::{Number, Value};
use std::borrow::Cow;

/// Bytes a text may have that a function makes.
pub const MAX_TEXT: usize = 64 * 1024;
/// Items a list may have that a function makes.
pub const MAX_ITEMS: usize = 10_000;

/// A value as it stands in a text: nothing for a missing one.
pub fn printed(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(plain_number(number)),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Array(items) => Cow::Owned(items.iter().map(printed).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => Cow::Borrowed(""),
    }
}

/// Whole numbers without a point.
fn plain_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        _ => number.to_string(),
    }
}

/// The argument at `index` as text; missing ones are empty.
pub fn text<'a>(arguments: &[&'a Value], index: usize) -> Cow<'a, str> {
    arguments.get(index).map_or(Cow::Borrowed(""), |value| printed(value))
}

pub fn given<'a>(arguments: &[&'a Value], index: usize) -> Option<&'a Value> {
    arguments.get(index).copied().filter(|value| !value.is_null())
}

/// The argument at `index` as a number; `None` when it is missing.
pub fn number(arguments: &[&Value], index: usize) -> Result<Option<f64>, String> {
    match given(arguments, index) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| format!("argument {} is no number", index + 1)),
    }
}

/// The argument at `index` as a whole number; `None` when it is missing.
pub fn integer(arguments: &[&Value], index: usize) -> Result<Option<i64>, String> {
    let whole = |value: &Value| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15);
        value.as_i64().or(float.map(|float| float as i64))
    };
    match given(arguments, index) {
        None => Ok(None),
        Some(value) => whole(value).map(Some).ok_or_else(|| format!("argument {} is no whole number", index + 1)),
    }
}

/// A length or position given by somebody: never negative, `or` when missing.
pub fn size(arguments: &[&Value], index: usize, or: usize) -> Result<usize, String> {
    Ok(integer(arguments, index)?.map_or(or, |size| usize::try_from(size.max(0)).unwrap_or(usize::MAX)))
}

/// The items of the argument at `index`; a missing list is empty.
pub fn list<'a>(arguments: &[&'a Value], index: usize) -> Result<&'a [Value], String> {
    match given(arguments, index) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("argument {} is no list", index + 1)),
    }
}

/// A field of a row, or the item itself when no field is asked for.
pub fn field<'a>(item: &'a Value, name: Option<&str>) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    match name {
        None => item,
        Some(name) => name.split('.').try_fold(item, |value, part| value.get(part)).unwrap_or(NOTHING),
    }
}

/// A text as a result, unless it is too long.
pub fn bounded(text: String) -> Result<Value, String> {
    fits(text.len())?;
    Ok(Value::String(text))
}

pub fn fits(bytes: usize) -> Result<(), String> {
    if bytes > MAX_TEXT { Err(format!("the text would be longer than {MAX_TEXT} bytes")) } else { Ok(()) }
}

/// A list as a result, unless it is too long.
pub fn items(items: Vec<Value>) -> Result<Value, String> {
    if items.len() > MAX_ITEMS {
        return Err(format!("the list would have more than {MAX_ITEMS} items"));
    }
    Ok(Value::Array(items))
}

/// A number as a result: whole when it is, an error when it is none.
pub fn numeric(float: f64) -> Result<Value, String> {
    if float.fract() == 0.0 && float.abs() < 9e15 {
        return Ok(Value::from(float as i64));
    }
    Number::from_f64(float).map(Value::Number).ok_or_else(|| "the result is no number".to_owned())
}

/// Whether it counts as true in `{{#if}}`.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64().is_some_and(|float| float != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Equal as somebody means it: numbers by value, an id with or without quotes.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            plain_number(number) == *text
        }
        _ => a == b,
    }
}

/// Which of two comes first; `None` when they cannot be compared.
pub fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => Some(x.cmp(&y)),
            _ => x.as_f64()?.partial_cmp(&y.as_f64()?),
        },
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
