//! Memory that outlives a bot: what a restart finds again.

use crate::flow::memory::{Answer, Memory, MemoryError, Operation, Table};
use crate::store::SqliteStore;
use async_trait::async_trait;
use std::sync::Arc;

/// A store that a bot's stopping does not close.
#[derive(Clone)]
pub struct Lasting(Arc<SqliteStore>);

impl Lasting {
    pub fn new(store: SqliteStore) -> Self {
        Self(Arc::new(store))
    }

    /// The real end.
    pub async fn end(&self) {
        self.0.close().await;
    }
}

#[async_trait]
impl Memory for Lasting {
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        self.0.transact(operations).await
    }

    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError> {
        self.0.migrate(tables).await
    }

    async fn close(&self) {}
}
