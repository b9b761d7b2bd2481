//! Posted panels: one that was deleted is told of and forgotten.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::flow::effect::Effect;
use crate::flow::memory::{Answer, Operation, Panel};
use crate::flow::refusal::code;
use serde_json::Value;

/// A server is there, at start or again: its panels are looked for, with one request each.
pub async fn guild(bot: &Bot, guild: &str, data: &Value) {
    let Ok(Answer::Panels(panels)) = one(bot, Operation::Panels { guild: guild.to_owned() }).await else { return };
    let channels: Vec<&Value> = data["channels"].as_array().into_iter().flatten().collect();
    for panel in panels {
        if is_gone(bot, &panel, &channels).await {
            message_deleted(bot, guild, &panel.channel, &panel.message).await;
        }
    }
}

async fn is_gone(bot: &Bot, panel: &Panel, channels: &[&Value]) -> bool {
    let channel = channels.iter().find(|channel| channel["id"] == *panel.channel);
    // A channel without a message needs no request.
    if channel.is_some_and(|channel| channel["last_message_id"].is_null()) {
        return true;
    }
    let effect = Effect::OneMessage { channel: panel.channel.clone(), id: panel.message.clone() };
    let asked = bot.ports.discord.perform(&effect).await;
    asked.is_err_and(|refusal| matches!(refusal.code, code::UNKNOWN_MESSAGE | code::UNKNOWN_CHANNEL))
}

pub async fn channel_deleted(bot: &Bot, guild: &str, channel: &str) {
    forget(bot, guild, channel, None).await;
}

pub async fn message_deleted(bot: &Bot, guild: &str, channel: &str, message: &str) {
    forget(bot, guild, channel, Some(message.to_owned())).await;
}

async fn forget(bot: &Bot, guild: &str, channel: &str, message: Option<String>) {
    let operation = Operation::ForgetPanels { guild: guild.to_owned(), channel: Some(channel.to_owned()), message };
    let Ok(Answer::Panels(panels)) = one(bot, operation).await else { return };
    for panel in panels {
        tracing::warn!(
            bot = bot.name(),
            server = panel.guild,
            channel = panel.channel,
            "the panel of `{}` was deleted: nobody opens a ticket there any more. Post it again if that was not meant",
            panel.kind
        );
    }
}
