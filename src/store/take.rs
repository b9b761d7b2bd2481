//! Taking: the first row that fits, changed and held for one run.

use super::cell::{Cell, Storage};
use super::dialect::{Found, Render as _, Sql};
use super::filter;
use super::own_tables::HOLDS;
use super::shape::{Shape, storage};
use super::work::Work;
use crate::flow::memory::{Answer, Filter, MemoryError, Order, Row};
use sea_query::{Expr, ExprTrait as _, Query};
use serde_json::Value;

impl Work<'_> {
    pub async fn take(
        &mut self,
        table: &str,
        guild: &str,
        filter: &Filter,
        set: &Row,
        order: &[Order],
        run: &str,
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        let written = shape.assignments(set)?;
        let first = first(&shape, guild, filter, order, &written)?;
        let Some(found) = self.row(first).await? else {
            return Ok(Answer::Row(None));
        };
        let id = found.integer(0)?;
        let before = before(&shape, &found, &written)?;
        self.later(hold(&shape, id, run, before, self.now));
        if !written.is_empty() {
            self.later(change(&shape, id, &written));
        }
        let mut row = shape.row(&found)?;
        shape.overwrite(&mut row, &written);
        Ok(Answer::Row(Some(row)))
    }
}

/// The row to take, with what `written` will replace behind what is shown.
fn first(
    shape: &Shape,
    guild: &str,
    filter: &Filter,
    order: &[Order],
    written: &[(String, Cell)],
) -> Result<Sql, MemoryError> {
    let mut select = Query::select();
    select
        .columns(shape.shown())
        .columns(written.iter().map(|(column, _)| column.clone()))
        .from(shape.name())
        .cond_where(filter::condition(shape, guild, filter)?)
        .and_where(not_held(shape))
        .limit(1);
    filter::order(shape, order, &mut select)?;
    Ok(select.sql())
}

fn not_held(shape: &Shape) -> Expr {
    let mut held = Query::select();
    held.expr(Expr::val(1))
        .from(HOLDS)
        .and_where(Expr::col((HOLDS, "table_name")).eq(shape.name()))
        .and_where(Expr::col((HOLDS, "row_id")).equals((shape.name(), "id".to_owned())));
    Expr::not_exists(held.take())
}

/// The stored columns as they were, to be given back.
fn before(shape: &Shape, found: &Found, written: &[(String, Cell)]) -> Result<Value, MemoryError> {
    let start = shape.table.columns.len() + 1;
    let cells = written.iter().enumerate().map(|(index, (column, _))| {
        let storage: Storage = storage(shape, column);
        Ok((column.clone(), found.cell(start + index, storage)?.to_json()))
    });
    Ok(Value::Object(cells.collect::<Result<_, MemoryError>>()?))
}

fn hold(shape: &Shape, row: i64, run: &str, before: Value, now: i64) -> Sql {
    let mut insert = Query::insert();
    insert.into_table(HOLDS).columns(["table_name", "row_id", "run", "before", "taken_at"]).values_panic([
        shape.name().into(),
        row.into(),
        run.into(),
        before.to_string().into(),
        now.into(),
    ]);
    insert.sql()
}

fn change(shape: &Shape, id: i64, written: &[(String, Cell)]) -> Sql {
    let mut update = Query::update();
    update
        .table(shape.name())
        .values(written.iter().map(|(column, cell)| (column.clone(), cell.clone().into())))
        .and_where(Expr::col("id").eq(id));
    update.sql()
}
