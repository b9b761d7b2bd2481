//! Counting rows, all or by the values of columns.

use super::dialect::{Found, Render as _, Sql};
use super::filter;
use super::shape::{Shape, folds};
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

/// Of texts that differ in case only, one row's is shown. Counting by what is compared, and looking for one row a group
/// behind that, lets an index alone answer for all the other rows.
fn groups(shape: &Shape, guild: &str, filter: &Filter, by: &[String]) -> Result<Sql, MemoryError> {
    let which = filter::condition(shape, guild, filter)?;
    let (mut counted, mut select) = (Query::select(), Query::select());
    counted.expr_as(all(), "rows").from(shape.name()).cond_where(which.clone());
    for name in by {
        let compared = shape.compared(name);
        counted.column(compared.clone()).group_by_col(compared.clone());
        let group = Expr::col(("counted", compared.clone()));
        if folds(shape.column(name)?) {
            let mut one = Query::select();
            one.column(name.clone()).from(shape.name()).cond_where(which.clone());
            one.and_where(Expr::col((shape.name(), compared)).eq(group.clone())).limit(1);
            select.expr(Expr::from(one));
        } else {
            select.expr(group.clone());
        }
        select.order_by_expr(group, Order::Asc);
    }
    Ok(select.column("rows").from_subquery(counted, "counted").sql())
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
