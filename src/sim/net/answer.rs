//! Answers that the wire gives by itself, in Discord's words.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

fn said(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}

/// No such route.
pub fn not_found() -> Response {
    said(StatusCode::NOT_FOUND, json!({ "message": "404: Not Found", "code": 0 }))
}

pub fn bad_version() -> Response {
    said(StatusCode::BAD_REQUEST, json!({ "message": "Invalid API version", "code": 50041 }))
}

pub fn too_large() -> Response {
    said(StatusCode::PAYLOAD_TOO_LARGE, json!({ "message": "Request entity too large", "code": 40005 }))
}

pub fn not_json() -> Response {
    said(StatusCode::BAD_REQUEST, json!({ "message": "The request body contains invalid JSON.", "code": 50109 }))
}

pub fn not_a_form() -> Response {
    said(StatusCode::BAD_REQUEST, json!({ "message": "Invalid Form Body", "code": 50035 }))
}

/// The control surface's own complaint; never one of Discord's.
pub fn complaint(status: StatusCode, message: impl Into<String>) -> Response {
    said(status, json!({ "error": message.into() }))
}
