//! Pinned messages, under their older and their newer address.

use crate::flow::request::Method::{Delete, Get, Put};
use crate::sim::dispatch::Place;
use crate::sim::id::Id;
use crate::sim::message::Message;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::show::without_nulls;
use crate::sim::state::State;
use crate::sim::time::iso;
use serde_json::{Value, json};

/// Pins that a channel can have.
const MAX_PINS: usize = 50;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["channels", channel, rest @ ..] = ask.segments.as_slice() else { return None };
    let (message, pinned) = match (ask.method, rest) {
        (Get, ["pins"] | ["messages", "pins"]) => {
            return Some(ask.bot().and_then(|me| list(state, me, id("channel_id", channel)?, rest.len() == 2)));
        }
        (Put, ["pins", message] | ["messages", "pins", message]) => (message, true),
        (Delete, ["pins", message] | ["messages", "pins", message]) => (message, false),
        _ => return None,
    };
    let at = || Ok((id("channel_id", channel)?, id("message_id", message)?));
    Some(ask.bot().and_then(|me| at().and_then(|at| pin(state, me, at, pinned))))
}

fn list(state: &State, me: Id, channel: Id, new: bool) -> Answered {
    let channel = state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let pinned: Vec<&Message> = channel.messages.values().rev().filter(|message| message.pinned).collect();
    if !new {
        return ok(pinned.iter().map(|message| state.message_json(message, me)).collect());
    }
    let item = |message: &&Message| {
        json!({ "pinned_at": iso(channel.last_pin.unwrap_or(message.sent_at)),
            "message": state.message_json(message, me) })
    };
    ok(json!({ "items": pinned.iter().map(item).collect::<Vec<_>>(), "has_more": false }))
}

fn pin(state: &mut State, me: Id, (channel, message): (Id, Id), pinned: bool) -> Answered {
    let known = state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let powers = state.permissions_in(known, me);
    if !powers.has(Permissions::PIN_MESSAGES) && !powers.has(Permissions::MANAGE_MESSAGES) {
        return Err(Refused::code(50013));
    }
    if pinned && known.messages.values().filter(|message| message.pinned).count() >= MAX_PINS {
        return Err(Refused::code(30003));
    }
    state.message_mut(channel, message)?.pinned = pinned;
    let now = state.now;
    let known = state.channel_mut(channel)?;
    known.last_pin = Some(now);
    let data = json!({ "channel_id": channel, "guild_id": known.guild, "last_pin_timestamp": iso(now) });
    state.emit("CHANNEL_PINS_UPDATE", Place::Channel(channel), &without_nulls(data));
    let message = state.message(channel, message)?.clone();
    state.emit_message("MESSAGE_UPDATE", &message, &Value::Null);
    nothing()
}
