//! Whether log entries arrived whose answer was lost: looked up in the channel that they go to.
//!
//! Discord takes no nonce from a webhook, so a request cannot be repeated safely. But each answer tells a message's id,
//! which is kept; what the webhook said behind that message is what arrived since.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::flow::effect::{Effect, WebhookUrl};
use crate::flow::entity::first_id_at;
use crate::flow::memory::{Answer, MemoryError, Operation, Post};
use crate::flow::payload::Embed;
use crate::flow::refusal::Refusal;
use serde_json::Value;

/// How far clocks may differ, where no message is known to begin behind.
const CLOCKS_MS: i64 = 60_000;
/// Pages of a hundred messages that are looked through.
const PAGES: usize = 5;

/// The name of the note that holds the latest message that was answered for.
pub fn latest(destination: &str, url: &WebhookUrl) -> String {
    let id = url.parts().map_or("", |(_, id, _)| id);
    format!("latest {destination} {id}")
}

/// The entries, from the first on, that stand in the channel already; none where the bot may not look.
///
/// # Errors
///
/// Discord cannot say it just now.
pub async fn arrived(
    bot: &Bot,
    destination: &str,
    url: &WebhookUrl,
    posts: &[Post],
) -> Result<Result<Vec<i64>, Refusal>, MemoryError> {
    let known = match one(bot, Operation::Noted { key: latest(destination, url) }).await? {
        Answer::Noted(known) => known,
        _ => None,
    };
    let after = known.unwrap_or_else(|| posts.first().map_or_else(String::new, |post| around(post.created_at)));
    Ok(look(bot, url, posts, after).await)
}

async fn look(bot: &Bot, url: &WebhookUrl, posts: &[Post], after: String) -> Result<Vec<i64>, Refusal> {
    let Some(messages) = said(bot, url, after).await? else { return Ok(Vec::new()) };
    let mut waiting = posts;
    for id in messages {
        let effect = Effect::WebhookMessage { url: url.clone(), id };
        let Some(message) = temporary(bot.ports.discord.perform(&effect).await)? else { continue };
        let shown: Vec<Shown> = message["embeds"].as_array().into_iter().flatten().map(Shown::of).collect();
        let ours = waiting.iter().take(shown.len()).map(|post| Shown::of(&post.payload));
        if !shown.is_empty() && shown.len() <= waiting.len() && ours.eq(shown.iter().cloned()) {
            waiting = &waiting[shown.len()..];
        }
    }
    Ok(posts[..posts.len() - waiting.len()].iter().map(|post| post.id).collect())
}

/// What the webhook said behind that message, oldest first; none where the bot may not look.
async fn said(bot: &Bot, url: &WebhookUrl, mut after: String) -> Result<Option<Vec<String>>, Refusal> {
    let webhook = bot.ports.discord.perform(&Effect::Webhook { url: url.clone() }).await;
    let Some(webhook) = temporary(webhook)? else { return Ok(None) };
    let channel = webhook["channel_id"].as_str().unwrap_or_default().to_owned();
    let mut said = Vec::new();
    for _ in 0..PAGES {
        let effect = Effect::MessagesAfter { channel: channel.clone(), after: after.clone() };
        let Some(page) = temporary(bot.ports.discord.perform(&effect).await)? else {
            tracing::info!(
                bot = bot.name(),
                "the bot may not read the channel of a log webhook: an entry whose answer was lost can arrive twice \
                 (it takes View Channel and Read Message History there)"
            );
            return Ok(None);
        };
        let page = page.as_array().cloned().unwrap_or_default();
        let Some(newest) = page.first() else { break };
        after = newest["id"].as_str().unwrap_or_default().to_owned();
        let of_webhook = page.iter().rev().filter(|message| message["webhook_id"] == webhook["id"]);
        said.extend(of_webhook.filter_map(|message| message["id"].as_str().map(str::to_owned)));
        if page.len() < 100 {
            break;
        }
    }
    Ok(Some(said))
}

/// None where Discord says no for good.
fn temporary(outcome: Result<Value, Refusal>) -> Result<Option<Value>, Refusal> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.is_temporary() => Err(refusal),
        Err(_) => Ok(None),
    }
}

/// An id that was given a little before that time.
fn around(time: i64) -> String {
    first_id_at(time - CLOCKS_MS)
}

/// What of an embed Discord gives back as it got it: it trims texts, writes times its own way, and adds things.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    texts: Vec<String>,
    color: Option<u32>,
    at: Option<jiff::Timestamp>,
}

impl Shown {
    fn of(embed: &Value) -> Self {
        let embed: Embed = serde_json::from_value(embed.clone()).unwrap_or_default();
        let fields = embed.fields.into_iter().flat_map(|field| [field.name, field.value]);
        let others = [embed.title, embed.description, embed.footer.map(|it| it.text), embed.author.map(|it| it.name)];
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            texts: others.into_iter().map(Option::unwrap_or_default).chain(fields).map(words).collect(),
            color: embed.color.filter(|color| *color != 0),
            at: embed.timestamp.and_then(|text| text.parse().ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_embed_is_known_again_as_discord_gives_it_back() {
        let sent = json!({ "title": " Added ", "color": 5, "timestamp": "2026-01-05T09:00:00.123Z",
            "fields": [{ "name": "By", "value": "ana\n" }], "footer": { "text": "Log" } });
        let given = json!({ "type": "rich", "title": "Added", "color": 5, "content_scan_version": 1,
            "timestamp": "2026-01-05T09:00:00.123000+00:00", "footer": { "text": "Log", "proxy_icon_url": null },
            "fields": [{ "name": "By", "value": "ana", "inline": false }] });
        assert_eq!(Shown::of(&sent), Shown::of(&given));
        let mut other = given;
        other["fields"][0]["value"] = json!("bo");
        assert_ne!(Shown::of(&sent), Shown::of(&other));
    }

    #[test]
    fn an_id_of_a_time_lies_before_it() {
        let time = 1_767_603_600_000;
        assert_eq!(crate::flow::entity::created_at(&around(time)), time - CLOCKS_MS);
    }
}
