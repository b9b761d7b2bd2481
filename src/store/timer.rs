//! Timers: what is to be done later, once, also after a restart.

use super::dialect::{Found, Render as _, Sql};
use super::outbox;
use super::own_tables::TIMERS;
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, Timer};
use crate::flow::timer::Errand;
use sea_query::{Expr, ExprTrait as _, Order, Query};
use serde_json::json;

impl Work<'_> {
    pub async fn set_timer(&mut self, at: i64, what: &Errand) -> Result<Answer, MemoryError> {
        let id = self.number(insert(at, what)).await?;
        Ok(Answer::Id(id.unwrap_or_default()))
    }

    pub async fn due_timers(&mut self, limit: u64) -> Result<Answer, MemoryError> {
        let found = self.rows(due(self.now, limit)).await?;
        Ok(Answer::Timers(found.iter().map(timer).collect::<Result<_, _>>()?))
    }

    pub async fn timer_done(&mut self, id: i64) -> Result<Answer, MemoryError> {
        Ok(Answer::Count(self.run(delete(id)).await?))
    }

    pub async fn next_due(&mut self) -> Result<Answer, MemoryError> {
        let timer = self.number(first()).await?;
        let post = self.next_post().await?;
        Ok(Answer::At(timer.into_iter().chain(post).min()))
    }
}

impl Work<'_> {
    pub async fn next_later(&mut self) -> Result<Answer, MemoryError> {
        let timer = self.number(first_after(self.now)).await?;
        let post = self.next_post_after(self.now).await?;
        Ok(Answer::At(timer.into_iter().chain(post).min()))
    }

    pub async fn timers(&mut self) -> Result<Answer, MemoryError> {
        let found = self.rows(all()).await?;
        Ok(Answer::Timers(found.iter().map(timer).collect::<Result<_, _>>()?))
    }
}

fn insert(at: i64, what: &Errand) -> Sql {
    let mut insert = Query::insert();
    insert.into_table(TIMERS).columns(["due_at", "what"]).values_panic([at.into(), json!(what).to_string().into()]);
    insert.returning_col("id").sql()
}

fn due(now: i64, limit: u64) -> Sql {
    Query::select()
        .columns(["id", "due_at", "what"])
        .from(TIMERS)
        .and_where(Expr::col("due_at").lte(now))
        .order_by("due_at", Order::Asc)
        .order_by("id", Order::Asc)
        .limit(limit)
        .sql()
}

fn first() -> Sql {
    Query::select().expr(Expr::col("due_at").min()).from(TIMERS).sql()
}

fn first_after(now: i64) -> Sql {
    let later = Expr::col("due_at").gt(now);
    Query::select().expr(Expr::col("due_at").min()).from(TIMERS).and_where(later).sql()
}

fn all() -> Sql {
    let mut all = Query::select();
    all.columns(["id", "due_at", "what"]).from(TIMERS).order_by("due_at", Order::Asc).order_by("id", Order::Asc).sql()
}

fn delete(id: i64) -> Sql {
    Query::delete().from_table(TIMERS).and_where(Expr::col("id").eq(id)).sql()
}

fn timer(found: &Found) -> Result<Timer, MemoryError> {
    Ok(Timer { id: found.integer(0)?, at: found.integer(1)?, what: Errand::read(&outbox::json(&found.text(2)?)?) })
}
