//! Indexes: those that the definition asks for, and those that takes need, made when a take of that form happens first.

use super::dialect::{BUILDER, Connection, define};
use super::filter::{direction, equalities};
use super::name;
use super::shape::Shape;
use super::work::Work;
use crate::flow::memory::{Filter, MemoryError, Order};
use sea_query::{Index, IndexOrder};
use std::collections::HashSet;

/// The indexes that are known to be there.
pub type Known = HashSet<String>;

impl Work<'_> {
    /// Makes sure that the first row of a filter is found without looking at the others: without it a take reads the
    /// whole table (26 a second from a million rows instead of thousands).
    pub async fn index(&mut self, shape: &Shape, filter: &Filter, order: &[Order]) -> Result<(), MemoryError> {
        let columns = columns(shape, filter, order);
        let parts = columns.iter().map(|(column, descending)| format!("{column} {descending}")).collect::<Vec<_>>();
        let name = name::index("ix", &shape.table.name, &parts);
        if columns.len() < 2 || self.indexes.contains(&name) {
            return Ok(());
        }
        define(self.connection, create(shape, &name, columns)).await?;
        self.indexes.insert(name);
        Ok(())
    }
}

/// Makes an index that the definition asks for.
pub async fn declare(connection: &mut Connection, shape: &Shape, names: &[String]) -> Result<(), MemoryError> {
    let guild = (!shape.table.global).then(|| ("guild_id".to_owned(), false));
    let named = names.iter().map(|name| (shape.compared(name), false));
    let columns: Vec<_> = guild.into_iter().chain(named).chain([("id".to_owned(), false)]).collect();
    let parts = columns.iter().map(|(column, descending)| format!("{column} {descending}")).collect::<Vec<_>>();
    define(connection, create(shape, &name::index("ix", &shape.table.name, &parts), columns)).await
}

fn columns(shape: &Shape, filter: &Filter, order: &[Order]) -> Vec<(String, bool)> {
    let mut columns = Vec::new();
    columns.extend((!shape.table.global).then(|| ("guild_id".to_owned(), false)));
    columns.extend(equalities(shape, filter).into_iter().map(|column| (column, false)));
    for one in order {
        let column = shape.compared(&one.column);
        if column != "id" && columns.iter().all(|(other, _)| *other != column) {
            columns.push((column, one.descending));
        }
    }
    columns.push(("id".to_owned(), order.last().is_some_and(|one| one.descending)));
    columns
}

fn create(shape: &Shape, name: &str, columns: Vec<(String, bool)>) -> String {
    let mut index = Index::create();
    index.if_not_exists().name(name).table(shape.name());
    for (column, descending) in columns {
        let order = match direction(descending) {
            sea_query::Order::Desc => IndexOrder::Desc,
            _ => IndexOrder::Asc,
        };
        index.col((column, order));
    }
    index.build(BUILDER)
}
