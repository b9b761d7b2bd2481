//! Users, and the direct channels to them.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::id::Id;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, form, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::validate::form::Form;
use serde_json::{Value, json};

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let segments = ask.segments.as_slice();
    if segments.first() != Some(&"users") {
        return None;
    }
    let me = match ask.bot() {
        Ok(me) => me,
        Err(refused) => return Some(Err(refused)),
    };
    Some(match (ask.method, segments) {
        (Get, [_, "@me"]) => myself(state, me),
        (Patch, [_, "@me"]) => rename(state, me, ask),
        (Get, [_, "@me", "guilds"]) => guilds(state, me),
        (Get, [_, "@me", "guilds", guild, "member"]) => my_member(state, me, guild),
        (Delete, [_, "@me", "guilds", guild]) => leave(state, me, guild),
        (Post, [_, "@me", "channels"]) => open_dm(state, me, ask),
        (Get, [_, user]) => id("user_id", user).and_then(|user| ok(state.user(user)?.json())),
        _ => return None,
    })
}

fn myself(state: &State, me: Id) -> Answered {
    let mut user = state.user(me)?.json();
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    user["locale"] = json!("en-US");
    user["email"] = Value::Null;
    ok(user)
}

fn rename(state: &mut State, me: Id, ask: &Ask) -> Answered {
    let mut form = Form::default();
    let name = form.text(ask.body, "username", 2..=32);
    form.finish()?;
    if let (Some(name), Some(user)) = (name, state.users.get_mut(&me)) {
        user.name = name;
    }
    myself(state, me)
}

fn guilds(state: &State, me: Id) -> Answered {
    let guild = |guild: &crate::sim::guild::Guild| {
        json!({ "id": guild.id, "name": guild.name, "icon": null, "banner": null, "owner": guild.owner == me,
            "permissions": guild.permissions(me).to_string(), "features": [] })
    };
    ok(state.guilds_of(me).map(guild).collect())
}

fn my_member(state: &State, me: Id, guild: &str) -> Answered {
    let member = state.member_json(id("guild_id", guild)?, me);
    member.map_or_else(|| Err(Refused::code(10004)), ok)
}

fn leave(state: &mut State, me: Id, guild: &str) -> Answered {
    let guild = id("guild_id", guild)?;
    if !state.is_member(guild, me) {
        return Err(Refused::code(10004));
    }
    state.leave(guild, me, false)?;
    nothing()
}

/// Opening always works for people who exist; whether they can be written to shows with the first message.
fn open_dm(state: &mut State, me: Id, ask: &Ask) -> Answered {
    let mut read = Form::default();
    let recipient = read.id(ask.body, "recipient_id");
    read.finish()?;
    let recipient = recipient.ok_or_else(|| form("recipient_id", "BASE_TYPE_REQUIRED", "This field is required"))?;
    if recipient == me || !state.users.contains_key(&recipient) {
        return Err(Refused::code(50033));
    }
    if state.user(recipient)?.bot {
        return Err(Refused::code(50007));
    }
    let channel = state.direct_channel(me, recipient);
    ok(state.channel_json(state.channel(channel)?, me))
}
