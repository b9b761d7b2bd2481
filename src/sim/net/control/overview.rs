//! `GET /sim`: what there is, for who has just come in.

use crate::sim::application::Application;
use crate::sim::guild::Guild;
use crate::sim::net::session::Session;
use crate::sim::net::wire::Wire;
use crate::sim::state::State as World;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

pub async fn tell(State(wire): State<Arc<Wire>>) -> Json<Value> {
    let sessions: Vec<Value> = wire.sessions.all().iter().map(|known| session(known)).collect();
    let state = wire.world.lock();
    let webhook =
        |known: &crate::sim::webhook::Webhook| json!({ "id": known.id, "name": known.name, "channel": known.channel });
    Json(json!({
        "api": format!("{}/api/v10", wire.http()),
        "gateway": wire.gateway(),
        "now": state.now,
        "clock": if wire.settings.clock.is_some() { "manual" } else { "system" },
        "guilds": state.guilds.values().map(|known| guild(&state, known)).collect::<Vec<_>>(),
        "users": state.users.values().map(|user| json!({ "id": user.id, "name": user.name, "bot": user.bot,
            "dms": if user.dms_open { "open" } else { "closed" } })).collect::<Vec<_>>(),
        "bots": state.applications.values().map(bot).collect::<Vec<_>>(),
        "webhooks": state.webhooks.values().map(webhook).collect::<Vec<_>>(),
        "sessions": sessions,
        "doors": [
            "POST /sim/act {as, channel, do}", "GET /sim/interactions/{id}?wait=ms", "GET /sim/messages/{channel}?as=user",
            "GET /sim/dms/{user}", "GET /sim/webhooks/{id}", "POST /sim/fault", "POST /sim/advance {ms}",
            "GET /sim/events?after=n&wait=ms", "GET /sim/requests?after=n&wait=ms",
        ],
    }))
}

fn guild(state: &World, guild: &Guild) -> Value {
    let channel = |known: &crate::sim::channel::Channel| {
        json!({ "id": known.id, "name": known.name, "type": known.kind,
        "parent": known.parent })
    };
    let role = |known: &crate::sim::role::Role| {
        json!({ "id": known.id, "name": known.name,
        "permissions": known.permissions.names() })
    };
    let member = |known: &crate::sim::member::Member| {
        json!({ "id": known.user,
        "name": state.users.get(&known.user).map(|user| &user.name), "nick": known.nick, "roles": known.roles })
    };
    json!({
        "id": guild.id,
        "name": guild.name,
        "owner": state.users.get(&guild.owner).map(|user| &user.name),
        "channels": state.channels_of(guild.id).map(channel).collect::<Vec<_>>(),
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "members": guild.members.values().map(member).collect::<Vec<_>>(),
    })
}

fn bot(bot: &Application) -> Value {
    let command = |known: &crate::sim::command::Command| {
        json!({ "id": known.id, "name": known.name, "type": known.kind,
        "guild": known.guild })
    };
    json!({ "id": bot.id, "name": bot.name, "privileged_intents": bot.privileged,
        "commands": bot.commands.values().map(command).collect::<Vec<_>>() })
}

fn session(known: &Session) -> Value {
    json!({ "bot": known.application, "shard": [known.shard.id, known.shard.count], "events": known.last(),
        "connected": known.holder().borrow().is_some() })
}
