//! `botwright data export`: tables as CSV or JSON, a row a line, in little memory.

use super::{bar, table, value};
use crate::cli::database::Database;
use crate::flow::memory::Table;
use crate::store::{Archive, Asked, Owned};
use anyhow::{Context as _, bail};
use clap::ValueEnum;
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// The table.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    table: Option<String>,
    /// All tables of the file and the tickets, a file for each in the folder that `--out` names.
    #[arg(long, requires = "out")]
    all: bool,
    /// How rows are written.
    #[arg(long, value_enum, default_value_t = Written::Csv)]
    format: Written,
    /// Where they go; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only rows of this server.
    #[arg(long, value_name = "ID")]
    guild: Option<i64>,
    /// Secret columns too.
    #[arg(long)]
    secrets: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// A table with the names of its columns in the first line.
    Csv,
    /// One JSON object a line.
    Json,
}

impl Written {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
        }
    }
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let mut tables = match &arguments.table {
        Some(name) => vec![table::declared(&database, name)?],
        None => database.program.tables.clone(),
    };
    if arguments.all {
        tables.push(crate::store::ticket_table());
    }
    let mut archive = database.read().await?;
    for declared in &tables {
        // A table that is not made yet has no rows, and its columns are those of the file.
        let table = table::present(&mut archive, declared).await?;
        let out = place(arguments, &declared.name)?;
        let table = table.map(|table| without_secrets(table, arguments.secrets));
        match (table, &out) {
            (Some(table), Some(path)) => to_file(&mut archive, &table, arguments, path).await?,
            (Some(table), None) => write(&mut archive, &table, arguments, std::io::stdout().lock()).await.map(drop)?,
            (None, _) => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is left out is said, so that nobody takes an export for a whole one.
fn without_secrets(mut table: Table, secrets: bool) -> Table {
    let hidden: Vec<String> =
        table.columns.iter().filter(|(_, column)| column.secret).map(|(name, _)| name.clone()).collect();
    if !secrets && !hidden.is_empty() {
        eprintln!("`{}`: left out the secret `{}`; `--secrets` exports it too", table.name, hidden.join("`, `"));
        table.columns.retain(|name, _| !hidden.contains(name));
    }
    table
}

fn place(arguments: &Arguments, table: &str) -> anyhow::Result<Option<PathBuf>> {
    match &arguments.out {
        Some(folder) if arguments.all => {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            Ok(Some(folder.join(format!("{table}.{}", arguments.format.ending()))))
        }
        out => Ok(out.clone()),
    }
}

/// A file that is there already stays; a half-written one does not.
async fn to_file(archive: &mut Archive, table: &Table, arguments: &Arguments, path: &Path) -> anyhow::Result<()> {
    let file = match create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already, and an export never replaces a file: choose another name", path.display())
        }
        other => other.with_context(|| format!("{} cannot be written", path.display()))?,
    };
    let written = write(archive, table, arguments, BufWriter::new(file)).await;
    match written {
        Ok(rows) => {
            eprintln!("{}: {rows} rows", path.display());
            Ok(())
        }
        Err(error) => {
            let _half_a_file = std::fs::remove_file(path);
            Err(error.context(format!("{} cannot be written", path.display())))
        }
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.write(true).create_new(true).open(path)
}

async fn write(archive: &mut Archive, table: &Table, arguments: &Arguments, out: impl Write) -> anyhow::Result<u64> {
    let asked = Asked { guild: arguments.guild, ..Asked::default() };
    let bar = bar::rows(&table.name, archive.count_rows(table, &asked).await?);
    let mut sheet = Sheet::new(table, arguments.format, out)?;
    let mut rows = std::pin::pin!(archive.rows(table, &asked)?);
    let mut count = 0;
    while let Some(owned) = rows.try_next().await? {
        sheet.row(&owned)?;
        bar.inc(1);
        count += 1;
    }
    sheet.end()?;
    bar.finish_and_clear();
    Ok(count)
}

/// What rows are written to.
enum Sheet<'a, W: Write> {
    Csv(&'a Table, Box<csv::Writer<W>>),
    Json(&'a Table, BufWriter<W>),
}

impl<'a, W: Write> Sheet<'a, W> {
    fn new(table: &'a Table, format: Written, out: W) -> anyhow::Result<Self> {
        if format == Written::Json {
            return Ok(Self::Json(table, BufWriter::new(out)));
        }
        let mut writer = csv::Writer::from_writer(out);
        let own = ["id"].into_iter().chain((!table.global).then_some("guild_id"));
        writer.write_record(own.chain(table.columns.keys().map(String::as_str)))?;
        Ok(Self::Csv(table, Box::new(writer)))
    }

    fn row(&mut self, owned: &Owned) -> anyhow::Result<()> {
        let id = owned.row.get("id").cloned().unwrap_or_default();
        match self {
            Self::Csv(table, writer) => {
                writer.write_field(id.to_string())?;
                if let Some(guild) = owned.guild {
                    writer.write_field(guild.to_string())?;
                }
                for (name, column) in &table.columns {
                    writer.write_field(value::field(column, owned.row.get(name).unwrap_or(&Value::Null)))?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Self::Json(table, out) => {
                let mut row = Map::new();
                row.insert("id".to_owned(), id);
                row.extend(owned.guild.map(|guild| ("guild_id".to_owned(), guild.to_string().into())));
                for (name, column) in &table.columns {
                    let value = owned.row.get(name).unwrap_or(&Value::Null);
                    row.insert(name.clone(), value::show(column.kind, value));
                }
                serde_json::to_writer(&mut *out, &row)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Csv(_, mut writer) => writer.flush()?,
            Self::Json(_, mut out) => out.flush()?,
        }
        Ok(())
    }
}
