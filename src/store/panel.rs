//! Panels that were posted, and notes that the engine makes for itself.

use super::cell;
use super::dialect::{Found, Render as _, Sql};
use super::own_tables::{META, PANELS};
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, Panel};
use sea_query::{Cond, Expr, ExprTrait as _, OnConflict, Order, Query, Returning};

const COLUMNS: [&str; 4] = ["guild_id", "channel_id", "message_id", "kind"];
/// Keeps notes apart from what else stands in that table.
const NOTE: &str = "note:";

impl Work<'_> {
    pub async fn panel_posted(&mut self, panel: &Panel) -> Result<Answer, MemoryError> {
        let ids = [id("guild", &panel.guild)?, id("channel", &panel.channel)?, id("message", &panel.message)?];
        self.run(insert(ids, &panel.kind, self.now)).await?;
        Ok(Answer::Nothing)
    }

    pub async fn panels(&mut self, guild: &str) -> Result<Answer, MemoryError> {
        let which = condition(guild, None, None)?;
        let found =
            self.rows(Query::select().columns(COLUMNS).from(PANELS).cond_where(which).order_by("id", Order::Asc).sql());
        all(&found.await?)
    }

    pub async fn forget_panels(
        &mut self,
        guild: &str,
        channel: Option<&str>,
        message: Option<&str>,
    ) -> Result<Answer, MemoryError> {
        let mut delete = Query::delete();
        delete.from_table(PANELS).cond_where(condition(guild, channel, message)?);
        let found = self.rows(delete.returning(Returning::new().columns(COLUMNS)).sql()).await?;
        all(&found)
    }

    pub async fn note(&mut self, key: &str, value: &str) -> Result<Answer, MemoryError> {
        self.run(write(key, value)).await?;
        Ok(Answer::Nothing)
    }

    pub async fn noted(&mut self, key: &str) -> Result<Answer, MemoryError> {
        let select = Query::select().column("value").from(META).and_where(Expr::col("key").eq(name(key))).sql();
        let found = self.row(select).await?;
        Ok(Answer::Noted(found.map(|found| found.text(0)).transpose()?))
    }
}

fn insert([guild, channel, message]: [i64; 3], kind: &str, now: i64) -> Sql {
    let mut insert = Query::insert();
    insert.into_table(PANELS).columns(["guild_id", "channel_id", "message_id", "kind", "posted_at"]).values_panic([
        guild.into(),
        channel.into(),
        message.into(),
        kind.into(),
        now.into(),
    ]);
    insert.sql()
}

fn write(key: &str, value: &str) -> Sql {
    let mut insert = Query::insert();
    insert.into_table(META).columns(["key", "value"]).values_panic([name(key).into(), value.into()]);
    insert.on_conflict(OnConflict::column("key").update_column("value").to_owned()).sql()
}

fn name(key: &str) -> String {
    format!("{NOTE}{key}")
}

fn condition(guild: &str, channel: Option<&str>, message: Option<&str>) -> Result<Cond, MemoryError> {
    let equal = |column: &'static str, value: Option<&str>| {
        let id = value.map(|value| id(column, value)).transpose()?;
        Ok::<_, MemoryError>(id.map(|id| Expr::col(column).eq(id)))
    };
    Ok(Cond::all()
        .add(Expr::col("guild_id").eq(id("guild", guild)?))
        .add_option(equal("channel_id", channel)?)
        .add_option(equal("message_id", message)?))
}

fn all(found: &[Found]) -> Result<Answer, MemoryError> {
    Ok(Answer::Panels(found.iter().map(panel).collect::<Result<_, _>>()?))
}

fn panel(found: &Found) -> Result<Panel, MemoryError> {
    let id = |index| Ok::<_, MemoryError>(found.integer(index)?.to_string());
    Ok(Panel { guild: id(0)?, channel: id(1)?, message: id(2)?, kind: found.text(3)? })
}

fn id(column: &str, text: &str) -> Result<i64, MemoryError> {
    cell::id(text).ok_or_else(|| MemoryError::Value {
        table: PANELS.to_owned(),
        column: column.to_owned(),
        problem: "must be an id".to_owned(),
    })
}
