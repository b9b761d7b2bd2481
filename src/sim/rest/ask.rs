//! A request taken apart: its path, its query, and who asks.

use crate::flow::payload::File;
use crate::flow::request::Method;
use crate::sim::id::Id;
use crate::sim::refused::Refused;
use serde_json::{Value, json};

/// What a route works with.
pub(in crate::sim) struct Ask<'a> {
    pub method: Method,
    pub segments: Vec<&'a str>,
    pub query: Vec<(&'a str, &'a str)>,
    pub body: &'a Value,
    pub files: &'a [File],
    pub reason: Option<&'a str>,
    /// The application whose token signed the request.
    pub caller: Option<Id>,
}

/// A good answer.
#[derive(Debug)]
pub(in crate::sim) struct Reply {
    pub status: u16,
    pub body: Value,
}

pub(in crate::sim) type Answered = Result<Reply, Refused>;

pub(in crate::sim) fn ok(body: Value) -> Answered {
    Ok(Reply { status: 200, body })
}

pub(in crate::sim) fn created(body: Value) -> Answered {
    Ok(Reply { status: 201, body })
}

pub(in crate::sim) fn nothing() -> Answered {
    Ok(Reply { status: 204, body: Value::Null })
}

impl<'a> Ask<'a> {
    /// The path below `/api/v10` as its parts, and its query.
    pub(in crate::sim) fn split(path: &'a str) -> (Vec<&'a str>, Vec<(&'a str, &'a str)>) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let segments = path.split('/').filter(|part| !part.is_empty()).collect();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        (segments, pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect())
    }

    /// The bot that asks; anonymous requests are 401.
    pub(in crate::sim) fn bot(&self) -> Result<Id, Refused> {
        self.caller.ok_or_else(|| Refused::status(401))
    }

    pub(in crate::sim) fn query(&self, name: &str) -> Option<&'a str> {
        self.query.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(in crate::sim) fn flag(&self, name: &str) -> bool {
        matches!(self.query(name), Some("true" | "True" | "1"))
    }

    /// `limit`, within what the route allows.
    pub(in crate::sim) fn limit(&self, default: usize, max: usize) -> Result<usize, Refused> {
        let Some(text) = self.query("limit") else { return Ok(default) };
        let limit = text.parse::<usize>().map_err(|_| form("limit", "NUMBER_TYPE_COERCE", &not_a(text, "int")))?;
        let words = |bound: &str, than: usize| format!("int value should be {bound} than or equal to {than}.");
        match limit {
            0 => Err(form("limit", "NUMBER_TYPE_MIN", &words("greater", 1))),
            _ if limit > max => Err(form("limit", "NUMBER_TYPE_MAX", &words("less", max))),
            _ => Ok(limit),
        }
    }

    /// A snowflake of the query.
    pub(in crate::sim) fn query_id(&self, name: &str) -> Result<Option<Id>, Refused> {
        self.query(name).map(|text| id(name, text)).transpose()
    }
}

/// A snowflake of the path.
pub(in crate::sim) fn id(name: &str, text: &str) -> Result<Id, Refused> {
    text.parse().map_err(|_| form(name, "NUMBER_TYPE_COERCE", &not_a(text, "snowflake")))
}

fn not_a(text: &str, what: &str) -> String {
    format!("Value \"{text}\" is not {what}.")
}

/// A 50035 with one mistake at one place.
pub(in crate::sim) fn form(path: &str, code: &str, message: &str) -> Refused {
    let mut errors = json!({ "_errors": [{ "code": code, "message": message }] });
    for part in path.rsplit('.').filter(|part| !part.is_empty()) {
        errors = json!({ part: errors });
    }
    Refused { errors: Some(errors), ..Refused::code(50035) }
}
