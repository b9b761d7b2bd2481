//! Changing the rows that meet a filter.

use super::dialect::{Render as _, Sql};
use super::filter;
use super::shape::Shape;
use super::work::Work;
use crate::flow::memory::{Answer, Filter, MemoryError, Row};
use sea_query::{Cond, Query, Returning};

impl Work<'_> {
    pub async fn update(
        &mut self,
        table: &str,
        guild: &str,
        filter: &Filter,
        set: &Row,
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let sql = change(&shape, filter::condition(&shape, guild, filter)?, set)?;
        Ok(Answer::Rows(self.changed(&shape, sql).await?))
    }

    /// The rows as [`change`] left them, oldest first.
    pub async fn changed(&mut self, shape: &Shape, change: Sql) -> Result<Vec<Row>, MemoryError> {
        let found = self.rows(change).await?;
        let rows = found.iter().map(|found| Ok((found.integer(0)?, shape.row(found)?)));
        let mut rows = rows.collect::<Result<Vec<_>, MemoryError>>()?;
        rows.sort_unstable_by_key(|(id, _)| *id);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

/// Changes rows and answers them; nothing to write is nothing to change: then they are only shown.
pub fn change(shape: &Shape, which: Cond, set: &Row) -> Result<Sql, MemoryError> {
    let written = shape.assignments(set)?;
    if written.is_empty() {
        return Ok(Query::select().columns(shape.shown()).from(shape.name()).cond_where(which).sql());
    }
    let mut update = Query::update();
    update.table(shape.name()).values(written.into_iter().map(|(column, cell)| (column, cell.into())));
    Ok(update.cond_where(which).returning(Returning::new().columns(shape.shown())).sql())
}
