//! Reactions under messages.

use crate::flow::request::Method::{Delete, Get, Put};
use crate::sim::dispatch::Place;
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::show::without_nulls;
use crate::sim::state::State;
use serde_json::{Value, json};

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["channels", channel, "messages", message, "reactions", rest @ ..] = ask.segments.as_slice() else {
        return None;
    };
    let run: fn(&mut State, &Ask, Id, [Id; 2], &[&str]) -> Answered = match (ask.method, rest) {
        (Put, [_, "@me"]) => add,
        (Delete, [_, "@me"]) => remove_own,
        (Delete, [_, _]) => remove_other,
        (Get, [_]) => who,
        (Delete, [] | [_]) => clear,
        _ => return None,
    };
    let at = || Ok([id("channel_id", channel)?, id("message_id", message)?]);
    Some(ask.bot().and_then(|me| run(state, ask, me, at()?, rest)))
}

fn add(state: &mut State, _: &Ask, me: Id, [channel, message]: [Id; 2], rest: &[&str]) -> Answered {
    let known = state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let powers = state.permissions_in(known, me);
    let emoji = state.read_emoji(&decoded(rest[0]))?;
    let there = state.message(channel, message)?.reactions.iter().any(|reaction| reaction.emoji == emoji);
    if !there && !powers.has(Permissions::ADD_REACTIONS) {
        return Err(Refused::code(50013));
    }
    state.add_reaction(channel, message, me, emoji)?;
    nothing()
}

fn remove_own(state: &mut State, _: &Ask, me: Id, at: [Id; 2], rest: &[&str]) -> Answered {
    remove(state, me, me, at, rest[0])
}

fn remove_other(state: &mut State, _: &Ask, me: Id, at: [Id; 2], rest: &[&str]) -> Answered {
    state.allowed(at[0], me, Permissions::MANAGE_MESSAGES)?;
    remove(state, me, id("user_id", rest[1])?, at, rest[0])
}

fn remove(state: &mut State, me: Id, user: Id, [channel, message]: [Id; 2], emoji: &str) -> Answered {
    state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let emoji = state.read_emoji(&decoded(emoji))?;
    state.remove_reaction(channel, message, user, emoji)?;
    nothing()
}

fn who(state: &mut State, _: &Ask, me: Id, [channel, message]: [Id; 2], rest: &[&str]) -> Answered {
    state.allowed(channel, me, Permissions::READ_MESSAGE_HISTORY)?;
    let emoji = state.read_emoji(&decoded(rest[0]))?;
    let reaction = state.message(channel, message)?.reactions.iter().find(|reaction| reaction.emoji == emoji);
    let users = reaction.into_iter().flat_map(|reaction| &reaction.users).filter_map(|id| state.users.get(id));
    ok(users.map(|user| user.json()).collect::<Vec<_>>().into())
}

/// All of a message, or all of one emoji.
fn clear(state: &mut State, _: &Ask, me: Id, [channel, message]: [Id; 2], rest: &[&str]) -> Answered {
    let guild = state.allowed(channel, me, Permissions::MANAGE_MESSAGES)?.guild;
    let emoji = rest.first().map(|emoji| state.read_emoji(&decoded(emoji))).transpose()?;
    let reactions = &mut state.message_mut(channel, message)?.reactions;
    reactions.retain(|reaction| emoji.as_ref().is_some_and(|emoji| reaction.emoji != *emoji));
    let data = json!({ "channel_id": channel, "message_id": message, "guild_id": guild, "emoji": emoji });
    let kind =
        if data["emoji"] == Value::Null { "MESSAGE_REACTION_REMOVE_ALL" } else { "MESSAGE_REACTION_REMOVE_EMOJI" };
    state.emit(kind, Place::Channel(channel), &without_nulls(data));
    nothing()
}

/// Without percent signs.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| std::str::from_utf8(tail.get(..2)?).ok()).flatten();
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &tail[2..]),
            None => (bytes.push(*first), rest = tail),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
