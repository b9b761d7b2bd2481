//! The engine's own tables, and the version of their layout.

use super::dialect::{BUILDER, Connection, Render as _, Sql, WITHOUT_ROWID, columns, define, row, run};
use crate::flow::memory::MemoryError;
use sea_query::{ColumnDef, Expr, ExprTrait as _, Index, OnConflict, Query, Table, TableCreateStatement};

pub const META: &str = "bw_meta";
pub const TICKETS: &str = "bw_tickets";
pub const COUNTERS: &str = "bw_counters";
pub const OUTBOX: &str = "bw_outbox";
pub const TIMERS: &str = "bw_timers";
pub const SCHEDULES: &str = "bw_schedules";
pub const HOLDS: &str = "bw_holds";
pub const RUNS: &str = "bw_runs";
pub const PANELS: &str = "bw_panels";

/// Grows whenever the tables below change in a way that an older Botwright would not understand.
const VERSION: i64 = 2;

/// Makes the tables in a new file, and refuses a file that a newer Botwright wrote.
pub async fn make(connection: &mut Connection) -> Result<(), MemoryError> {
    define(connection, meta().build(BUILDER)).await?;
    if let Some(found) = row(connection, read_version()).await? {
        check(&found.text(0)?)?;
    }
    // Also where it stands already: a file that cannot be written must say so now, not at the first order.
    run(connection, write_version()).await?;
    for table in [tickets(), counters(), outbox(), timers(), schedules(), holds(), runs(), panels()] {
        define(connection, table.build(BUILDER)).await?;
    }
    for index in indexes() {
        define(connection, index).await?;
    }
    Ok(())
}

/// Whether a bot wrote this file; refuses one that a newer Botwright wrote.
pub async fn is_ours(connection: &mut Connection) -> Result<bool, MemoryError> {
    if columns(connection, META).await?.is_none() {
        return Ok(false);
    }
    if let Some(found) = row(connection, read_version()).await? {
        check(&found.text(0)?)?;
    }
    Ok(true)
}

fn check(version: &str) -> Result<(), MemoryError> {
    match version.parse::<i64>() {
        Ok(version) if version <= VERSION => Ok(()),
        Ok(version) => Err(MemoryError::Failed(format!(
            "it was written by a newer Botwright (layout {version}; this one knows {VERSION}): use that one, or another file"
        ))),
        Err(_) => Err(MemoryError::Corrupt("the layout's version in `bw_meta` is no number".to_owned())),
    }
}

fn read_version() -> Sql {
    Query::select().column("value").from(META).and_where(Expr::col("key").eq("version")).sql()
}

fn write_version() -> Sql {
    let mut insert = Query::insert();
    insert.into_table(META).columns(["key", "value"]).values_panic(["version".into(), VERSION.to_string().into()]);
    insert.on_conflict(OnConflict::column("key").update_column("value").to_owned()).sql()
}

fn meta() -> TableCreateStatement {
    Table::create()
        .table(META)
        .if_not_exists()
        .col(text("key").not_null().primary_key())
        .col(text("value").not_null())
        .take()
}

/// A number once given is never given again, whatever becomes of the ticket.
fn counters() -> TableCreateStatement {
    Table::create()
        .table(COUNTERS)
        .if_not_exists()
        .col(integer("guild_id").not_null())
        .col(text("kind").not_null())
        .col(integer("value").not_null())
        .primary_key(Index::create().col("guild_id").col("kind"))
        .take()
}

/// `slot` is 1 to the limit while the ticket is open and null afterwards, so that a unique index bounds the open ones.
fn tickets() -> TableCreateStatement {
    Table::create()
        .table(TICKETS)
        .if_not_exists()
        .col(id())
        .col(integer("guild_id").not_null())
        .col(text("kind").not_null())
        .col(integer("number").not_null())
        .col(integer("user_id").not_null())
        .col(text("user_name").not_null())
        .col(integer("channel_id"))
        .col(integer("slot"))
        .col(integer("opened_at").not_null())
        .col(integer("closed_at"))
        .col(integer("closed_by"))
        .take()
}

fn outbox() -> TableCreateStatement {
    Table::create()
        .table(OUTBOX)
        .if_not_exists()
        .col(id())
        .col(text("destination").not_null())
        .col(text("payload").not_null())
        .col(integer("created_at").not_null())
        .col(integer("next_at").not_null())
        .col(integer("attempts").not_null())
        .col(text("error"))
        .col(ColumnDef::new("dead").boolean().not_null())
        .take()
}

fn timers() -> TableCreateStatement {
    Table::create()
        .table(TIMERS)
        .if_not_exists()
        .col(id())
        .col(integer("due_at").not_null())
        .col(text("what").not_null())
        .take()
}

/// When each schedule happens next in each server.
fn schedules() -> TableCreateStatement {
    Table::create()
        .table(SCHEDULES)
        .if_not_exists()
        .col(integer("guild_id").not_null())
        .col(text("name").not_null())
        .col(text("rhythm").not_null())
        .col(integer("due_at").not_null())
        .primary_key(Index::create().col("guild_id").col("name"))
        .extra(WITHOUT_ROWID)
        .take()
}

/// One row of an author's table is held by one run at most. There are never more than runs under way and those that a
/// crash left, so that looking through all of them for a run's costs less than another index.
fn holds() -> TableCreateStatement {
    Table::create()
        .table(HOLDS)
        .if_not_exists()
        .col(text("table_name").not_null())
        .col(integer("row_id").not_null())
        .col(text("run").not_null())
        .col(text("before").not_null())
        .col(integer("taken_at").not_null())
        .primary_key(Index::create().col("table_name").col("row_id"))
        .extra(WITHOUT_ROWID)
        .take()
}

/// A run that has begun; `state` is null once it is over, and the row then only says that it has begun.
fn runs() -> TableCreateStatement {
    Table::create()
        .table(RUNS)
        .if_not_exists()
        .col(text("id").not_null().primary_key())
        .col(integer("written_at").not_null())
        .col(ColumnDef::new("asleep").boolean().not_null())
        .col(text("state"))
        .col(text("answers"))
        .col(text("trouble"))
        .col(ColumnDef::new("arrived").boolean())
        .extra(WITHOUT_ROWID)
        .take()
}

/// Posted panels, so that somebody notices when one is gone.
fn panels() -> TableCreateStatement {
    Table::create()
        .table(PANELS)
        .if_not_exists()
        .col(id())
        .col(integer("guild_id").not_null())
        .col(integer("channel_id").not_null())
        .col(integer("message_id").not_null())
        .col(text("kind").not_null())
        .col(integer("posted_at").not_null())
        .take()
}

fn indexes() -> [String; 5] {
    [
        index("bw_tickets_number", TICKETS, &["guild_id", "kind", "number"], true),
        index("bw_tickets_open", TICKETS, &["guild_id", "kind", "user_id", "slot"], true),
        index("bw_tickets_channel", TICKETS, &["channel_id"], false),
        index("bw_outbox_order", OUTBOX, &["dead", "destination", "id"], false),
        index("bw_timers_due", TIMERS, &["due_at", "id"], false),
    ]
}

fn index(name: &str, table: &'static str, columns: &[&'static str], unique: bool) -> String {
    let mut index = Index::create();
    index.if_not_exists().name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index.build(BUILDER)
}

/// Never given twice, also after the last row was deleted.
pub fn id() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().take()
}

fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}
