//! The routes of the control surface.

use super::{act, clock, events, fault, guard, interaction, messages, overview, requests};
use crate::sim::net::answer;
use crate::sim::net::wire::Wire;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use std::sync::Arc;

pub fn router() -> Router<Arc<Wire>> {
    Router::new()
        .route("/", get(overview::tell))
        .route("/act", post(act::act))
        .route("/interactions/{id}", get(interaction::tell))
        .route("/messages/{channel}", get(messages::of_channel))
        .route("/dms/{user}", get(messages::direct))
        .route("/webhooks/{webhook}", get(messages::of_webhook))
        .route("/fault", post(fault::order))
        .route("/advance", post(clock::advance))
        .route("/events", get(events::tell))
        .route("/requests", get(requests::tell))
        .fallback(async || answer::complaint(axum::http::StatusCode::NOT_FOUND, "GET /sim tells what is here"))
        .layer(from_fn(guard::guard))
}
