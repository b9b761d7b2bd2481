//! Operations of one transaction, done one after the other on one connection.

use super::dialect::{Found, MOST_VALUES, Sql};
use super::line::Line;
use super::schema::Schema;
use super::shape::Shape;
use crate::flow::memory::{Answer, MemoryError, OnConflict, Operation};
use std::sync::Arc;

/// What is left waiting in its line is for whoever made it to send.
pub struct Work<'a> {
    pub line: Line<'a>,
    pub schema: &'a Schema,
    /// One time for the whole transaction.
    pub now: i64,
}

impl Work<'_> {
    pub async fn perform_all(&mut self, operations: &[Operation]) -> Result<Vec<Answer>, MemoryError> {
        let mut answers = Vec::with_capacity(operations.len());
        for operation in operations {
            let answer = match operation {
                Operation::Checkpoint { run, fresh, keeps, state } => {
                    self.checkpoint(run, *fresh, state, keeps.then_some(&answers))?
                }
                other => self.perform(other).await?,
            };
            answers.push(answer);
        }
        Ok(answers)
    }

    async fn perform(&mut self, operation: &Operation) -> Result<Answer, MemoryError> {
        match operation {
            Operation::Insert { table, guild, rows, on_conflict } => self.insert(table, guild, rows, on_conflict).await,
            Operation::Take { table, guild, filter, set, order, run } => {
                self.take(table, guild, filter, set, order, run).await
            }
            Operation::GiveBack { table, row, run } => self.give_back(table, *row, run).await,
            Operation::Settle { run } => self.settle(run),
            Operation::GiveBackAll { run } => self.give_back_all(run).await,
            Operation::Holds => self.holds().await,
            Operation::Update { table, guild, filter, set } => self.update(table, guild, filter, set).await,
            Operation::Delete { table, guild, filter } => self.delete(table, guild, filter).await,
            Operation::Find { table, guild, filter, order, limit, offset } => {
                self.find(table, guild, filter, order, *limit, *offset).await
            }
            Operation::Count { table, guild, filter } => self.count(table, guild, filter).await,
            Operation::CountBy { table, guild, filter, by } => self.count_by(table, guild, filter, by).await,
            Operation::Distinct { table, guild, filter, column, containing, limit } => {
                self.distinct(table, guild, filter, column, containing, *limit).await
            }
            Operation::OpenTicket { kind, guild, user, user_name, limit } => {
                self.open_ticket(kind, guild, user, user_name, *limit).await
            }
            Operation::TicketChannel { ticket, channel } => self.ticket_channel(*ticket, channel).await,
            Operation::CloseTicket { ticket, by } => self.close_ticket(*ticket, by.as_deref()).await,
            Operation::FindTickets { filter } => self.find_tickets(filter).await,
            Operation::Post { destination, payload } => self.post(destination, payload),
            Operation::DuePosts { limit } => self.due_posts(*limit).await,
            Operation::Posted { ids } => self.posted(ids).await,
            Operation::PostponePosts { ids, at, error } => self.postpone_posts(ids, *at, error).await,
            Operation::BuryPosts { ids, error } => self.bury_posts(ids, error).await,
            Operation::DeadPosts => self.dead_posts().await,
            Operation::SetTimer { at, what } => self.set_timer(*at, what).await,
            Operation::DueTimers { limit } => self.due_timers(*limit).await,
            Operation::TimerDone { id } => self.timer_done(*id).await,
            Operation::PlanSchedules { guild, wanted } => self.plan_schedules(guild, wanted).await,
            Operation::ForgetSchedules { known } => self.forget_schedules(known),
            Operation::ScheduleFired { guild, name, due, next, begins } => {
                self.schedule_fired(guild, name, *due, *next, begins.as_ref()).await
            }
            Operation::NextDue => self.next_due().await,
            Operation::Claim { run } => self.claim(run),
            Operation::Checkpoint { run, fresh, state, .. } => self.checkpoint(run, *fresh, state, None),
            Operation::EndRun { run } => self.end_run(run),
            Operation::SleepRun { run } => self.sleep_run(run),
            Operation::WakeRun { run } => self.wake_run(run).await,
            Operation::SetRunAside { run, trouble } => self.set_run_aside(run, trouble),
            Operation::DecideRun { run, arrived } => self.decide_run(run, *arrived).await,
            Operation::UnfinishedRuns => self.unfinished_runs().await,
            Operation::RunsUnderWay => self.runs_under_way().await,
            Operation::RunsAside => self.runs_aside().await,
            Operation::LostHolds => self.lost_holds().await,
            Operation::ForgetRuns { before } => self.forget_runs(*before),
            Operation::NextLater => self.next_later().await,
            Operation::Timers => self.timers().await,
            Operation::PanelPosted { panel } => self.panel_posted(panel).await,
            Operation::Panels { guild } => self.panels(guild).await,
            Operation::ForgetPanels { guild, channel, message } => {
                self.forget_panels(guild, channel.as_deref(), message.as_deref()).await
            }
            Operation::Note { key, value } => self.note(key, value).await,
            Operation::Noted { key } => self.noted(key).await,
        }
    }

    pub fn shape(&self, table: &str) -> Result<Arc<Shape>, MemoryError> {
        self.schema.shape(table)
    }

    pub async fn rows(&mut self, sql: Sql) -> Result<Vec<Found>, MemoryError> {
        self.line.rows(sql).await
    }

    pub async fn row(&mut self, sql: Sql) -> Result<Option<Found>, MemoryError> {
        Ok(self.rows(sql).await?.into_iter().next())
    }

    /// The first column of the only row.
    pub async fn number(&mut self, sql: Sql) -> Result<Option<i64>, MemoryError> {
        match self.row(sql).await? {
            Some(found) => found.optional_integer(0),
            None => Ok(None),
        }
    }

    /// How many rows it changed.
    pub async fn run(&mut self, sql: Sql) -> Result<u64, MemoryError> {
        self.line.run(sql).await
    }

    /// Done before the next, or when the transaction ends.
    pub fn later(&mut self, sql: Sql) {
        self.line.later(sql);
    }
}

/// Whether they come to a single statement of SQL, which happens or does not happen by itself.
pub fn is_one_statement(operations: &[Operation]) -> bool {
    match operations {
        [Operation::Insert { rows, on_conflict: OnConflict::Fail, .. }] => rows.len() == 1,
        [Operation::Posted { ids }] => ids.len() <= MOST_VALUES,
        [
            Operation::Post { .. }
            | Operation::SetTimer { .. }
            | Operation::TimerDone { .. }
            | Operation::ScheduleFired { .. }
            | Operation::Find { .. }
            | Operation::Count { .. }
            | Operation::CountBy { .. }
            | Operation::Distinct { .. }
            | Operation::FindTickets { .. }
            | Operation::DueTimers { .. }
            | Operation::DeadPosts
            | Operation::Holds
            | Operation::UnfinishedRuns
            | Operation::RunsUnderWay
            | Operation::RunsAside
            | Operation::LostHolds
            | Operation::SleepRun { .. }
            | Operation::SetRunAside { .. }
            | Operation::EndRun { .. }
            | Operation::ForgetRuns { .. }
            | Operation::Timers
            | Operation::PanelPosted { .. }
            | Operation::Panels { .. }
            | Operation::Note { .. }
            | Operation::Noted { .. },
        ] => true,
        _ => false,
    }
}
