//! What leaves the database by itself: log entries to their webhooks in order, and timers that are due.

use crate::engine::bot::Bot;
use crate::engine::timer;
use crate::flow::effect::{Effect, WebhookUrl};
use crate::flow::limit;
use crate::flow::memory::{Answer, MemoryError, Operation, Post};
use crate::flow::payload::{Embed, Message};
use crate::flow::refusal::{Refusal, code};
use std::sync::Arc;
use std::time::Duration;

/// Entries that are looked at at once.
const AT_ONCE: u64 = 100;
/// The first pause behind a failure; each further one doubles it.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 15 * 60 * 1_000;
/// About a day and a half of trying.
const MOST_ATTEMPTS: u32 = 150;

/// Works until the bot stops; on the way out, what is due is tried once more.
pub async fn work(bot: Arc<Bot>) {
    loop {
        let busy = bot.work();
        let next = match turn(&bot).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(bot = bot.name(), "the outbox waits: {error}");
                Some(bot.ports.clock.now() + 5_000)
            }
        };
        drop(busy);
        if bot.stopping.is_cancelled() {
            return;
        }
        tokio::select! {
            () = bot.wake.notified() => {}
            () = until(&bot, next) => {}
            () = bot.stopping.cancelled() => {}
        }
    }
}

async fn until(bot: &Bot, at: Option<i64>) {
    match at {
        Some(at) => bot.ports.clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Does what is due, and tells when there is more to do.
async fn turn(bot: &Arc<Bot>) -> Result<Option<i64>, MemoryError> {
    loop {
        let fired = timer::fire_due(bot).await?;
        let posts = due(bot).await?;
        if posts.is_empty() && !fired {
            break;
        }
        for batch in batches(posts) {
            deliver(bot, batch).await?;
        }
    }
    match one(bot, Operation::NextDue).await? {
        Answer::At(at) => Ok(at),
        _ => Ok(None),
    }
}

pub async fn one(bot: &Bot, operation: Operation) -> Result<Answer, MemoryError> {
    let mut answers = bot.ports.memory.transact(vec![operation]).await?;
    answers.pop().ok_or_else(|| MemoryError::Failed("it gave no answer".into()))
}

async fn due(bot: &Bot) -> Result<Vec<Post>, MemoryError> {
    match one(bot, Operation::DuePosts { limit: AT_ONCE }).await? {
        Answer::Posts(posts) => Ok(posts),
        _ => Ok(Vec::new()),
    }
}

/// Entries that go out together: of one destination, in order, within Discord's limits of a message.
fn batches(posts: Vec<Post>) -> Vec<Vec<Post>> {
    let mut by_destination: indexmap::IndexMap<String, Vec<Vec<Post>>> = indexmap::IndexMap::new();
    for post in posts {
        let batches = by_destination.entry(post.destination.clone()).or_default();
        match batches.last_mut() {
            Some(last) if last.len() < limit::EMBEDS && length(last) + embed(&post).length() <= limit::EMBED_TOTAL => {
                last.push(post)
            }
            _ => batches.push(vec![post]),
        }
    }
    by_destination.into_values().filter_map(|batches| batches.into_iter().next()).collect()
}

fn length(posts: &[Post]) -> usize {
    posts.iter().map(|post| embed(post).length()).sum()
}

fn embed(post: &Post) -> Embed {
    serde_json::from_value(post.payload.clone()).unwrap_or_default()
}

async fn deliver(bot: &Bot, batch: Vec<Post>) -> Result<(), MemoryError> {
    let destination = batch.first().map(|post| post.destination.clone()).unwrap_or_default();
    let ids: Vec<i64> = batch.iter().map(|post| post.id).collect();
    let program = bot.program();
    let Some(url) = program.webhooks.get(&destination) else {
        let error = format!("`settings.{destination}` is not set");
        tracing::error!(bot = program.name, "{} log entries cannot be delivered: {error}", ids.len());
        return one(bot, Operation::BuryPosts { ids, error }).await.map(|_| ());
    };
    let message = Message { embeds: batch.iter().map(embed).collect(), ..Message::default() };
    let sent = bot.ports.discord.perform(&Effect::ExecuteWebhook { url: url.clone(), message }).await;
    let operation = match sent {
        Ok(_) => Operation::Posted { ids },
        // One bad entry must not take its neighbours along.
        Err(refusal) if refusal.status == 400 && batch.len() > 1 => return one_by_one(bot, batch).await,
        Err(refusal) => failed(bot, (&destination, url), &batch, ids, &refusal),
    };
    one(bot, operation).await.map(|_| ())
}

async fn one_by_one(bot: &Bot, batch: Vec<Post>) -> Result<(), MemoryError> {
    for post in batch {
        Box::pin(deliver(bot, vec![post])).await?;
    }
    Ok(())
}

fn failed(
    bot: &Bot,
    (destination, url): (&str, &WebhookUrl),
    batch: &[Post],
    ids: Vec<i64>,
    refusal: &Refusal,
) -> Operation {
    let attempts = batch.iter().map(|post| post.attempts).max().unwrap_or(0);
    let gone = matches!(refusal.status, 400 | 401 | 403 | 404);
    let error = refusal.to_string();
    let dead = matches!(refusal.code, code::UNKNOWN_WEBHOOK | code::INVALID_WEBHOOK_TOKEN);
    if dead && !bot.gone.is_news(destination, url) {
        tracing::debug!(bot = bot.name(), destination, "{} log entries have nowhere to go", ids.len());
        return Operation::BuryPosts { ids, error };
    }
    if gone || attempts >= MOST_ATTEMPTS {
        tracing::error!(
            bot = bot.name(),
            destination,
            "{} log entries are given up: {} ({refusal})",
            ids.len(),
            refusal.reason()
        );
        return Operation::BuryPosts { ids, error };
    }
    let pause = pause(attempts, bot.ports.dice.roll());
    tracing::error!(
        bot = bot.name(),
        destination,
        "the log webhook failed: {refusal}; {} entries wait, next try in {:?}",
        ids.len(),
        Duration::from_millis(pause.unsigned_abs())
    );
    Operation::PostponePosts { ids, at: bot.ports.clock.now() + pause, error }
}

/// Doubles with every attempt, plus up to a quarter by chance, so that bots do not come back together.
fn pause(attempts: u32, dice: u64) -> i64 {
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << attempts.min(20)).min(LONGEST_PAUSE_MS);
    pause + i64::try_from(dice % (pause.unsigned_abs() / 4 + 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn post(id: i64, destination: &str, length: usize) -> Post {
        let payload = json!({ "description": "x".repeat(length) });
        Post { id, destination: destination.into(), payload, created_at: 0, attempts: 0, error: None }
    }

    #[test]
    fn entries_of_one_destination_leave_together_up_to_ten_and_six_thousand_characters() {
        let posts = (0..12).map(|id| post(id, "a", 10)).chain([post(20, "b", 4_000), post(21, "b", 4_000)]).collect();
        let sizes: Vec<usize> = batches(posts).iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 1], "one batch a destination and turn, so that the order holds when it fails");
    }

    #[test]
    fn pauses_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!(pause(0, 0), 1_000);
        assert_eq!(pause(3, 0), 8_000);
        assert_eq!(pause(60, 0), LONGEST_PAUSE_MS);
    }
}
