//! `GET /sim/interactions/{id}`: what somebody asked of a bot, and what came of it.

use super::complaint::Complaint;
use super::since::Since;
use crate::sim::id::Id;
use crate::sim::interaction::Interaction;
use crate::sim::net::wire::Wire;
use crate::sim::state::State as World;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::timeout;

/// `waiting` for a first answer, `thinking` (deferred), `answered`, or `failed` after three seconds.
pub async fn tell(
    State(wire): State<Arc<Wire>>,
    Path(id): Path<String>,
    Query(since): Query<Since>,
) -> Result<Json<Value>, Complaint> {
    let id: Id = id.parse().map_err(|_| Complaint::bad("an interaction has an id, which is a number"))?;
    let mut news = wire.journal.news();
    let settled = async { while is_open(&wire, id) && news.changed().await.is_ok() {} };
    let _ = timeout(since.patience(), settled).await;
    let state = wire.world.lock();
    let known = state.interactions.get(&id).ok_or_else(|| Complaint::unknown("interaction", &id.to_string(), []))?;
    Ok(Json(json(&state, known)))
}

fn is_open(wire: &Wire, id: Id) -> bool {
    let state = wire.world.lock();
    state.interactions.get(&id).is_some_and(|known| matches!(standing(&state, known), "waiting" | "thinking"))
}

fn standing(state: &World, known: &Interaction) -> &'static str {
    let original = known.original.and_then(|id| state.message(known.channel, id).ok());
    match known.acknowledged_at {
        None if known.failed => "failed",
        None => "waiting",
        Some(_) if original.is_some_and(|message| message.is_loading()) => "thinking",
        Some(_) => "answered",
    }
}

/// The token stays out.
pub fn json(state: &World, known: &Interaction) -> Value {
    let message = |id: &Id| state.message(known.channel, *id).ok().map(|it| super::messages::json(state, it));
    json!({
        "id": known.id,
        "application": known.application,
        "type": known.kind,
        "name": known.name,
        "data": known.data,
        "user": state.users.get(&known.user).map(|user| &user.name),
        "guild": known.guild,
        "channel": known.channel,
        "message": known.message,
        "created_at": known.created_at,
        "acknowledged_at": known.acknowledged_at,
        "state": standing(state, known),
        "callback": known.callback,
        "ephemeral": known.ephemeral,
        "original": known.original.as_ref().and_then(message),
        "followups": known.followups.iter().filter_map(message).collect::<Vec<_>>(),
        "choices": known.choices,
        "modal": known.modal,
    })
}
