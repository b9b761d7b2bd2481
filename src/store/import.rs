//! Rows from elsewhere, in any number: all of them or none.
//!
//! They are checked and staged beside the database first, which holds nobody up, however many they are. Then all of them go
//! in with one transaction, which a running bot waits for.

use super::archive::Archive;
use super::cell;
use super::dialect::{BEGIN, COMMIT, Connection, ROLLBACK, Render as _, command, greater, rows, run};
use super::migrate::migrate;
use super::own_tables::{self, COUNTERS, TICKETS};
use super::shape::{Shape, default};
use super::stage::Stage;
use crate::flow::memory::{MemoryError, Row, Table};
use sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use std::collections::{BTreeSet, HashMap};

/// How many mistakes are kept to be shown; the rest is counted.
pub const SHOWN: usize = 50;

/// Where a row stands in its input, in words: `line 12`.
pub type Place = String;

/// What becomes of a row that breaks a unique rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is imported.
    Fail,
    /// The row is left out; of rows that repeat each other the first counts.
    Skip,
    /// The row that is there gets the values that the input has. Rows that repeat each other are mistakes.
    Update,
}

/// A row as it is given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub place: Place,
    /// An id of its own; otherwise the database gives one.
    pub id: Option<i64>,
    pub guild: Option<i64>,
    pub row: Row,
}

/// Something that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub column: Option<String>,
    /// Holds no value of a secret column.
    pub problem: String,
}

/// What became of the rows for one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub table: String,
    pub inserted: u64,
    pub updated: u64,
    pub skipped: u64,
}

/// An import under way.
pub struct Import<'a> {
    connection: &'a mut Connection,
    targets: Vec<Target>,
    mode: Mode,
    now: i64,
    /// How many tickets of a kind may be open, by its name.
    limits: HashMap<String, u32>,
    problems: Vec<Problem>,
    problem_count: u64,
}

struct Target {
    stage: Stage,
    /// The columns that the first row has.
    given: Option<BTreeSet<String>>,
}

impl<'a> Import<'a> {
    /// Makes room for rows of these tables. `limits` says how many tickets of each kind a user may have open.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin(
        archive: &'a mut Archive,
        tables: &[Table],
        mode: Mode,
        limits: HashMap<String, u32>,
        now: i64,
    ) -> Result<Self, MemoryError> {
        let connection = &mut archive.connection;
        let mut targets = Vec::with_capacity(tables.len());
        for (number, table) in tables.iter().enumerate() {
            let stage = Stage::make(connection, number, Shape::new(table.clone())).await?;
            targets.push(Target { stage, given: None });
        }
        Ok(Self { connection, targets, mode, now, limits, problems: Vec::new(), problem_count: 0 })
    }

    /// Notes a mistake: nothing will be imported.
    pub fn report(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < SHOWN {
            self.problems.push(problem);
        }
    }

    /// The first mistakes, and how many there are.
    pub fn problems(&self) -> (&[Problem], u64) {
        (&self.problems, self.problem_count)
    }

    /// Checks a row for the table of this number, and stages it.
    ///
    /// # Errors
    /// The database fails. What is wrong with the row is a mistake that is noted.
    pub async fn add(&mut self, table: usize, given: Given) -> Result<(), MemoryError> {
        let cells = self.cells(table, &given);
        self.belongs(table, &given);
        self.is_whole(table, &given);
        if self.problem_count > 0 {
            // Nothing will be imported: the rest is checked only.
            return Ok(());
        }
        let global = self.targets[table].stage.shape.table.global;
        let guild = given.guild.filter(|_| !global);
        self.targets[table].stage.add(self.connection, given.place, given.id, guild, cells).await
    }

    fn cells(&mut self, table: usize, given: &Given) -> Vec<cell::Cell> {
        let shape = &self.targets[table].stage.shape;
        let mut written = Vec::with_capacity(shape.table.columns.len() + 2);
        let mut wrong = Vec::new();
        for (name, column) in &shape.table.columns {
            let done = match given.row.get(name) {
                Some(value) => shape.write(name, value, &mut written),
                None => shape.write(name, &default(column, self.now), &mut written),
            };
            wrong.extend(done.err().map(|error| (name.clone(), error)));
        }
        let strange = given.row.keys().filter(|name| !shape.table.columns.contains_key(*name));
        wrong.extend(strange.map(|name| (name.clone(), shape.wrong(name, "is not a column"))));
        for (column, error) in wrong {
            let problem = match error {
                MemoryError::Value { problem, .. } => problem,
                other => other.to_string(),
            };
            self.report(Problem { place: given.place.clone(), column: Some(column), problem });
        }
        written.into_iter().map(|(_, cell)| cell).collect()
    }

    fn belongs(&mut self, table: usize, given: &Given) {
        if !self.targets[table].stage.shape.table.global && given.guild.is_none() {
            let problem = "belongs to a server, and names none: `--guild ID` says which".to_owned();
            self.report(Problem { place: given.place.clone(), column: None, problem });
        }
    }

    /// What only the whole row can tell.
    fn is_whole(&mut self, table: usize, given: &Given) {
        let target = &mut self.targets[table];
        let names: BTreeSet<String> = given.row.keys().cloned().collect();
        let same = *target.given.get_or_insert_with(|| names.clone()) == names;
        let is_ticket = target.stage.shape.name() == TICKETS;
        if self.mode == Mode::Update && !same {
            let problem = "has other columns than the first row: an update has to know which to write".to_owned();
            self.report(Problem { place: given.place.clone(), column: None, problem });
        }
        if is_ticket {
            self.is_whole_ticket(given);
        }
    }

    fn is_whole_ticket(&mut self, given: &Given) {
        let has = |name: &str| given.row.get(name).is_some_and(|value| !value.is_null());
        let kind = given.row.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        let mut wrong = Vec::new();
        if !kind.is_empty() && !self.limits.contains_key(kind) {
            wrong.push(("kind", format!("the bot's file has no tickets `{kind}`")));
        }
        if has("slot") && has("closed_at") {
            wrong.push(("closed_at", "an open ticket has no time of closing".to_owned()));
        }
        if given.row.get("number").and_then(serde_json::Value::as_i64).is_some_and(|number| number < 1) {
            wrong.push(("number", "numbers of tickets begin at 1".to_owned()));
        }
        for (column, problem) in wrong {
            self.report(Problem { place: given.place.clone(), column: Some(column.to_owned()), problem });
        }
    }

    /// Writes everything in one transaction, after making room for the bot's `tables`; with `trial` it is taken back at the
    /// end. Gives nothing when there were mistakes: then nothing was written.
    ///
    /// # Errors
    /// The database fails, or the rows that it has cannot become what the definition says; then nothing was written.
    pub async fn finish(&mut self, tables: &[Table], trial: bool) -> Result<Option<Vec<Imported>>, MemoryError> {
        if self.problem_count > 0 {
            return Ok(None);
        }
        for target in &mut self.targets {
            target.stage.complete(self.connection).await?;
        }
        command(self.connection, BEGIN).await?;
        let written = self.write(tables).await;
        let keep = matches!(written, Ok(Some(_))) && !trial;
        let ended = command(self.connection, if keep { COMMIT } else { ROLLBACK }).await;
        let written = written?;
        ended.map(|()| written)
    }

    async fn write(&mut self, tables: &[Table]) -> Result<Option<Vec<Imported>>, MemoryError> {
        own_tables::make(self.connection).await?;
        migrate(self.connection, tables, self.now).await?;
        for number in 0..self.targets.len() {
            self.targets[number].stage.compare(self.connection).await?;
            self.clashes(number).await?;
            self.slots(number).await?;
        }
        if self.problem_count > 0 {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(self.targets.len());
        for Target { stage, given } in &self.targets {
            let skipped = match self.mode {
                Mode::Skip => stage.count_skipped(self.connection).await?,
                Mode::Fail | Mode::Update => 0,
            };
            let updated = match self.mode {
                Mode::Update => {
                    let has = |name: &str| given.as_ref().is_some_and(|given| given.contains(name));
                    stage.update(self.connection, has).await?
                }
                Mode::Fail | Mode::Skip => 0,
            };
            let inserted = stage.insert(self.connection).await?;
            all.push(Imported { table: stage.shape.name(), inserted, updated, skipped });
        }
        self.count_up().await?;
        Ok(Some(all))
    }

    async fn clashes(&mut self, number: usize) -> Result<(), MemoryError> {
        let also_there = match self.mode {
            Mode::Skip => return Ok(()),
            Mode::Fail => true,
            Mode::Update => false,
        };
        let stage = &self.targets[number].stage;
        let (clashes, count) = stage.clashes(self.connection, also_there, SHOWN as u64).await?;
        self.problem_count += count.saturating_sub(clashes.len() as u64);
        for clash in clashes {
            let same = clash.rule.join(", ");
            let problem = match clash.repeats {
                Some(earlier) => format!("has the same {same} as {earlier}"),
                None => format!("a row with the same {same} is there already"),
            };
            self.report(Problem { place: clash.place, column: None, problem });
        }
        Ok(())
    }

    /// Open tickets get the places that the limit of their kind allows for.
    async fn slots(&mut self, number: usize) -> Result<(), MemoryError> {
        let stage = &self.targets[number].stage;
        if stage.shape.name() != TICKETS {
            return Ok(());
        }
        let mut taken: HashMap<(i64, String, i64), BTreeSet<i64>> = HashMap::new();
        let mut crowded = Vec::new();
        for found in stage.new_with(self.connection, "slot", ["guild_id", "kind", "user_id"]).await? {
            let user = (found.integer(2)?, found.text(3)?, found.integer(4)?);
            if !taken.contains_key(&user) {
                taken.insert(user.clone(), open_slots(self.connection, &user).await?);
            }
            let limit = self.limits.get(&user.1).copied().unwrap_or(1);
            let own = taken.entry(user).or_default();
            let free = (1..).find(|slot| !own.contains(slot)).unwrap_or(1);
            if own.len() >= limit as usize {
                crowded.push((found.text(1)?, limit));
                continue;
            }
            own.insert(free);
            stage.set(self.connection, found.integer(0)?, "slot", free).await?;
        }
        for (place, limit) in crowded {
            let problem = format!("its user has {limit} open already, which is the limit: this one has to be closed");
            self.report(Problem { place, column: None, problem });
        }
        Ok(())
    }

    /// A number that a ticket has is never given again.
    async fn count_up(&mut self) -> Result<(), MemoryError> {
        if !self.targets.iter().any(|target| target.stage.shape.name() == TICKETS) {
            return Ok(());
        }
        let mut highest = Query::select();
        highest.columns(["guild_id", "kind"]).expr(Expr::col("number").max()).from(TICKETS);
        highest.and_where(Expr::col("number").gt(0)).group_by_columns(["guild_id", "kind"]);
        let value = greater(Expr::col((COUNTERS, "value")), Expr::col(("excluded", "value")));
        let mut insert = Query::insert();
        insert.into_table(COUNTERS).columns(["guild_id", "kind", "value"]);
        insert.select_from(highest).map_err(|error| MemoryError::Failed(error.to_string()))?;
        insert.on_conflict(OnConflict::columns(["guild_id", "kind"]).value("value", value).to_owned());
        run(self.connection, insert.sql()).await.map(drop)
    }
}

async fn open_slots(
    connection: &mut Connection,
    (guild, kind, user): &(i64, String, i64),
) -> Result<BTreeSet<i64>, MemoryError> {
    let mut select = Query::select();
    select.column("slot").from(TICKETS).and_where(Expr::col("guild_id").eq(*guild));
    select.and_where(Expr::col("kind").eq(kind.as_str())).and_where(Expr::col("user_id").eq(*user));
    select.and_where(Expr::col("slot").is_not_null());
    rows(connection, select.sql()).await?.iter().map(|found| found.integer(0)).collect()
}
