//! Messages of channels.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::channel::Channel;
use crate::sim::dispatch::Place;
use crate::sim::id::Id;
use crate::sim::message::Message;
use crate::sim::permission::Permissions;
use crate::sim::post::Post as Posting;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::show::without_nulls;
use crate::sim::state::State;
use crate::sim::validate::form::Form;
use crate::sim::validate::message::{Draft, Reading, draft};
use serde_json::json;

/// Older messages cannot be deleted in bulk, in milliseconds.
const BULK_AGE: i64 = 14 * 86_400_000;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["channels", channel, rest @ ..] = ask.segments.as_slice() else { return None };
    let run: fn(&mut State, &Ask, Id, Id, &[&str]) -> Answered = match (ask.method, rest) {
        (Get, ["messages"]) => list,
        (Post, ["messages"]) => create,
        (Post, ["messages", "bulk-delete"]) => bulk_delete,
        (Get, ["messages", "pins"]) => return None,
        (Get, ["messages", _]) => one,
        (Patch, ["messages", _]) => edit,
        (Delete, ["messages", _]) => delete,
        (Post, ["messages", _, "crosspost"]) => one,
        (Post, ["typing"]) => typing,
        _ => return None,
    };
    Some(ask.bot().and_then(|me| run(state, ask, me, id("channel_id", channel)?, rest)))
}

fn list(state: &mut State, ask: &Ask, me: Id, channel: Id, _: &[&str]) -> Answered {
    let limit = ask.limit(50, 100)?;
    let (before, after, around) = (ask.query_id("before")?, ask.query_id("after")?, ask.query_id("around")?);
    let channel = state.allowed(channel, me, Permissions::VIEW_CHANNEL)?;
    if !state.permissions_in(channel, me).has(Permissions::READ_MESSAGE_HISTORY) {
        return ok(json!([]));
    }
    let lasting: Vec<&Message> = channel.messages.values().filter(|message| !message.is_ephemeral()).collect();
    let split = |at: Id| lasting.partition_point(|message| message.id < at);
    let (from, to) = match (before, after, around) {
        (Some(before), ..) => (split(before).saturating_sub(limit), split(before)),
        (_, Some(after), _) => {
            let from = split(Id(after.0 + 1));
            (from, (from + limit).min(lasting.len()))
        }
        (.., Some(around)) => {
            let from = split(around).saturating_sub(limit / 2);
            (from, (from + limit).min(lasting.len()))
        }
        _ => (lasting.len().saturating_sub(limit), lasting.len()),
    };
    ok(lasting[from..to].iter().rev().map(|message| state.message_json(message, me)).collect())
}

fn create(state: &mut State, ask: &Ask, me: Id, channel: Id, _: &[&str]) -> Answered {
    let known = state.channel(channel)?;
    let powers = state.permissions_in(known, me);
    writable(known, powers)?;
    let other = known.is_dm().then(|| known.other(me)).flatten();
    let draft = read(state, ask, 0)?;
    let embeds = draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty());
    if embeds && !powers.has(Permissions::EMBED_LINKS) {
        return Err(Refused::code(50013));
    }
    if !ask.files.is_empty() && !powers.has(Permissions::ATTACH_FILES) {
        return Err(Refused::code(50013));
    }
    if let Some(other) = other {
        reachable(state, me, other)?;
    }
    let message = state.post(&Posting::new(channel, me, powers), draft, ask.files)?;
    ok(state.message_json(state.message(channel, message)?, me))
}

fn writable(channel: &Channel, powers: Permissions) -> Result<(), Refused> {
    if !powers.has(Permissions::VIEW_CHANNEL) {
        return Err(Refused::code(50001));
    }
    if !channel.holds_messages() {
        return Err(Refused::code(50008));
    }
    if powers.has(Permissions::SEND_MESSAGES) { Ok(()) } else { Err(Refused::code(50013)) }
}

/// A direct message needs a person with open DMs and a guild that both are in.
fn reachable(state: &State, me: Id, other: Id) -> Result<(), Refused> {
    let other = state.user(other)?;
    if other.bot {
        return Err(Refused::code(50007));
    }
    if !state.guilds_of(me).any(|guild| guild.members.contains_key(&other.id)) {
        return Err(Refused::code(50278));
    }
    if other.dms_open { Ok(()) } else { Err(Refused::code(50007)) }
}

/// The body, checked.
pub(super) fn read(state: &State, ask: &Ask, flags: u64) -> Result<Draft, Refused> {
    let known = |emoji: Id| state.guilds.values().any(|guild| guild.emojis.contains_key(&emoji));
    draft(ask.body, ask.files, None, &Reading { flags, emojis: &known })
}

/// A message that is there for everybody; ephemeral ones cannot be had this way.
fn lasting(state: &State, channel: Id, message: &str) -> Result<Message, Refused> {
    let message = state.message(channel, id("message_id", message)?)?;
    if message.is_ephemeral() { Err(Refused::code(10008)) } else { Ok(message.clone()) }
}

fn one(state: &mut State, _: &Ask, me: Id, channel: Id, rest: &[&str]) -> Answered {
    state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let message = lasting(state, channel, rest[1])?;
    ok(state.message_json(&message, me))
}

fn edit(state: &mut State, ask: &Ask, me: Id, channel: Id, rest: &[&str]) -> Answered {
    let powers = state.permissions_in(state.allowed(channel, me, Permissions::VIEW_CHANNEL)?, me);
    let message = lasting(state, channel, rest[1])?;
    if message.author != me {
        return Err(Refused::code(50005));
    }
    let draft = read(state, ask, message.flags)?;
    state.edit(channel, message.id, draft, ask.files, powers)?;
    ok(state.message_json(state.message(channel, message.id)?, me))
}

fn delete(state: &mut State, _: &Ask, me: Id, channel: Id, rest: &[&str]) -> Answered {
    let powers = state.permissions_in(state.allowed(channel, me, Permissions::VIEW_CHANNEL)?, me);
    let message = lasting(state, channel, rest[1])?;
    if message.author != me && !(powers.has(Permissions::MANAGE_MESSAGES) && message.guild.is_some()) {
        return Err(Refused::code(if message.guild.is_some() { 50013 } else { 50003 }));
    }
    state.unpost(channel, message.id)?;
    nothing()
}

fn bulk_delete(state: &mut State, ask: &Ask, me: Id, channel: Id, _: &[&str]) -> Answered {
    let known = state.allowed(channel, me, Permissions::MANAGE_MESSAGES)?;
    let guild = known.guild.ok_or_else(|| Refused::code(50003))?;
    let mut form = Form::default();
    let list = form.list(ask.body, "messages", 0..=usize::MAX).unwrap_or_default();
    let read = |(index, value)| form.at("messages", |form| form.at(index, |form| form.snowflake(value)));
    let ids: Vec<Id> = list.iter().enumerate().filter_map(read).collect();
    form.finish()?;
    if !(2..=100).contains(&ids.len()) {
        return Err(Refused::code(50016));
    }
    if ids.iter().any(|id| state.now - id.created_at() > BULK_AGE) {
        return Err(Refused::code(50034));
    }
    let there: Vec<Id> = ids.into_iter().filter(|id| state.message(channel, *id).is_ok()).collect();
    let data = json!({ "ids": there, "channel_id": channel, "guild_id": guild });
    state.emit("MESSAGE_DELETE_BULK", Place::Channel(channel), &data);
    for message in there {
        state.take_message(channel, message)?;
    }
    nothing()
}

fn typing(state: &mut State, _: &Ask, me: Id, channel: Id, _: &[&str]) -> Answered {
    let known = state.allowed(channel, me, Permissions::SEND_MESSAGES)?;
    let data = json!({ "channel_id": channel, "guild_id": known.guild, "user_id": me, "timestamp": state.now / 1_000,
        "member": known.guild.and_then(|guild| state.member_json(guild, me)) });
    state.emit("TYPING_START", Place::Channel(channel), &without_nulls(data));
    nothing()
}
