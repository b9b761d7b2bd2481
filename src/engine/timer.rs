//! Timers: rows that say what happens when, once, also when the bot was down at that time.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::flow::effect::Effect;
use crate::flow::memory::{Answer, MemoryError, Operation, Timer};
use crate::flow::refusal::{Refusal, code};
use serde_json::{Value, json};
use std::sync::Arc;

const AT_ONCE: u64 = 50;
const MOST_ATTEMPTS: i64 = 12;

/// Fires what is due; tells whether there was anything.
pub async fn fire_due(bot: &Arc<Bot>) -> Result<bool, MemoryError> {
    let Answer::Timers(timers) = one(bot, Operation::DueTimers { limit: AT_ONCE }).await? else { return Ok(false) };
    let any = !timers.is_empty();
    for timer in timers {
        fire(bot, timer).await?;
    }
    Ok(any)
}

async fn fire(bot: &Bot, timer: Timer) -> Result<(), MemoryError> {
    let done = Operation::TimerDone { id: timer.id };
    let Some(channel) = timer.what["delete_channel"].as_str() else {
        tracing::error!("a timer of a kind that this version does not know is dropped: {}", timer.what);
        return one(bot, done).await.map(|_| ());
    };
    let outcome = bot.ports.discord.perform(&Effect::DeleteChannel { channel: channel.to_owned() }).await;
    let mut operations = vec![done];
    match outcome {
        Ok(_) => {}
        Err(refusal) if refusal.code == code::UNKNOWN_CHANNEL => {}
        Err(refusal) => operations.extend(again(bot, &timer, &refusal)),
    }
    bot.ports.memory.transact(operations).await.map(|_| ())
}

/// A later timer for what failed; none when there is no hope.
fn again(bot: &Bot, timer: &Timer, refusal: &Refusal) -> Option<Operation> {
    let attempts = timer.what["attempts"].as_i64().unwrap_or(0) + 1;
    let hopeless = attempts > MOST_ATTEMPTS || matches!(refusal.code, code::MISSING_PERMISSIONS | code::MISSING_ACCESS);
    tracing::error!(bot = bot.name(), "a ticket's channel could not be deleted: {} ({refusal})", refusal.reason());
    if hopeless {
        return None;
    }
    let mut what: Value = timer.what.clone();
    what["attempts"] = json!(attempts);
    Some(Operation::SetTimer { at: bot.ports.clock.now() + 5_000 * (1 << attempts.min(8)), what })
}
