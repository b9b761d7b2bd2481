//! `botwright data tables`: which tables there are, and what they hold.

use crate::cli::database::Database;
use crate::cli::listing::{Listing, columns, say};
use crate::flow::memory::{Column, ColumnKind, Table};
use crate::store::{Archive, Present};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t = Listing::Human)]
    format: Listing,
}

/// A table with what there is to say about it.
struct Told {
    name: String,
    /// None: it is not made yet.
    rows: Option<u64>,
    /// Whose it is.
    of: &'static str,
    columns: Vec<String>,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let mut archive = database.read().await?;
    let mut all = Vec::new();
    for table in &database.program.tables {
        all.push(authors(&mut archive, table).await?);
    }
    for name in archive.tables().await? {
        if !database.program.tables.iter().any(|table| table.name.eq_ignore_ascii_case(&name)) {
            let of = if name.starts_with("bw_") { "engine" } else { "nobody" };
            all.push(Told { rows: Some(archive.count(&name).await?), name, of, columns: Vec::new() });
        }
    }
    match arguments.format {
        Listing::Json => all.iter().for_each(|table| say(&in_json(table).to_string())),
        Listing::Human => show(&all),
    }
    Ok(ExitCode::SUCCESS)
}

async fn authors(archive: &mut Archive, table: &Table) -> anyhow::Result<Told> {
    let present = archive.present(table).await?;
    let rows = match &present {
        Some(_) => Some(archive.count(&table.name).await?),
        None => None,
    };
    let mut columns: Vec<String> = table.columns.iter().map(|(name, column)| described(name, column)).collect();
    if let Some(Present { missing, left_over, .. }) = present {
        columns.extend(missing.iter().map(|name| format!("{name}: not in the database yet")));
        columns.extend(left_over.iter().map(|name| format!("{name}: not in the file any more")));
    }
    Ok(Told { name: table.name.clone(), rows, of: "file", columns })
}

fn described(name: &str, column: &Column) -> String {
    let mut words = vec![word(column.kind)];
    words.extend(
        [(column.optional, "optional"), (column.secret, "secret")].iter().filter_map(|(is, word)| is.then_some(*word)),
    );
    format!("{name}: {}", words.join(", "))
}

fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Number => "number",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Time => "time",
        ColumnKind::User => "user",
        ColumnKind::Role => "role",
        ColumnKind::Channel => "channel",
    }
}

fn in_json(table: &Told) -> Value {
    json!({ "table": table.name, "of": table.of, "rows": table.rows, "columns": table.columns })
}

fn show(all: &[Told]) {
    let count = |table: &Told| table.rows.map_or_else(|| "not made yet".to_owned(), |rows| rows.to_string());
    let rows: Vec<Vec<String>> =
        all.iter().map(|table| vec![table.name.clone(), count(table), table.of.to_owned()]).collect();
    columns(&["TABLE", "ROWS", "OF"], &rows);
    for table in all.iter().filter(|table| !table.columns.is_empty()) {
        say(&format!("\n{}", table.name));
        table.columns.iter().for_each(|column| say(&format!("  {column}")));
    }
}
