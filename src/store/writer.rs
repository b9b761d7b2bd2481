//! The one task that writes: transactions that wait together are committed together.

use super::dialect::{BEGIN, COMMIT, Connection, KEEP, ROLLBACK, SAVE, UNDO, command, disconnect};
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
        if let [alone] = all
            && is_one_statement(&alone.operations)
        {
            // A statement by itself is a transaction by itself.
            return Ok(vec![Ok(self.perform(alone).await?)]);
        }
        command(&mut self.connection, BEGIN).await?;
        if let [alone] = all {
            let answers = self.perform(alone).await?;
            command(&mut self.connection, COMMIT).await?;
            return Ok(vec![Ok(answers)]);
        }
        let mut results = Vec::with_capacity(all.len());
        for transaction in all {
            results.push(self.saved(transaction).await?);
        }
        command(&mut self.connection, COMMIT).await?;
        Ok(results)
    }

    /// One of many: when it fails, what it did is undone and the others go on.
    async fn saved(&mut self, transaction: &Transaction) -> Result<Result<Vec<Answer>, MemoryError>, MemoryError> {
        command(&mut self.connection, SAVE).await?;
        let result = self.perform(transaction).await;
        if let Err(error) = &result {
            // When the whole transaction is gone, there is no savepoint to go back to: then this error is everybody's.
            command(&mut self.connection, UNDO).await.map_err(|_| error.clone())?;
        }
        command(&mut self.connection, KEEP).await?;
        Ok(result)
    }

    async fn perform(&mut self, transaction: &Transaction) -> Result<Vec<Answer>, MemoryError> {
        let schema = self.schema.load_full();
        let now = self.clock.now();
        let mut work = Work { connection: &mut self.connection, schema: &schema, now };
        work.perform_all(&transaction.operations).await
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
