//! Values between a column and what other programs write: exact ids, times that people read.

use crate::flow::memory::{Column, ColumnKind};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde_json::Value;

/// How times are written that do not say it themselves.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// The zone of a time that names none; without it, such a time is a mistake.
    pub zone: Option<TimeZone>,
    /// Numbers are seconds since 1970, and not milliseconds.
    pub seconds: bool,
}

/// The value for a column; the error says what is wrong, and never the value itself.
pub fn read(column: &Column, given: Value, times: &Times) -> Result<Value, String> {
    match (column.kind, given) {
        (_, Value::Null) => Ok(Value::Null),
        (ColumnKind::Text, Value::String(text)) => Ok(text.into()),
        (ColumnKind::Integer, Value::String(text)) => text.trim().parse::<i64>().map(Value::from).map_err(|_| whole()),
        (ColumnKind::Integer, Value::Number(number)) if number.is_f64() => Err(whole()),
        (ColumnKind::Number, Value::String(text)) => number(&text),
        (ColumnKind::Boolean, Value::String(text)) => boolean(&text),
        (ColumnKind::Time, Value::String(text)) => time(text.trim(), times).map(Value::from),
        (ColumnKind::Time, Value::Number(number)) => moment(number.as_f64(), number.as_i64(), times).map(Value::from),
        (ColumnKind::User | ColumnKind::Role | ColumnKind::Channel, given) => id(column.kind, given),
        // The store says what else does not fit.
        (_, given) => Ok(given),
    }
}

fn whole() -> String {
    "must be a whole number".to_owned()
}

fn number(text: &str) -> Result<Value, String> {
    let number = text.trim().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
    number.map(Value::Number).ok_or_else(|| "must be a number".to_owned())
}

fn boolean(text: &str) -> Result<Value, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        _ => Err("must be true or false".to_owned()),
    }
}

fn time(text: &str, times: &Times) -> Result<i64, String> {
    if let Ok(number) = text.parse::<i64>() {
        return moment(None, Some(number), times);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    let local = times.zone.clone().and_then(|zone| text.parse::<civil::DateTime>().ok()?.to_zoned(zone).ok());
    let wrong = || match text.parse::<civil::DateTime>() {
        Ok(_) => "names no zone: a time ends with `Z` or an offset such as `+02:00`".to_owned(),
        Err(_) => "must be a time, such as 2026-05-01T12:30:00Z, or milliseconds since 1970".to_owned(),
    };
    local.map(|time| time.timestamp().as_millisecond()).ok_or_else(wrong)
}

/// Seconds may have a fraction; milliseconds are whole.
fn moment(float: Option<f64>, whole: Option<i64>, times: &Times) -> Result<i64, String> {
    let wrong = || "must be a time, such as 2026-05-01T12:30:00Z, or milliseconds since 1970".to_owned();
    match (times.seconds, whole, float) {
        (true, Some(seconds), _) => seconds.checked_mul(1_000).ok_or_else(wrong),
        (true, None, Some(seconds)) if seconds.abs() < 1e12 => Ok((seconds * 1_000.0).round() as i64),
        (false, Some(ms), _) => Ok(ms),
        _ => Err(wrong()),
    }
}

fn id(kind: ColumnKind, given: Value) -> Result<Value, String> {
    let thing = match kind {
        ColumnKind::Role => "role",
        ColumnKind::Channel => "channel",
        _ => "user",
    };
    let wrong = || format!("must be a {thing}'s id: digits");
    let rounded =
        || format!("is a rounded number and no {thing}'s id any more: spreadsheets do that; make its column text");
    match given {
        Value::Number(number) => {
            number.as_i64().filter(|id| *id >= 0).map(|id| id.to_string().into()).ok_or_else(rounded)
        }
        Value::String(text) => {
            let digits = text.trim();
            match digits.parse::<i64>() {
                Ok(_) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(digits.into()),
                _ if digits.contains(['e', 'E', '.', ',']) && digits.starts_with(|c: char| c.is_ascii_digit()) => {
                    Err(rounded())
                }
                _ => Err(wrong()),
            }
        }
        _ => Err(wrong()),
    }
}

/// A value as other programs read it: times as RFC 3339.
pub fn show(kind: ColumnKind, value: &Value) -> Value {
    match (kind, value.as_i64()) {
        (ColumnKind::Time, Some(at)) => {
            Timestamp::from_millisecond(at).map_or(Value::from(at), |time| time.to_string().into())
        }
        _ => value.clone(),
    }
}

/// A value as a field of text: nothing for no value. An empty text where there may be no value is two quotes, and a text of
/// such pairs has one more, so that all of them can be told apart again.
pub fn field(column: &Column, value: &Value) -> String {
    match show(column.kind, value) {
        Value::Null => String::new(),
        Value::String(text) if column.optional && column.kind == ColumnKind::Text && only_pairs(&text) => text + PAIR,
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The reverse of [`field`]; nothing when the column's default counts.
pub fn unfield(column: &Column, field: &str) -> Option<Value> {
    match column.kind {
        ColumnKind::Text if !column.optional => Some(field.into()),
        ColumnKind::Text if field.is_empty() => Some(Value::Null),
        ColumnKind::Text if only_pairs(field) => Some(field[PAIR.len()..].into()),
        ColumnKind::Text => Some(field.into()),
        _ if !field.trim().is_empty() => Some(field.into()),
        _ if column.optional => Some(Value::Null),
        _ => None,
    }
}

const PAIR: &str = "\"\"";

fn only_pairs(text: &str) -> bool {
    text.len().is_multiple_of(PAIR.len()) && text.bytes().all(|byte| byte == b'"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn column(kind: ColumnKind) -> Column {
        Column { kind, optional: true, secret: false, ignore_case: false, one_of: Vec::new(), default: None }
    }

    fn read(kind: ColumnKind, value: Value) -> Result<Value, String> {
        super::read(&column(kind), value, &Times::default())
    }

    #[test]
    fn an_id_is_exact_or_refused() {
        let exact = json!("1462381972474167491");
        assert_eq!(read(ColumnKind::User, exact.clone()), Ok(exact.clone()));
        assert_eq!(read(ColumnKind::User, json!(1462381972474167491_u64)), Ok(exact));
        for rounded in [json!("1.46238E+18"), json!(1.46238e18), json!("1,46238E+18")] {
            assert!(read(ColumnKind::User, rounded).unwrap_err().contains("rounded"));
        }
        assert_eq!(read(ColumnKind::Role, json!("@everyone")), Err("must be a role's id: digits".into()));
    }

    #[test]
    fn times_are_rfc_3339_or_milliseconds() {
        let at = json!(1_777_638_600_250_i64);
        for written in [json!("2026-05-01T12:30:00.25Z"), json!("2026-05-01T14:30:00.25+02:00"), at.clone()] {
            assert_eq!(read(ColumnKind::Time, written), Ok(at.clone()));
        }
        assert_eq!(show(ColumnKind::Time, &at), json!("2026-05-01T12:30:00.25Z"));
        assert!(read(ColumnKind::Time, json!("2026-05-01T12:30:00")).unwrap_err().contains("no zone"));
        let times = Times { zone: Some(TimeZone::UTC), seconds: true };
        for written in [json!("2026-05-01T12:30:00.25"), json!(1_777_638_600.25), json!("2026-05-01 12:30:00.25")] {
            assert_eq!(super::read(&column(ColumnKind::Time), written, &times), Ok(at.clone()));
        }
    }

    #[test]
    fn no_text_and_an_empty_text_are_told_apart() {
        let text = column(ColumnKind::Text);
        for value in [Value::Null, json!(""), json!("\"\""), json!("\"\"\"\""), json!("\""), json!(" "), json!("a")] {
            assert_eq!(unfield(&text, &field(&text, &value)), Some(value.clone()), "{value}");
        }
        assert_eq!(field(&text, &json!("")), "\"\"");
    }
}
