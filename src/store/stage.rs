//! Where rows wait before they are imported: a table of the connection's own, beside the database, which nobody else sees
//! and which locks nothing.

use super::cell::{Cell, Storage};
use super::dialect::{BUILDER, Connection, MOST_VALUES, Render as _, Sql, define, row, rows, run};
use super::name::folded_column;
use super::shape::{Shape, folds};
use crate::flow::memory::MemoryError;
use sea_query::{
    ColumnDef, Cond, Expr, ExprTrait as _, Func, Index, Order, Query, SelectStatement, Table as Statement,
};

const ROW: &str = "bw_row";
const PLACE: &str = "bw_place";
/// The row of the database that is in the way.
const THERE: &str = "bw_there";
/// The earlier row of the same input that is in the way.
const REPEATS: &str = "bw_repeats";
/// Which rule says so.
const RULE: &str = "bw_rule";

/// How many rows go in with one statement at most.
const TOGETHER: usize = 500;

/// The rows for one table.
pub struct Stage {
    name: String,
    pub shape: Shape,
    /// The stored columns, in the order of [`Shape::complete`].
    stored: Vec<(String, Storage)>,
    waiting: Vec<Vec<Cell>>,
    /// Some row has an id of its own.
    pub has_ids: bool,
}

/// A row that breaks a rule.
pub struct Clash {
    pub place: String,
    /// The columns of the rule.
    pub rule: Vec<String>,
    /// Where the row stands that it repeats; none when that is a row of the database.
    pub repeats: Option<String>,
}

impl Stage {
    pub async fn make(connection: &mut Connection, number: usize, shape: Shape) -> Result<Self, MemoryError> {
        let mut stored = Vec::new();
        for (name, column) in &shape.table.columns {
            if folds(column) {
                stored.push((folded_column(name), Storage::Text));
            }
            stored.push((name.clone(), column.kind.into()));
        }
        let stage = Self { name: format!("bw_stage_{number}"), shape, stored, waiting: Vec::new(), has_ids: false };
        define(connection, Statement::drop().if_exists().table(stage.name.clone()).build(BUILDER)).await?;
        define(connection, stage.create()).await?;
        Ok(stage)
    }

    fn create(&self) -> String {
        let mut create = Statement::create();
        create.table(self.name.clone()).temporary();
        create.col(ColumnDef::new(ROW).big_integer().not_null().auto_increment().primary_key());
        create.col(ColumnDef::new(PLACE).text().not_null());
        for name in [THERE, REPEATS, RULE, "id", "guild_id"] {
            create.col(ColumnDef::new(name).big_integer());
        }
        for (name, storage) in &self.stored {
            let mut column = ColumnDef::new(name.clone());
            match storage {
                Storage::Integer | Storage::Boolean => column.big_integer(),
                Storage::Real => column.double(),
                Storage::Text => column.text(),
            };
            create.col(column);
        }
        create.build(BUILDER)
    }

    /// Takes a row in, whose cells are in the order of the stored columns.
    pub async fn add(
        &mut self,
        connection: &mut Connection,
        place: String,
        id: Option<i64>,
        guild: Option<i64>,
        cells: Vec<Cell>,
    ) -> Result<(), MemoryError> {
        self.has_ids |= id.is_some();
        let number = |number: Option<i64>| number.map_or(Cell::Null, Cell::Integer);
        self.waiting.push([Cell::Text(place), number(id), number(guild)].into_iter().chain(cells).collect());
        let width = self.stored.len() + 3;
        if self.waiting.len() < (MOST_VALUES / width).clamp(1, TOGETHER) {
            return Ok(());
        }
        // Always as many at once, so that the statement is always the same.
        let sql = self.insert_waiting();
        run(connection, sql).await.map(drop)
    }

    fn insert_waiting(&mut self) -> Sql {
        let mut insert = Query::insert();
        let columns = [PLACE, "id", "guild_id"].map(str::to_owned).into_iter();
        insert.into_table(self.name.clone()).columns(columns.chain(self.stored.iter().map(|(name, _)| name.clone())));
        for row in self.waiting.drain(..) {
            insert.values_panic(row.into_iter().map(Expr::from));
        }
        insert.sql()
    }

    /// Everything is in: rows that repeat an earlier one are marked.
    pub async fn complete(&mut self, connection: &mut Connection) -> Result<(), MemoryError> {
        if !self.waiting.is_empty() {
            let sql = self.insert_waiting().once();
            run(connection, sql).await?;
        }
        for (number, rule) in self.rules().iter().enumerate() {
            let columns = self.compared(rule);
            let mut index = Index::create();
            index.name(format!("{}_{number}", self.name)).table(self.name.clone());
            for column in columns.iter().map(String::as_str).chain([ROW]) {
                index.col(column.to_owned());
            }
            define(connection, index.build(BUILDER)).await?;
            let mut earlier = Query::select();
            earlier.expr(Expr::col(("earlier", ROW)).min()).from_as(self.name.clone(), "earlier");
            earlier.cond_where(self.same("earlier", &columns));
            earlier.and_where(Expr::col(("earlier", ROW)).lt(Expr::col((self.name.clone(), ROW))));
            self.mark(connection, REPEATS, earlier, number).await?;
        }
        Ok(())
    }

    /// Marks the rows that a row of the database is in the way of.
    pub async fn compare(&self, connection: &mut Connection) -> Result<(), MemoryError> {
        for (number, rule) in self.rules().iter().enumerate() {
            let mut there = Query::select();
            there.column(("there", "id")).from_as(self.shape.name(), "there");
            there.cond_where(self.same("there", &self.compared(rule))).limit(1);
            self.mark(connection, THERE, there, number).await?;
        }
        Ok(())
    }

    async fn mark(
        &self,
        connection: &mut Connection,
        what: &'static str,
        found: SelectStatement,
        rule: usize,
    ) -> Result<(), MemoryError> {
        let mut update = Query::update();
        update.table(self.name.clone()).value(what, Expr::from(found));
        run(connection, update.and_where(Expr::col(what).is_null()).sql()).await?;
        let rule = i64::try_from(rule).unwrap_or(i64::MAX);
        let mut update = Query::update();
        update.table(self.name.clone()).value(RULE, rule).and_where(Expr::col(RULE).is_null());
        run(connection, update.and_where(Expr::col(what).is_not_null()).sql()).await.map(drop)
    }

    /// The unique rules; an id that the input gives is one too.
    fn rules(&self) -> Vec<Vec<String>> {
        let ids = self.has_ids.then(|| vec!["id".to_owned()]);
        ids.into_iter().chain(self.shape.table.unique.iter().cloned()).collect()
    }

    fn compared(&self, rule: &[String]) -> Vec<String> {
        self.shape.unique_columns(rule)
    }

    /// What is missing is equal to nothing.
    fn same(&self, other: &'static str, columns: &[String]) -> Cond {
        let same = |column: &String| Expr::col((other, column.clone())).equals((self.name.clone(), column.clone()));
        columns.iter().fold(Cond::all(), |all, column| all.add(same(column)))
    }

    /// The first rows that are marked as repeating one, or as being there as well; and how many there are.
    pub async fn clashes(
        &self,
        connection: &mut Connection,
        also_there: bool,
        most: u64,
    ) -> Result<(Vec<Clash>, u64), MemoryError> {
        let marked = || {
            let repeats = Expr::col((self.name.clone(), REPEATS)).is_not_null();
            Cond::any().add(repeats).add_option(also_there.then(|| Expr::col((self.name.clone(), THERE)).is_not_null()))
        };
        let mut earlier = Query::select();
        earlier.column(("earlier", PLACE)).from_as(self.name.clone(), "earlier");
        earlier.and_where(Expr::col(("earlier", ROW)).equals((self.name.clone(), REPEATS)));
        let mut select = Query::select();
        select.column(PLACE).column(RULE).expr(Expr::from(earlier)).from(self.name.clone());
        select.cond_where(marked()).order_by(ROW, Order::Asc).limit(most);
        let rules = self.rules();
        let clash = |found: &super::dialect::Found| {
            let rule = usize::try_from(found.integer(1)?).unwrap_or(usize::MAX);
            let rule = rules.get(rule).cloned().unwrap_or_default();
            Ok(Clash { place: found.text(0)?, rule, repeats: found.optional_text(2)? })
        };
        let clashes = rows(connection, select.sql()).await?.iter().map(clash).collect::<Result<_, MemoryError>>()?;
        Ok((clashes, self.count(connection, marked()).await?))
    }

    async fn count(&self, connection: &mut Connection, which: Cond) -> Result<u64, MemoryError> {
        let mut select = Query::select();
        select.expr(Func::count(Expr::col(sea_query::Asterisk))).from(self.name.clone()).cond_where(which);
        let count = row(connection, select.sql()).await?.map_or(Ok(0), |found| found.integer(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn new_ones() -> Cond {
        Cond::all().add(Expr::col(THERE).is_null()).add(Expr::col(REPEATS).is_null())
    }

    /// How many rows stay out when those that break a rule do.
    pub async fn count_skipped(&self, connection: &mut Connection) -> Result<u64, MemoryError> {
        self.count(connection, Self::new_ones().not()).await
    }

    /// Puts the rows into the table that nothing is in the way of, in the order of the input.
    pub async fn insert(&self, connection: &mut Connection) -> Result<u64, MemoryError> {
        let guild = (!self.shape.table.global).then(|| "guild_id".to_owned());
        let own = guild.into_iter().chain(self.has_ids.then(|| "id".to_owned()));
        let columns: Vec<String> = own.chain(self.stored.iter().map(|(name, _)| name.clone())).collect();
        let mut select = Query::select();
        select.columns(columns.clone()).from(self.name.clone()).cond_where(Self::new_ones());
        select.order_by(ROW, Order::Asc);
        let mut insert = Query::insert();
        insert.into_table(self.shape.name()).columns(columns);
        insert.select_from(select).map_err(|error| MemoryError::Failed(error.to_string()))?;
        run(connection, insert.sql()).await
    }

    /// Writes these columns of the input to the rows that are there.
    pub async fn update(&self, connection: &mut Connection, given: impl Fn(&str) -> bool) -> Result<u64, MemoryError> {
        let declared = |stored: &str| given(super::name::declared_column(stored));
        let columns: Vec<&String> = self.stored.iter().map(|(name, _)| name).filter(|name| declared(name)).collect();
        if columns.is_empty() {
            return Ok(0);
        }
        let mut update = Query::update();
        update.table(self.shape.name()).from(self.name.clone());
        for column in columns {
            update.value(column.clone(), Expr::col((self.name.clone(), column.clone())));
        }
        update.and_where(Expr::col((self.name.clone(), THERE)).equals((self.shape.name(), "id".to_owned())));
        run(connection, update.sql()).await
    }

    /// The new rows that have a value in this column: their numbers and places, and integers of theirs.
    pub async fn new_with<const N: usize>(
        &self,
        connection: &mut Connection,
        column: &'static str,
        shown: [&'static str; N],
    ) -> Result<Vec<super::dialect::Found>, MemoryError> {
        let mut select = Query::select();
        select.columns([ROW, PLACE]).columns(shown).from(self.name.clone()).cond_where(Self::new_ones());
        select.and_where(Expr::col(column).is_not_null()).order_by(ROW, Order::Asc);
        rows(connection, select.sql()).await
    }

    /// Writes a number into a waiting row.
    pub async fn set(
        &self,
        connection: &mut Connection,
        row: i64,
        column: &'static str,
        value: i64,
    ) -> Result<(), MemoryError> {
        let mut update = Query::update();
        update.table(self.name.clone()).value(column, value).and_where(Expr::col(ROW).eq(row));
        run(connection, update.sql()).await.map(drop)
    }
}
