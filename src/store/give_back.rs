//! What becomes of what a run took: given back as it was, or settled.

use super::cell::Cell;
use super::dialect::{Found, Render as _, Sql};
use super::own_tables::HOLDS;
use super::run;
use super::work::Work;
use crate::flow::memory::{Answer, Hold, MemoryError, Row};
use sea_query::{Cond, Expr, ExprTrait as _, Order, Query, SelectStatement};

impl Work<'_> {
    pub async fn give_back(&mut self, table: &str, row: i64, run: &str) -> Result<Answer, MemoryError> {
        let which = || of_run(run).add(Expr::col("table_name").eq(table)).add(Expr::col("row_id").eq(row));
        self.restore(befores(which()), forget(which())).await
    }

    pub async fn give_back_all(&mut self, run: &str) -> Result<Answer, MemoryError> {
        self.restore(befores(of_run(run)), forget(of_run(run))).await
    }

    pub fn settle(&mut self, run: &str) -> Result<Answer, MemoryError> {
        self.later(forget(of_run(run)));
        Ok(Answer::Nothing)
    }

    pub async fn lost_holds(&mut self) -> Result<Answer, MemoryError> {
        let found = self.rows(all().and_where(run::unknown()).sql()).await?;
        Ok(Answer::Holds(found.iter().map(hold).collect::<Result<_, _>>()?))
    }

    pub async fn holds(&mut self) -> Result<Answer, MemoryError> {
        let found = self.rows(all().sql()).await?;
        Ok(Answer::Holds(found.iter().map(hold).collect::<Result<_, _>>()?))
    }

    async fn restore(&mut self, befores: Sql, forget: Sql) -> Result<Answer, MemoryError> {
        let held = self.rows(befores).await?;
        for found in &held {
            self.restore_row(found).await?;
        }
        self.run(forget).await?;
        Ok(Answer::Count(held.len() as u64))
    }

    async fn restore_row(&mut self, found: &Found) -> Result<(), MemoryError> {
        let before = serde_json::from_str::<Row>(&found.text(2)?)
            .map_err(|_| MemoryError::Corrupt("what a taken row was before cannot be read".to_owned()))?;
        if !before.is_empty() {
            self.run(rewrite(found.text(0)?, found.integer(1)?, &before)).await?;
        }
        Ok(())
    }
}

fn all() -> SelectStatement {
    let mut select = Query::select();
    select.columns(["run", "table_name", "row_id", "taken_at"]).from(HOLDS);
    select.order_by("taken_at", Order::Asc).order_by("row_id", Order::Asc).take()
}

fn of_run(run: &str) -> Cond {
    Cond::all().add(Expr::col("run").eq(run))
}

fn befores(which: Cond) -> Sql {
    Query::select().columns(["table_name", "row_id", "before"]).from(HOLDS).cond_where(which).sql()
}

fn forget(which: Cond) -> Sql {
    Query::delete().from_table(HOLDS).cond_where(which).sql()
}

fn rewrite(table: String, row: i64, before: &Row) -> Sql {
    let mut update = Query::update();
    update
        .table(table)
        .values(before.iter().map(|(column, value)| (column.clone(), Cell::from_json(value).into())))
        .and_where(Expr::col("id").eq(row));
    update.sql()
}

fn hold(found: &Found) -> Result<Hold, MemoryError> {
    Ok(Hold { run: found.text(0)?, table: found.text(1)?, row: found.integer(2)?, taken_at: found.integer(3)? })
}
