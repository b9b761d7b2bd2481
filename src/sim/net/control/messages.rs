//! Messages as somebody sees them: of a channel, in private, at a webhook.

use super::complaint::Complaint;
use super::find;
use crate::sim::id::Id;
use crate::sim::message::Message;
use crate::sim::net::wire::Wire;
use crate::sim::state::State as World;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Messages that are shown when nobody says how many.
const SOME: usize = 50;

#[derive(Deserialize)]
pub struct Look {
    /// Who looks; without it everything is seen.
    #[serde(rename = "as")]
    viewer: Option<String>,
    /// The latest so many.
    limit: Option<usize>,
}

/// A message as Discord writes it, with who alone sees it where it is ephemeral.
pub fn json(state: &World, message: &Message) -> Value {
    let mut json = state.message_json(message, Id(0));
    if let Some(only) = message.ephemeral_to {
        json["ephemeral_to"] = json!(state.users.get(&only).map(|user| &user.name));
    }
    if let Some(interaction) = message.interaction {
        json["interaction_id"] = json!(interaction);
    }
    json
}

fn latest<'a>(state: &World, messages: impl DoubleEndedIterator<Item = &'a Message>, limit: Option<usize>) -> Value {
    let mut shown: Vec<Value> =
        messages.rev().take(limit.unwrap_or(SOME)).map(|message| json(state, message)).collect();
    shown.reverse();
    shown.into()
}

pub async fn of_channel(
    State(wire): State<Arc<Wire>>,
    Path(channel): Path<String>,
    Query(look): Query<Look>,
) -> Result<Json<Value>, Complaint> {
    let state = wire.world.lock();
    let channel = find::channel(&state, &channel)?;
    let viewer = look.viewer.as_deref().map(|name| find::user(&state, name)).transpose()?;
    if viewer.is_some_and(|viewer| !state.can_see(channel, viewer)) {
        return Err(Complaint::bad("they cannot see that channel"));
    }
    let seen = channel.messages.values().filter(|message| viewer.is_none_or(|viewer| message.visible_to(viewer)));
    Ok(Json(latest(&state, seen, look.limit)))
}

/// All bots' private channels with that user, one after the other.
pub async fn direct(
    State(wire): State<Arc<Wire>>,
    Path(user): Path<String>,
    Query(look): Query<Look>,
) -> Result<Json<Value>, Complaint> {
    let state = wire.world.lock();
    let user = find::user(&state, &user)?;
    let channels = state.channels.values().filter(|channel| channel.is_dm() && channel.recipients.contains(&user));
    let mut all: Vec<&Message> = channels.flat_map(|channel| channel.messages.values()).collect();
    all.sort_by_key(|message| message.id);
    Ok(Json(latest(&state, all.into_iter(), look.limit)))
}

pub async fn of_webhook(
    State(wire): State<Arc<Wire>>,
    Path(webhook): Path<String>,
    Query(look): Query<Look>,
) -> Result<Json<Value>, Complaint> {
    let state = wire.world.lock();
    let webhook = &state.webhooks[&find::webhook(&state, &webhook)?];
    let posts = webhook.posts.iter().filter_map(|id| state.message(webhook.channel, *id).ok());
    Ok(Json(latest(&state, posts, look.limit)))
}
