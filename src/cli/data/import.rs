//! `botwright data import`: rows from elsewhere, all of them or none.

use super::csv::Csv;
use super::input::{self, Input, Reading};
use super::json::Json;
use super::value::Times;
use super::{bar, map, table};
use crate::cli::database::Database;
use crate::flow::memory::Table;
use crate::flow::port::{Clock as _, SystemClock};
use crate::store::{Archive, Import, Imported, Mode, Problem};
use anyhow::{Context as _, bail};
use clap::ValueEnum;
use indicatif::ProgressBar;
use std::collections::HashMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// The table, and the file with its rows; with `--map`, the document alone.
    #[arg(required = true, num_args = 1..=2, value_names = ["TABLE", "DATA"])]
    what: Vec<String>,
    /// How the rows are written; without it, the ending of the file says so.
    #[arg(long, value_enum)]
    format: Option<Written>,
    /// What becomes of a row that breaks a unique rule: without it `fail`, with `--map` `skip`.
    #[arg(long, value_enum)]
    on_conflict: Option<OnConflict>,
    /// The server that rows belong to which name none.
    #[arg(long, value_name = "ID")]
    guild: Option<i64>,
    /// Rows get new ids, also where the file has a column `id`.
    #[arg(long)]
    new_ids: bool,
    /// A mapping that makes rows of the JSON document of another bot.
    #[arg(long, value_name = "MAPPING", conflicts_with_all = ["format", "new_ids"])]
    map: Option<PathBuf>,
    /// Do everything but keep nothing of it.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// The first line names the columns.
    Csv,
    /// One object a line, or one list of objects.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnConflict {
    /// Nothing is imported.
    Fail,
    /// The row is left out, and counted.
    Skip,
    /// The row that is there gets the values of the file.
    Update,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    match (&arguments.map, arguments.what.as_slice()) {
        (Some(mapping), [document]) => mapped(arguments, &database, mapping, Path::new(document)).await,
        (Some(_), _) => {
            bail!("with `--map` there is no table to name: botwright data import BOT DOCUMENT --map MAPPING")
        }
        (None, [table, data]) => plain(arguments, &database, table, Path::new(data)).await,
        (None, _) => bail!("which table? botwright data import BOT TABLE DATA"),
    }
}

impl Arguments {
    fn mode(&self, otherwise: OnConflict) -> Mode {
        match self.on_conflict.unwrap_or(otherwise) {
            OnConflict::Fail => Mode::Fail,
            OnConflict::Skip => Mode::Skip,
            OnConflict::Update => Mode::Update,
        }
    }

    fn written(&self, data: &Path) -> anyhow::Result<Written> {
        let ending = data.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        match (self.format, ending.as_str()) {
            (Some(format), _) => Ok(format),
            (None, "csv" | "tsv") => Ok(Written::Csv),
            (None, "json" | "jsonl" | "ndjson") => Ok(Written::Json),
            (None, _) => bail!("{}: is it `--format csv` or `--format json`?", data.display()),
        }
    }
}

fn limits(database: &Database) -> HashMap<String, u32> {
    database.program.tickets.iter().map(|(name, kind)| (name.clone(), kind.per_user)).collect()
}

async fn plain(arguments: &Arguments, database: &Database, name: &str, data: &Path) -> anyhow::Result<ExitCode> {
    let table = table::declared(database, name)?;
    let format = arguments.written(data)?;
    let mode = arguments.mode(OnConflict::Fail);
    if mode == Mode::Update && !database.program.tables.iter().any(|known| known.name == table.name) {
        bail!("tickets that are there cannot be changed by an import");
    }
    let file = std::fs::File::open(data).with_context(|| format!("cannot read {}", data.display()))?;
    let bar = bar::bytes("checking", file.metadata().map_or(0, |about| about.len()));
    let mut source = BufReader::with_capacity(1 << 16, bar.wrap_read(file));
    let mut archive = database.told(Archive::make(&database.url, arguments.dry_run).await)?;
    let tables = [table];
    let mut import = Import::begin(&mut archive, &tables, mode, limits(database), SystemClock.now()).await?;
    let reading = reading(arguments, &tables[0]);
    match format {
        Written::Csv => match Csv::new(reading, source) {
            Ok(mut csv) => fill(&mut csv, &mut import).await?,
            Err(problems) => problems.into_iter().for_each(|problem| import.report(problem)),
        },
        Written::Json => {
            input::skip_mark(&mut source)?;
            fill(&mut Json::new(reading, source), &mut import).await?;
        }
    }
    bar.finish_and_clear();
    let code = finish(arguments, database, &mut import, data).await?;
    end(archive, code).await
}

fn reading<'t>(arguments: &Arguments, table: &'t Table) -> Reading<'t> {
    Reading { table, guild: arguments.guild, new_ids: arguments.new_ids, times: Times::default() }
}

async fn fill(input: &mut dyn Input, import: &mut Import<'_>) -> anyhow::Result<()> {
    while let Some(read) = input.next() {
        match read {
            Ok(given) => import.add(0, given).await?,
            Err(problems) => problems.into_iter().for_each(|problem| import.report(problem)),
        }
    }
    Ok(())
}

async fn mapped(
    arguments: &Arguments,
    database: &Database,
    mapping: &Path,
    document: &Path,
) -> anyhow::Result<ExitCode> {
    let Some(mapping) = map::mapping(mapping, &database.program)? else { return Ok(ExitCode::from(1)) };
    let mode = arguments.mode(OnConflict::Skip);
    if mode == Mode::Update {
        bail!("with `--map` what is there stays as it is: `skip` or `fail`");
    }
    let content = map::document(document)?;
    let tables = map::tables(&mapping, &database.program);
    let mut archive = database.told(Archive::make(&database.url, arguments.dry_run).await)?;
    let mut import = Import::begin(&mut archive, &tables, mode, limits(database), SystemClock.now()).await?;
    map::read(&mapping, &content, arguments.guild, &tables, &mut import).await?;
    let code = finish(arguments, database, &mut import, document).await?;
    end(archive, code).await
}

/// What was refused leaves no database behind that was not there before.
async fn end(archive: Archive, code: ExitCode) -> anyhow::Result<ExitCode> {
    if code == ExitCode::SUCCESS {
        archive.keep().await?
    } else {
        archive.close().await?
    }
    Ok(code)
}

async fn finish(
    arguments: &Arguments,
    database: &Database,
    import: &mut Import<'_>,
    data: &Path,
) -> anyhow::Result<ExitCode> {
    let bar: ProgressBar = bar::wait("writing");
    let done = import.finish(&database.program.tables, arguments.dry_run).await;
    bar.finish_and_clear();
    let Some(done) = done.with_context(|| format!("nothing was imported into {}", database.shown()))? else {
        let (problems, count) = import.problems();
        complain(problems, count, data);
        return Ok(ExitCode::from(1));
    };
    for imported in &done {
        println!("{}", told(imported, arguments.dry_run));
    }
    Ok(ExitCode::SUCCESS)
}

fn told(imported: &Imported, dry: bool) -> String {
    let Imported { table, inserted, updated, skipped } = imported;
    let would = if dry { "would be " } else { "" };
    let mut words = vec![format!("{inserted} {would}imported")];
    words.extend((*updated > 0).then(|| format!("{updated} {would}changed")));
    words.extend((*skipped > 0).then(|| format!("{skipped} skipped")));
    format!("{table}: {}", words.join(", "))
}

fn complain(problems: &[Problem], count: u64, data: &Path) {
    for Problem { place, column, problem } in problems {
        let column = column.as_ref().map(|column| format!("`{column}` ")).unwrap_or_default();
        eprintln!("{}: {place}: {column}{problem}", data.display());
    }
    let left = count.saturating_sub(problems.len() as u64);
    if left > 0 {
        eprintln!("… and {left} more");
    }
    eprintln!("{}: {count} {}; nothing was imported", data.display(), if count == 1 { "mistake" } else { "mistakes" });
}
