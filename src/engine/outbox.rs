//! What leaves the database by itself: log entries to their webhooks in order, and timers that are due.

use crate::engine::bot::Bot;
use crate::engine::timer;
use crate::flow::effect::{Effect, WebhookUrl};
use crate::flow::limit;
use crate::flow::memory::{Answer, MemoryError, Operation, Post, Timer};
use crate::flow::payload::{Embed, Message};
use crate::flow::refusal::{Refusal, code};
use std::sync::Arc;
use std::time::Duration;

/// Entries that are looked at at once.
const AT_ONCE: u64 = 100;
/// The first pause behind a failure; each further one doubles it.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 15 * 60 * 1_000;
/// Entries that are written within that time leave together: ten are one request, and a request counts.
const LINGER_MS: i64 = 150;
/// An operator's command may have made something due, from another process: how long that goes unnoticed at most.
const LOOK_MS: i64 = 3_000;
/// About a day and a half of trying.
const MOST_ATTEMPTS: u32 = 150;

/// What there is to do about entries that were given up.
const LOOK_AT_THEM: &str = "`botwright outbox list` shows them, `retry` sends them again";

/// Entries that were given up before are told of once at the start; others are told of when it happens.
pub async fn report_dead(bot: &Bot) -> Result<(), MemoryError> {
    let Answer::Posts(dead) = one(bot, Operation::DeadPosts).await? else { return Ok(()) };
    if !dead.is_empty() {
        tracing::warn!(bot = bot.name(), "{} log entries were given up before: {LOOK_AT_THEM}", dead.len());
    }
    Ok(())
}

/// Works until the bot stops; on the way out, what is due is tried once more.
pub async fn work(bot: Arc<Bot>) {
    loop {
        let next = match turn(&bot).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(bot = bot.name(), "the outbox waits: {error}");
                Some(bot.ports.clock.now() + 5_000)
            }
        };
        bot.turns.send_modify(|turns| *turns += 1);
        if bot.stopping.is_cancelled() {
            return;
        }
        tokio::select! {
            () = bot.wake.notified() => linger(&bot).await,
            () = bot.hurry.notified() => {}
            () = until(&bot, next) => {}
            () = bot.stopping.cancelled() => {}
        }
    }
}

/// Waits for company, unless somebody waits for the outbox.
async fn linger(bot: &Bot) {
    tokio::select! {
        () = bot.ports.clock.sleep_until(bot.ports.clock.now() + LINGER_MS) => {}
        () = bot.hurry.notified() => {}
        () = bot.stopping.cancelled() => {}
    }
}

async fn until(bot: &Bot, at: Option<i64>) {
    let look = bot.ports.clock.now() + LOOK_MS;
    bot.ports.clock.sleep_until(at.unwrap_or(look).min(look)).await;
}

/// Does what is due, and tells when there is more to do.
async fn turn(bot: &Arc<Bot>) -> Result<Option<i64>, MemoryError> {
    loop {
        let due = due(bot).await?;
        if due.timers.is_empty() && due.posts.is_empty() {
            return Ok(due.next);
        }
        timer::fire(bot, due.timers).await?;
        for batches in batches(due.posts) {
            deliver_all(bot, batches).await?;
        }
    }
}

/// What there is to do now, and when there will be more.
#[derive(Default)]
struct Due {
    timers: Vec<Timer>,
    posts: Vec<Post>,
    next: Option<i64>,
}

pub async fn one(bot: &Bot, operation: Operation) -> Result<Answer, MemoryError> {
    let mut answers = bot.ports.memory.transact(vec![operation]).await?;
    answers.pop().ok_or_else(|| MemoryError::Failed("it gave no answer".into()))
}

async fn due(bot: &Bot) -> Result<Due, MemoryError> {
    let asked =
        vec![Operation::DueTimers { limit: AT_ONCE }, Operation::DuePosts { limit: AT_ONCE }, Operation::NextDue];
    let mut due = Due::default();
    for answer in bot.ports.memory.transact(asked).await? {
        match answer {
            Answer::Timers(timers) => due.timers = timers,
            Answer::Posts(posts) => due.posts = posts,
            Answer::At(next) => due.next = next,
            _ => {}
        }
    }
    Ok(due)
}

/// Entries that go out together, with what they say.
type Batch = Vec<(Post, Embed)>;

/// For each destination what goes to it, in order, in parts within Discord's limits of a message.
fn batches(posts: Vec<Post>) -> Vec<Vec<Batch>> {
    let mut by_destination: indexmap::IndexMap<String, Vec<Batch>> = indexmap::IndexMap::new();
    for post in posts {
        let embed: Embed = serde_json::from_value(post.payload.clone()).unwrap_or_default();
        let batches = by_destination.entry(post.destination.clone()).or_default();
        match batches.last_mut() {
            Some(last) if last.len() < limit::EMBEDS && length(last) + embed.length() <= limit::EMBED_TOTAL => {
                last.push((post, embed));
            }
            _ => batches.push(vec![(post, embed)]),
        }
    }
    by_destination.into_values().collect()
}

fn length(batch: &Batch) -> usize {
    batch.iter().map(|(_, embed)| embed.length()).sum()
}

/// What goes to one destination: behind what has to wait, the rest waits too.
async fn deliver_all(bot: &Bot, batches: Vec<Batch>) -> Result<(), MemoryError> {
    for batch in batches {
        if !deliver(bot, batch).await? {
            break;
        }
    }
    Ok(())
}

/// Whether the entries are out of the way, delivered or given up; otherwise they wait.
async fn deliver(bot: &Bot, batch: Batch) -> Result<bool, MemoryError> {
    let destination = batch.first().map(|(post, _)| post.destination.clone()).unwrap_or_default();
    let ids: Vec<i64> = batch.iter().map(|(post, _)| post.id).collect();
    let program = bot.program();
    let Some(url) = program.webhooks.get(&destination) else {
        let error = format!("`settings.{destination}` is not set");
        if bot.gone.is_news(&destination, &WebhookUrl(String::new())) {
            tracing::error!(bot = program.name, "{} log entries are given up: {error}; {LOOK_AT_THEM}", ids.len());
        }
        return one(bot, Operation::BuryPosts { ids, error }).await.map(|_| true);
    };
    let message = Message { embeds: batch.iter().map(|(_, embed)| embed.clone()).collect(), ..Message::default() };
    let sent = bot.ports.discord.perform(&Effect::ExecuteWebhook { url: url.clone(), message }).await;
    let operation = match sent {
        Ok(_) => Operation::Posted { ids },
        // One bad entry must not take its neighbours along.
        Err(refusal) if refusal.status == 400 && batch.len() > 1 => return one_by_one(bot, batch).await,
        Err(refusal) => failed(bot, (&destination, url), &batch, ids, &refusal),
    };
    let waits = matches!(operation, Operation::PostponePosts { .. });
    one(bot, operation).await.map(|_| !waits)
}

async fn one_by_one(bot: &Bot, batch: Batch) -> Result<bool, MemoryError> {
    for entry in batch {
        if !Box::pin(deliver(bot, vec![entry])).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn failed(
    bot: &Bot,
    (destination, url): (&str, &WebhookUrl),
    batch: &Batch,
    ids: Vec<i64>,
    refusal: &Refusal,
) -> Operation {
    let attempts = batch.iter().map(|(post, _)| post.attempts).max().unwrap_or(0);
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
            "{} log entries are given up: {} ({refusal}); {LOOK_AT_THEM}",
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
        let sizes: Vec<Vec<usize>> =
            batches(posts).iter().map(|batches| batches.iter().map(Vec::len).collect()).collect();
        assert_eq!(sizes, [vec![10, 2], vec![1, 1]]);
    }

    #[test]
    fn pauses_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!(pause(0, 0), 1_000);
        assert_eq!(pause(3, 0), 8_000);
        assert_eq!(pause(60, 0), LONGEST_PAUSE_MS);
    }
}
