//! `botwright data show`: rows of a table, for people.

use super::{table, value};
use crate::cli::database::Database;
use crate::cli::listing::{Listing, columns, say};
use crate::flow::memory::{Column, ColumnKind, Condition, Filter, Order, Table};
use crate::store::{Asked, Owned};
use crate::text::nearest;
use anyhow::{Context as _, anyhow, bail};
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::process::ExitCode;

/// In the place of a secret value.
const HIDDEN: &str = "••••";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// The table.
    table: String,
    /// Only rows that have this value: `dish=Soup`; nothing behind `=` means no value. May be given several times.
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    conditions: Vec<String>,
    /// Order by this column, `COLUMN` or `COLUMN:desc`. Without it, oldest first.
    #[arg(long, value_name = "COLUMN")]
    order: Vec<String>,
    /// How many rows at most.
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// Only rows of this server.
    #[arg(long, value_name = "ID")]
    guild: Option<i64>,
    /// Show secret columns too.
    #[arg(long)]
    secrets: bool,
    /// How rows are printed.
    #[arg(long, value_enum, default_value_t = Listing::Human)]
    format: Listing,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let declared = table::declared(&database, &arguments.table)?;
    let asked = asked(arguments, &declared)?;
    let mut archive = database.read().await?;
    let Some(table) = table::present(&mut archive, &declared).await? else { return Ok(ExitCode::SUCCESS) };
    let all = archive.count_rows(&table, &asked).await?;
    let rows: Vec<Owned> = archive.rows(&table, &asked)?.try_collect().await?;
    let shown: Vec<Map<String, Value>> = rows.iter().map(|row| shown(&table, row, arguments.secrets)).collect();
    match arguments.format {
        Listing::Json => shown.iter().for_each(|row| say(&Value::Object(row.clone()).to_string())),
        Listing::Human => print(&table, &shown),
    }
    if arguments.format == Listing::Human {
        let count = if all == 1 { "1 row".to_owned() } else { format!("{all} rows") };
        let cut = if all > shown.len() as u64 { format!("{} of ", shown.len()) } else { String::new() };
        eprintln!("{cut}{count}");
    }
    Ok(ExitCode::SUCCESS)
}

fn print(table: &Table, rows: &[Map<String, Value>]) {
    let Some(first) = rows.first() else { return };
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    let text = |(name, value): (&String, &Value)| match (value, table.columns.get(name)) {
        (Value::Null, _) => "-".to_owned(),
        (Value::String(text), _) => text.clone(),
        (other, _) => other.to_string(),
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(text).collect()).collect();
    columns(&names, &rows);
}

/// A row as other programs read it, without what is secret.
fn shown(table: &Table, owned: &Owned, secrets: bool) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert("id".to_owned(), owned.row["id"].clone());
    row.extend(owned.guild.map(|guild| ("guild_id".to_owned(), guild.to_string().into())));
    for (name, column) in &table.columns {
        let value = owned.row.get(name).cloned().unwrap_or_default();
        let hidden = column.secret && !secrets && !value.is_null();
        row.insert(name.clone(), if hidden { HIDDEN.into() } else { value::show(column.kind, &value) });
    }
    row
}

fn asked(arguments: &Arguments, table: &Table) -> anyhow::Result<Asked> {
    let filter = arguments.conditions.iter().map(|text| condition(table, text)).collect::<anyhow::Result<Filter>>()?;
    let order = arguments.order.iter().map(|text| order(table, text)).collect::<anyhow::Result<Vec<Order>>>()?;
    Ok(Asked { guild: arguments.guild, filter, order, limit: Some(arguments.limit) })
}

fn condition(table: &Table, text: &str) -> anyhow::Result<(String, Condition)> {
    let (name, written) = text.split_once('=').with_context(|| format!("--where {text}: write COLUMN=VALUE"))?;
    let column = column(table, name)?;
    let given = if written.is_empty() { Value::Null } else { Value::from(written) };
    let value =
        value::read(&column, given, &value::Times::default()).map_err(|wrong| anyhow!("--where: `{name}` {wrong}"))?;
    Ok((name.to_owned(), Condition::Is(value)))
}

fn order(table: &Table, text: &str) -> anyhow::Result<Order> {
    let (name, word) = text.split_once(':').unwrap_or((text, "asc"));
    column(table, name)?;
    match word {
        "asc" | "desc" => Ok(Order { column: name.to_owned(), descending: word == "desc" }),
        _ => bail!("--order {text}: write COLUMN or COLUMN:desc"),
    }
}

fn column(table: &Table, name: &str) -> anyhow::Result<Column> {
    if name == "id" {
        let kind = ColumnKind::Integer;
        return Ok(Column {
            kind,
            optional: false,
            secret: false,
            ignore_case: false,
            one_of: Vec::new(),
            default: None,
        });
    }
    if let Some(column) = table.columns.get(name) {
        return Ok(column.clone());
    }
    let names = || std::iter::once("id").chain(table.columns.keys().map(String::as_str));
    let known = names().collect::<Vec<_>>().join(", ");
    let near = nearest(name, names()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    bail!("`{}` has no column `{name}`{near} Known are: {known}", table.name)
}
