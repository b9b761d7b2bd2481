//! The outbox: what is to be said elsewhere, in order per destination, until it was said or given up.

use super::dialect::{Found, MOST_VALUES, Render as _, Sql};
use super::own_tables::OUTBOX;
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, Post};
use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, UpdateStatement};
use serde_json::Value;

impl Work<'_> {
    pub fn post(&mut self, destination: &str, payload: &Value) -> Result<Answer, MemoryError> {
        self.later(insert(destination, payload, self.now));
        Ok(Answer::Nothing)
    }

    pub async fn due_posts(&mut self, limit: u64) -> Result<Answer, MemoryError> {
        let mut due = Vec::new();
        for head in self.rows(due_heads(self.now)).await? {
            let found = self.rows(oldest(head.text(0)?, limit)).await?;
            due.extend(found.iter().map(post).collect::<Result<Vec<_>, _>>()?);
        }
        due.sort_unstable_by_key(|post| post.id);
        Ok(Answer::Posts(due))
    }

    pub async fn posted(&mut self, ids: &[i64]) -> Result<Answer, MemoryError> {
        for ids in ids.chunks(MOST_VALUES) {
            self.run(delete(ids)).await?;
        }
        Ok(Answer::Nothing)
    }

    pub async fn postpone_posts(&mut self, ids: &[i64], at: i64, error: &str) -> Result<Answer, MemoryError> {
        self.fail(ids, error, |update| update.value("next_at", at)).await
    }

    pub async fn bury_posts(&mut self, ids: &[i64], error: &str) -> Result<Answer, MemoryError> {
        self.fail(ids, error, |update| update.value("dead", true)).await
    }

    pub async fn dead_posts(&mut self) -> Result<Answer, MemoryError> {
        let found = self.rows(dead()).await?;
        Ok(Answer::Posts(found.iter().map(post).collect::<Result<_, _>>()?))
    }

    /// When the first destination may be tried.
    pub async fn next_post(&mut self) -> Result<Option<i64>, MemoryError> {
        self.number(first_head()).await
    }

    /// The same, of those that may not be tried yet.
    pub async fn next_post_after(&mut self, now: i64) -> Result<Option<i64>, MemoryError> {
        self.number(first_head_after(now)).await
    }

    async fn fail(
        &mut self,
        ids: &[i64],
        error: &str,
        change: impl Fn(&mut UpdateStatement) -> &mut UpdateStatement,
    ) -> Result<Answer, MemoryError> {
        for ids in ids.chunks(MOST_VALUES) {
            let sql = failed(ids, error, &change);
            self.run(sql).await?;
        }
        Ok(Answer::Nothing)
    }
}

fn insert(destination: &str, payload: &Value, now: i64) -> Sql {
    let mut insert = Query::insert();
    insert
        .into_table(OUTBOX)
        .columns(["destination", "payload", "created_at", "next_at", "attempts", "dead"])
        .values_panic([destination.into(), payload.to_string().into(), now.into(), now.into(), 0.into(), false.into()]);
    insert.sql()
}

/// The oldest living entry of every destination: when it waits, all behind it wait.
fn heads() -> SelectStatement {
    let mut heads = Query::select();
    heads.expr(Expr::col("id").min()).from(OUTBOX).and_where(Expr::col("dead").eq(false)).group_by_col("destination");
    Query::select().from(OUTBOX).and_where(Expr::col("id").in_subquery(heads)).take()
}

fn due_heads(now: i64) -> Sql {
    heads().column("destination").and_where(Expr::col("next_at").lte(now)).order_by("id", Order::Asc).sql()
}

fn first_head() -> Sql {
    heads().expr(Expr::col("next_at").min()).sql()
}

fn first_head_after(now: i64) -> Sql {
    heads().expr(Expr::col("next_at").min()).and_where(Expr::col("next_at").gt(now)).sql()
}

fn entries() -> SelectStatement {
    let columns = ["id", "destination", "payload", "created_at", "attempts", "error"];
    Query::select().columns(columns).from(OUTBOX).order_by("id", Order::Asc).take()
}

fn oldest(destination: String, limit: u64) -> Sql {
    let living = Expr::col("dead").eq(false);
    entries().and_where(living).and_where(Expr::col("destination").eq(destination)).limit(limit).sql()
}

fn dead() -> Sql {
    entries().and_where(Expr::col("dead").eq(true)).sql()
}

fn delete(ids: &[i64]) -> Sql {
    Query::delete().from_table(OUTBOX).and_where(Expr::col("id").is_in(ids.iter().copied())).sql()
}

fn failed(ids: &[i64], error: &str, change: &impl Fn(&mut UpdateStatement) -> &mut UpdateStatement) -> Sql {
    let mut update = Query::update();
    update.table(OUTBOX).value("attempts", Expr::col("attempts").add(1)).value("error", error);
    change(&mut update).and_where(Expr::col("id").is_in(ids.iter().copied())).sql()
}

pub fn post(found: &Found) -> Result<Post, MemoryError> {
    Ok(Post {
        id: found.integer(0)?,
        destination: found.text(1)?,
        payload: json(&found.text(2)?)?,
        created_at: found.integer(3)?,
        attempts: u32::try_from(found.integer(4)?).unwrap_or(u32::MAX),
        error: found.optional_text(5)?,
    })
}

/// What the store wrote as JSON.
pub fn json(text: &str) -> Result<Value, MemoryError> {
    serde_json::from_str(text).map_err(|_| MemoryError::Corrupt("an entry's JSON cannot be read".to_owned()))
}
