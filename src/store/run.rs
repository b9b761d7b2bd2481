//! Runs that have begun: each once, and what it needs to go on when its process dies.

use super::dialect::{Found, Render as _, Sql};
use super::own_tables::{HOLDS, RUNS, TIMERS};
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, UnfinishedRun};
use crate::flow::timer::{Errand, What};
use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, UpdateStatement};
use serde_json::json;

impl Work<'_> {
    pub fn claim(&mut self, run: &str) -> Result<Answer, MemoryError> {
        self.later(begin(run, self.now, None, None));
        Ok(Answer::Nothing)
    }

    pub fn checkpoint(
        &mut self,
        run: &str,
        fresh: bool,
        state: &str,
        answers: Option<&Vec<Answer>>,
    ) -> Result<Answer, MemoryError> {
        let answers = answers.map(serde_json::to_string).transpose();
        let answers = answers.map_err(|error| MemoryError::Failed(format!("answers cannot be kept: {error}")))?;
        let sql = if fresh {
            begin(run, self.now, Some(state), answers)
        } else {
            let mut update = of(run);
            update.value("state", state).value("answers", answers).value("written_at", self.now);
            update.value("arrived", Option::<bool>::None).sql()
        };
        self.later(sql);
        Ok(Answer::Nothing)
    }

    pub fn end_run(&mut self, run: &str) -> Result<Answer, MemoryError> {
        let mut update = of(run);
        update.value("state", Option::<String>::None).value("answers", Option::<String>::None);
        self.later(update.value("asleep", false).value("trouble", Option::<String>::None).sql());
        Ok(Answer::Nothing)
    }

    pub fn sleep_run(&mut self, run: &str) -> Result<Answer, MemoryError> {
        self.later(of(run).value("asleep", true).sql());
        Ok(Answer::Nothing)
    }

    pub async fn wake_run(&mut self, run: &str) -> Result<Answer, MemoryError> {
        let mut update = of(run);
        update.value("asleep", false).and_where(Expr::col("asleep").eq(true));
        update.and_where(Expr::col("state").is_not_null());
        if self.run(update.sql()).await? == 0 {
            return Ok(Answer::Runs(Vec::new()));
        }
        self.runs(runs().and_where(Expr::col("id").eq(run)).sql()).await
    }

    pub fn set_run_aside(&mut self, run: &str, trouble: &str) -> Result<Answer, MemoryError> {
        self.later(of(run).value("asleep", false).value("trouble", trouble).sql());
        Ok(Answer::Nothing)
    }

    pub async fn decide_run(&mut self, run: &str, arrived: bool) -> Result<Answer, MemoryError> {
        let mut update = of(run);
        update.value("trouble", Option::<String>::None).value("arrived", arrived).value("asleep", true);
        update.and_where(Expr::col("trouble").is_not_null()).and_where(Expr::col("state").is_not_null());
        if self.run(update.sql()).await? > 0 {
            self.later(wake(run));
            return Ok(Answer::Count(1));
        }
        if self.number(rows_alone(run)).await?.is_none_or(|held| held == 0) {
            return Ok(Answer::Count(0));
        }
        if arrived { self.settle(run).map(|_| Answer::Count(1)) } else { self.give_back_all(run).await }
    }

    pub async fn unfinished_runs(&mut self) -> Result<Answer, MemoryError> {
        let mut awake = runs();
        awake.and_where(Expr::col("asleep").eq(false)).and_where(Expr::col("trouble").is_null());
        self.runs(awake.sql()).await
    }

    pub async fn runs_under_way(&mut self) -> Result<Answer, MemoryError> {
        self.runs(runs().and_where(Expr::col("trouble").is_null()).sql()).await
    }

    pub async fn runs_aside(&mut self) -> Result<Answer, MemoryError> {
        self.runs(runs().and_where(Expr::col("trouble").is_not_null()).sql()).await
    }

    pub fn forget_runs(&mut self, before: i64) -> Result<Answer, MemoryError> {
        let mut delete = Query::delete();
        delete.from_table(RUNS).and_where(Expr::col("state").is_null()).and_where(Expr::col("written_at").lt(before));
        self.later(delete.sql());
        Ok(Answer::Nothing)
    }

    async fn runs(&mut self, sql: Sql) -> Result<Answer, MemoryError> {
        let found = self.rows(sql).await?;
        Ok(Answer::Runs(found.iter().map(unfinished).collect::<Result<_, _>>()?))
    }
}

fn begin(run: &str, now: i64, state: Option<&str>, answers: Option<String>) -> Sql {
    let mut insert = Query::insert();
    insert.into_table(RUNS).columns(["id", "written_at", "asleep", "state", "answers"]).values_panic([
        run.into(),
        now.into(),
        false.into(),
        state.map(str::to_owned).into(),
        answers.into(),
    ]);
    insert.sql()
}

fn of(run: &str) -> UpdateStatement {
    Query::update().table(RUNS).and_where(Expr::col("id").eq(run)).take()
}

fn runs() -> SelectStatement {
    let columns = ["id", "state", "answers", "written_at", "trouble", "arrived"];
    let mut select = Query::select();
    select.columns(columns).from(RUNS).and_where(Expr::col("state").is_not_null());
    select.order_by("written_at", Order::Asc).order_by("id", Order::Asc).take()
}

/// Holds whose run is not on record.
pub fn unknown() -> Expr {
    let mut known = Query::select();
    known
        .expr(Expr::val(1))
        .from(RUNS)
        .and_where(Expr::col((RUNS, "id")).equals((HOLDS, "run")))
        .and_where(Expr::col((RUNS, "state")).is_not_null());
    Expr::not_exists(known.take())
}

/// How many rows a run holds that is not on record itself.
fn rows_alone(run: &str) -> Sql {
    let mut select = Query::select();
    select.expr(Expr::col("row_id").count()).from(HOLDS).and_where(Expr::col("run").eq(run));
    select.and_where(unknown()).sql()
}

/// At once, whatever the bot's clock says.
fn wake(run: &str) -> Sql {
    let mut insert = Query::insert();
    let what = json!(Errand::from(What::Wake(run.to_owned()))).to_string();
    insert.into_table(TIMERS).columns(["due_at", "what"]).values_panic([0.into(), what.into()]);
    insert.sql()
}

fn unfinished(found: &Found) -> Result<UnfinishedRun, MemoryError> {
    Ok(UnfinishedRun {
        id: found.text(0)?,
        state: found.text(1)?,
        answers: found.optional_text(2)?,
        written_at: found.integer(3)?,
        trouble: found.optional_text(4)?,
        arrived: found.optional_integer(5)?.map(|arrived| arrived != 0),
    })
}
