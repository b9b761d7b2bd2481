//! The world's happenings as JSON: what `GET /sim/events` tells.

use crate::sim::channel::Channel;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::net::ring::Ring;
use crate::sim::state::State;
use serde_json::{Value, json};

/// The latest entries, each `{"happening": "…", …}`.
pub type Journal = Ring<Value>;

/// How many entries are remembered.
pub const LENGTH: usize = 10_000;

/// Names come with the ids, so that a person can read it.
pub fn entry(state: &State, happening: &Happening) -> Value {
    let (name, mut entry) = told(state, happening);
    entry["happening"] = json!(name);
    entry["at"] = json!(state.now);
    entry
}

fn told(state: &State, happening: &Happening) -> (&'static str, Value) {
    use Happening as H;
    let name = |id: &Id| state.users.get(id).map(|user| user.name.clone());
    let names = |ids: &[Id]| ids.iter().filter_map(name).collect::<Vec<_>>();
    let message =
        |message, seen: &[Id]| json!({ "message": super::messages::json(state, message), "visible_to": names(seen) });
    let channel = |known: &Channel, seen: &[Id]| json!({ "channel": known.json(), "visible_to": names(seen) });
    let interaction = |known| json!({ "interaction": super::interaction::json(state, known) });
    match happening {
        H::MessageCreated { message: it, visible_to } => ("message_created", message(it, visible_to)),
        H::MessageEdited { message: it, visible_to } => ("message_edited", message(it, visible_to)),
        H::MessageDeleted { message: it, visible_to } => ("message_deleted", message(it, visible_to)),
        H::Reacted { channel, message, user, emoji, added } => {
            let entry = json!({ "channel": channel, "message": message, "user": name(user), "emoji": emoji });
            (if *added { "reaction_added" } else { "reaction_removed" }, entry)
        }
        H::ChannelCreated { channel: it, visible_to } => ("channel_created", channel(it, visible_to)),
        H::ChannelUpdated { channel: it, visible_to } => ("channel_updated", channel(it, visible_to)),
        H::ChannelDeleted { channel: it, visible_to } => ("channel_deleted", channel(it, visible_to)),
        H::Asked { interaction: it } => ("asked", interaction(it)),
        H::Acknowledged { interaction: it } => ("acknowledged", interaction(it)),
        H::Failed { interaction: it } => ("failed", interaction(it)),
        H::ModalOpened { interaction, user, modal } => {
            ("modal_opened", json!({ "interaction": interaction, "user": name(user), "modal": modal }))
        }
        H::Completed { interaction, user, choices } => {
            ("completed", json!({ "interaction": interaction, "user": name(user), "choices": choices }))
        }
        H::RolesChanged { guild, user, added, removed } => {
            ("roles_changed", json!({ "guild": guild, "user": name(user), "added": added, "removed": removed }))
        }
        H::MemberJoined { guild, user } => ("member_joined", json!({ "guild": guild, "user": name(user) })),
        H::MemberLeft { guild, user, banned } => {
            ("member_left", json!({ "guild": guild, "user": name(user), "banned": banned }))
        }
        H::RoleCreated { guild, role } => ("role_created", json!({ "guild": guild, "role": role })),
        H::RoleUpdated { guild, role } => ("role_updated", json!({ "guild": guild, "role": role })),
        H::RoleDeleted { guild, role } => ("role_deleted", json!({ "guild": guild, "role": role })),
        H::CommandsRegistered { application, guild, names } => {
            ("commands_registered", json!({ "application": application, "guild": guild, "commands": names }))
        }
        H::Requested { method, path, status } => {
            ("requested", json!({ "method": method.as_str(), "path": path, "status": status }))
        }
    }
}
