//! One HTTP exchange with Discord, as data: what the wire client sends and the simulated Discord answers.

use crate::flow::payload::File;
use serde_json::Value;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a request is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bot …`
    Bot,
    /// The path carries its own credential (webhook and interaction tokens).
    Path,
}

/// A request below `{base}/api/v10`.
#[derive(Clone, PartialEq)]
pub struct Request {
    pub method: Method,
    /// With its leading slash and, where there is one, its query: `/channels/1/messages`.
    pub path: String,
    /// The path without its query, with every id but the major one (channel, guild, webhook with its token) replaced
    /// by `{}`: requests of one route share a rate limit and leave in order. It can hold a token: it is not for logs.
    pub route: String,
    pub auth: Auth,
    /// Another base than the configured one: a webhook's own `scheme://host:port`.
    pub base: Option<String>,
    pub body: Option<Value>,
    /// With files the body is sent as `payload_json` of a `multipart/form-data` request.
    pub files: Vec<File>,
}

/// Paths may carry tokens, so only their shape shows.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.shown())
    }
}

impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        let route = path.split('?').next().unwrap_or_default().to_owned();
        Self { method, route, path, auth: Auth::Bot, base: None, body: None, files: Vec::new() }
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// See [`Request::route`].
    pub fn route(mut self, route: impl Into<String>) -> Self {
        self.route = route.into();
        self
    }

    /// The path with what follows a webhook's or an interaction's id replaced: fit for a log.
    pub fn shown(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let mut parts: Vec<&str> = path.split('/').collect();
        let secret = match parts.get(1) {
            Some(&"webhooks") => Some(3),
            Some(&"interactions") => Some(3),
            _ => None,
        };
        if let Some(part) = secret.and_then(|index| parts.get_mut(index)) {
            *part = "…";
        }
        parts.join("/")
    }
}

/// Discord's answer. A body that is not JSON is `Value::String`, none is `Value::Null`.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    pub body: Value,
    /// In seconds, of a 429.
    pub retry_after: Option<f64>,
}

impl Response {
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
