//! Finding rows.

use super::dialect::{Render as _, Sql};
use super::filter;
use super::shape::Shape;
use super::work::Work;
use crate::flow::memory::{Answer, Filter, MemoryError, Order};
use sea_query::Query;

impl Work<'_> {
    pub async fn find(
        &mut self,
        table: &str,
        guild: &str,
        filter: &Filter,
        order: &[Order],
        limit: Option<u64>,
        offset: u64,
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let sql = select(&shape, guild, filter, order, limit, offset)?;
        let found = self.rows(sql).await?;
        Ok(Answer::Rows(found.iter().map(|found| shape.row(found)).collect::<Result<_, _>>()?))
    }
}

fn select(
    shape: &Shape,
    guild: &str,
    filter: &Filter,
    order: &[Order],
    limit: Option<u64>,
    offset: u64,
) -> Result<Sql, MemoryError> {
    let mut select = Query::select();
    select.columns(shape.shown()).from(shape.name()).cond_where(filter::condition(shape, guild, filter)?);
    filter::order(shape, order, &mut select)?;
    if limit.is_some() || offset > 0 {
        // Not every database takes an offset without a limit.
        select.limit(limit.unwrap_or(i64::MAX.unsigned_abs())).offset(offset);
    }
    Ok(select.sql())
}
