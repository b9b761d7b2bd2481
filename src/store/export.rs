//! Rows in any number, read one after the other: for showing and for exporting.

use super::archive::Archive;
use super::dialect::{Found, Render as _, Sql, row, stream};
use super::filter;
use super::shape::Shape;
use crate::flow::memory::{Filter, MemoryError, Order, Row, Table};
use futures_util::{Stream, TryStreamExt as _};
use sea_query::{Asterisk, Cond, Expr, ExprTrait as _, Func, Query};

/// Which rows, and in which order.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// A server's rows only.
    pub guild: Option<i64>,
    pub filter: Filter,
    /// By age among equals.
    pub order: Vec<Order>,
    pub limit: Option<u64>,
}

/// A row and the server that it belongs to; none in a global table.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    pub guild: Option<i64>,
    pub row: Row,
}

impl Archive {
    /// The rows of a table as it is [present](Archive::present), one after the other: of one moment, and in little memory.
    ///
    /// # Errors
    /// A condition or an order names what is no column, or the database fails.
    pub fn rows(
        &mut self,
        table: &Table,
        asked: &Asked,
    ) -> Result<impl Stream<Item = Result<Owned, MemoryError>> + Send + '_, MemoryError> {
        let shape = Shape::new(table.clone());
        let sql = select(&shape, asked)?;
        Ok(stream(&mut self.connection, sql)?.and_then(move |found| std::future::ready(owned(&shape, &found))))
    }

    /// How many rows [`Archive::rows`] gives without a limit.
    ///
    /// # Errors
    /// As for [`Archive::rows`].
    pub async fn count_rows(&mut self, table: &Table, asked: &Asked) -> Result<u64, MemoryError> {
        let shape = Shape::new(table.clone());
        let all = Func::count(Expr::col(Asterisk));
        let sql = Query::select().expr(all).from(shape.name()).cond_where(which(&shape, asked)?).sql();
        let count = row(&mut self.connection, sql).await?.map_or(Ok(0), |found| found.integer(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn which(shape: &Shape, asked: &Asked) -> Result<Cond, MemoryError> {
    let guild = asked.guild.filter(|_| !shape.table.global).map(|guild| Expr::col("guild_id").eq(guild));
    Ok(filter::meets(shape, &asked.filter)?.add_option(guild))
}

fn select(shape: &Shape, asked: &Asked) -> Result<Sql, MemoryError> {
    let mut select = Query::select();
    select.columns(shape.shown()).from(shape.name()).cond_where(which(shape, asked)?);
    if !shape.table.global {
        select.column("guild_id");
    }
    filter::order(shape, &asked.order, &mut select)?;
    if let Some(limit) = asked.limit {
        select.limit(limit);
    }
    Ok(select.sql())
}

fn owned(shape: &Shape, found: &Found) -> Result<Owned, MemoryError> {
    let guild = match shape.table.global {
        true => None,
        false => Some(found.integer(shape.table.columns.len() + 1)?),
    };
    Ok(Owned { guild, row: shape.row(found)? })
}
