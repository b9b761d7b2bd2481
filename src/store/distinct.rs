//! The distinct values of a column, as autocompletion shows them.

use super::dialect::{Found, Render as _, Sql, position};
use super::filter;
use super::name::fold;
use super::shape::{Shape, folds};
use super::work::Work;
use crate::flow::memory::{Answer, ColumnKind, Filter, MemoryError};
use sea_query::{Expr, ExprTrait as _, Order, Query};
use serde_json::Value;

impl Work<'_> {
    pub async fn distinct(
        &mut self,
        table: &str,
        guild: &str,
        filter: &Filter,
        column: &str,
        containing: &str,
        limit: u64,
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let part = fold(containing);
        let sql = select(&shape, guild, filter, column, &part, limit)?;
        let kind = shape.column(column)?.kind;
        let found = self.rows(sql).await?;
        let values = found.iter().map(|found| value(found, kind)).collect::<Result<Vec<_>, _>>()?;
        let fits = values.into_iter().filter(|value| contains(value, &part));
        Ok(Answer::Values(fits.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()))
    }
}

/// Only a folded column can be searched by the database; it knows the case of English letters alone.
fn select(
    shape: &Shape,
    guild: &str,
    filter: &Filter,
    column: &str,
    part: &str,
    limit: u64,
) -> Result<Sql, MemoryError> {
    let searchable = folds(shape.column(column)?);
    let compared = shape.compared(column);
    let mut select = Query::select();
    select
        .expr(Expr::col(column.to_owned()).min())
        .from(shape.name())
        .cond_where(filter::condition(shape, guild, filter)?)
        .and_where(Expr::col(compared.clone()).is_not_null())
        .and_where_option((searchable && !part.is_empty()).then(|| position(&compared, part.to_owned()).gt(0)))
        .group_by_col(compared.clone())
        .order_by(compared, Order::Asc);
    if searchable || part.is_empty() {
        select.limit(limit);
    }
    Ok(select.sql())
}

fn value(found: &Found, kind: ColumnKind) -> Result<Value, MemoryError> {
    Ok(found.cell(0, kind.into())?.show(kind))
}

fn contains(value: &Value, part: &str) -> bool {
    match value {
        _ if part.is_empty() => true,
        Value::String(text) => text.to_lowercase().contains(part),
        other => other.to_string().contains(part),
    }
}
