//! Timers: rows that say what happens when, once, also when the bot was down at that time.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::engine::resume;
use crate::flow::memory::{MemoryError, Operation, Timer};
use crate::flow::refusal::{Refusal, code};
use crate::flow::timer::{Errand, What};
use std::sync::Arc;

const MOST_ATTEMPTS: u32 = 12;
const FIRST_PAUSE_MS: i64 = 5_000;

/// Fires what is due.
pub async fn fire(bot: &Arc<Bot>, timers: Vec<Timer>) -> Result<(), MemoryError> {
    for timer in timers {
        fire_one(bot, timer).await?;
    }
    Ok(())
}

async fn fire_one(bot: &Arc<Bot>, timer: Timer) -> Result<(), MemoryError> {
    if let What::Wake(run) = &timer.what.what {
        return resume::wake(bot, run, timer.id).await;
    }
    let done = Operation::TimerDone { id: timer.id };
    let Some(effect) = timer.what.what.effect(bot.ports.clock.now()) else {
        dropped(bot, &timer.what.what);
        return one(bot, done).await.map(|_| ());
    };
    let mut operations = vec![done];
    if let Err(refusal) = bot.ports.discord.perform(&effect).await
        && !is_gone(&refusal)
    {
        operations.extend(again(bot, &timer.what, &refusal));
    }
    bot.ports.memory.transact(operations).await.map(|_| ())
}

fn dropped(bot: &Bot, what: &What) {
    match what {
        What::Unknown(word) => {
            tracing::error!(bot = bot.name(), "a timer of a kind that this version does not know is dropped: {word}");
        }
        late => {
            tracing::warn!(bot = bot.name(), "{} came due too late to be deleted, and stays", late.thing());
        }
    }
}

/// What was to be deleted is not there any more, which is what was wanted.
fn is_gone(refusal: &Refusal) -> bool {
    matches!(refusal.code, code::UNKNOWN_CHANNEL | code::UNKNOWN_MESSAGE) || refusal.is_gone()
}

fn give_up(bot: &Bot, what: &What) {
    match what {
        What::DeleteChannel(channel) => tracing::error!(
            bot = bot.name(),
            channel,
            "its deletion is given up until the next start: let the bot manage channels, or delete it by hand"
        ),
        _ => tracing::error!(bot = bot.name(), "its deletion is given up: it stays until somebody deletes it by hand"),
    }
}

/// A later timer for what failed; none when there is no hope.
fn again(bot: &Bot, errand: &Errand, refusal: &Refusal) -> Option<Operation> {
    let attempts = errand.attempts + 1;
    let hopeless = attempts > MOST_ATTEMPTS || matches!(refusal.code, code::MISSING_PERMISSIONS | code::MISSING_ACCESS);
    let thing = errand.what.thing();
    tracing::error!(bot = bot.name(), "{thing} could not be deleted: {} ({refusal})", refusal.reason());
    if hopeless {
        give_up(bot, &errand.what);
        return None;
    }
    let at = bot.ports.clock.now() + FIRST_PAUSE_MS * (1 << attempts.min(8));
    Some(Operation::SetTimer { at, what: Errand { what: errand.what.clone(), attempts } })
}
