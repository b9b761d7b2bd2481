//! What clients asked over REST, kept so that somebody can check it against Discord's description.

use crate::sim::rest::call::{RestAnswer, RestCall, shown};
use serde::Serialize;
use serde_json::Value;

/// One request as `GET /sim/requests` shows it: no token in it.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    /// Epoch milliseconds of the world's clock.
    pub at: i64,
    pub method: &'static str,
    /// Below `/api/v10`, with webhook and interaction tokens replaced by `…`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The scheme of the Authorization header (`Bot`), where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub body: Value,
    /// Names of the uploaded files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// What was answered; none for a request that met silence.
    pub status: Option<u16>,
    /// Discord's error code, of an answer that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u64>,
}

impl Received {
    pub fn new(at: i64, call: RestCall, files: Vec<String>, answer: Option<&RestAnswer>) -> Self {
        let refused = answer.filter(|answer| answer.status >= 400);
        Self {
            at,
            method: call.method.as_str(),
            path: shown(&call.path),
            query: call.path.split_once('?').map(|(_, query)| query.to_owned()),
            authorization: call.authorization.as_deref().map(scheme),
            reason: call.reason,
            body: call.body,
            files,
            status: answer.map(|answer| answer.status),
            code: refused.and_then(|answer| answer.body["code"].as_u64()),
        }
    }
}

/// `Bot …` without the token; a bare token has no scheme to show.
fn scheme(header: &str) -> String {
    header.split_once(' ').map_or("", |(scheme, _)| scheme).to_owned()
}
