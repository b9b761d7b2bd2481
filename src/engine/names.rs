//! The names that a run begins with.

use crate::engine::bot::Identity;
use crate::flow::directory::Directory;
use crate::flow::entity;
use crate::flow::event::Interaction;
use crate::flow::memory::ColumnKind;
use crate::flow::port::{Discord, Ports};
use crate::flow::program::Program;
use serde_json::{Map, Value, json};

/// The names that every run has, but for who and where.
pub async fn base(
    program: &Program,
    ports: &Ports,
    directory: &Directory,
    identity: &Identity,
    guild: Option<&str>,
    run: &str,
) -> Map<String, Value> {
    let mut names = Map::new();
    let settings = settings(program, ports.discord.as_ref(), directory, guild).await;
    names.insert("settings".into(), settings);
    names.insert("guild".into(), json!({ "id": guild, "name": guild.map(|guild| directory.guild_name(guild)) }));
    names.insert("now".into(), json!(ports.clock.now()));
    names.insert("run".into(), json!({ "id": run }));
    names.insert(
        "bot".into(),
        json!({ "id": identity.user, "name": identity.name, "mention": format!("<@{}>", identity.user) }),
    );
    names
}

/// The settings; a channel or role given by name gets the id that it has in this server.
async fn settings(program: &Program, discord: &dyn Discord, directory: &Directory, guild: Option<&str>) -> Value {
    let mut settings = program.settings.clone();
    let Some(guild) = guild else { return settings };
    for (name, kind) in &program.named_settings {
        let Some(named) = settings[name]["name"].as_str().map(str::to_owned) else { continue };
        let found = match kind {
            ColumnKind::Role => directory.role(discord, guild, &named).await.map(|id| entity::role_ref(&id)),
            _ => directory.channel(discord, guild, &named).await.map(|id| entity::channel_ref(&id)),
        };
        match found {
            Ok(thing) => settings[name] = thing,
            Err(refusal) => tracing::warn!(setting = name, "{}", refusal.message),
        }
    }
    settings
}

/// Who caused an interaction and where.
pub fn interaction(names: &mut Map<String, Value>, interaction: &Interaction) {
    names.insert("user".into(), entity::user(&interaction.user, interaction.member["nick"].as_str()));
    names.insert("channel".into(), entity::channel(&interaction.channel));
    if !interaction.message.is_null() {
        names.insert("message".into(), entity::message(&interaction.message, interaction.guild.as_deref()));
    }
}
