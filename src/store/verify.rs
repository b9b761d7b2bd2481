//! The invariants of a database, looked through one by one.

use super::archive::Archive;
use super::cell::Storage;
use super::dialect::{self, Connection, Found, ROLLBACK, Render as _, SNAPSHOT, Sql, command, rows, stream};
use super::name::{fold, folded_column};
use super::own_tables::{COUNTERS, HOLDS, OUTBOX, RUNS, TICKETS, TIMERS};
use super::shape::{Shape, folds};
use crate::flow::memory::{Column, MemoryError, Table};
use futures_util::TryStreamExt as _;
use sea_query::{Asterisk, Cond, Expr, ExprTrait as _, Func, Order, Query, SelectStatement};
use serde_json::Value;
use std::collections::HashMap;

/// Rows that are named in one sentence; more are as wrong, and one is enough to begin with.
const NAMED: u64 = 5;
/// A ticket without a channel may just be on its way to one, and a row may just be on its way to somebody.
const UNDER_WAY_MS: i64 = 15 * 60 * 1_000;
/// Clocks are set now and then.
const CLOCK_MS: i64 = 60_000;

/// What the definition says that must hold.
#[derive(Debug, Clone, Default)]
pub struct Invariants {
    pub tables: Vec<Table>,
    /// How many tickets of a kind may be open at once for one user, by its name.
    pub tickets: HashMap<String, u32>,
    /// Where log entries go.
    pub destinations: Vec<String>,
    /// Epoch milliseconds.
    pub now: i64,
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// `file`, or the name of a table.
    pub of: String,
    pub sentence: String,
}

/// The rows of a table, by the values of a column that takes certain values only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub table: String,
    pub rows: u64,
    /// The column, and how many rows have each value of its own; the last name is empty: no value.
    pub states: Vec<(String, Vec<(String, u64)>)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    pub tallies: Vec<Tally>,
    pub violations: Vec<Violation>,
}

impl Archive {
    /// Looks at one moment of the database, also beside a running bot.
    ///
    /// # Errors
    /// The database fails; damage that it tells of is a violation and no error.
    pub async fn verify(&mut self, invariants: &Invariants) -> Result<Verified, MemoryError> {
        command(&mut self.connection, SNAPSHOT).await?;
        let mut look = Look { archive: self, asked: invariants, found: Verified::default() };
        let looked = look.at_all().await;
        let mut found = look.found;
        match looked {
            Err(MemoryError::Corrupt(what)) => {
                found.violations.push(Violation { of: "file".to_owned(), sentence: format!("is damaged: {what}") });
            }
            other => other?,
        }
        let _nothing_was_changed = command(&mut self.connection, ROLLBACK).await;
        Ok(found)
    }
}

struct Look<'a> {
    archive: &'a mut Archive,
    asked: &'a Invariants,
    found: Verified,
}

impl Look<'_> {
    fn connection(&mut self) -> &mut Connection {
        &mut self.archive.connection
    }

    fn wrong(&mut self, of: &str, sentence: impl Into<String>) {
        self.found.violations.push(Violation { of: of.to_owned(), sentence: sentence.into() });
    }

    async fn at_all(&mut self) -> Result<(), MemoryError> {
        for sentence in dialect::integrity(self.connection()).await? {
            self.wrong("file", format!("is damaged: {sentence}"));
        }
        for table in &self.asked.tables {
            self.at_table(table).await?;
        }
        self.at_holds().await?;
        self.at_numbers().await?;
        self.at_open_tickets().await?;
        self.at_channels().await?;
        self.at_outbox().await?;
        self.at_timers().await
    }

    async fn at_table(&mut self, declared: &Table) -> Result<(), MemoryError> {
        let Some(present) = self.archive.present(declared).await? else { return Ok(()) };
        if !present.missing.is_empty() {
            let missing = present.missing.join("`, `");
            self.wrong(&declared.name, format!("has no `{missing}` yet: the file is newer than the database"));
        }
        let shape = Shape::new(present.table);
        for (name, column) in &shape.table.columns {
            self.at_column(&shape, name, column).await?;
        }
        for rule in &shape.table.unique {
            self.at_rule(&shape, rule).await?;
        }
        let rows = self.archive.count(&declared.name).await?;
        let mut states = Vec::new();
        for (name, _) in shape.table.columns.iter().filter(|(_, column)| !column.one_of.is_empty()) {
            states.push((name.clone(), self.states(&shape, name, rows).await?));
        }
        self.found.tallies.push(Tally { table: declared.name.clone(), rows, states });
        Ok(())
    }

    async fn at_column(&mut self, shape: &Shape, name: &str, column: &Column) -> Result<(), MemoryError> {
        let kinds = dialect::kinds(Storage::from(column.kind)).iter().copied();
        let strange = dialect::kind_of(name).is_not_in(kinds);
        self.no_rows(shape, Cond::all().add(strange), &format!("`{name}` holds a value of another kind")).await?;
        if !column.optional {
            let missing = Cond::all().add(Expr::col(name.to_owned()).is_null());
            self.no_rows(shape, missing, &format!("`{name}` has no value")).await?;
        }
        if !column.one_of.is_empty() {
            let known = column.one_of.iter().map(|one| if folds(column) { fold(one) } else { one.clone() });
            let strange = Cond::all().add(Expr::col(shape.compared(name)).is_not_in(known));
            self.no_rows(shape, strange, &format!("`{name}` is none of {}", column.one_of.join(", "))).await?;
        }
        if folds(column) { self.at_folded(shape, name).await } else { Ok(()) }
    }

    /// What is compared has to be what is shown.
    async fn at_folded(&mut self, shape: &Shape, name: &str) -> Result<(), MemoryError> {
        let mut select = Query::select();
        select.columns(["id".to_owned(), name.to_owned(), folded_column(name)]).from(shape.name());
        let mut strange: Vec<i64> = Vec::new();
        let mut found = stream(&mut self.archive.connection, select.sql())?;
        while let Some(row) = found.try_next().await? {
            if row.optional_text(1)?.map(|text| fold(&text)) != row.optional_text(2)? {
                strange.push(row.integer(0)?);
            }
        }
        drop(found);
        if !strange.is_empty() {
            let count = strange.len() as u64;
            strange.truncate(usize::try_from(NAMED).unwrap_or(usize::MAX));
            let problem = format!("`{name}` is not compared as what it is");
            self.wrong(&shape.name(), format!("{problem} in {}", named(&strange, count)));
        }
        Ok(())
    }

    async fn no_rows(&mut self, shape: &Shape, which: Cond, problem: &str) -> Result<(), MemoryError> {
        let mut select = Query::select();
        select.column("id").from(shape.name()).cond_where(which.clone()).order_by("id", Order::Asc).limit(NAMED);
        let found = rows(self.connection(), select.sql()).await?;
        if found.is_empty() {
            return Ok(());
        }
        let ids = found.iter().map(|row| row.integer(0)).collect::<Result<Vec<_>, _>>()?;
        let count = count(self.connection(), Query::select().from(shape.name()).cond_where(which).take()).await?;
        self.wrong(&shape.name(), format!("{problem} in {}", named(&ids, count)));
        Ok(())
    }

    async fn at_rule(&mut self, shape: &Shape, rule: &[String]) -> Result<(), MemoryError> {
        let columns = shape.unique_columns(rule);
        let mut select = Query::select();
        select.expr(Expr::col("id").min()).expr(Expr::col("id").max()).from(shape.name());
        for column in columns {
            select.and_where(Expr::col(column.clone()).is_not_null()).group_by_col(column);
        }
        select.and_having(Func::count(Expr::col(Asterisk)).gt(1)).limit(NAMED);
        for found in rows(self.connection(), select.sql()).await? {
            let (first, last) = (found.integer(0)?, found.integer(1)?);
            self.wrong(&shape.name(), format!("rows {first} and {last} have the same {}", rule.join(", ")));
        }
        Ok(())
    }

    /// The rows by the values of a column: together they are all rows.
    async fn states(&mut self, shape: &Shape, name: &str, all: u64) -> Result<Vec<(String, u64)>, MemoryError> {
        let compared = shape.compared(name);
        let mut select = Query::select();
        select
            .column(compared.clone())
            .expr(Func::count(Expr::col(Asterisk)))
            .from(shape.name())
            .group_by_col(compared);
        let column = shape.column(name)?.clone();
        let spelled =
            |value: String| column.one_of.iter().find(|one| fold(one) == fold(&value)).cloned().unwrap_or(value);
        let mut states: Vec<(String, u64)> = column.one_of.iter().map(|one| (one.clone(), 0)).collect();
        for found in rows(self.connection(), select.sql()).await? {
            let value = found.optional_text(0)?.map(spelled).unwrap_or_default();
            let count = u64::try_from(found.integer(1)?).unwrap_or(0);
            match states.iter_mut().find(|(state, _)| *state == value) {
                Some((_, known)) => *known += count,
                None => states.push((value, count)),
            }
        }
        let sum: u64 = states.iter().map(|(_, count)| count).sum();
        if sum != all {
            self.wrong(&shape.name(), format!("has {all} rows, but {sum} by `{name}`"));
        }
        Ok(states)
    }

    async fn at_holds(&mut self) -> Result<(), MemoryError> {
        let Some(_) = dialect::columns(self.connection(), HOLDS).await? else { return Ok(()) };
        let runs = self.runs().await?;
        let mut select = Query::select();
        select.columns(["table_name", "row_id", "run", "taken_at", "before"]).from(HOLDS);
        for found in rows(self.connection(), select.sql()).await? {
            let (table, row, run) = (found.text(0)?, found.integer(1)?, found.text(2)?);
            if !self.has_row(&table, row).await? {
                self.wrong(HOLDS, format!("row {row} of `{table}` is held by run {run}, and is not there"));
            }
            if !matches!(serde_json::from_str(&found.text(4)?), Ok(Value::Object(_))) {
                self.wrong(HOLDS, format!("what row {row} of `{table}` was before run {run} took it cannot be read"));
            }
            let forgotten = match &runs {
                Some(runs) => !runs.contains(&run),
                None => self.asked.now - found.integer(3)? > UNDER_WAY_MS,
            };
            if forgotten {
                let look = "look whether it arrived, and decide with `botwright held`";
                self.wrong(HOLDS, format!("row {row} of `{table}` is held by run {run}, which has ended: {look}"));
            }
        }
        Ok(())
    }

    /// The unfinished runs, where the database notes them.
    async fn runs(&mut self) -> Result<Option<Vec<String>>, MemoryError> {
        if dialect::columns(self.connection(), RUNS).await?.is_none() {
            return Ok(None);
        }
        let unfinished = Query::select().column("id").from(RUNS).and_where(Expr::col("state").is_not_null()).sql();
        let found = rows(self.connection(), unfinished).await?;
        found.iter().map(|row| row.text(0)).collect::<Result<_, _>>().map(Some)
    }

    async fn has_row(&mut self, table: &str, row: i64) -> Result<bool, MemoryError> {
        if dialect::columns(self.connection(), table).await?.is_none() {
            return Ok(false);
        }
        let mut select = Query::select();
        let sql = select.column("id").from(table.to_owned()).and_where(Expr::col("id").eq(row)).sql();
        Ok(!rows(self.connection(), sql).await?.is_empty())
    }

    /// No number twice, and none that is still to be given.
    async fn at_numbers(&mut self) -> Result<(), MemoryError> {
        let mut twice = Query::select();
        twice.columns(["kind", "number"]).from(TICKETS).group_by_columns(["guild_id", "kind", "number"]);
        twice.and_having(Func::count(Expr::col(Asterisk)).gt(1)).limit(NAMED);
        for found in rows(self.connection(), twice.sql()).await? {
            let (kind, number) = (found.text(0)?, found.integer(1)?);
            self.wrong(TICKETS, format!("number {number} of `{kind}` stands there twice"));
        }
        let mut given = Query::select();
        given.column("value").from(COUNTERS);
        given.and_where(Expr::col((COUNTERS, "guild_id")).equals((TICKETS, "guild_id")));
        given.and_where(Expr::col((COUNTERS, "kind")).equals((TICKETS, "kind")));
        let mut above = Query::select();
        above.column("kind").expr(Expr::col("number").max()).expr(Expr::from(given)).from(TICKETS);
        above.group_by_columns(["guild_id", "kind"]);
        for found in rows(self.connection(), above.sql()).await? {
            let (kind, number, counter) = (found.text(0)?, found.integer(1)?, found.optional_integer(2)?.unwrap_or(0));
            if number > counter {
                let sentence = format!("number {number} of `{kind}` would be given again: the counter is at {counter}");
                self.wrong(TICKETS, sentence);
            }
        }
        Ok(())
    }

    async fn at_open_tickets(&mut self) -> Result<(), MemoryError> {
        let mut open = Query::select();
        open.columns(["kind", "user_id"]).expr(Func::count(Expr::col(Asterisk))).from(TICKETS);
        open.and_where(Expr::col("slot").is_not_null()).group_by_columns(["guild_id", "kind", "user_id"]);
        for found in rows(self.connection(), open.sql()).await? {
            let (kind, user, count) = (found.text(0)?, found.integer(1)?, found.integer(2)?);
            let limit = self.asked.tickets.get(&kind).copied();
            if limit.is_some_and(|limit| count > i64::from(limit)) {
                let limit = limit.unwrap_or(1);
                self.wrong(TICKETS, format!("user {user} has {count} open tickets of `{kind}`; the limit is {limit}"));
            }
        }
        let mut both = Query::select();
        both.columns(["kind", "number"]).from(TICKETS).and_where(Expr::col("slot").is_not_null());
        both.and_where(Expr::col("closed_at").is_not_null()).limit(NAMED);
        for found in rows(self.connection(), both.sql()).await? {
            let (kind, number) = (found.text(0)?, found.integer(1)?);
            self.wrong(TICKETS, format!("number {number} of `{kind}` is open, and has a time of closing"));
        }
        Ok(())
    }

    async fn at_channels(&mut self) -> Result<(), MemoryError> {
        let mut without = Query::select();
        without.columns(["kind", "number"]).from(TICKETS).and_where(Expr::col("slot").is_not_null());
        without.and_where(Expr::col("channel_id").is_null());
        without.and_where(Expr::col("opened_at").lt(self.asked.now - UNDER_WAY_MS)).limit(NAMED);
        for found in rows(self.connection(), without.sql()).await? {
            let (kind, number) = (found.text(0)?, found.integer(1)?);
            self.wrong(TICKETS, format!("number {number} of `{kind}` is open, and has no channel"));
        }
        let mut shared = Query::select();
        shared.column("channel_id").from(TICKETS).and_where(Expr::col("slot").is_not_null());
        shared.and_where(Expr::col("channel_id").is_not_null()).group_by_col("channel_id");
        shared.and_having(Func::count(Expr::col(Asterisk)).gt(1)).limit(NAMED);
        for found in rows(self.connection(), shared.sql()).await? {
            self.wrong(TICKETS, format!("channel {} belongs to two open tickets", found.integer(0)?));
        }
        Ok(())
    }

    /// Entries leave by their ids, which has to be the order in which they were written.
    async fn at_outbox(&mut self) -> Result<(), MemoryError> {
        let mut select = Query::select();
        select.columns(["id", "destination", "payload", "created_at", "dead"]).from(OUTBOX).order_by("id", Order::Asc);
        let mut latest: HashMap<String, i64> = HashMap::new();
        let mut wrong = Vec::new();
        let mut found = stream(&mut self.archive.connection, select.sql())?;
        while let Some(row) = found.try_next().await? {
            wrong.extend(self.asked.at_entry(&row, &mut latest)?);
        }
        drop(found);
        wrong.into_iter().for_each(|sentence| self.wrong(OUTBOX, sentence));
        Ok(())
    }

    async fn at_timers(&mut self) -> Result<(), MemoryError> {
        let sql = Query::select().columns(["id", "what"]).from(TIMERS).sql();
        for found in rows(self.connection(), sql).await? {
            if !matches!(serde_json::from_str(&found.text(1)?), Ok(Value::Object(_))) {
                self.wrong(TIMERS, format!("timer {} cannot be read", found.integer(0)?));
            }
        }
        Ok(())
    }
}

impl Invariants {
    fn at_entry(&self, row: &Found, latest: &mut HashMap<String, i64>) -> Result<Option<String>, MemoryError> {
        let (id, destination, at) = (row.integer(0)?, row.text(1)?, row.integer(3)?);
        let before = latest.get(&destination).copied().unwrap_or(i64::MIN);
        latest.insert(destination.clone(), std::cmp::Ord::max(at, before));
        Ok(if !matches!(serde_json::from_str(&row.text(2)?), Ok(Value::Object(_))) {
            Some(format!("entry {id} cannot be read"))
        } else if at < before.saturating_sub(CLOCK_MS) {
            Some(format!("entry {id} was written before the one that leaves ahead of it"))
        } else if row.integer(4)? == 0 && !self.destinations.contains(&destination) {
            Some(format!("entry {id} waits for `settings.{destination}`, which no log of the file goes to"))
        } else {
            None
        })
    }
}

async fn count(connection: &mut Connection, mut select: SelectStatement) -> Result<u64, MemoryError> {
    let sql: Sql = select.expr(Func::count(Expr::col(Asterisk))).sql();
    let found = rows(connection, sql).await?;
    let count = found.first().map_or(Ok(0), |found| found.integer(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// "row 3", "rows 3, 4 and 5", "7 rows, such as 1, 2, 3, 4, 5".
fn named(ids: &[i64], count: u64) -> String {
    let list = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    match count {
        1 => format!("row {list}"),
        count if count > ids.len() as u64 => format!("{count} rows, such as {list}"),
        _ => format!("rows {list}"),
    }
}
