//! Deleting the rows that meet a filter.

use super::dialect::Render as _;
use super::filter;
use super::work::Work;
use crate::flow::memory::{Answer, Filter, MemoryError};
use sea_query::Query;

impl Work<'_> {
    pub async fn delete(&mut self, table: &str, guild: &str, filter: &Filter) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let which = filter::condition(&shape, guild, filter)?;
        let sql = Query::delete().from_table(shape.name()).cond_where(which).sql();
        Ok(Answer::Count(self.run(sql).await?))
    }
}
