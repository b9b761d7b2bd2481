//! What a bot remembers, in an SQLite file.

use super::dialect::{BEGIN, COMMIT, Connection, Pool, command, connect, readers};
use super::location::Location;
use super::options::SqliteOptions;
use super::own_tables;
use super::reader::read;
use super::schema::Schema;
use super::writer::{Job, Reply, Transaction, Writer};
use crate::flow::memory::{Answer, Memory, MemoryError, Operation, Table};
use crate::flow::port::Clock;
use arc_swap::{ArcSwap, ArcSwapOption};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

/// [`Memory`] over SQLite: one connection writes and commits what waits together, a few others read.
pub struct SqliteStore {
    /// None once the store is closed.
    jobs: ArcSwapOption<mpsc::Sender<Job>>,
    readers: Option<Pool>,
    schema: Arc<ArcSwap<Schema>>,
    clock: Arc<dyn Clock>,
    writer: Mutex<Option<JoinHandle<Result<(), MemoryError>>>>,
}

impl SqliteStore {
    /// Opens `sqlite://path`, `sqlite::memory:` or a bare path, and makes the file and its folder where they are missing.
    ///
    /// # Errors
    /// The file cannot be created, is locked, read-only, no database, or was written by a newer Botwright.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self, MemoryError> {
        Self::open_with(url, clock, SqliteOptions::default()).await
    }

    /// [`SqliteStore::open`] with what an operator turned.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub async fn open_with(url: &str, clock: Arc<dyn Clock>, options: SqliteOptions) -> Result<Self, MemoryError> {
        let location = Location::parse(url)?;
        location.prepare()?;
        let mut connection = connect(&location, &options).await?;
        prepare(&mut connection).await?;
        let schema = Arc::new(ArcSwap::from_pointee(Schema::default()));
        let (sender, jobs) = mpsc::channel(options.queue.max(1));
        let writer =
            Writer { connection, schema: Arc::clone(&schema), clock: Arc::clone(&clock), batch: options.batch.max(1) };
        Ok(Self {
            jobs: ArcSwapOption::from_pointee(sender),
            readers: readers(&location, &options),
            schema,
            clock,
            writer: Mutex::new(Some(tokio::spawn(writer.serve(jobs)))),
        })
    }

    async fn send<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, MemoryError> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.load_full().ok_or_else(closed)?;
        jobs.send(job(reply)).await.map_err(|_| closed())?;
        drop(jobs);
        answer.await.map_err(|_| closed())?
    }
}

async fn prepare(connection: &mut Connection) -> Result<(), MemoryError> {
    command(connection, BEGIN).await?;
    // What fails here is rolled back when the connection is dropped.
    own_tables::make(connection).await?;
    command(connection, COMMIT).await
}

fn closed() -> MemoryError {
    MemoryError::Failed("it is closed".to_owned())
}

#[async_trait]
impl Memory for SqliteStore {
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        match &self.readers {
            _ if operations.is_empty() => Ok(Vec::new()),
            Some(pool) if operations.iter().all(Operation::only_reads) => {
                read(pool, &self.schema.load_full(), self.clock.now(), &operations).await
            }
            _ => self.send(|reply| Job::Transact(Transaction { operations, reply })).await,
        }
    }

    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError> {
        self.send(|reply| Job::Migrate { tables: tables.to_vec(), reply }).await
    }

    async fn close(&self) {
        self.jobs.store(None);
        if let Some(pool) = &self.readers {
            pool.close().await;
        }
        if let Some(writer) = self.writer.lock().await.take()
            && let Ok(Err(error)) = writer.await
        {
            tracing::warn!(%error, "the database was not closed cleanly; nothing committed is lost");
        }
    }
}
