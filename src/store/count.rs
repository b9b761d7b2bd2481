//! Counting rows, all or by the values of columns.

use super::dialect::{Found, Render as _, Sql};
use super::filter;
use super::shape::Shape;
use super::work::Work;
use crate::flow::memory::{Answer, Filter, MemoryError, Row};
use sea_query::{Asterisk, Expr, ExprTrait as _, Func, Order, Query};

impl Work<'_> {
    pub async fn count(&mut self, table: &str, guild: &str, filter: &Filter) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let which = filter::condition(&shape, guild, filter)?;
        let sql = Query::select().expr(all()).from(shape.name()).cond_where(which).sql();
        let count = self.number(sql).await?.unwrap_or(0);
        Ok(Answer::Count(u64::try_from(count).unwrap_or(0)))
    }

    pub async fn count_by(
        &mut self,
        table: &str,
        guild: &str,
        filter: &Filter,
        by: &[String],
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let sql = groups(&shape, guild, filter, by)?;
        let found = self.rows(sql).await?;
        Ok(Answer::Rows(found.iter().map(|found| group(&shape, by, found)).collect::<Result<_, _>>()?))
    }
}

fn all() -> Expr {
    Func::count(Expr::col(Asterisk)).into()
}

/// Of texts that differ in case only, the oldest row's is shown. Counting first, by what is compared, and then looking at
/// one row a group lets an index alone answer for all the other rows.
fn groups(shape: &Shape, guild: &str, filter: &Filter, by: &[String]) -> Result<Sql, MemoryError> {
    let mut counted = Query::select();
    counted.expr_as(Expr::col("id").min(), "oldest").expr_as(all(), "rows").from(shape.name());
    counted.cond_where(filter::condition(shape, guild, filter)?);
    let mut select = Query::select();
    for column in by {
        shape.column(column)?;
        let compared = shape.compared(column);
        counted.group_by_col(compared.clone());
        select.column(column.clone()).order_by(compared, Order::Asc);
    }
    let of_group = Expr::col((shape.name(), "id".to_owned())).equals(("counted", "oldest"));
    Ok(select.column("rows").from_subquery(counted, "counted").inner_join(shape.name(), of_group).sql())
}

fn group(shape: &Shape, by: &[String], found: &Found) -> Result<Row, MemoryError> {
    let mut row = Row::with_capacity(by.len() + 1);
    for (index, name) in by.iter().enumerate() {
        let kind = shape.column(name)?.kind;
        row.insert(name.clone(), found.cell(index, kind.into())?.show(kind));
    }
    row.insert("count".to_owned(), found.integer(by.len())?.into());
    Ok(row)
}
