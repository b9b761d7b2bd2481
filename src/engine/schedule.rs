//! Schedules: what is due happens, once, in each server that the bot is in.

use crate::engine::agenda::Slot;
use crate::engine::bot::{Bot, run_id};
use crate::engine::under_way::Held;
use crate::flow::cause::Cause;
use crate::flow::memory::{Answer, MemoryError, Operation, Plan};
use crate::flow::program::Program;
use crate::flow::run::{Origin, Run};
use crate::flow::schedule::Schedule;
use futures_util::StreamExt as _;
use std::sync::Arc;

/// Servers that are planned in one transaction, and runs that begin in one.
const AT_ONCE: usize = 100;
/// Runs that go on at the same time.
const BESIDE: usize = 16;
/// What is later than this was missed.
const LATE_MS: i64 = 60_000;

/// What is due.
struct Firing {
    slot: Slot,
    due: i64,
    next: i64,
    schedule: Arc<Schedule>,
    /// None when it was missed and is left out.
    run: Option<(Run, Option<Held>)>,
}

/// Asks the database of what is not planned yet, and begins what is due.
pub async fn turn(bot: &Arc<Bot>) -> Result<(), MemoryError> {
    while plan(bot).await? {}
    if bot.stopping.is_cancelled() {
        return Ok(());
    }
    while fire(bot).await? {}
    Ok(())
}

/// Whether there may be more to plan.
async fn plan(bot: &Bot) -> Result<bool, MemoryError> {
    let unplanned = bot.agenda.unplanned(AT_ONCE);
    let program = bot.program();
    let mut operations = Vec::new();
    if unplanned.unswept {
        operations.push(Operation::ForgetSchedules { known: program.schedules.keys().cloned().collect() });
    }
    let now = bot.ports.clock.now();
    let none = |guild: &String| Operation::PlanSchedules { guild: guild.clone(), wanted: Vec::new() };
    operations.extend(unplanned.left.iter().map(none));
    let plans =
        |guild: &String| Operation::PlanSchedules { guild: guild.clone(), wanted: wanted(&program, guild, now) };
    operations.extend(unplanned.guilds.iter().map(plans));
    if operations.is_empty() {
        return Ok(false);
    }
    let answers = bot.ports.memory.transact(operations).await?;
    // A file that was saved meanwhile is another plan.
    if !Arc::ptr_eq(&program, &bot.program()) {
        return Ok(true);
    }
    bot.agenda.swept(&unplanned.left);
    let planned = answers.into_iter().filter_map(|answer| match answer {
        Answer::Planned(plans) => Some(plans),
        _ => None,
    });
    for (guild, plans) in unplanned.guilds.iter().zip(planned.skip(unplanned.left.len())) {
        bot.agenda.plan(guild, plans);
    }
    Ok(true)
}

/// When each schedule would happen first in that server.
fn wanted(program: &Program, guild: &str, now: i64) -> Vec<Plan> {
    let plan = |schedule: &Arc<Schedule>| {
        let rhythm = schedule.rhythm.words.clone();
        Some(Plan { name: schedule.name.clone(), rhythm, due: schedule.rhythm.when.first(now)? })
    };
    program.schedules.values().filter(|schedule| schedule.is_for(guild)).filter_map(plan).collect()
}

/// Begins what is due; tells whether there may be more.
async fn fire(bot: &Arc<Bot>) -> Result<bool, MemoryError> {
    let now = bot.ports.clock.now();
    let due = bot.agenda.begin(now, AT_ONCE);
    if due.is_empty() {
        return Ok(false);
    }
    let program = bot.program();
    let slots: Vec<Slot> = due.iter().map(|(slot, _)| slot.clone()).collect();
    let mut firings = Vec::new();
    for (slot, due) in due {
        firings.extend(firing(bot, &program, slot, due, now).await);
    }
    let known = |slot: &&Slot| firings.iter().any(|firing| firing.slot == **slot);
    slots.iter().filter(|slot| !known(slot)).for_each(|slot| bot.agenda.end(slot));
    let claims = firings.iter_mut().map(claim).collect();
    match bot.ports.memory.transact(claims).await {
        Ok(answers) => begin(bot, firings, &answers),
        Err(error) => {
            firings.iter().for_each(|firing| bot.agenda.end(&firing.slot));
            return Err(error);
        }
    }
    Ok(true)
}

async fn firing(bot: &Bot, program: &Arc<Program>, slot: Slot, due: i64, now: i64) -> Option<Firing> {
    let schedule = Arc::clone(program.schedules.get(&slot.name)?);
    let next = schedule.rhythm.when.next(due, now)?;
    let is_left_out = schedule.skips_missed && now - due > LATE_MS;
    let run = if is_left_out { None } else { Some(run_of(bot, program, &slot).await) };
    Some(Firing { slot, due, next, schedule, run })
}

/// Under way before the database knows of it, so that nobody takes it for one that a process left.
async fn run_of(bot: &Bot, program: &Arc<Program>, slot: &Slot) -> (Run, Option<Held>) {
    let id = run_id(&bot.ports.dice.roll().to_string());
    let names = bot.base_names(program, Some(&slot.guild), &id).await;
    let origin = Origin {
        guild: Some(slot.guild.clone()),
        bot: bot.identity().user,
        trigger: format!("schedule {}", slot.name),
        ..Origin::default()
    };
    let mut run = bot.run(id, program, names, origin);
    run.cause = Some(Cause::Schedule(slot.name.clone()));
    let under_way = bot.under_way.begin(&run.id);
    (run, under_way)
}

/// The row moves on before anything is done: whoever comes second finds it moved. With it begins the run: whoever comes back
/// after a crash carries that to its end.
fn claim(firing: &mut Firing) -> Operation {
    let Slot { guild, name } = firing.slot.clone();
    let begins = firing.run.as_mut().and_then(|(run, _)| run.birth());
    Operation::ScheduleFired { guild, name, due: firing.due, next: firing.next, begins }
}

fn begin(bot: &Arc<Bot>, firings: Vec<Firing>, answers: &[Answer]) {
    let mut runs = Vec::new();
    for (firing, answer) in firings.into_iter().zip(answers) {
        let slot = &firing.slot;
        bot.agenda.move_on(slot, firing.due, firing.next);
        let first = *answer == Answer::Count(1);
        if let Some((mut run, under_way)) = firing.run.filter(|_| first) {
            run.has_begun();
            runs.push((firing.slot, firing.schedule, run, under_way));
            continue;
        }
        bot.agenda.end(slot);
        if first {
            tracing::info!(bot = bot.name(), schedule = slot.name, server = slot.guild, "was missed, and is left out");
        } else {
            // Another process was first, or the row is gone: the database knows when it happens next.
            bot.agenda.arrive(&slot.guild);
        }
    }
    let own = Arc::clone(bot);
    bot.spawn(async move {
        let all = futures_util::stream::iter(runs);
        all.for_each_concurrent(BESIDE, |(slot, schedule, run, under_way)| {
            carry_out(&own, slot, schedule, run, under_way)
        })
        .await;
    });
}

async fn carry_out(bot: &Arc<Bot>, slot: Slot, schedule: Arc<Schedule>, mut run: Run, under_way: Option<Held>) {
    let began = bot.ports.clock.now();
    let trigger = run.origin.trigger.clone();
    match bot.guarded(&mut run, &schedule.block).await {
        Ok(_) => {
            let took = bot.ports.clock.now() - began;
            tracing::info!(run = run.id, trigger, server = slot.guild, took_ms = took, "done");
        }
        Err(failure) => {
            let place = run.place_of_failure();
            tracing::error!(run = run.id, trigger, server = slot.guild, "failed at {place}: {failure}");
            bot.settle_later(run, &failure, under_way).await;
        }
    }
    bot.agenda.end(&slot);
    bot.wake.notify_one();
}
