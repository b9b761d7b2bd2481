//! Rows that runs hold, as an operator sees and settles them.

use super::archive::Archive;
use super::dialect::{BEGIN, COMMIT, Found, ROLLBACK, Render as _, Sql, command, rows};
use super::line::Line;
use super::own_tables::{HOLDS, RUNS};
use super::schema::Schema;
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError};
use sea_query::{Expr, ExprTrait as _, JoinType, Order, Query};
use serde_json::Value;

/// A row that a run has taken, and that is neither settled nor given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub run: String,
    pub table: String,
    pub row: i64,
    /// Epoch milliseconds.
    pub taken_at: i64,
    /// What caused the run, where it is on record: `/send`.
    pub trigger: Option<String>,
    /// What only the owner can tell.
    pub trouble: Option<String>,
}

impl Held {
    /// Whether somebody has to decide; others are carried to their end by the bot.
    pub fn is_stuck(&self) -> bool {
        self.trouble.is_some() || self.trigger.is_none()
    }
}

impl Archive {
    /// All held rows, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn held(&mut self) -> Result<Vec<Held>, MemoryError> {
        rows(&mut self.connection, all()).await?.iter().map(held).collect()
    }

    /// The owner tells whether what a run sent arrived: its rows stay as they are or go back, and the run goes on when its
    /// bot runs. Tells whether there was anything to decide.
    ///
    /// # Errors
    /// The database fails; then nothing was decided.
    pub async fn decide(&mut self, run: &str, arrived: bool, now: i64) -> Result<bool, MemoryError> {
        command(&mut self.connection, BEGIN).await?;
        let decided = self.decided(run, arrived, now).await;
        let end = if decided.is_ok() { COMMIT } else { ROLLBACK };
        command(&mut self.connection, end).await?;
        decided
    }

    async fn decided(&mut self, run: &str, arrived: bool, now: i64) -> Result<bool, MemoryError> {
        let schema = Schema::default();
        let mut work = Work { line: Line::new(&mut self.connection), schema: &schema, now };
        let answer = work.decide_run(run, arrived).await?;
        work.line.send().await?;
        Ok(answer != Answer::Count(0))
    }
}

fn all() -> Sql {
    let mut select = Query::select();
    select
        .columns([(HOLDS, "run"), (HOLDS, "table_name"), (HOLDS, "row_id"), (HOLDS, "taken_at")])
        .columns([(RUNS, "state"), (RUNS, "trouble")])
        .from(HOLDS)
        .join(JoinType::LeftJoin, RUNS, Expr::col((RUNS, "id")).equals((HOLDS, "run")))
        .order_by((HOLDS, "taken_at"), Order::Asc)
        .order_by((HOLDS, "row_id"), Order::Asc);
    select.sql()
}

fn held(found: &Found) -> Result<Held, MemoryError> {
    let state = found.optional_text(4)?.and_then(|state| serde_json::from_str::<Value>(&state).ok());
    let trigger = state.map(|state| state["origin"]["trigger"].as_str().unwrap_or_default().to_owned());
    Ok(Held {
        run: found.text(0)?,
        table: found.text(1)?,
        row: found.integer(2)?,
        taken_at: found.integer(3)?,
        trigger,
        trouble: found.optional_text(5)?,
    })
}
