//! Bans of a guild.

use crate::flow::request::Method::{Delete, Get, Put};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::validate::form::Form;
use serde_json::{Value, json};

/// How far back a ban deletes messages, in seconds.
const MAX_DELETED: i64 = 604_800;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["guilds", guild, "bans", rest @ ..] = ask.segments.as_slice() else { return None };
    let run: fn(&mut State, &Ask, Id, Id, &[&str]) -> Answered = match (ask.method, rest) {
        (Get, []) => list,
        (Get, [_]) => one,
        (Put, [_]) => ban,
        (Delete, [_]) => unban,
        _ => return None,
    };
    let run = |me| {
        let guild = id("guild_id", guild)?;
        state.allowed_in(guild, me, Permissions::BAN_MEMBERS)?;
        run(state, ask, me, guild, rest)
    };
    Some(ask.bot().and_then(run))
}

fn shown(state: &State, user: Id, reason: Option<&String>) -> Value {
    json!({ "user": state.users.get(&user).map(|user| user.json()), "reason": reason })
}

fn list(state: &mut State, ask: &Ask, _: Id, guild: Id, _: &[&str]) -> Answered {
    let limit = ask.limit(1_000, 1_000)?;
    let bans = &state.guild(guild)?.bans;
    ok(bans.iter().take(limit).map(|(user, reason)| shown(state, *user, reason.as_ref())).collect())
}

fn one(state: &mut State, _: &Ask, _: Id, guild: Id, rest: &[&str]) -> Answered {
    let user = id("user_id", rest[0])?;
    let reason = state.guild(guild)?.bans.get(&user).ok_or_else(|| Refused::code(10026))?;
    ok(shown(state, user, reason.as_ref()))
}

fn ban(state: &mut State, ask: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let user = id("user_id", rest[0])?;
    state.user(user)?;
    let mut form = Form::default();
    let seconds = form.integer(ask.body, "delete_message_seconds", 0..=MAX_DELETED).unwrap_or(0);
    form.finish()?;
    let known = state.guild(guild)?;
    if known.members.contains_key(&user) && !State::outranks(known, me, user) {
        return Err(Refused::code(50013));
    }
    state.set_ban(guild, user, ask.reason.map(str::to_owned))?;
    let since = state.now - seconds * 1_000;
    let channels = state.channels_of(guild).flat_map(|channel| channel.messages.values());
    let gone = channels.filter(|message| message.author == user && message.sent_at > since);
    let gone: Vec<(Id, Id)> = gone.map(|message| (message.channel, message.id)).collect();
    for (channel, message) in gone {
        state.unpost(channel, message)?;
    }
    nothing()
}

fn unban(state: &mut State, _: &Ask, _: Id, guild: Id, rest: &[&str]) -> Answered {
    state.lift_ban(guild, id("user_id", rest[0])?)?;
    nothing()
}
