//! The outbox as its operator sees it: what waits, what was given up, and what is to become of it.

use super::archive::Archive;
use super::dialect::{BEGIN, COMMIT, Found, MOST_VALUES, Render as _, Sql, command, rows, run};
use super::outbox::post;
use super::own_tables::OUTBOX;
use crate::flow::memory::{MemoryError, Post};
use sea_query::{Asterisk, Cond, Expr, ExprTrait as _, Func, Order, Query};

/// An entry of the outbox with what is to become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub post: Post,
    /// Given up: it stays until somebody retries or drops it.
    pub dead: bool,
    /// When it is tried, at the earliest; epoch milliseconds.
    pub next_at: i64,
}

/// How many entries there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u64,
    pub dead: u64,
}

/// Which entries are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    All,
    Ids(Vec<i64>),
}

/// What a retry did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retried {
    /// Dead ones that wait again.
    pub revived: u64,
    /// Waiting ones that do not wait any longer.
    pub hurried: u64,
}

impl Archive {
    /// The oldest entries, at most `limit`, in the order in which they leave.
    ///
    /// # Errors
    /// The database fails.
    pub async fn entries(&mut self, limit: Option<u64>) -> Result<Vec<Entry>, MemoryError> {
        rows(&mut self.connection, select(limit)).await?.iter().map(entry).collect()
    }

    /// # Errors
    /// The database fails.
    pub async fn entry_counts(&mut self) -> Result<Counts, MemoryError> {
        let mut counts = Counts::default();
        for found in rows(&mut self.connection, count()).await? {
            let count = u64::try_from(found.integer(1)?).unwrap_or(0);
            *(if found.integer(0)? != 0 { &mut counts.dead } else { &mut counts.waiting }) = count;
        }
        Ok(counts)
    }

    /// Those of the ids that no entry has: delivered meanwhile, or never there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn unknown_entries(&mut self, ids: &[i64]) -> Result<Vec<i64>, MemoryError> {
        let mut unknown = ids.to_vec();
        for ids in ids.chunks(MOST_VALUES) {
            let mut select = Query::select();
            let sql = select.column("id").from(OUTBOX).and_where(Expr::col("id").is_in(ids.iter().copied())).sql();
            for found in rows(&mut self.connection, sql).await? {
                let there = found.integer(0)?;
                unknown.retain(|id| *id != there);
            }
        }
        Ok(unknown)
    }

    /// Makes entries due now: dead ones wait again, at their old place in the order and with all their attempts before
    /// them.
    ///
    /// # Errors
    /// The database fails; then nothing is changed.
    pub async fn retry_entries(&mut self, which: &Which, now: i64) -> Result<Retried, MemoryError> {
        command(&mut self.connection, BEGIN).await?;
        let mut retried = Retried::default();
        for part in parts(which) {
            retried.hurried += run(&mut self.connection, due(part.clone(), false, now)).await?;
            retried.revived += run(&mut self.connection, due(part, true, now)).await?;
        }
        command(&mut self.connection, COMMIT).await?;
        Ok(retried)
    }

    /// Deletes entries; `which` of all means all that are dead. Gives how many there were.
    ///
    /// # Errors
    /// The database fails; then nothing is changed.
    pub async fn drop_entries(&mut self, which: &Which) -> Result<u64, MemoryError> {
        command(&mut self.connection, BEGIN).await?;
        let mut dropped = 0;
        for part in parts(which) {
            let all = matches!(which, Which::All).then(|| Expr::col("dead").eq(true));
            let sql = Query::delete().from_table(OUTBOX).cond_where(part.add_option(all)).sql();
            dropped += run(&mut self.connection, sql).await?;
        }
        command(&mut self.connection, COMMIT).await?;
        Ok(dropped)
    }
}

fn parts(which: &Which) -> Vec<Cond> {
    match which {
        Which::All => vec![Cond::all()],
        Which::Ids(ids) => {
            ids.chunks(MOST_VALUES).map(|ids| Cond::all().add(Expr::col("id").is_in(ids.iter().copied()))).collect()
        }
    }
}

fn due(which: Cond, dead: bool, now: i64) -> Sql {
    let mut update = Query::update();
    update.table(OUTBOX).value("dead", false).value("next_at", now);
    if dead {
        update.value("attempts", 0);
    }
    update.cond_where(which).and_where(Expr::col("dead").eq(dead)).sql()
}

fn select(limit: Option<u64>) -> Sql {
    let columns = ["id", "destination", "payload", "created_at", "attempts", "error", "dead", "next_at"];
    let mut select = Query::select();
    select.columns(columns).from(OUTBOX).order_by("id", Order::Asc);
    if let Some(limit) = limit {
        select.limit(limit);
    }
    select.sql()
}

fn count() -> Sql {
    let mut select = Query::select();
    select.column("dead").expr(Func::count(Expr::col(Asterisk))).from(OUTBOX).group_by_col("dead").sql()
}

fn entry(found: &Found) -> Result<Entry, MemoryError> {
    Ok(Entry { post: post(found)?, dead: found.integer(6)? != 0, next_at: found.integer(7)? })
}
