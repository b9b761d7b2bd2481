//! What the tests have at hand: a store, a clock that is set by hand, a table of keys, and short words for operations.

use crate::flow::memory::{
    Answer, Column, ColumnDefault, ColumnKind, Condition, Filter, Inserted, Memory, MemoryError, OnConflict, Operation,
    Row, Table,
};
use crate::flow::port::Clock;
use crate::store::{SqliteOptions, SqliteStore};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

pub const GUILD: &str = "1000000000000000001";

/// Stands still until it is set.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn at(now: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now)))
    }

    pub fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    async fn sleep_until(&self, at: i64) {
        self.set(at);
    }
}

pub struct Desk {
    pub store: Arc<SqliteStore>,
    pub clock: Arc<HandClock>,
    pub folder: TempDir,
}

impl Desk {
    /// A store in a file, with the table of keys.
    pub async fn new() -> Self {
        Self::at("bot.db", &[keys()]).await
    }

    /// A store in memory, with the table of keys.
    pub async fn in_memory() -> Self {
        Self::at(":memory:", &[keys()]).await
    }

    pub async fn with(tables: &[Table]) -> Self {
        Self::at("bot.db", tables).await
    }

    async fn at(name: &str, tables: &[Table]) -> Self {
        let folder = TempDir::new().unwrap();
        let url = if name == ":memory:" { name.to_owned() } else { url(&folder, name) };
        let clock = HandClock::at(1_000);
        let store = open(&url, &clock).await.unwrap();
        store.migrate(tables).await.unwrap();
        Self { store: Arc::new(store), clock, folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("bot.db")
    }

    /// Closes the store and opens the file again, as a new process does.
    pub async fn reopen(self, tables: &[Table]) -> Self {
        self.store.close().await;
        let store = open(&url(&self.folder, "bot.db"), &self.clock).await.unwrap();
        store.migrate(tables).await.unwrap();
        Self { store: Arc::new(store), ..self }
    }

    pub async fn all(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        self.store.transact(operations).await
    }

    pub async fn try_one(&self, operation: Operation) -> Result<Answer, MemoryError> {
        self.all(vec![operation]).await.map(|answers| answers.into_iter().next().unwrap())
    }

    pub async fn one(&self, operation: Operation) -> Answer {
        self.try_one(operation).await.unwrap()
    }

    pub async fn insert(&self, table: &str, rows: Value) -> Inserted {
        inserted(self.one(insert(table, rows)).await)
    }

    /// Keys of one product and duration, in stock.
    pub async fn stock(&self, keys: &[&str]) -> Inserted {
        self.insert("keys", keys.iter().map(|key| alpha(key)).collect()).await
    }

    pub async fn take(&self, run: &str) -> Option<Row> {
        match self.one(take(run)).await {
            Answer::Row(row) => row,
            other => panic!("{other:?}"),
        }
    }

    pub async fn find(&self, table: &str, filter: Value) -> Vec<Row> {
        rows(self.one(find(table, filter)).await)
    }

    pub async fn count(&self, operation: Operation) -> u64 {
        match self.one(operation).await {
            Answer::Count(count) => count,
            other => panic!("{other:?}"),
        }
    }
}

pub async fn open(url: &str, clock: &Arc<HandClock>) -> Result<SqliteStore, MemoryError> {
    let clock = Arc::clone(clock);
    let options = SqliteOptions { busy_timeout: Duration::from_millis(20), ..SqliteOptions::default() };
    SqliteStore::open_with(url, clock, options).await
}

pub fn url(folder: &TempDir, name: &str) -> String {
    format!("sqlite://{}", folder.path().join(name).display())
}

/// The flagship's table: what is sold.
pub fn keys() -> Table {
    let state = Column {
        one_of: vec!["stocked".into(), "delivered".into(), "cleared".into()],
        default: Some(ColumnDefault::Value(json!("stocked"))),
        ..text()
    };
    let columns = [
        ("product", folded()),
        ("duration", folded()),
        ("key", Column { secret: true, ..text() }),
        ("state", state),
        ("delivered_to", optional(ColumnKind::User)),
        ("delivered_at", optional(ColumnKind::Time)),
    ];
    table("keys", columns, &[&["product", "duration", "key"]])
}

pub fn table<const N: usize>(name: &str, columns: [(&str, Column); N], unique: &[&[&str]]) -> Table {
    Table {
        name: name.to_owned(),
        columns: columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect(),
        unique: unique.iter().map(|rule| rule.iter().map(|column| (*column).to_owned()).collect()).collect(),
        global: false,
        indexes: Vec::new(),
    }
}

pub fn column(kind: ColumnKind) -> Column {
    Column { kind, optional: false, secret: false, ignore_case: false, one_of: Vec::new(), default: None }
}

pub fn text() -> Column {
    column(ColumnKind::Text)
}

/// Text that is compared regardless of case.
pub fn folded() -> Column {
    Column { ignore_case: true, ..text() }
}

pub fn optional(kind: ColumnKind) -> Column {
    Column { optional: true, ..column(kind) }
}

pub fn alpha(key: &str) -> Value {
    json!({ "product": "Alpha", "duration": "1 Day", "key": key })
}

pub fn insert(table: &str, rows: Value) -> Operation {
    insert_or(table, rows, OnConflict::Fail)
}

pub fn insert_or(table: &str, rows: Value, on_conflict: OnConflict) -> Operation {
    let rows = serde_json::from_value(rows).unwrap();
    Operation::Insert { table: table.into(), guild: GUILD.into(), rows, on_conflict }
}

pub fn take(run: &str) -> Operation {
    take_where(json!({ "product": "alpha", "duration": "1 day", "state": "stocked" }), run)
}

pub fn take_where(filter: Value, run: &str) -> Operation {
    Operation::Take {
        table: "keys".into(),
        guild: GUILD.into(),
        filter: where_is(filter),
        set: row(json!({ "state": "delivered", "delivered_to": "42", "delivered_at": 5 })),
        order: Vec::new(),
        run: run.into(),
    }
}

pub fn find(table: &str, filter: Value) -> Operation {
    Operation::Find {
        table: table.into(),
        guild: GUILD.into(),
        filter: where_is(filter),
        order: Vec::new(),
        limit: None,
        offset: 0,
    }
}

pub fn update(filter: Value, set: Value) -> Operation {
    Operation::Update { table: "keys".into(), guild: GUILD.into(), filter: where_is(filter), set: row(set) }
}

pub fn delete(filter: Value) -> Operation {
    Operation::Delete { table: "keys".into(), guild: GUILD.into(), filter: where_is(filter) }
}

pub fn count(filter: Value) -> Operation {
    Operation::Count { table: "keys".into(), guild: GUILD.into(), filter: where_is(filter) }
}

/// A filter of equalities.
pub fn where_is(filter: Value) -> Filter {
    row(filter).into_iter().map(|(column, value)| (column, Condition::Is(value))).collect()
}

pub fn row(value: Value) -> Row {
    serde_json::from_value(value).unwrap()
}

pub fn inserted(answer: Answer) -> Inserted {
    match answer {
        Answer::Inserted(inserted) => inserted,
        other => panic!("{other:?}"),
    }
}

pub fn rows(answer: Answer) -> Vec<Row> {
    match answer {
        Answer::Rows(rows) => rows,
        other => panic!("{other:?}"),
    }
}

/// One column of many rows, as text.
pub fn texts(rows: &[Row], column: &str) -> Vec<String> {
    rows.iter().map(|row| row[column].as_str().unwrap().to_owned()).collect()
}

pub fn conflict(table: &str, columns: &[&str]) -> MemoryError {
    MemoryError::Conflict { table: table.into(), columns: columns.iter().map(|column| (*column).to_owned()).collect() }
}

pub fn wrong(table: &str, column: &str, problem: &str) -> MemoryError {
    MemoryError::Value { table: table.into(), column: column.into(), problem: problem.into() }
}
