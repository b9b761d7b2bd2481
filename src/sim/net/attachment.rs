//! Files that messages carry, served where their addresses point.

use super::answer;
use super::wire::Wire;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// By the path as it was written or, for names with other letters in them, as it was meant.
pub async fn serve(State(wire): State<Arc<Wire>>, uri: Uri, Path(path): Path<String>) -> Response {
    let meant = || wire.world.attachment(&format!("/attachments/{path}"));
    let Some(bytes) = wire.world.attachment(uri.path()).or_else(meant) else { return answer::not_found() };
    let mut response = bytes.into_response();
    // A browser shall show nothing of it as a page of this address.
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    response
}
