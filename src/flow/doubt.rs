//! A message that an earlier process may have sent already: found, or sent now, but never twice.

use crate::flow::effect::{Effect, Outcome};
use crate::flow::entity::first_id_at;
use crate::flow::payload::{Embed, Message};
use crate::flow::refusal::{Refusal, code};
use crate::flow::run::Run;
use serde_json::{Value, json};

/// So long a repeat with the same `nonce` is surely answered with the first message; Discord says "a few minutes".
const REMEMBERED_MS: i64 = 60_000;
/// The clocks of this machine and of Discord may differ by that much.
pub const SKEW_MS: i64 = 30_000;
/// How many pages of 100 messages are looked through.
const MOST_PAGES: usize = 20;

/// Whether it is there.
enum Found {
    There(Value),
    NotThere,
    /// Nobody can tell, for that reason.
    Unclear(Refusal),
}

/// Sends what may have been sent since `since` (epoch milliseconds).
pub async fn send(run: &Run, since: i64, effect: &Effect) -> Result<Outcome, Refusal> {
    if let Some(arrived) = run.decided {
        let lost = || Refusal::new(410, 0, "its owner says that it did not arrive");
        return if arrived { Ok(json!({})) } else { Err(lost()) };
    }
    if run.ports.clock.now() - since < REMEMBERED_MS {
        return match run.perform(effect).await {
            // The first may have gone out before somebody closed the door.
            Err(refusal) if !refusal.unknown => settled(run, since, effect, refusal).await,
            other => other,
        };
    }
    match look(run, since, effect).await {
        Found::There(message) => Ok(message),
        Found::NotThere => run.perform(effect).await,
        Found::Unclear(refusal) if run.is_held() => Err(Refusal { unknown: true, ..refusal }),
        Found::Unclear(_) => run.perform(effect).await,
    }
}

async fn settled(run: &Run, since: i64, effect: &Effect, refused: Refusal) -> Result<Outcome, Refusal> {
    match look(run, since, effect).await {
        Found::There(message) => Ok(message),
        Found::Unclear(_) if run.is_held() => Err(Refusal { unknown: true, ..refused }),
        Found::NotThere | Found::Unclear(_) => Err(refused),
    }
}

/// Looks through what stands in the channel since then.
async fn look(run: &Run, since: i64, effect: &Effect) -> Found {
    let Effect::SendMessage { channel, message, .. } = effect else { return Found::NotThere };
    let mut after = first_id_at(since - SKEW_MS);
    for page in 0..MOST_PAGES {
        let listed = Effect::MessagesAfter { channel: channel.clone(), after: after.clone() };
        let messages = match run.perform(&listed).await {
            Ok(Value::Array(messages)) => messages,
            Err(refusal) if refusal.code == code::UNKNOWN_CHANNEL => return Found::NotThere,
            Err(refusal) => return Found::Unclear(refusal),
            Ok(_) => return Found::Unclear(Refusal::silence("the channel's messages cannot be read")),
        };
        let own = |found: &&Value| found["author"]["id"] == run.origin.bot.as_str() && same(message, found);
        if let Some(found) = messages.iter().find(own) {
            return Found::There(found.clone());
        }
        let Some(latest) = messages.iter().filter_map(|message| message["id"].as_str()).max_by_key(|id| number(id))
        else {
            return if page == 0 { empty(run, channel).await } else { Found::NotThere };
        };
        after = latest.to_owned();
    }
    Found::Unclear(Refusal::silence("the channel has too many messages since"))
}

/// To whom may not read a channel's history, Discord shows it as empty.
async fn empty(run: &Run, channel: &str) -> Found {
    match run.perform(&Effect::MessagesAfter { channel: channel.to_owned(), after: "0".to_owned() }).await {
        Ok(Value::Array(messages)) if messages.is_empty() && run.is_held() => {
            match run.perform(&Effect::OneChannel { channel: channel.to_owned() }).await {
                // A DM's history is never hidden.
                Ok(channel) if channel["type"] == 1 => Found::NotThere,
                Ok(_) => Found::Unclear(Refusal::silence("the channel's messages cannot be read")),
                Err(refusal) => Found::Unclear(refusal),
            }
        }
        Ok(_) => Found::NotThere,
        Err(refusal) => Found::Unclear(refusal),
    }
}

/// Whether a message that stands on Discord is that one. Times are left out: they are those of its sending.
pub fn same(message: &Message, found: &Value) -> bool {
    let embeds = found["embeds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let content = message.content.as_deref().unwrap_or_default();
    found["content"].as_str().unwrap_or_default().trim() == content.trim()
        && embeds.len() == message.embeds.len()
        && message.embeds.iter().zip(embeds).all(|(embed, found)| same_embed(embed, found))
}

fn same_embed(embed: &Embed, found: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let own = |value: &Option<String>| value.as_deref().unwrap_or_default().trim().to_owned();
    let fields = found["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    own(&embed.title) == text(&found["title"])
        && own(&embed.description) == text(&found["description"])
        && embed.fields.len() == fields.len()
        && embed.fields.iter().zip(fields).all(|(field, found)| {
            field.name.trim() == text(&found["name"]) && field.value.trim() == text(&found["value"])
        })
}

fn number(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::entity::DISCORD_EPOCH;
    use crate::flow::payload::Field;

    fn letter(value: &str) -> Message {
        let field = Field { name: "Word".into(), value: value.into(), inline: true };
        let embed = Embed { title: Some("Yours".into()), fields: vec![field], ..Embed::default() };
        Message { embeds: vec![embed], ..Message::default() }
    }

    #[test]
    fn a_message_is_known_again_by_what_stands_in_it() {
        let mut found = serde_json::to_value(letter("one")).expect("JSON");
        found["content"] = json!("");
        found["embeds"][0]["timestamp"] = json!("2026-01-05T09:00:00Z");
        assert!(same(&letter("one"), &found));
        assert!(!same(&letter("two"), &found));
        assert!(!same(&Message::text("one"), &found));
    }

    #[test]
    fn an_id_tells_the_time() {
        assert_eq!(first_id_at(DISCORD_EPOCH + 1), (1_u64 << 22).to_string());
        assert_eq!(first_id_at(0), "0");
    }
}
