//! A JSON value as somebody writes it in an expression.

use serde_json::Value;

/// `["a", 1]` as in JSON, `#{name: 1}` for a row, `()` for what is missing.
pub fn written(value: &Value) -> String {
    match value {
        Value::Null => "()".to_owned(),
        Value::Array(items) => format!("[{}]", list(items)),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", written(value))).collect();
            format!("#{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// Values behind each other, parted by commas.
pub fn list(values: &[Value]) -> String {
    values.iter().map(written).collect::<Vec<_>>().join(", ")
}
