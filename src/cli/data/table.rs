//! The table that is meant, as far as the database has it.

use crate::cli::database::Database;
use crate::flow::memory::Table;
use crate::store::{Archive, Present, ticket_table};
use crate::text::nearest;
use anyhow::bail;

/// The definition of a table: of the file, or of the tickets.
pub fn declared(database: &Database, name: &str) -> anyhow::Result<Table> {
    let mut tables: Vec<Table> = database.program.tables.clone();
    tables.push(ticket_table());
    if let Some(table) = tables.iter().find(|table| table.name == name) {
        return Ok(table.clone());
    }
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let known = names.join(", ");
    match nearest(name, names.iter().copied()) {
        Some(near) => bail!("there is no table `{name}`; did you mean `{near}`? Known are: {known}"),
        None => bail!("there is no table `{name}`; known are: {known}"),
    }
}

/// What the database has of it; what it does not have yet is told of.
pub async fn present(archive: &mut Archive, table: &Table) -> anyhow::Result<Option<Table>> {
    let Some(Present { table, missing, .. }) = archive.present(table).await? else {
        eprintln!("`{}` is not in the database yet: it is made when the bot starts", table.name);
        return Ok(None);
    };
    if !missing.is_empty() {
        let missing = missing.join("`, `");
        eprintln!("`{}` has no `{missing}` in the database yet: the bot's file is newer", table.name);
    }
    Ok(Some(table))
}
