//! Conditions on rows, as SQL.

use super::cell::Cell;
use super::dialect::position;
use super::name::fold;
use super::shape::{Shape, folds};
use crate::flow::memory::{ColumnKind, Condition, Filter, MemoryError, Order};
use sea_query::{Cond, Expr, ExprTrait, SelectStatement};
use serde_json::Value;

/// The rows of a guild that meet a filter.
pub fn condition(shape: &Shape, guild: &str, filter: &Filter) -> Result<Cond, MemoryError> {
    let mut all = scope(shape, guild)?;
    for (column, condition) in filter {
        all = all.add(one(shape, column, condition)?);
    }
    Ok(all)
}

/// The rows that meet a filter, of whatever guild.
pub fn meets(shape: &Shape, filter: &Filter) -> Result<Cond, MemoryError> {
    filter.iter().try_fold(Cond::all(), |all, (column, condition)| Ok(all.add(one(shape, column, condition)?)))
}

/// All rows of a guild.
pub fn scope(shape: &Shape, guild: &str) -> Result<Cond, MemoryError> {
    let guild = shape.guild(guild)?;
    Ok(Cond::all().add_option(guild.map(|guild| Expr::col("guild_id").eq(guild))))
}

fn one(shape: &Shape, name: &str, condition: &Condition) -> Result<Expr, MemoryError> {
    let column = || Expr::col(shape.compared(name));
    let cell = |value| shape.comparable(name, value);
    shape.column(name)?;
    Ok(match condition {
        Condition::Is(value) => is(column(), cell(value)?),
        Condition::Not(value) => is_not(&column, cell(value)?),
        Condition::In(values) => is_in(shape, name, values)?,
        Condition::Less(value) => column().lt(cell(value)?),
        Condition::AtMost(value) => column().lte(cell(value)?),
        Condition::More(value) => column().gt(cell(value)?),
        Condition::AtLeast(value) => column().gte(cell(value)?),
        Condition::Contains(part) => contains(shape, name, part)?,
    })
}

fn is(column: Expr, cell: Cell) -> Expr {
    if cell.is_missing() { column.is_null() } else { column.eq(cell) }
}

fn is_not(column: &dyn Fn() -> Expr, cell: Cell) -> Expr {
    if cell.is_missing() { column().is_not_null() } else { column().ne(cell).or(column().is_null()) }
}

fn is_in(shape: &Shape, name: &str, values: &[Value]) -> Result<Expr, MemoryError> {
    let cells = values.iter().map(|value| shape.comparable(name, value)).collect::<Result<Vec<_>, _>>()?;
    let (missing, present): (Vec<_>, Vec<_>) = cells.into_iter().partition(Cell::is_missing);
    let column = || Expr::col(shape.compared(name));
    let within = column().is_in(present);
    Ok(if missing.is_empty() { within } else { within.or(column().is_null()) })
}

fn contains(shape: &Shape, name: &str, part: &str) -> Result<Expr, MemoryError> {
    let column = shape.column(name)?;
    if column.kind != ColumnKind::Text {
        return Err(shape.wrong(name, "holds no text, so it cannot contain any"));
    }
    let part = if folds(column) { fold(part) } else { part.to_owned() };
    Ok(position(&shape.compared(name), part).gt(0))
}

/// Orders as asked, and among equals by age in the direction of the last order.
pub fn order(shape: &Shape, order: &[Order], select: &mut SelectStatement) -> Result<(), MemoryError> {
    for one in order {
        shape.column(&one.column)?;
        select.order_by(shape.compared(&one.column), direction(one.descending));
    }
    select.order_by("id", direction(order.last().is_some_and(|one| one.descending)));
    Ok(())
}

pub fn direction(descending: bool) -> sea_query::Order {
    if descending { sea_query::Order::Desc } else { sea_query::Order::Asc }
}
