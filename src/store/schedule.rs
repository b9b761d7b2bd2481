//! Schedules: when each happens next in each server, so that none is lost and none happens twice.

use super::cell;
use super::dialect::{Found, Render as _, Sql};
use super::own_tables::SCHEDULES;
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, Plan};
use sea_query::{Cond, Expr, ExprTrait as _, OnConflict, Order, Query};

impl Work<'_> {
    pub async fn plan_schedules(&mut self, guild: &str, wanted: &[Plan]) -> Result<Answer, MemoryError> {
        let guild = id(guild)?;
        self.later(delete(others(wanted.iter().map(|plan| &plan.name)).add(Expr::col("guild_id").eq(guild))));
        for plan in wanted {
            self.later(put(guild, plan));
        }
        let found = self.rows(of_guild(guild)).await?;
        Ok(Answer::Planned(found.iter().map(plan).collect::<Result<_, _>>()?))
    }

    pub fn forget_schedules(&mut self, known: &[String]) -> Result<Answer, MemoryError> {
        self.later(delete(others(known.iter())));
        Ok(Answer::Nothing)
    }

    pub async fn schedule_fired(
        &mut self,
        guild: &str,
        name: &str,
        due: i64,
        next: i64,
        begins: Option<&(String, String)>,
    ) -> Result<Answer, MemoryError> {
        let moved = self.run(fire(id(guild)?, name, due, next)).await?;
        if let Some((run, state)) = begins.filter(|_| moved > 0) {
            self.checkpoint(run, true, state, None)?;
        }
        Ok(Answer::Count(moved))
    }
}

/// All but those of these names.
fn others<'n>(names: impl Iterator<Item = &'n String>) -> Cond {
    Cond::all().add(Expr::col("name").is_not_in(names.map(String::as_str)))
}

fn delete(which: Cond) -> Sql {
    Query::delete().from_table(SCHEDULES).cond_where(which).sql()
}

/// A row that is there keeps its due time unless it goes by another rhythm now.
fn put(guild: i64, plan: &Plan) -> Sql {
    let changed = Expr::col((SCHEDULES, "rhythm")).ne(plan.rhythm.as_str());
    let mut insert = Query::insert();
    insert
        .into_table(SCHEDULES)
        .columns(["guild_id", "name", "rhythm", "due_at"])
        .values_panic([guild.into(), plan.name.as_str().into(), plan.rhythm.as_str().into(), plan.due.into()])
        .on_conflict(
            OnConflict::columns(["guild_id", "name"])
                .update_columns(["rhythm", "due_at"])
                .action_and_where(changed)
                .to_owned(),
        );
    insert.sql()
}

fn of_guild(guild: i64) -> Sql {
    let mut select = Query::select();
    select.columns(["name", "rhythm", "due_at"]).from(SCHEDULES).and_where(Expr::col("guild_id").eq(guild));
    select.order_by("name", Order::Asc).sql()
}

fn fire(guild: i64, name: &str, due: i64, next: i64) -> Sql {
    let mut update = Query::update();
    update
        .table(SCHEDULES)
        .value("due_at", next)
        .and_where(Expr::col("guild_id").eq(guild))
        .and_where(Expr::col("name").eq(name))
        .and_where(Expr::col("due_at").eq(due));
    update.sql()
}

fn plan(found: &Found) -> Result<Plan, MemoryError> {
    Ok(Plan { name: found.text(0)?, rhythm: found.text(1)?, due: found.integer(2)? })
}

fn id(guild: &str) -> Result<i64, MemoryError> {
    cell::id(guild).ok_or_else(|| MemoryError::Value {
        table: SCHEDULES.to_owned(),
        column: "guild_id".to_owned(),
        problem: "must be an id".to_owned(),
    })
}
