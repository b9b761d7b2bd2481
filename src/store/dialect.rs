//! Everything that is SQLite's alone: how statements are written, bound, run and read, and what its errors mean.

use super::cell::{Cell, Storage};
use super::location::Location;
use super::name::declared_column;
use super::options::{Durability, SqliteOptions};
use super::own_tables::RUNS;
use crate::flow::memory::MemoryError;
use futures_util::{Stream, TryStreamExt as _};
use sea_query::{Expr, Func, QueryStatementWriter, SqliteQueryBuilder, Value};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection as _, Executor as _, Row as _, Sqlite, ValueRef as _};
use std::time::Duration;

pub type Connection = sqlx::SqliteConnection;
pub type Pool = sqlx::SqlitePool;

/// How a statement that defines something is written.
pub const BUILDER: SqliteQueryBuilder = SqliteQueryBuilder;
/// Behind the definition of a table whose rows are found by their key alone.
pub const WITHOUT_ROWID: &str = "WITHOUT ROWID";
/// How many values one statement may bind; SQLite's own limit is 32,766.
pub const MOST_VALUES: usize = 30_000;

/// Takes the write lock at once: a deferred transaction that reads and then writes loses to any other writer.
pub const BEGIN: &str = "BEGIN IMMEDIATE";
pub const COMMIT: &str = "COMMIT";
pub const ROLLBACK: &str = "ROLLBACK";
pub const SAVE: &str = "SAVEPOINT job";
pub const KEEP: &str = "RELEASE job";
pub const UNDO: &str = "ROLLBACK TO job";
/// One moment of the database, whatever is written meanwhile.
pub const SNAPSHOT: &str = "BEGIN";
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
const COPY: &str = "VACUUM INTO ?";
const INTEGRITY: &str = "PRAGMA integrity_check(20)";
const TABLES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY name";

const COLUMNS: &str = "SELECT name, type FROM pragma_table_info(?)";
const INDEXES: &str = "SELECT name FROM sqlite_master WHERE type = 'index' AND lower(tbl_name) = lower(?) AND (name LIKE 'bw#_uq#_%' ESCAPE '#' OR name LIKE 'bw#_ix#_%' ESCAPE '#' OR name LIKE 'bw#_ixp#_%' ESCAPE '#')";

/// A rendered statement with its values; not `Debug`, since a value may be a secret.
pub struct Sql {
    text: String,
    values: Vec<Cell>,
    /// Whether the same text comes again, so that preparing it once pays.
    prepared: bool,
}

impl Sql {
    /// For a text that depends on how many values there are.
    pub fn once(mut self) -> Self {
        self.prepared = false;
        self
    }

    /// Both, one after the other.
    pub fn then(mut self, next: Self) -> Self {
        self.text.push_str("; ");
        self.text.push_str(&next.text);
        self.values.extend(next.values);
        Self { prepared: self.prepared && next.prepared, ..self }
    }

    /// One of this file's words.
    pub fn word(word: &'static str) -> Self {
        Self::new(word, Vec::new())
    }

    fn new(text: &str, values: Vec<Cell>) -> Self {
        Self { text: text.to_owned(), values, prepared: true }
    }
}

/// Writes statements in this dialect.
pub trait Render {
    fn sql(&self) -> Sql;
}

impl<S: QueryStatementWriter> Render for S {
    fn sql(&self) -> Sql {
        let (text, values) = self.build(BUILDER);
        Sql { text, values: values.into_iter().map(Cell::from).collect(), prepared: true }
    }
}

impl From<Cell> for Expr {
    fn from(cell: Cell) -> Self {
        Self::val(match cell {
            Cell::Null => Value::BigInt(None),
            Cell::Integer(number) => Value::BigInt(Some(number)),
            Cell::Real(number) => Value::Double(Some(number)),
            Cell::Text(text) => Value::String(Some(text)),
            Cell::Boolean(flag) => Value::Bool(Some(flag)),
        })
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(flag) => flag.map(Self::Boolean),
            Value::Int(number) => number.map(|number| Self::Integer(number.into())),
            Value::BigInt(number) => number.map(Self::Integer),
            Value::BigUnsigned(number) => number.map(|number| Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))),
            Value::Double(number) => number.map(Self::Real),
            Value::String(text) => text.map(Self::Text),
            other => unreachable!("no statement of the store has values of this type: {:?}", other.array_type()),
        }
        .unwrap_or(Self::Null)
    }
}

/// The position of `part` in the text of a column, from 1; 0 when it is not there.
pub fn position(column: &str, part: String) -> Expr {
    Func::cust("instr").arg(Expr::col(column.to_owned())).arg(part).into()
}

/// A row as it came.
pub struct Found(SqliteRow);

impl Found {
    pub fn cell(&self, index: usize, storage: Storage) -> Result<Cell, MemoryError> {
        if self.0.try_get_raw(index).map_err(error)?.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match storage {
            Storage::Integer => Cell::Integer(self.get(index)?),
            Storage::Real => Cell::Real(self.get(index)?),
            Storage::Text => Cell::Text(self.get(index)?),
            Storage::Boolean => Cell::Boolean(self.get::<i64>(index)? != 0),
        })
    }

    pub fn integer(&self, index: usize) -> Result<i64, MemoryError> {
        self.get(index)
    }

    pub fn optional_integer(&self, index: usize) -> Result<Option<i64>, MemoryError> {
        self.get(index)
    }

    pub fn text(&self, index: usize) -> Result<String, MemoryError> {
        self.get(index)
    }

    pub fn optional_text(&self, index: usize) -> Result<Option<String>, MemoryError> {
        self.get(index)
    }

    // Unchecked: SQLite converts between its types by itself, and a column's declared type is only advice there.
    fn get<'r, T: sqlx::Decode<'r, Sqlite>>(&'r self, index: usize) -> Result<T, MemoryError> {
        self.0.try_get_unchecked(index).map_err(error)
    }
}

pub async fn rows(connection: &mut Connection, sql: Sql) -> Result<Vec<Found>, MemoryError> {
    let rows = query(sql)?.fetch_all(connection).await.map_err(error)?;
    Ok(rows.into_iter().map(Found).collect())
}

pub async fn row(connection: &mut Connection, sql: Sql) -> Result<Option<Found>, MemoryError> {
    // Not `fetch_optional`: it leaves a RETURNING statement before its end.
    Ok(rows(connection, sql).await?.into_iter().next())
}

/// How many rows it changed; of several statements, the last one.
pub async fn run(connection: &mut Connection, sql: Sql) -> Result<u64, MemoryError> {
    let mut results = connection.fetch_many(query(sql)?);
    let mut changed = 0;
    while let Some(result) = results.try_next().await.map_err(error)? {
        if let Some(done) = result.left() {
            changed = done.rows_affected();
        }
    }
    Ok(changed)
}

/// Runs one of this file's words.
pub async fn command(connection: &mut Connection, word: &'static str) -> Result<(), MemoryError> {
    run(connection, Sql::word(word)).await.map(drop)
}

/// Runs a statement that defines a table or an index.
pub async fn define(connection: &mut Connection, text: String) -> Result<(), MemoryError> {
    run(connection, Sql { text, values: Vec::new(), prepared: false }).await.map(drop)
}

/// Rows one after the other, as they are read.
pub fn stream(
    connection: &mut Connection,
    sql: Sql,
) -> Result<impl Stream<Item = Result<Found, MemoryError>> + Send + '_, MemoryError> {
    Ok(query(sql)?.fetch(connection).map_ok(Found).map_err(error))
}

/// The names of all tables but the database's own.
pub async fn tables(connection: &mut Connection) -> Result<Vec<String>, MemoryError> {
    rows(connection, Sql::word(TABLES)).await?.iter().map(|row| row.text(0)).collect()
}

/// What is wrong with the file, at most 20 sentences; none when it is sound.
pub async fn integrity(connection: &mut Connection) -> Result<Vec<String>, MemoryError> {
    let found = rows(connection, Sql::word(INTEGRITY)).await?;
    let told = found.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(told.into_iter().filter(|sentence| sentence != "ok").collect())
}

/// Writes one moment of the database into another file, which is empty or not there, while others go on writing.
pub async fn copy(connection: &mut Connection, path: String) -> Result<(), MemoryError> {
    run(connection, Sql::new(COPY, vec![Cell::Text(path)])).await.map(drop)
}

/// What kind of value stands in a column, in the words of [`kinds`].
pub fn kind_of(column: &str) -> Expr {
    Func::cust("typeof").arg(Expr::col(column.to_owned())).into()
}

/// What [`kind_of`] may say of a column that holds such values; a whole number is kept as such in a column of numbers.
pub fn kinds(storage: Storage) -> &'static [&'static str] {
    match storage {
        Storage::Integer | Storage::Boolean => &["null", "integer"],
        Storage::Real => &["null", "real", "integer"],
        Storage::Text => &["null", "text"],
    }
}

/// The greater of two values.
pub fn greater(one: Expr, other: Expr) -> Expr {
    Func::cust("max").arg(one).arg(other).into()
}

/// The columns of a table and their types; `None` when there is no such table.
pub async fn columns(connection: &mut Connection, table: &str) -> Result<Option<Vec<(String, String)>>, MemoryError> {
    let rows = rows(connection, Sql::new(COLUMNS, vec![Cell::Text(table.to_owned())])).await?;
    let columns = rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?.to_ascii_lowercase())));
    let columns = columns.collect::<Result<Vec<_>, MemoryError>>()?;
    Ok((!columns.is_empty()).then_some(columns))
}

/// The names of the indexes that were made for a definition: those that hold a table's unique rules, and those that make
/// its searches quick.
pub async fn indexes(connection: &mut Connection, table: &str) -> Result<Vec<String>, MemoryError> {
    rows(connection, Sql::new(INDEXES, vec![Cell::Text(table.to_owned())]))
        .await?
        .iter()
        .map(|row| row.text(0))
        .collect()
}

/// The name of a type in [`columns`].
pub fn type_name(storage: Storage) -> &'static str {
    match storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        Storage::Text => "text",
        Storage::Boolean => "boolean",
    }
}

/// The one connection that writes.
pub async fn connect(location: &Location, options: &SqliteOptions) -> Result<Connection, MemoryError> {
    let base = base(location, options).statement_cache_capacity(500);
    let writing = match location {
        Location::File { read_only: false, .. } => {
            base.journal_mode(SqliteJournalMode::Wal).synchronous(match options.durability {
                Durability::Normal => SqliteSynchronous::Normal,
                Durability::Full => SqliteSynchronous::Full,
            })
        }
        _ => base,
    };
    writing.connect().await.map_err(error)
}

/// The connections that only read; none for a database in memory, which only its one connection sees.
pub fn readers(location: &Location, options: &SqliteOptions) -> Option<Pool> {
    if *location == Location::Memory {
        return None;
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(options.readers)
        .acquire_timeout(options.busy_timeout + Duration::from_secs(25))
        .max_lifetime(None)
        .test_before_acquire(false);
    Some(pool.connect_lazy_with(base(location, options).read_only(true)))
}

fn base(location: &Location, options: &SqliteOptions) -> SqliteConnectOptions {
    let base =
        SqliteConnectOptions::new().busy_timeout(options.busy_timeout).foreign_keys(true).disable_statement_logging();
    match location {
        Location::Memory => base.filename(":memory:"),
        Location::File { path, read_only } => base.filename(path).read_only(*read_only),
    }
}

/// Closes the file.
pub async fn close(connection: Connection) -> Result<(), MemoryError> {
    connection.close().await.map_err(error)
}

/// Moves what is in the write-ahead log into the file, and closes it.
pub async fn disconnect(mut connection: Connection) -> Result<(), MemoryError> {
    let moved = command(&mut connection, CHECKPOINT).await;
    connection.close().await.map_err(error)?;
    moved
}

/// The one place where a text becomes a statement: every text comes from the query builder or from this file's constants,
/// and every value is bound.
fn query(sql: Sql) -> Result<sqlx::query::Query<'static, Sqlite, SqliteArguments>, MemoryError> {
    let mut arguments = SqliteArguments::default();
    for cell in sql.values {
        bind(&mut arguments, cell)?;
    }
    Ok(sqlx::query_with(AssertSqlSafe(sql.text), arguments).persistent(sql.prepared))
}

fn bind(arguments: &mut SqliteArguments, cell: Cell) -> Result<(), MemoryError> {
    match cell {
        Cell::Null => arguments.add(Option::<i64>::None),
        Cell::Integer(number) => arguments.add(number),
        Cell::Real(number) => arguments.add(number),
        Cell::Text(text) => arguments.add(text),
        Cell::Boolean(flag) => arguments.add(flag),
    }
    .map_err(|_| MemoryError::Failed("a value could not be bound".to_owned()))
}

/// What an error of the database means; SQLite's messages name tables and columns, never values.
pub fn error(error: sqlx::Error) -> MemoryError {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse().ok()).unwrap_or(0);
            from_code(code, error.message())
        }
        sqlx::Error::Io(error) => MemoryError::Failed(error.to_string()),
        sqlx::Error::PoolTimedOut => MemoryError::Failed("all readers are busy".to_owned()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => MemoryError::Failed("it is closed".to_owned()),
        other => MemoryError::Failed(other.to_string()),
    }
}

/// Extended result codes keep the primary one in their lowest byte: <https://www.sqlite.org/rescode.html>.
fn from_code(code: i32, message: &str) -> MemoryError {
    match (code & 0xff, code) {
        (5 | 6, _) => MemoryError::Locked,
        (13, _) => MemoryError::Full,
        (8, _) => MemoryError::ReadOnly,
        (10, _) => MemoryError::Failed(format!("the disk cannot be read or written ({message})")),
        (14, _) => MemoryError::Failed("the file cannot be opened, or its folder cannot be written".to_owned()),
        (11 | 26, _) => MemoryError::Corrupt(message.to_owned()),
        (19, 2067 | 1555) => conflict(message),
        _ => MemoryError::Failed(message.to_owned()),
    }
}

/// Reads `UNIQUE constraint failed: keys.guild_id, keys.product` and names what the author declared.
fn conflict(message: &str) -> MemoryError {
    let list = message.rsplit_once(": ").map_or(message, |(_, list)| list);
    let parts: Vec<_> = list.split(", ").filter_map(|part| part.split_once('.')).collect();
    let table = parts.first().map_or("", |(table, _)| table);
    if table == RUNS {
        return MemoryError::Repeated;
    }
    let columns = parts.iter().map(|(_, column)| *column).filter(|column| *column != "guild_id");
    MemoryError::Conflict {
        table: table.to_owned(),
        columns: columns.map(|column| declared_column(column).to_owned()).collect(),
    }
}
