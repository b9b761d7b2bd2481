//! Making room for an author's tables: what is missing is created, what is there grows in place.
//!
//! Which values a column takes, and whether it may be empty, is checked by the store and not by the database: SQLite
//! cannot change such a rule of a table that is there, and an author may change both at any time.

use super::cell::{self, Cell, Storage};
use super::dialect::{self, BUILDER, Connection, Render as _, Sql, define, row, rows, run, type_name};
use super::index;
use super::name::{self, fold, folded_column, reserved};
use super::own_tables;
use super::shape::{Shape, default, folds};
use crate::flow::memory::{Column, MemoryError, Table};
use sea_query::{Asterisk, ColumnDef, Expr, ExprTrait as _, Func, Index, Order, Query, Table as Statement};
use std::collections::HashSet;
use std::sync::Arc;

/// How many rows are folded between two looks at the table.
const FOLDED_AT_ONCE: u64 = 500;

/// All of it happens in the transaction that the caller opened.
pub async fn migrate(connection: &mut Connection, tables: &[Table], now: i64) -> Result<Vec<Arc<Shape>>, MemoryError> {
    check_names(tables)?;
    let mut shapes = Vec::with_capacity(tables.len());
    for table in tables {
        let shape = Shape::new(table.clone());
        Growth { connection, shape: &shape, now }.grow().await?;
        shapes.push(Arc::new(shape));
    }
    Ok(shapes)
}

fn check_names(tables: &[Table]) -> Result<(), MemoryError> {
    check_distinct("table", tables.iter().map(|table| &table.name))?;
    for table in tables {
        check_distinct(&format!("column of `{}`", table.name), table.columns.keys())?;
        let name = &table.name;
        if let Some(column) = table.unique.iter().flatten().find(|column| !table.columns.contains_key(*column)) {
            return Err(failed(format!("`{column}`, which `{name}` wants to be unique, is not a column")));
        }
        if table.unique.iter().any(Vec::is_empty) {
            return Err(failed(format!("a unique rule of `{name}` names no column")));
        }
    }
    Ok(())
}

/// The database tells no names apart that differ in case only.
fn check_distinct<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), MemoryError> {
    let mut seen = HashSet::new();
    for name in names {
        if reserved(name) || name.is_empty() {
            return Err(failed(format!("no {what} can be named `{name}`: the engine uses that name itself")));
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(failed(format!("two times a {what} is named `{name}`; case does not tell them apart")));
        }
    }
    Ok(())
}

struct Growth<'a> {
    connection: &'a mut Connection,
    shape: &'a Shape,
    now: i64,
}

impl Growth<'_> {
    async fn grow(&mut self) -> Result<(), MemoryError> {
        let shape = self.shape;
        let Some(there) = dialect::columns(self.connection, &shape.table.name).await? else {
            define(self.connection, create(shape)).await?;
            self.unique_rules().await?;
            return self.indexes().await;
        };
        self.check_ours(&there)?;
        self.drop_old_indexes().await?;
        for (name, column) in &shape.table.columns {
            self.column(name, column, &there).await?;
        }
        self.unique_rules().await?;
        self.indexes().await
    }

    async fn indexes(&mut self) -> Result<(), MemoryError> {
        for index in &self.shape.table.indexes {
            index::declare(self.connection, self.shape, index).await?;
        }
        Ok(())
    }

    /// A table of that name that somebody else made, or one with another scope, cannot be grown.
    fn check_ours(&self, there: &[(String, String)]) -> Result<(), MemoryError> {
        let table = &self.shape.table;
        let name = &table.name;
        if find(there, "id").is_none() {
            return Err(failed(format!("the database has a table `{name}` already that is not Botwright's")));
        }
        match (find(there, "guild_id").is_some(), table.global) {
            (true, true) => Err(failed(format!("`{name}` cannot become global: its rows belong to servers"))),
            (false, false) => Err(failed(format!("`{name}` must stay global: its rows belong to no server"))),
            _ => Ok(()),
        }
    }

    async fn column(&mut self, name: &str, column: &Column, there: &[(String, String)]) -> Result<(), MemoryError> {
        let storage = Storage::from(column.kind);
        let new = match find(there, name) {
            Some(was) if was != type_name(storage) => {
                let problem = format!("holds {was} values and cannot become {}", type_name(storage));
                return Err(self.shape.wrong(name, problem));
            }
            Some(_) => false,
            None => {
                define(self.connection, add(self.shape, name, storage)).await?;
                true
            }
        };
        if new || !column.optional {
            self.fill(name, column).await?;
        }
        self.require(name, column).await?;
        self.folded(name, column, there).await
    }

    /// Rows that have no value get the default.
    async fn fill(&mut self, name: &str, column: &Column) -> Result<(), MemoryError> {
        let value = default(column, self.now);
        let cell = cell::read(column, &value).and_then(|cell| {
            let checked = if cell.is_missing() { Ok(()) } else { cell::check(column, &cell) };
            checked.map(|()| cell)
        });
        let cell = cell.map_err(|problem| self.shape.wrong(name, format!("{problem} in its default")))?;
        if !cell.is_missing() {
            run(self.connection, fill(self.shape, name, cell)).await?;
        }
        Ok(())
    }

    async fn require(&mut self, name: &str, column: &Column) -> Result<(), MemoryError> {
        let missing = match column.optional {
            true => 0,
            false => row(self.connection, missing(self.shape, name)).await?.map_or(Ok(0), |row| row.integer(0))?,
        };
        match missing {
            0 => Ok(()),
            count => Err(self.shape.wrong(
                name,
                format!("is required, but rows that are there ({count}) have no value: give it a default, or make it optional"),
            )),
        }
    }

    async fn folded(&mut self, name: &str, column: &Column, there: &[(String, String)]) -> Result<(), MemoryError> {
        let folded = folded_column(name);
        match (folds(column), find(there, &folded).is_some()) {
            (false, false) => Ok(()),
            // What stands there would grow old unseen.
            (false, true) => run(self.connection, forget(self.shape, &folded)).await.map(drop),
            (true, is_there) => {
                if !is_there {
                    define(self.connection, add(self.shape, &folded, Storage::Text)).await?;
                }
                self.fold_all(name, &folded).await
            }
        }
    }

    async fn fold_all(&mut self, name: &str, folded: &str) -> Result<(), MemoryError> {
        loop {
            let found = rows(self.connection, unfolded(self.shape, name, folded)).await?;
            for row in &found {
                let text = fold(&row.text(1)?);
                run(self.connection, write_folded(self.shape, folded, row.integer(0)?, text)).await?;
            }
            if found.is_empty() {
                return Ok(());
            }
        }
    }

    /// What the definition does not ask for any more would cost every change of a row.
    async fn drop_old_indexes(&mut self) -> Result<(), MemoryError> {
        let table = &self.shape.table;
        let rules = table.unique.iter().map(|rule| rule_name(self.shape, rule));
        let wanted: HashSet<_> =
            rules.chain(table.indexes.iter().map(|index| index::name(self.shape, index))).collect();
        for name in dialect::indexes(self.connection, &self.shape.table.name).await? {
            if !wanted.contains(&name) {
                define(self.connection, drop_index(&name)).await?;
            }
        }
        Ok(())
    }

    async fn unique_rules(&mut self) -> Result<(), MemoryError> {
        for rule in &self.shape.table.unique {
            let made = define(self.connection, unique(self.shape, rule)).await;
            made.map_err(|error| match error {
                MemoryError::Conflict { .. } => {
                    self.shape.wrong(&rule.join(", "), "cannot be unique: rows that are there repeat each other")
                }
                other => other,
            })?;
        }
        Ok(())
    }
}

fn find<'a>(there: &'a [(String, String)], name: &str) -> Option<&'a str> {
    there.iter().find(|(column, _)| column.eq_ignore_ascii_case(name)).map(|(_, kind)| kind.as_str())
}

fn create(shape: &Shape) -> String {
    let mut create = Statement::create();
    create.table(shape.name()).col(own_tables::id());
    if !shape.table.global {
        create.col(ColumnDef::new("guild_id").big_integer().not_null());
    }
    for (name, column) in &shape.table.columns {
        create.col(definition(name, column.kind.into()));
        if folds(column) {
            create.col(definition(&folded_column(name), Storage::Text));
        }
    }
    create.build(BUILDER)
}

fn definition(name: &str, storage: Storage) -> ColumnDef {
    let mut definition = ColumnDef::new(name.to_owned());
    match storage {
        Storage::Integer => definition.big_integer(),
        Storage::Real => definition.double(),
        Storage::Text => definition.text(),
        Storage::Boolean => definition.boolean(),
    };
    definition
}

fn add(shape: &Shape, name: &str, storage: Storage) -> String {
    Statement::alter().table(shape.name()).add_column(definition(name, storage)).build(BUILDER)
}

fn fill(shape: &Shape, name: &str, cell: Cell) -> Sql {
    let mut update = Query::update();
    update.table(shape.name()).value(name.to_owned(), Expr::from(cell));
    update.and_where(Expr::col(name.to_owned()).is_null()).sql()
}

fn missing(shape: &Shape, name: &str) -> Sql {
    let mut select = Query::select();
    select.expr(Func::count(Expr::col(Asterisk))).from(shape.name());
    select.and_where(Expr::col(name.to_owned()).is_null()).sql()
}

fn forget(shape: &Shape, folded: &str) -> Sql {
    let mut update = Query::update();
    update.table(shape.name()).value(folded.to_owned(), Option::<String>::None);
    update.and_where(Expr::col(folded.to_owned()).is_not_null()).sql()
}

fn unfolded(shape: &Shape, name: &str, folded: &str) -> Sql {
    let mut select = Query::select();
    select
        .columns(["id".to_owned(), name.to_owned()])
        .from(shape.name())
        .and_where(Expr::col(folded.to_owned()).is_null())
        .and_where(Expr::col(name.to_owned()).is_not_null())
        .order_by("id", Order::Asc)
        .limit(FOLDED_AT_ONCE);
    select.sql()
}

fn write_folded(shape: &Shape, folded: &str, row: i64, text: String) -> Sql {
    let mut update = Query::update();
    update.table(shape.name()).value(folded.to_owned(), text).and_where(Expr::col("id").eq(row));
    update.sql()
}

fn rule_name(shape: &Shape, rule: &[String]) -> String {
    name::index("uq", &shape.table.name, &shape.unique_columns(rule))
}

fn unique(shape: &Shape, rule: &[String]) -> String {
    let mut index = Index::create();
    index.unique().if_not_exists().name(rule_name(shape, rule)).table(shape.name());
    for column in shape.unique_columns(rule) {
        index.col(column);
    }
    index.build(BUILDER)
}

fn drop_index(name: &str) -> String {
    Index::drop().name(name).build(BUILDER)
}

fn failed(text: String) -> MemoryError {
    MemoryError::Failed(text)
}
