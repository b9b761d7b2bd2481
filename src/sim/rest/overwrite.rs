//! What one role or member may do in one channel.

use crate::flow::request::Method::{Delete, Put};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing};
use crate::sim::state::State;
use crate::sim::validate::channel::overwrite;
use crate::sim::validate::form::Form;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["channels", channel, "permissions", whose] = ask.segments.as_slice() else { return None };
    let run: fn(&mut State, &Ask, Id, Id, Id) -> Answered = match ask.method {
        Put => set,
        Delete => unset,
        _ => return Some(Err(Refused::status(405))),
    };
    let run = |me| run(state, ask, me, id("channel_id", channel)?, id("overwrite_id", whose)?);
    Some(ask.bot().and_then(run))
}

fn set(state: &mut State, ask: &Ask, me: Id, channel: Id, whose: Id) -> Answered {
    state.allowed(channel, me, Permissions::MANAGE_ROLES)?;
    let mut form = Form::default();
    let to = overwrite(&mut form, ask.body, Some(whose));
    form.finish()?;
    if let Some(to) = to {
        state.check_overwrites(channel_guild(state, channel)?, me, &[to])?;
        state.set_overwrite(channel, whose, Some(to))?;
    }
    nothing()
}

fn unset(state: &mut State, _: &Ask, me: Id, channel: Id, whose: Id) -> Answered {
    let known = state.allowed(channel, me, Permissions::MANAGE_ROLES)?;
    if !known.overwrites.iter().any(|overwrite| overwrite.id == whose) {
        return Err(Refused::code(10009));
    }
    state.set_overwrite(channel, whose, None)?;
    nothing()
}

fn channel_guild(state: &State, channel: Id) -> Result<Id, Refused> {
    state.channel(channel)?.guild.ok_or_else(|| Refused::code(50003))
}
