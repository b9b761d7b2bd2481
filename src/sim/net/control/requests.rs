//! `GET /sim/requests`: every REST request that came, without its tokens.

use super::since::Since;
use crate::sim::net::wire::Wire;
use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};
use std::sync::Arc;

pub async fn tell(State(wire): State<Arc<Wire>>, Query(since): Query<Since>) -> Json<Value> {
    let entries = wire.requests.wait(since.after, since.patience()).await;
    let shown = entries.into_iter().map(|(number, request)| {
        let mut entry = json!(request);
        entry["number"] = json!(number);
        entry
    });
    Json(shown.collect())
}
