//! `POST /sim/advance`: the clock moves, and the world notices.

use super::complaint::Complaint;
use crate::sim::net::wire::Wire;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Step {
    /// Milliseconds; time never goes back.
    ms: u32,
}

pub async fn advance(
    State(wire): State<Arc<Wire>>,
    step: Result<Json<Step>, JsonRejection>,
) -> Result<Json<Value>, Complaint> {
    let Json(step) = step?;
    let clock = wire.settings.clock.as_ref();
    let clock = clock.ok_or_else(|| Complaint::bad("this world's clock moves by itself"))?;
    clock.advance(step.ms.into());
    wire.world.settle();
    Ok(Json(json!({ "now": wire.world.now() })))
}
