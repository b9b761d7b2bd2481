//! Members of a guild.

use crate::flow::request::Method::{Delete, Get, Patch, Put};
use crate::sim::guild::{Guild, Rank};
use crate::sim::id::Id;
use crate::sim::intent;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, form, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::time::parse;
use crate::sim::validate::form::Form;

/// The longest time-out, in milliseconds.
const MAX_TIMEOUT: i64 = 28 * 86_400_000;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["guilds", guild, "members", rest @ ..] = ask.segments.as_slice() else { return None };
    let run: fn(&mut State, &Ask, Id, Id, &[&str]) -> Answered = match (ask.method, rest) {
        (Get, []) => list,
        (Get, ["search"]) => search,
        (Patch, ["@me"]) => rename_self,
        (Get, [_]) => one,
        (Patch, [_]) => change,
        (Delete, [_]) => kick,
        (Put, [_, "roles", _]) => give,
        (Delete, [_, "roles", _]) => take,
        _ => return None,
    };
    Some(ask.bot().and_then(|me| run(state, ask, me, id("guild_id", guild)?, rest)))
}

/// Needs the privileged intent, as an application.
fn list(state: &mut State, ask: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    let known = state.allowed_in(guild, me, Permissions::NONE)?;
    let privileged = state.applications.get(&me).map_or(0, |application| application.privileged);
    if privileged & intent::GUILD_MEMBERS == 0 {
        return Err(Refused::code(50001));
    }
    let limit = ask.limit(1, 1_000)?;
    let after = ask.query_id("after")?.unwrap_or(Id(0));
    let mut ids: Vec<Id> = known.members.keys().copied().filter(|id| *id > after).collect();
    ids.sort_unstable();
    ok(ids.iter().take(limit).filter_map(|user| state.member_json(guild, *user)).collect())
}

fn search(state: &mut State, ask: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    let known = state.allowed_in(guild, me, Permissions::NONE)?;
    let query = ask.query("query").unwrap_or_default().to_lowercase();
    let limit = ask.limit(1, 1_000)?;
    let starts = |id: &&Id| {
        let nick = known.members.get(*id).and_then(|member| member.nick.as_deref());
        let user = state.users.get(*id);
        let names = [nick, user.map(|user| user.name.as_str()), user.and_then(|user| user.global_name.as_deref())];
        names.into_iter().flatten().any(|name| name.to_lowercase().starts_with(&query))
    };
    let found = known.members.keys().filter(starts).take(limit);
    ok(found.filter_map(|user| state.member_json(guild, *user)).collect())
}

fn one(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    state.allowed_in(guild, me, Permissions::NONE)?;
    shown(state, guild, id("user_id", rest[0])?)
}

/// Who is nobody at all is unknown as a user, who is elsewhere as a member.
fn shown(state: &State, guild: Id, user: Id) -> Answered {
    state.user(user)?;
    state.member_json(guild, user).map_or_else(|| Err(Refused::code(10007)), ok)
}

fn there(state: &State, guild: Id, user: Id) -> Result<&Guild, Refused> {
    state.user(user)?;
    let guild = state.guild(guild)?;
    if guild.members.contains_key(&user) { Ok(guild) } else { Err(Refused::code(10007)) }
}

fn rename_self(state: &mut State, ask: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    state.allowed_in(guild, me, Permissions::CHANGE_NICKNAME)?;
    let nick = nick(ask)?;
    state.change_member(guild, me, |member| member.nick = nick)?;
    shown(state, guild, me)
}

fn nick(ask: &Ask) -> Result<Option<String>, Refused> {
    let mut form = Form::default();
    let nick = form.text(ask.body, "nick", 0..=32).filter(|nick| !nick.is_empty());
    form.finish()?;
    Ok(nick)
}

fn change(state: &mut State, ask: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let user = id("user_id", rest[0])?;
    state.allowed_in(guild, me, Permissions::NONE)?;
    let known = there(state, guild, user)?;
    let powers = known.permissions(me);
    let above = State::outranks(known, me, user);
    if let Some(given) = ask.body.get("roles") {
        let roles = new_roles(known, me, given)?;
        state.change_member(guild, user, |member| member.roles = roles)?;
    }
    if ask.body.get("nick").is_some() {
        let nick = nick(ask)?;
        if !powers.has(Permissions::MANAGE_NICKNAMES) || !above {
            return Err(Refused::code(50013));
        }
        state.change_member(guild, user, |member| member.nick = nick)?;
    }
    if let Some(until) = ask.body.get("communication_disabled_until") {
        let until = timeout(until.as_str(), state.now)?;
        let target = state.guild(guild)?.permissions(user);
        if !powers.has(Permissions::MODERATE_MEMBERS) || !above || target.has(Permissions::ADMINISTRATOR) {
            return Err(Refused::code(50013));
        }
        state.change_member(guild, user, |member| member.timeout = until)?;
    }
    shown(state, guild, user)
}

/// Every role that is given or taken must stand below the bot.
fn new_roles(guild: &Guild, me: Id, given: &serde_json::Value) -> Result<Vec<Id>, Refused> {
    let mut form = Form::default();
    let list = given.as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |(index, value)| form.at("roles", |form| form.at(index, |form| form.snowflake(value)));
    let roles: Vec<Id> = list.iter().enumerate().filter_map(read).collect();
    form.finish()?;
    if !guild.permissions(me).has(Permissions::MANAGE_ROLES) {
        return Err(Refused::code(50013));
    }
    roles.iter().try_for_each(|role| movable(guild, me, *role))?;
    Ok(roles)
}

fn timeout(until: Option<&str>, now: i64) -> Result<Option<i64>, Refused> {
    let Some(text) = until else { return Ok(None) };
    let until = parse(text).ok_or_else(|| {
        let words = format!("Could not parse {text}. Should be ISO8601.");
        form("communication_disabled_until", "DATE_TIME_TYPE_PARSE", &words)
    })?;
    if until > now + MAX_TIMEOUT {
        let words = "Communication disabled timestamp must be at most 28 days in the future.";
        return Err(form("communication_disabled_until", "GUILD_MEMBER_TIMEOUT_TOO_LONG", words));
    }
    Ok(Some(until).filter(|until| *until > now))
}

fn kick(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let user = id("user_id", rest[0])?;
    state.allowed_in(guild, me, Permissions::KICK_MEMBERS)?;
    if !State::outranks(there(state, guild, user)?, me, user) {
        return Err(Refused::code(50013));
    }
    state.leave(guild, user, false)?;
    nothing()
}

/// A role that the bot may give and take: below its own, and of no bot.
fn movable(guild: &Guild, me: Id, role: Id) -> Result<(), Refused> {
    let role = guild.roles.get(&role).ok_or_else(|| Refused::code(10011))?;
    let fits = role.bot.is_none() && role.id != guild.id && guild.rank(me) > Rank::of(role);
    if fits { Ok(()) } else { Err(Refused::code(50013)) }
}

fn held(state: &State, me: Id, guild: Id, rest: &[&str]) -> Result<(Id, Id), Refused> {
    let (user, role) = (id("user_id", rest[0])?, id("role_id", rest[2])?);
    state.allowed_in(guild, me, Permissions::MANAGE_ROLES)?;
    movable(there(state, guild, user)?, me, role)?;
    Ok((user, role))
}

fn give(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let (user, role) = held(state, me, guild, rest)?;
    state.give_role(guild, user, role)?;
    nothing()
}

fn take(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let (user, role) = held(state, me, guild, rest)?;
    state.take_role(guild, user, role)?;
    nothing()
}
