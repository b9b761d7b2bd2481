//! The one task that writes: transactions that wait together are committed together.

use super::dialect::{BEGIN, COMMIT, Connection, KEEP, ROLLBACK, SAVE, Sql, UNDO, command, disconnect};
use super::line::Line;
use super::migrate::migrate;
use super::schema::Schema;
use super::work::{Work, is_one_statement};
use crate::flow::memory::{Answer, MemoryError, Operation, Table};
use crate::flow::port::Clock;
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

pub type Reply<T> = oneshot::Sender<Result<T, MemoryError>>;

pub enum Job {
    Transact(Transaction),
    Migrate { tables: Vec<Table>, reply: Reply<()> },
}

pub struct Transaction {
    pub operations: Vec<Operation>,
    pub reply: Reply<Vec<Answer>>,
}

pub struct Writer {
    pub connection: Connection,
    pub schema: Arc<ArcSwap<Schema>>,
    pub clock: Arc<dyn Clock>,
    /// How many transactions share a commit at most.
    pub batch: usize,
}

impl Writer {
    /// Works until nobody can send any more, then closes the database.
    pub async fn serve(mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), MemoryError> {
        let mut waiting = Vec::with_capacity(self.batch);
        while jobs.recv_many(&mut waiting, self.batch).await > 0 {
            let mut together = Vec::with_capacity(waiting.len());
            for job in waiting.drain(..) {
                match job {
                    Job::Transact(transaction) => together.push(transaction),
                    Job::Migrate { tables, reply } => {
                        self.commit(std::mem::take(&mut together)).await;
                        // Nobody waits for the answer any more: that is their business.
                        let _ = reply.send(self.migrate(&tables).await);
                    }
                }
            }
            self.commit(together).await;
        }
        disconnect(self.connection).await
    }

    async fn commit(&mut self, mut transactions: Vec<Transaction>) {
        // A caller that is gone before its turn takes nothing.
        transactions.retain(|transaction| !transaction.reply.is_closed());
        if transactions.is_empty() {
            return;
        }
        let results = self.together(&transactions).await;
        for (index, transaction) in transactions.into_iter().enumerate() {
            let result = results.as_ref().map_err(Clone::clone).and_then(|results| results[index].clone());
            let _ = transaction.reply.send(result);
        }
    }

    /// What each came to, once all that succeeded is committed; the error when nothing was.
    async fn together(&mut self, all: &[Transaction]) -> Result<Vec<Result<Vec<Answer>, MemoryError>>, MemoryError> {
        let results = self.attempt(all).await;
        if results.is_err() {
            // It may be rolled back already: a full disk does that by itself.
            let _ = command(&mut self.connection, ROLLBACK).await;
        }
        results
    }

    async fn attempt(&mut self, all: &[Transaction]) -> Result<Vec<Result<Vec<Answer>, MemoryError>>, MemoryError> {
        let schema = self.schema.load_full();
        let mut work = Work { line: Line::new(&mut self.connection), schema: &schema, now: self.clock.now() };
        if let [alone] = all
            && is_one_statement(&alone.operations)
        {
            // A statement by itself is a transaction by itself.
            let answers = work.perform_all(&alone.operations).await?;
            work.line.send().await?;
            return Ok(vec![Ok(answers)]);
        }
        work.later(Sql::word(BEGIN));
        let mut results = Vec::with_capacity(all.len());
        if let [alone] = all {
            results.push(Ok(work.perform_all(&alone.operations).await?));
        } else {
            for transaction in all {
                results.push(saved(&mut work, transaction).await?);
            }
        }
        work.run(Sql::word(COMMIT)).await?;
        Ok(results)
    }

    async fn migrate(&mut self, tables: &[Table]) -> Result<(), MemoryError> {
        command(&mut self.connection, BEGIN).await?;
        let migrated = async {
            let shapes = migrate(&mut self.connection, tables, self.clock.now()).await?;
            command(&mut self.connection, COMMIT).await?;
            Ok(shapes)
        };
        match migrated.await {
            Ok(shapes) => {
                self.schema.store(Arc::new(self.schema.load().with(shapes)));
                Ok(())
            }
            Err(error) => {
                let _ = command(&mut self.connection, ROLLBACK).await;
                Err(error)
            }
        }
    }
}

/// One of many: when it fails, what it did is undone and the others go on.
async fn saved(
    work: &mut Work<'_>,
    transaction: &Transaction,
) -> Result<Result<Vec<Answer>, MemoryError>, MemoryError> {
    let mark = work.line.mark();
    work.later(Sql::word(SAVE));
    let result = match work.perform_all(&transaction.operations).await {
        // What waits is sent now: who else could be told that it failed?
        Ok(answers) => work.run(Sql::word(KEEP)).await.map(|_| answers),
        Err(error) => Err(error),
    };
    if let Err(error) = &result
        && !work.line.forget_since(mark)
    {
        // When the whole transaction is gone, there is no savepoint to go back to: then this error is everybody's.
        work.run(Sql::word(UNDO).then(Sql::word(KEEP))).await.map_err(|_| error.clone())?;
    }
    Ok(result)
}
