//! Commands on Discord: compared with what is there, sent only where they differ.

use crate::engine::bot::Bot;
use crate::flow::effect::Effect;
use crate::flow::refusal::Refusal;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Tries until it works or the bot stops; a failure is shown and holds nothing else back.
pub async fn register(bot: &Arc<Bot>) {
    let mut pause = 2_000;
    loop {
        let program = bot.program();
        match everywhere(bot, &program.registration, &program.guilds).await {
            Ok(()) => return,
            Err(refusal) if !refusal.is_temporary() => {
                tracing::error!(bot = program.name, "Discord refused the commands: {refusal}");
                return;
            }
            Err(refusal) => tracing::error!(bot = program.name, "the commands could not be registered yet: {refusal}"),
        }
        tokio::select! {
            () = bot.ports.clock.sleep_until(bot.ports.clock.now() + pause) => pause = (pause * 2).min(300_000),
            () = bot.stopping.cancelled() => return,
        }
    }
}

async fn everywhere(bot: &Bot, commands: &Value, guilds: &[String]) -> Result<(), Refusal> {
    let none = json!([]);
    let global = if guilds.is_empty() { commands } else { &none };
    settle(bot, None, global).await?;
    for guild in guilds {
        settle(bot, Some(guild.clone()), commands).await?;
    }
    Ok(())
}

async fn settle(bot: &Bot, guild: Option<String>, wanted: &Value) -> Result<(), Refusal> {
    let application = bot.identity().application;
    let there =
        bot.ports.discord.perform(&Effect::Commands { application: application.clone(), guild: guild.clone() }).await?;
    if same(&there, wanted, guild.is_some()) {
        tracing::debug!(bot = bot.name(), "the commands on Discord are as they should be");
        return Ok(());
    }
    let count = wanted.as_array().map_or(0, Vec::len);
    bot.ports.discord.perform(&Effect::SetCommands { application, guild, commands: wanted.clone() }).await?;
    tracing::info!(bot = bot.name(), count, "registered the commands");
    Ok(())
}

/// Whether two lists hold the same commands, whatever Discord adds to them.
fn same(there: &Value, wanted: &Value, in_guild: bool) -> bool {
    let canon = |list: &Value| {
        let mut list: Vec<Value> =
            list.as_array().into_iter().flatten().map(|command| canonical(command, in_guild)).collect();
        list.sort_by_key(|command| command["name"].to_string());
        list
    };
    canon(there) == canon(wanted)
}

/// What an author decides of a command or an option.
const KEYS: [&str; 17] = [
    "name",
    "description",
    "options",
    "default_member_permissions",
    "contexts",
    "nsfw",
    "name_localizations",
    "description_localizations",
    "required",
    "choices",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "channel_types",
    "value",
];

/// Only what is decided, without what is empty, false or null: Discord leaves such things out or puts them in as it likes.
fn canonical(value: &Value, in_guild: bool) -> Value {
    match value {
        Value::Object(map) => {
            let kept: Map<String, Value> = map
                .iter()
                // A guild's commands have no contexts.
                .filter(|(key, _)| KEYS.contains(&key.as_str()) || *key == "type" || !is_known(map))
                .filter(|(key, _)| !(in_guild && *key == "contexts"))
                .map(|(key, value)| (key.clone(), canonical(value, in_guild)))
                .filter(|(_, value)| !is_empty(value))
                .collect();
            sorted(kept)
        }
        Value::Array(list) => list.iter().map(|item| canonical(item, in_guild)).collect(),
        // 1 and 1.0 are one number.
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        other => other.clone(),
    }
}

/// A command, option or choice has a name; a map of localisations has none, and all its keys count.
fn is_known(map: &Map<String, Value>) -> bool {
    map.contains_key("name")
}

fn sorted(map: Map<String, Value>) -> Value {
    let mut entries: Vec<(String, Value)> = map.into_iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Value::Object(entries.into_iter().collect())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_makes_no_difference() {
        let wanted = json!([{ "type": 1, "name": "review", "description": "Review", "nsfw": false, "contexts": [0], "default_member_permissions": null,
            "options": [{ "type": 4, "name": "rating", "description": "Stars", "required": true, "choices": [{ "name": "5", "value": 5 }] }] }]);
        let there = json!([{ "id": "1", "version": "2", "application_id": "3", "type": 1, "name": "review", "description": "Review", "contexts": [0],
            "default_permission": true, "dm_permission": false, "integration_types": [0], "nsfw": false, "default_member_permissions": null,
            "name_localizations": null,
            "options": [{ "type": 4, "name": "rating", "description": "Stars", "required": true, "choices": [{ "name": "5", "value": 5.0 }] }] }]);
        assert!(same(&there, &wanted, false));
    }

    #[test]
    fn a_changed_word_makes_one() {
        let wanted = json!([{ "type": 1, "name": "review", "description": "Review us" }]);
        let there = json!([{ "type": 1, "name": "review", "description": "Review" }]);
        assert!(!same(&there, &wanted, false));
    }
}
