//! Which resource a request is for.

use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask};
use crate::sim::rest::{ban, callback, channel, command, followup, gateway, guild, member, message, overwrite, pin};
use crate::sim::rest::{reaction, role, user, webhook};
use crate::sim::state::State;

/// Each resource knows its own routes, and says nothing to those of others.
const RESOURCES: &[fn(&mut State, &Ask) -> Option<Answered>] = &[
    callback::route,
    followup::route,
    message::route,
    webhook::route,
    gateway::route,
    user::route,
    command::route,
    channel::route,
    overwrite::route,
    reaction::route,
    pin::route,
    guild::route,
    member::route,
    role::route,
    ban::route,
];

pub(super) fn route(state: &mut State, ask: &Ask) -> Answered {
    RESOURCES.iter().find_map(|resource| resource(state, ask)).unwrap_or_else(|| Err(Refused::status(404)))
}
