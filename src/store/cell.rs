//! One value on its way between JSON and the database.

use super::name::fold;
use crate::flow::memory::{Column, ColumnKind};
use serde_json::Value;

/// The few types that every SQL database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Also ids of Discord and times.
    Integer,
    Real,
    Text,
    Boolean,
}

impl From<ColumnKind> for Storage {
    fn from(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text,
            ColumnKind::Number => Self::Real,
            ColumnKind::Boolean => Self::Boolean,
            ColumnKind::Integer | ColumnKind::Time | ColumnKind::User | ColumnKind::Role | ColumnKind::Channel => {
                Self::Integer
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Boolean(bool),
}

impl Cell {
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// What stands for it in a column of folded text.
    pub fn folded(&self) -> Self {
        match self {
            Self::Text(text) => Self::Text(fold(text)),
            other => other.clone(),
        }
    }

    /// As it is kept in a hold.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => (*number).into(),
            Self::Real(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Boolean(flag) => (*flag).into(),
        }
    }

    /// The reverse of [`Cell::to_json`].
    pub fn from_json(value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Boolean(*flag),
            Value::Number(number) => {
                number.as_i64().map_or_else(|| Self::Real(number.as_f64().unwrap_or_default()), Self::Integer)
            }
            Value::String(text) => Self::Text(text.clone()),
            _ => Self::Null,
        }
    }

    /// As a row shows it: ids as text.
    pub fn show(&self, kind: ColumnKind) -> Value {
        match (self, kind) {
            (Self::Integer(id), ColumnKind::User | ColumnKind::Role | ColumnKind::Channel) => id.to_string().into(),
            (other, _) => other.to_json(),
        }
    }

    /// A part of a key under which equal values of a unique rule meet.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Integer(number) => Some(number.to_string()),
            // Adding zero makes one key of 0.0 and -0.0, which the database takes for equal.
            Self::Real(number) => Some((number + 0.0).to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Boolean(flag) => Some(flag.to_string()),
        }
    }
}

/// An id of Discord, as the database stores it.
pub fn id(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|id| *id >= 0)
}

/// Reads a value for a column; the error says what is wrong with it, and never the value itself.
pub fn read(column: &Column, value: &Value) -> Result<Cell, String> {
    if value.is_null() {
        return Ok(Cell::Null);
    }
    match column.kind {
        ColumnKind::Text => text(value).map(Cell::Text).ok_or("must be text"),
        ColumnKind::Integer => integer(value).map(Cell::Integer).ok_or("must be a whole number"),
        ColumnKind::Time => integer(value).map(Cell::Integer).ok_or("must be a time in milliseconds"),
        ColumnKind::Number => value.as_f64().map(Cell::Real).ok_or("must be a number"),
        ColumnKind::Boolean => value.as_bool().map(Cell::Boolean).ok_or("must be true or false"),
        ColumnKind::User => discord_id(value).map(Cell::Integer).ok_or("must be a user's id"),
        ColumnKind::Role => discord_id(value).map(Cell::Integer).ok_or("must be a role's id"),
        ColumnKind::Channel => discord_id(value).map(Cell::Integer).ok_or("must be a channel's id"),
    }
    .map_err(str::to_owned)
}

/// Refuses what the column does not take; `read` alone is for comparing.
pub fn check(column: &Column, cell: &Cell) -> Result<(), String> {
    match cell {
        Cell::Null if !column.optional => Err("has no value".to_owned()),
        Cell::Text(text) if !allowed(column, text) => Err(format!("must be one of {}", column.one_of.join(", "))),
        _ => Ok(()),
    }
}

fn allowed(column: &Column, text: &str) -> bool {
    let same = |one: &String| if column.ignore_case { fold(one) == fold(text) } else { one == text };
    column.one_of.is_empty() || column.one_of.iter().any(same)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(is_whole).map(|number| number as i64))
}

/// Whether it is exact as an integer: doubles are up to 2^53.
fn is_whole(number: &f64) -> bool {
    number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0
}

fn discord_id(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => id(text),
        Value::Number(number) => number.as_i64().filter(|id| *id >= 0),
        Value::Object(fields) => fields.get("id").filter(|id| !id.is_object()).and_then(discord_id),
        _ => None,
    }
}
