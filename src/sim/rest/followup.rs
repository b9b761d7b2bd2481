//! What follows the first answer to an interaction: changes of it, and further messages, for 15 minutes.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::id::Id;
use crate::sim::interaction::{Interaction, LIFETIME};
use crate::sim::permission::Permissions;
use crate::sim::post::Post as Posting;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::rest::message::read;
use crate::sim::state::State;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["webhooks", application, token, rest @ ..] = ask.segments.as_slice() else { return None };
    let application: Id = application.parse().ok().filter(|id| state.applications.contains_key(id))?;
    let run: fn(&mut State, &Ask, &Interaction, &[&str]) -> Answered = match (ask.method, rest) {
        (Post, []) => create,
        (Get, ["messages", _]) => one,
        (Patch, ["messages", _]) => edit,
        (Delete, ["messages", _]) => delete,
        _ => return None,
    };
    Some(answered(state, application, token).and_then(|interaction| run(state, ask, &interaction, rest)))
}

/// The interaction of a token that still counts and has had its first answer.
fn answered(state: &State, application: Id, token: &str) -> Result<Interaction, Refused> {
    let mut known = state.interactions.values().rev();
    let interaction = known.find(|one| one.application == application && one.token == token);
    let interaction = interaction.ok_or_else(|| Refused::code(10015))?;
    if state.now > interaction.created_at + LIFETIME {
        return Err(Refused::code(50027));
    }
    if interaction.acknowledged_at.is_none() {
        return Err(Refused::code(10015));
    }
    Ok(interaction.clone())
}

fn powers(state: &State, interaction: &Interaction) -> Permissions {
    let channel = state.channels.get(&interaction.channel);
    channel.map(|channel| state.permissions_in(channel, interaction.application)).unwrap_or_default()
}

/// The first message after "thinking…" takes its place.
fn create(state: &mut State, ask: &Ask, interaction: &Interaction, _: &[&str]) -> Answered {
    let channel = interaction.channel;
    let draft = read(state, ask, 0)?;
    let powers = powers(state, interaction);
    let loading = interaction.original.filter(|id| state.message(channel, *id).is_ok_and(|m| m.is_loading()));
    let message = match loading {
        Some(original) => {
            state.edit(channel, original, draft, ask.files, powers)?;
            original
        }
        None => {
            let mut post = Posting::new(channel, interaction.application, powers);
            post.application = Some(interaction.application);
            post.interaction = Some(interaction.id);
            post.ephemeral_to = draft.is_ephemeral().then_some(interaction.user);
            let message = state.post(&post, draft, ask.files)?;
            let known = state.interactions.get_mut(&interaction.id).ok_or_else(|| Refused::code(10015))?;
            known.followups.push(message);
            message
        }
    };
    ok(state.message_json(state.message(channel, message)?, interaction.application))
}

/// `@original`, or one of the further messages.
fn which(interaction: &Interaction, rest: &[&str]) -> Result<Id, Refused> {
    if rest[1] == "@original" {
        return interaction.original.ok_or_else(|| Refused::code(10008));
    }
    let message = id("message_id", rest[1])?;
    let own = interaction.original == Some(message) || interaction.followups.contains(&message);
    if own { Ok(message) } else { Err(Refused::code(10008)) }
}

fn one(state: &mut State, _: &Ask, interaction: &Interaction, rest: &[&str]) -> Answered {
    let message = state.message(interaction.channel, which(interaction, rest)?)?;
    ok(state.message_json(message, interaction.application))
}

fn edit(state: &mut State, ask: &Ask, interaction: &Interaction, rest: &[&str]) -> Answered {
    let message = which(interaction, rest)?;
    let flags = state.message(interaction.channel, message)?.flags;
    let draft = read(state, ask, flags)?;
    state.edit(interaction.channel, message, draft, ask.files, powers(state, interaction))?;
    ok(state.message_json(state.message(interaction.channel, message)?, interaction.application))
}

fn delete(state: &mut State, _: &Ask, interaction: &Interaction, rest: &[&str]) -> Answered {
    state.unpost(interaction.channel, which(interaction, rest)?)?;
    nothing()
}
