//! Indexes that a definition asks for.

use super::dialect::{BUILDER, Connection, define};
use super::name;
use super::shape::Shape;
use crate::flow::memory::{Index, MemoryError};
use sea_query::{ConditionalStatement as _, Expr, ExprTrait as _};

/// Makes an index: within a server by its columns, and by age among equals.
pub async fn declare(connection: &mut Connection, shape: &Shape, index: &Index) -> Result<(), MemoryError> {
    let mut create = sea_query::Index::create();
    create.if_not_exists().name(name(shape, index)).table(shape.name());
    for column in columns(shape, index) {
        create.col(column);
    }
    if let Some(first) = index.columns.first().filter(|_| index.partial) {
        create.and_where(Expr::col(shape.compared(first)).is_not_null());
    }
    define(connection, create.build(BUILDER)).await
}

/// The name of an index: another for every other index.
pub fn name(shape: &Shape, index: &Index) -> String {
    name::index(if index.partial { "ixp" } else { "ix" }, &shape.table.name, &columns(shape, index))
}

fn columns(shape: &Shape, index: &Index) -> Vec<String> {
    let guild = (!shape.table.global).then(|| "guild_id".to_owned());
    let named = index.columns.iter().map(|name| shape.compared(name));
    guild.into_iter().chain(named).chain(["id".to_owned()]).collect()
}
