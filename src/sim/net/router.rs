//! Who answers what: the gateway at `/`, REST below `/api`, files below `/attachments`, the stage below `/sim`.

use super::wire::Wire;
use super::{answer, attachment, control, form, gateway, rest};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};
use std::sync::Arc;

/// The lines that stand around the files of a multipart form.
const FORM_OVERHEAD: usize = 64 * 1024;

pub fn router(wire: Arc<Wire>) -> Router {
    Router::new()
        .route("/", get(gateway::enter))
        // A client that puts its own slash behind the address it was given.
        .route("//", get(gateway::enter))
        .route("/api/{*path}", any(rest::answer))
        .route("/attachments/{*path}", get(attachment::serve))
        .nest("/sim", control::router())
        .fallback(async || answer::not_found())
        .layer(DefaultBodyLimit::max(form::MAX_BODY + FORM_OVERHEAD))
        .with_state(wire)
}
