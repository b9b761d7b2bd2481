//! A connection, and statements that wait to be sent with the next one.
//!
//! The database works on a thread of its own: each sending changes threads and back, which costs more than most statements.
//! What nobody waits for, such as the beginning of a transaction, therefore goes together with what somebody waits for.

use super::dialect::{self, Connection, Found, Sql};
use crate::flow::memory::MemoryError;

pub struct Line<'c> {
    connection: &'c mut Connection,
    waiting: Vec<Sql>,
    sent: u64,
}

/// How far a [`Line`] had come.
#[derive(Clone, Copy)]
pub struct Mark {
    sent: u64,
    waiting: usize,
}

impl<'c> Line<'c> {
    pub fn new(connection: &'c mut Connection) -> Self {
        Self { connection, waiting: Vec::new(), sent: 0 }
    }

    /// Goes with the next that is sent. Only for what answers no rows; when it fails, the next one does.
    pub fn later(&mut self, sql: Sql) {
        self.waiting.push(sql);
    }

    pub async fn rows(&mut self, sql: Sql) -> Result<Vec<Found>, MemoryError> {
        let all = self.with_waiting(sql);
        dialect::rows(self.connection, all).await
    }

    /// How many rows the statement changed.
    pub async fn run(&mut self, sql: Sql) -> Result<u64, MemoryError> {
        let all = self.with_waiting(sql);
        dialect::run(self.connection, all).await
    }

    /// Sends what waits.
    pub async fn send(&mut self) -> Result<(), MemoryError> {
        match self.waiting.pop() {
            Some(last) => self.run(last).await.map(drop),
            None => Ok(()),
        }
    }

    pub fn mark(&self) -> Mark {
        Mark { sent: self.sent, waiting: self.waiting.len() }
    }

    /// Whether nothing was sent since; what has been waiting since then is forgotten.
    pub fn forget_since(&mut self, mark: Mark) -> bool {
        let unsent = self.sent == mark.sent;
        self.waiting.truncate(if unsent { mark.waiting } else { 0 });
        unsent
    }

    fn with_waiting(&mut self, sql: Sql) -> Sql {
        self.sent += 1;
        self.waiting.drain(..).chain([sql]).reduce(Sql::then).expect("there is one statement at least")
    }
}
