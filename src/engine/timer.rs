//! Timers: rows that say what happens when, once, also when the bot was down at that time.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::flow::effect::Effect;
use crate::flow::memory::{MemoryError, Operation, Timer};
use crate::flow::refusal::{Refusal, code};
use serde_json::{Value, json};
use std::sync::Arc;

const MOST_ATTEMPTS: i64 = 12;

/// Fires what is due.
pub async fn fire(bot: &Arc<Bot>, timers: Vec<Timer>) -> Result<(), MemoryError> {
    for timer in timers {
        fire_one(bot, timer).await?;
    }
    Ok(())
}

async fn fire_one(bot: &Bot, timer: Timer) -> Result<(), MemoryError> {
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
        tracing::error!(
            bot = bot.name(),
            channel = timer.what["delete_channel"].as_str(),
            "its deletion is given up until the next start: let the bot manage channels, or delete it by hand"
        );
        return None;
    }
    let mut what: Value = timer.what.clone();
    what["attempts"] = json!(attempts);
    Some(Operation::SetTimer { at: bot.ports.clock.now() + 5_000 * (1 << attempts.min(8)), what })
}
