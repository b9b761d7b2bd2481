//! Settings that name something on Discord: when it is not there, that is told once, with what stops working.

use crate::engine::bot::Bot;
use crate::flow::directory::CATEGORY;
use crate::flow::effect::Effect;
use crate::flow::program::{Outside, OutsideKind, Program};
use crate::flow::refusal::code;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// What was told of already, and which servers are still to be seen.
#[derive(Default)]
pub struct Missing {
    told: Mutex<HashSet<String>>,
    expected: Mutex<HashSet<String>>,
}

impl Missing {
    /// These servers will be told of.
    pub fn expect(&self, guilds: &[String]) {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).extend(guilds.iter().cloned());
    }

    fn all_seen(&self, known: &[String]) -> bool {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).iter().all(|guild| known.contains(guild))
    }

    fn is_news(&self, what: &str) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned())
    }

    fn is_back(&self, what: &str) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).remove(what)
    }
}

/// A channel or role is gone: whether it concerns a setting.
pub async fn deleted(bot: &Bot, id: &str) {
    let program = bot.program();
    let concerns = |outside: &Outside| {
        let value = &program.settings[&outside.setting];
        value["id"] == id || value["name"].is_string()
    };
    if program.outside.iter().any(concerns) {
        check_places(bot).await;
    }
}

/// The file has changed.
pub async fn check(bot: &Bot) {
    check_places(bot).await;
    check_webhooks(bot).await;
}

/// Once all servers are seen, it is known what is in none of them.
pub async fn check_places(bot: &Bot) {
    let guilds = bot.directory.known_guilds();
    if guilds.is_empty() || !bot.missing.all_seen(&guilds) {
        return;
    }
    let program = bot.program();
    for outside in &program.outside {
        let value = &program.settings[&outside.setting];
        match (value["name"].as_str(), value["id"].as_str()) {
            (Some(name), _) => check_name(bot, &program, outside, name, &guilds).await,
            (None, Some(id)) => check_id(bot, &program, outside, id, &guilds).await,
            (None, None) => {}
        }
    }
}

async fn check_id(bot: &Bot, program: &Program, outside: &Outside, id: &str, guilds: &[String]) {
    let is_there = match outside.kind {
        OutsideKind::Channel => bot.directory.has_channel(id) || !is_unknown_channel(bot, id).await,
        OutsideKind::Role => bot.directory.has_role(id) || has_role(bot, id, guilds).await,
        OutsideKind::User | OutsideKind::Webhook => return,
    };
    tell(bot, program, outside, is_there, &format!("with the ID {id}"), "");
}

/// Threads stand in no list of channels.
async fn is_unknown_channel(bot: &Bot, id: &str) -> bool {
    let asked = bot.ports.discord.perform(&Effect::OneChannel { channel: id.to_owned() }).await;
    asked.is_err_and(|refusal| refusal.code == code::UNKNOWN_CHANNEL)
}

/// The event that tells of a new role may be on its way. What Discord does not say is not missing.
async fn has_role(bot: &Bot, id: &str, guilds: &[String]) -> bool {
    for guild in guilds {
        match bot.ports.discord.perform(&Effect::GuildRoles { guild: guild.clone() }).await {
            Ok(roles) if !roles.as_array().into_iter().flatten().any(|role| role["id"] == id) => {}
            _ => return true,
        }
    }
    false
}

async fn check_name(bot: &Bot, program: &Program, outside: &Outside, name: &str, guilds: &[String]) {
    for guild in guilds {
        let discord = bot.ports.discord.as_ref();
        let found = match outside.kind {
            OutsideKind::Role => bot.directory.role(discord, guild, name).await,
            _ => bot.directory.channel(discord, guild, name).await,
        };
        let is_there = !found.is_err_and(|refusal| refusal.status == 404) || is_named(bot, outside, name, guild).await;
        let place = format!(" in {}", bot.directory.guild_name(guild));
        tell(bot, program, outside, is_there, &format!("named \"{name}\" (or more than one)"), &place);
    }
}

async fn is_named(bot: &Bot, outside: &Outside, name: &str, guild: &str) -> bool {
    let guild = guild.to_owned();
    let (effect, sign) = match outside.kind {
        OutsideKind::Role => (Effect::GuildRoles { guild }, '@'),
        _ => (Effect::GuildChannels { guild }, '#'),
    };
    let Ok(list) = bot.ports.discord.perform(&effect).await else { return true };
    let name = name.trim_start_matches(sign);
    let fits = |item: &&Value| item["name"] == name && item["type"] != CATEGORY;
    list.as_array().into_iter().flatten().filter(fits).count() == 1
}

fn tell(bot: &Bot, program: &Program, outside: &Outside, is_there: bool, which: &str, place: &str) {
    let setting = &outside.setting;
    let what = format!("{setting} {which}{place}");
    if is_there {
        if bot.missing.is_back(&what) {
            tracing::info!(bot = program.name, "what `settings.{setting}` names is there again");
        }
        return;
    }
    if bot.missing.is_news(&what) {
        let kind = if outside.kind == OutsideKind::Role { "role" } else { "channel" };
        tracing::error!(
            bot = program.name,
            "`settings.{setting}`: there is no {kind} {which}{place}. {}. {}",
            consequence(program, setting),
            remedy(outside, kind)
        );
    }
}

fn consequence(program: &Program, setting: &str) -> String {
    match program.uses.get(setting).filter(|uses| !uses.is_empty()) {
        Some(uses) => format!("What uses it does not work as it should: {}", uses.join(", ")),
        None => "Nothing uses it".to_owned(),
    }
}

fn remedy(outside: &Outside, kind: &str) -> String {
    match &outside.variable {
        Some(variable) => format!("Set `{variable}` to a {kind} that is there, and start the bot again"),
        None => format!("Write a {kind} that is there into the file, and save it"),
    }
}

/// One request for each webhook.
pub async fn check_webhooks(bot: &Bot) {
    let program = bot.program();
    for outside in program.outside.iter().filter(|outside| outside.kind == OutsideKind::Webhook) {
        let Some(url) = program.webhooks.get(&outside.setting) else { continue };
        let asked = bot.ports.discord.perform(&Effect::Webhook { url: url.clone() }).await;
        let is_gone =
            asked.is_err_and(|refusal| matches!(refusal.code, code::UNKNOWN_WEBHOOK | code::INVALID_WEBHOOK_TOKEN));
        if is_gone && bot.destinations.is_gone(&outside.setting, url) {
            tracing::error!(
                bot = program.name,
                "`settings.{}`: the webhook does not exist any more. {}. {}; what is logged until then is kept: \
                 `botwright outbox list`",
                outside.setting,
                consequence(&program, &outside.setting),
                remedy(outside, "webhook")
            );
        }
    }
}
