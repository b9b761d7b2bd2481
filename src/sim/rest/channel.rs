//! Channels: looked at, changed, deleted, and those of a guild.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::channel::{Channel, Overwrite};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, created, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::validate::channel::{ChannelDraft, channel as read};
use crate::sim::validate::form::Form;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    Some(match (ask.method, ask.segments.as_slice()) {
        (Get, ["channels", channel]) => ask.bot().and_then(|me| one(state, me, id("channel_id", channel)?)),
        (Patch, ["channels", channel]) => ask.bot().and_then(|me| change(state, ask, me, id("channel_id", channel)?)),
        (Delete, ["channels", channel]) => ask.bot().and_then(|me| delete(state, me, id("channel_id", channel)?)),
        (Get, ["guilds", guild, "channels"]) => ask.bot().and_then(|me| list(state, me, id("guild_id", guild)?)),
        (Post, ["guilds", guild, "channels"]) => {
            ask.bot().and_then(|me| create(state, ask, me, id("guild_id", guild)?))
        }
        (Patch, ["guilds", guild, "channels"]) => {
            ask.bot().and_then(|me| place(state, ask, me, id("guild_id", guild)?))
        }
        _ => return None,
    })
}

fn one(state: &State, me: Id, channel: Id) -> Answered {
    ok(state.channel_json(state.allowed(channel, me, Permissions::VIEW_CHANNEL)?, me))
}

/// All of them: also those that the bot cannot see.
fn list(state: &State, me: Id, guild: Id) -> Answered {
    state.allowed_in(guild, me, Permissions::NONE)?;
    ok(state.channels_of(guild).map(Channel::json).collect())
}

fn create(state: &mut State, ask: &Ask, me: Id, guild: Id) -> Answered {
    state.allowed_in(guild, me, Permissions::NONE)?;
    let draft = checked(ask, None)?;
    let above = draft.parent.flatten().and_then(|parent| state.channels.get(&parent));
    let powers = match above {
        Some(category) => state.permissions_in(category, me),
        None => state.guild(guild)?.permissions(me),
    };
    if !powers.has(Permissions::MANAGE_CHANNELS) {
        return Err(Refused::code(50013));
    }
    state.check_overwrites(guild, me, draft.overwrites.as_deref().unwrap_or_default())?;
    let channel = state.make_channel(guild, draft)?;
    created(state.channel(channel)?.json())
}

fn checked(ask: &Ask, before: Option<&Channel>) -> Result<ChannelDraft, Refused> {
    let mut form = Form::default();
    let draft = read(&mut form, ask.body, before);
    form.finish()?;
    Ok(draft)
}

fn change(state: &mut State, ask: &Ask, me: Id, channel: Id) -> Answered {
    let known = state.allowed(channel, me, Permissions::MANAGE_CHANNELS)?;
    let guild = known.guild.ok_or_else(|| Refused::code(50003))?;
    let powers = state.permissions_in(known, me);
    let draft = checked(ask, Some(known))?;
    if let Some(overwrites) = draft.overwrites.as_ref().filter(|overwrites| **overwrites != known.overwrites) {
        if !powers.has(Permissions::MANAGE_ROLES) {
            return Err(Refused::code(50013));
        }
        let new: Vec<Overwrite> = overwrites.iter().filter(|one| !known.overwrites.contains(one)).copied().collect();
        state.check_overwrites(guild, me, &new)?;
    }
    state.change_channel(channel, draft)?;
    ok(state.channel(channel)?.json())
}

/// Closing a direct message only hides it.
fn delete(state: &mut State, me: Id, channel: Id) -> Answered {
    let known = state.allowed(channel, me, Permissions::VIEW_CHANNEL)?;
    if known.is_dm() {
        return ok(state.channel_json(known, me));
    }
    state.allowed(channel, me, Permissions::MANAGE_CHANNELS)?;
    ok(state.drop_channel(channel)?.json())
}

/// Positions, and with `parent_id` the category.
fn place(state: &mut State, ask: &Ask, me: Id, guild: Id) -> Answered {
    state.allowed_in(guild, me, Permissions::MANAGE_CHANNELS)?;
    let mut form = Form::default();
    let mut moves = Vec::new();
    for (index, value) in ask.body.as_array().into_iter().flatten().enumerate() {
        form.at(index, |form| {
            let parent = form.id(value, "parent_id");
            let position = form.integer(value, "position", 0..=i64::from(i32::MAX));
            let draft = ChannelDraft { position, parent: value.get("parent_id").map(|_| parent), ..Default::default() };
            moves.extend(form.id(value, "id").map(|id| (id, draft)));
        });
    }
    form.finish()?;
    for (channel, draft) in moves {
        if state.channel(channel)?.guild != Some(guild) {
            return Err(Refused::code(10003));
        }
        state.change_channel(channel, draft)?;
    }
    nothing()
}

impl State {
    /// A bot gives and denies only what it has itself, and "manage permissions" only as an administrator.
    pub(in crate::sim) fn check_overwrites(&self, guild: Id, me: Id, list: &[Overwrite]) -> Result<(), Refused> {
        let powers = self.guild(guild)?.permissions(me);
        let fits = |overwrite: &Overwrite| {
            let touched = overwrite.allow | overwrite.deny;
            let grants_roles = touched.has(Permissions::MANAGE_ROLES) && !powers.has(Permissions::ADMINISTRATOR);
            powers.has(Permissions(touched.0 & Permissions::ALL.0)) && !grants_roles
        };
        if list.iter().all(fits) { Ok(()) } else { Err(Refused::code(50013)) }
    }
}
