//! A request to the REST API and its answer, as data.

use crate::flow::payload::File;
use crate::flow::request::Method;
use serde_json::Value;
use std::fmt;

/// A request below `{base}/api/v10`.
#[derive(Clone, PartialEq)]
pub struct RestCall {
    pub method: Method,
    /// With its leading slash and, where there is one, its query: `/channels/1/messages?limit=5`.
    pub path: String,
    /// The header's value: `Bot …`.
    pub authorization: Option<String>,
    /// The JSON body or `payload_json`; `Null` when there is none.
    pub body: Value,
    /// The `files[n]` parts of a multipart request, in order.
    pub files: Vec<File>,
    /// `X-Audit-Log-Reason`, decoded.
    pub reason: Option<String>,
}

/// Neither a token in the path nor the header shows.
impl fmt::Debug for RestCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, shown(&self.path))
    }
}

impl RestCall {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), authorization: None, body: Value::Null, files: Vec::new(), reason: None }
    }

    /// Signed by a bot.
    pub fn bot(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bot {token}"));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }
}

/// The path without its query and without the tokens of webhooks and interactions.
pub(in crate::sim) fn shown(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.split('/').collect();
    if matches!(parts.get(1), Some(&"webhooks" | &"interactions"))
        && let Some(part) = parts.get_mut(3)
    {
        *part = "…";
    }
    parts.join("/")
}

#[derive(Clone, PartialEq)]
pub struct RestAnswer {
    /// 0: none, for the connection breaks.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// `Null` for 204.
    pub body: Value,
}

/// A good answer may hold a webhook's token, an error holds none.
impl fmt::Debug for RestAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            400.. => write!(f, "{} {}", self.status, self.body),
            status => write!(f, "{status}"),
        }
    }
}

impl RestAnswer {
    /// The connection breaks.
    pub(in crate::sim) fn broken() -> Self {
        Self { status: 0, headers: Vec::new(), body: Value::Null }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
