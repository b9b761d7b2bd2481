//! The tickets as a table like an author's, so that they can be shown, exported and imported as rows.

use super::own_tables::TICKETS;
use crate::flow::memory::{Column, ColumnKind, Table};
use indexmap::IndexMap;

/// The table of all kinds of tickets. A `slot` is a number while the ticket is open, and nothing afterwards.
pub fn ticket_table() -> Table {
    let columns = [
        ("kind", ColumnKind::Text, false),
        ("number", ColumnKind::Integer, false),
        ("user_id", ColumnKind::User, false),
        ("user_name", ColumnKind::Text, false),
        ("channel_id", ColumnKind::Channel, true),
        ("slot", ColumnKind::Integer, true),
        ("opened_at", ColumnKind::Time, false),
        ("closed_at", ColumnKind::Time, true),
        ("closed_by", ColumnKind::User, true),
    ];
    let columns: IndexMap<_, _> =
        columns.into_iter().map(|(name, kind, optional)| (name.to_owned(), column(kind, optional))).collect();
    let unique = vec![vec!["kind".to_owned(), "number".to_owned()]];
    Table { name: TICKETS.to_owned(), columns, unique, global: false, indexes: Vec::new() }
}

fn column(kind: ColumnKind, optional: bool) -> Column {
    Column { kind, optional, secret: false, ignore_case: false, one_of: Vec::new(), default: None }
}
