//! Tickets: one open per user, numbers that are never used twice.

use super::cell;
use super::dialect::{Found, Render as _, Sql};
use super::own_tables::{COUNTERS, TICKETS};
use super::work::Work;
use crate::flow::memory::{Answer, MemoryError, Opening, Ticket, TicketFilter};
use sea_query::{Cond, Expr, ExprTrait as _, OnConflict, Order, Query, Returning};

/// What [`ticket`] reads, in its order.
const COLUMNS: [&str; 11] = [
    "id",
    "kind",
    "guild_id",
    "number",
    "user_id",
    "user_name",
    "channel_id",
    "slot",
    "opened_at",
    "closed_at",
    "closed_by",
];

impl Work<'_> {
    pub async fn open_ticket(
        &mut self,
        kind: &str,
        guild: &str,
        user: &str,
        user_name: &str,
        limit: u32,
    ) -> Result<Answer, MemoryError> {
        let (guild, user) = (id("guild", guild)?, id("user", user)?);
        let open = self.rows(open_ones(kind, guild, user)).await?;
        if open.len() >= limit as usize {
            let open = open.iter().map(ticket).collect::<Result<_, _>>()?;
            return Ok(Answer::Ticket(Opening::AlreadyOpen(open)));
        }
        let slot = free_slot(&open)?;
        let number = self.number(next_number(kind, guild)).await?.unwrap_or(1);
        let row =
            [kind.into(), guild.into(), number.into(), user.into(), user_name.into(), slot.into(), self.now.into()];
        let found = self.row(insert(row)).await?;
        let found = found.ok_or_else(|| MemoryError::Failed("a ticket was not written".to_owned()))?;
        Ok(Answer::Ticket(Opening::Opened(ticket(&found)?)))
    }

    pub async fn ticket_channel(&mut self, ticket: i64, channel: &str) -> Result<Answer, MemoryError> {
        self.run(set_channel(ticket, id("channel", channel)?)).await?;
        Ok(Answer::Nothing)
    }

    pub async fn close_ticket(&mut self, id: i64, by: Option<&str>) -> Result<Answer, MemoryError> {
        let by = by.map(|by| self::id("closed_by", by)).transpose()?;
        let closed = self.row(close(id, by, self.now)).await?;
        Ok(Answer::Closed(closed.as_ref().map(ticket).transpose()?))
    }

    pub async fn find_tickets(&mut self, filter: &TicketFilter) -> Result<Answer, MemoryError> {
        let sql = select(condition(filter)?, Order::Asc);
        let sql = if filter.channels.is_some() { sql.once() } else { sql };
        let found = self.rows(sql).await?;
        Ok(Answer::Tickets(found.iter().map(ticket).collect::<Result<_, _>>()?))
    }
}

fn select(which: Cond, order: Order) -> Sql {
    Query::select().columns(COLUMNS).from(TICKETS).cond_where(which).order_by("id", order).sql()
}

fn open_ones(kind: &str, guild: i64, user: i64) -> Sql {
    let which = Cond::all()
        .add(Expr::col("guild_id").eq(guild))
        .add(Expr::col("kind").eq(kind))
        .add(Expr::col("user_id").eq(user))
        .add(Expr::col("slot").is_not_null());
    select(which, Order::Desc)
}

/// The lowest slot that no open ticket stands in.
fn free_slot(open: &[Found]) -> Result<i64, MemoryError> {
    let taken = open.iter().map(|found| found.integer(7)).collect::<Result<Vec<_>, _>>()?;
    Ok((1..).find(|slot| !taken.contains(slot)).unwrap_or(1))
}

fn next_number(kind: &str, guild: i64) -> Sql {
    let next = Expr::col((COUNTERS, "value")).add(1);
    let mut insert = Query::insert();
    insert
        .into_table(COUNTERS)
        .columns(["guild_id", "kind", "value"])
        .values_panic([guild.into(), kind.into(), 1.into()])
        .on_conflict(OnConflict::columns(["guild_id", "kind"]).value("value", next).to_owned());
    insert.returning_col("value").sql()
}

fn insert(row: [Expr; 7]) -> Sql {
    let mut insert = Query::insert();
    insert
        .into_table(TICKETS)
        .columns(["kind", "guild_id", "number", "user_id", "user_name", "slot", "opened_at"])
        .values_panic(row)
        .returning(Returning::new().columns(COLUMNS));
    insert.sql()
}

fn set_channel(ticket: i64, channel: i64) -> Sql {
    let mut update = Query::update();
    update.table(TICKETS).value("channel_id", channel).and_where(Expr::col("id").eq(ticket)).sql()
}

fn close(id: i64, by: Option<i64>, now: i64) -> Sql {
    let mut update = Query::update();
    update
        .table(TICKETS)
        .value("slot", Option::<i64>::None)
        .value("closed_at", now)
        .value("closed_by", by)
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("slot").is_not_null())
        .returning(Returning::new().columns(COLUMNS));
    update.sql()
}

fn condition(filter: &TicketFilter) -> Result<Cond, MemoryError> {
    let equal = |column: &'static str, value: &Option<String>| {
        let id = value.as_deref().map(|value| id(column, value)).transpose()?;
        Ok::<_, MemoryError>(id.map(|id| Expr::col(column).eq(id)))
    };
    let channels = |channels: &Vec<String>| channels.iter().filter_map(|channel| cell::id(channel)).collect::<Vec<_>>();
    let open = |open: bool| if open { Expr::col("slot").is_not_null() } else { Expr::col("slot").is_null() };
    Ok(Cond::all()
        .add_option(filter.id.map(|id| Expr::col("id").eq(id)))
        .add_option(equal("channel_id", &filter.channel)?)
        .add_option(equal("guild_id", &filter.guild)?)
        .add_option(equal("user_id", &filter.user)?)
        .add_option(filter.kind.as_ref().map(|kind| Expr::col("kind").eq(kind.as_str())))
        .add_option(filter.channels.as_ref().map(|all| Expr::col("channel_id").is_in(channels(all))))
        .add_option(filter.open.map(open)))
}

fn ticket(found: &Found) -> Result<Ticket, MemoryError> {
    let optional = |index| Ok::<_, MemoryError>(found.optional_integer(index)?.map(|id| id.to_string()));
    Ok(Ticket {
        id: found.integer(0)?,
        kind: found.text(1)?,
        guild: found.integer(2)?.to_string(),
        number: found.integer(3)?,
        user: found.integer(4)?.to_string(),
        user_name: found.text(5)?,
        channel: optional(6)?,
        open: found.optional_integer(7)?.is_some(),
        opened_at: found.integer(8)?,
        closed_at: found.optional_integer(9)?,
        closed_by: optional(10)?,
    })
}

fn id(column: &str, text: &str) -> Result<i64, MemoryError> {
    cell::id(text).ok_or_else(|| MemoryError::Value {
        table: TICKETS.to_owned(),
        column: column.to_owned(),
        problem: "must be an id".to_owned(),
    })
}
