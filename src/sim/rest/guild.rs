//! Guilds.

use crate::flow::request::Method::Get;
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::rest::ask::{Answered, Ask, id, ok};
use crate::sim::state::State;
use serde_json::json;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    Some(match (ask.method, ask.segments.as_slice()) {
        (Get, ["guilds", guild]) => ask.bot().and_then(|me| one(state, ask, me, id("guild_id", guild)?)),
        (Get, ["guilds", guild, "emojis"]) => ask.bot().and_then(|me| emojis(state, me, id("guild_id", guild)?)),
        _ => return None,
    })
}

fn one(state: &State, ask: &Ask, me: Id, guild: Id) -> Answered {
    let known = state.allowed_in(guild, me, Permissions::NONE)?;
    let mut json = known.json();
    if ask.flag("with_counts") {
        json["approximate_member_count"] = json!(known.members.len());
        json["approximate_presence_count"] = json!(known.members.len());
    }
    ok(json)
}

fn emojis(state: &State, me: Id, guild: Id) -> Answered {
    ok(state.allowed_in(guild, me, Permissions::NONE)?.json()["emojis"].take())
}
