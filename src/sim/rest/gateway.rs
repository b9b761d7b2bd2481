//! Where the gateway is, and what application a token belongs to.

use crate::flow::request::Method::Get;
use crate::sim::id::Id;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, ok};
use crate::sim::state::State;
use serde_json::{Value, json};

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    Some(match (ask.method, ask.segments.as_slice()) {
        (Get, ["gateway"]) => ok(json!({ "url": state.hosts.gateway })),
        (Get, ["gateway", "bot"]) => ask.bot().and_then(|_| ok(gateway(state))),
        (Get, ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            ask.bot().and_then(|me| application(state, me))
        }
        _ => return None,
    })
}

fn gateway(state: &State) -> Value {
    json!({ "url": state.hosts.gateway, "shards": 1, "session_start_limit":
        { "total": 1_000, "remaining": 1_000, "reset_after": 0, "max_concurrency": 1 } })
}

/// Whoever was there first owns the bot.
fn application(state: &State, me: Id) -> Answered {
    let known = state.applications.get(&me).ok_or_else(|| Refused::code(10002))?;
    let owner = state.users.values().find(|user| !user.bot).map(|user| user.json()).unwrap_or_default();
    ok(known.json(owner, state.user(me)?.json(), state.guilds_of(me).count()))
}
