//! What the control surface says to a request that it cannot serve.

use crate::sim::hand::Impossible;
use crate::sim::net::answer;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A status and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    status: StatusCode,
    message: String,
}

impl Complaint {
    pub fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// Somebody who must not be here.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, message: message.into() }
    }

    /// No such thing; `known` are the names that there are.
    pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let message = match known.as_slice() {
            [] => format!("there is no {what} {name:?}"),
            known => format!("there is no {what} {name:?}, only {}", known.join(", ")),
        };
        Self { status: StatusCode::NOT_FOUND, message }
    }
}

impl From<Impossible> for Complaint {
    fn from(impossible: Impossible) -> Self {
        Self::bad(impossible.to_string())
    }
}

/// A body that is no JSON, or not the JSON that was expected.
impl From<JsonRejection> for Complaint {
    fn from(rejection: JsonRejection) -> Self {
        Self::bad(rejection.body_text())
    }
}

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        answer::complaint(self.status, self.message)
    }
}
