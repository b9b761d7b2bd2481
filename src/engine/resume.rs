//! Runs that an earlier process, a sleep or a failure left unfinished, carried to their end.

use crate::action::{close_ticket, open_ticket};
use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::engine::under_way::Held;
use crate::flow::answer::Answer;
use crate::flow::cause::Cause;
use crate::flow::checkpoint::Checkpoint;
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer as MemoryAnswer, Hold, Memory, MemoryError, Operation, UnfinishedRun};
use crate::flow::program::Program;
use crate::flow::run::Run;
use crate::flow::step::{Block, Next};
use crate::flow::template::Scope;
use serde_json::{Map, json};
use std::collections::HashSet;
use std::sync::Arc;

/// Discord delivers an interaction again within minutes; what has begun is remembered for that long.
const REMEMBERED_MS: i64 = 60 * 60 * 1_000;

/// What waits for the owner's decision is told at each start.
pub async fn report(bot: &Bot) -> Result<(), MemoryError> {
    for answer in bot.ports.memory.transact(vec![Operation::RunsAside, Operation::LostHolds]).await? {
        match answer {
            MemoryAnswer::Runs(aside) => aside.into_iter().for_each(|run| tell_aside(bot, &run)),
            MemoryAnswer::Holds(lost) => lost.into_iter().for_each(|hold| tell_lost(bot, &hold)),
            _ => {}
        }
    }
    Ok(())
}

fn tell_aside(bot: &Bot, run: &UnfinishedRun) {
    let trouble = run.trouble.as_deref().unwrap_or_default();
    tracing::warn!(bot = bot.name(), run = run.id, "waits for your decision: `botwright held list` ({trouble})");
}

fn tell_lost(bot: &Bot, hold: &Hold) {
    tracing::warn!(
        bot = bot.name(),
        run = hold.run,
        table = hold.table,
        row = hold.row,
        "an older version left a taken row: look whether it arrived, and decide with `botwright held`"
    );
}

/// Between two looks while the database fails.
const AGAIN_MS: i64 = 10_000;

/// Carries on what no process is at work on.
pub async fn sweep(bot: &Arc<Bot>) {
    match unfinished(bot).await {
        Ok(runs) => {
            for run in runs {
                begin(bot, run);
            }
        }
        Err(error) => {
            tracing::error!(bot = bot.name(), "unfinished runs could not be looked for: {error}");
            again(bot);
        }
    }
}

/// Looks again in a while.
fn again(bot: &Arc<Bot>) {
    let later = Arc::clone(bot);
    bot.spawn(async move {
        let clock = &later.ports.clock;
        tokio::select! {
            () = clock.sleep_until(clock.now() + AGAIN_MS) => Box::pin(sweep(&later)).await,
            () = later.stopping.cancelled() => {}
        }
    });
}

/// Whose runs are under way, awake or asleep, so that their tickets may be being opened: by server and user.
pub async fn openers(memory: &dyn Memory) -> Result<HashSet<(String, String)>, MemoryError> {
    let mut openers = HashSet::new();
    for answer in memory.transact(vec![Operation::RunsUnderWay]).await? {
        let MemoryAnswer::Runs(runs) = answer else { continue };
        for checkpoint in runs.iter().filter_map(Checkpoint::read) {
            let origin = checkpoint.origin.into_owned();
            if let (Some(guild), Some(who)) = (origin.guild, origin.who) {
                openers.insert((guild, who.user));
            }
        }
    }
    Ok(openers)
}

/// Forgets runs that have long been over.
pub async fn forget(bot: &Bot) -> Result<(), MemoryError> {
    one(bot, Operation::ForgetRuns { before: bot.ports.clock.now() - REMEMBERED_MS }).await.map(drop)
}

async fn unfinished(bot: &Bot) -> Result<Vec<UnfinishedRun>, MemoryError> {
    forget(bot).await?;
    match one(bot, Operation::UnfinishedRuns).await? {
        MemoryAnswer::Runs(runs) => Ok(runs),
        _ => Ok(Vec::new()),
    }
}

/// A run wakes; nothing happens when it woke before.
pub async fn wake(bot: &Arc<Bot>, run: &str, timer: i64) -> Result<(), MemoryError> {
    let operations = vec![Operation::WakeRun { run: run.to_owned() }, Operation::TimerDone { id: timer }];
    for answer in bot.ports.memory.transact(operations).await? {
        if let MemoryAnswer::Runs(runs) = answer {
            for run in runs {
                begin(bot, run);
            }
        }
    }
    Ok(())
}

fn begin(bot: &Arc<Bot>, kept: UnfinishedRun) {
    let Some(under_way) = bot.under_way.begin(&kept.id) else { return };
    let carrier = Arc::clone(bot);
    bot.spawn(async move { carry_on(&carrier, kept, under_way).await });
}

async fn carry_on(bot: &Arc<Bot>, kept: UnfinishedRun, under_way: Held) {
    let Some(checkpoint) = Checkpoint::read(&kept) else {
        tracing::error!(bot = bot.name(), run = kept.id, "another version left it unfinished, and it cannot be read");
        let trouble = "another version of Botwright left it unfinished".to_owned();
        let aside = Operation::SetRunAside { run: kept.id, trouble };
        if let Err(error) = one(bot, aside).await {
            tracing::error!("nor could it be set aside: {error}");
        }
        return;
    };
    let program = bot.program();
    let mut run = bot.run(kept.id.clone(), &program, Map::new(), checkpoint.origin.clone().into_owned());
    run.scope = Scope::from(checkpoint.names.clone().into_owned());
    if checkpoint.over {
        run.scope.bind("now", json!(bot.ports.clock.now()));
    }
    let asked = checkpoint.interaction.clone();
    run.answer = asked.map(|asked| Arc::new(Answer::again(asked, !checkpoint.over, Arc::clone(&bot.ports.discord))));
    let cause = checkpoint.cause.clone().into_owned();
    run.resume(checkpoint, &kept);
    tracing::info!(bot = program.name, run = run.id, trigger = run.origin.trigger, "goes on where it was");
    let outcome = match steps(&program, &cause) {
        Some(Steps::Kept(block)) => bot.guarded(&mut run, block).await,
        Some(Steps::Made(block)) => bot.guarded(&mut run, &block).await,
        None => bot.guarded(&mut run, &Block::default()).await.and(Err(Failure::Moved)),
    };
    finish(bot, run, outcome, under_way).await;
}

async fn finish(bot: &Arc<Bot>, run: Run, outcome: Result<Next, Failure>, under_way: Held) {
    let trigger = run.origin.trigger.clone();
    match outcome {
        Ok(Next::Asleep) => {}
        Ok(_) => {
            tracing::info!(run = run.id, trigger, "done");
            if let Some(answer) = &run.answer
                && let Err(refusal) = answer.finish().await
            {
                tracing::debug!(run = run.id, "nobody waits for an answer any more: {refusal}");
            }
        }
        Err(failure) => {
            let answer = run.answer.as_ref().map(Arc::clone);
            bot.failed(&run, answer.as_deref(), &trigger, &failure).await;
            bot.settle_later(run, &failure, Some(under_way)).await;
        }
    }
}

/// The steps that a run does, in the file as it is now.
enum Steps<'p> {
    Kept(&'p Block),
    Made(Block),
}

fn steps<'p>(program: &'p Program, cause: &Cause) -> Option<Steps<'p>> {
    Some(match cause {
        Cause::Command(path) => Steps::Kept(&program.commands.get(path)?.handler.block),
        Cause::Button(name) => Steps::Kept(&program.buttons.get(name)?.handler.block),
        Cause::Select(name) => Steps::Kept(&program.selects.get(name)?.handler.block),
        Cause::Modal(name) => Steps::Kept(&program.modals.get(name)?.handler.block),
        Cause::Event(trigger, index) => Steps::Kept(&program.events.get(trigger)?.get(*index)?.block),
        Cause::Schedule(name) => Steps::Kept(&program.schedules.get(name)?.block),
        Cause::OpenTicket(kind) => {
            program.tickets.get(kind)?;
            Steps::Made(open_ticket::block(kind))
        }
        Cause::AdoptTicket(ticket, channel) => {
            program.tickets.get(&ticket.kind)?;
            Steps::Made(open_ticket::adoption(ticket, channel))
        }
        Cause::CloseTicket(kind) => Steps::Made(close_ticket::block(kind)),
    })
}
