//! Rows as a scenario writes them down, and as the bot remembers them.

use crate::flow::entity;
use crate::flow::memory::{Answer, Column, ColumnKind, Memory, Operation, Row, Table, Ticket, TicketFilter};
use crate::flow::program::Program;
use crate::scenario::names::Names;
use crate::scenario::suite::{TICKETS, moment};
use crate::sim::Id;
use crate::text::{Kind, Node};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// A row in words: a text for each column.
pub type Shown = IndexMap<String, String>;

/// A row that is written down, as the table has it.
pub fn row(node: &Node, table: &Table, names: &Names) -> Row {
    let mut row = Row::new();
    for entry in node.entries() {
        if let Some(column) = table.columns.get(entry.name()) {
            row.insert(entry.name().to_owned(), value(&entry.value, column, names));
        }
    }
    row
}

fn value(node: &Node, column: &Column, names: &Names) -> Value {
    let text = match (&node.kind, node.as_str()) {
        (Kind::Null, _) | (_, None) => return Value::Null,
        (_, Some(text)) => text,
    };
    let id = |found: Option<Id>| found.map_or_else(|| json!(text), |id| json!(id.to_string()));
    match column.kind {
        ColumnKind::Text => json!(text),
        ColumnKind::Integer => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        ColumnKind::Number => text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number)),
        ColumnKind::Boolean => text.parse::<bool>().map_or_else(|_| json!(text), |truth| json!(truth)),
        ColumnKind::Time => moment(text).or_else(|| text.parse().ok()).map_or_else(|| json!(text), |at| json!(at)),
        ColumnKind::User => id(names.world.user_named(text.trim_start_matches('@'))),
        ColumnKind::Role => id(names.world.role_named(names.guild, text.trim_start_matches('@'))),
        ColumnKind::Channel => id(names.world.channel_named(names.guild, text.trim_start_matches('#'))),
    }
}

/// All rows of a table, oldest first.
///
/// # Errors
/// The database's, in a sentence.
pub async fn actual(
    memory: &dyn Memory,
    program: &Program,
    name: &str,
    guild: String,
    names: &Names,
) -> Result<Vec<Shown>, String> {
    let table = program.tables.iter().find(|table| table.name == name);
    let operation = match table {
        Some(table) => Operation::Find {
            table: table.name.clone(),
            guild,
            filter: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: 0,
        },
        None if name == TICKETS => Operation::FindTickets { filter: TicketFilter::default() },
        None => return Err(format!("the bot has no table named `{name}`")),
    };
    let mut answers = memory.transact(vec![operation]).await.map_err(|error| error.to_string())?;
    Ok(match (answers.pop(), table) {
        (Some(Answer::Rows(rows)), Some(table)) => rows.iter().map(|row| shown(row, table, names)).collect(),
        (Some(Answer::Tickets(tickets)), _) => tickets.iter().map(|one| ticket(one, names)).collect(),
        _ => Vec::new(),
    })
}

fn shown(row: &Row, table: &Table, names: &Names) -> Shown {
    let id = std::iter::once(("id".to_owned(), row.get("id").map(Value::to_string).unwrap_or_default()));
    let columns = table.columns.iter().map(|(name, column)| {
        let value = row.get(name).unwrap_or(&Value::Null);
        (name.clone(), text(value, column.kind, names))
    });
    id.chain(columns).collect()
}

fn text(value: &Value, kind: ColumnKind, names: &Names) -> String {
    let id = value.as_str().and_then(|id| id.parse::<Id>().ok());
    match (kind, value, id) {
        (_, Value::Null, _) => String::new(),
        (ColumnKind::User, _, Some(id)) => names.person(id),
        (ColumnKind::Role, _, Some(id)) => names.role(id),
        (ColumnKind::Channel, _, Some(id)) => names.channel(id),
        (ColumnKind::Time, _, _) => value.as_i64().map_or_else(|| value.to_string(), entity::iso),
        (_, Value::String(text), _) => text.clone(),
        _ => value.to_string(),
    }
}

fn ticket(ticket: &Ticket, names: &Names) -> Shown {
    let person = |id: &str| id.parse::<Id>().map_or_else(|_| id.to_owned(), |id| names.person(id));
    let channel = ticket.channel.as_ref().and_then(|id| id.parse::<Id>().ok()).map(|id| names.channel(id));
    let columns = [
        ("number", ticket.number.to_string()),
        ("kind", ticket.kind.clone()),
        ("user", person(&ticket.user)),
        ("channel", channel.unwrap_or_default()),
        ("status", if ticket.open { "open" } else { "closed" }.to_owned()),
        ("opened_at", entity::iso(ticket.opened_at)),
        ("closed_at", ticket.closed_at.map(entity::iso).unwrap_or_default()),
        ("closed_by", ticket.closed_by.as_deref().map(person).unwrap_or_default()),
    ];
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
