//! `botwright held`: rows that a run took, and of which nobody knows whether their message arrived.

use crate::cli::database::{Database, at_work};
use crate::cli::listing::{Listing, columns, say, span};
use crate::flow::port::{Clock as _, SystemClock};
use crate::store::Held;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the rows that runs hold, oldest first.
    ///
    /// The bot carries most of them to their end by itself. It asks you only where Discord would not tell, for three
    /// quarters of an hour, whether a message arrived: look into that conversation, or ask whoever should have got it.
    #[command(after_help = "Example:\n  botwright held list lunch.yaml")]
    List(List),
    /// Decide about a run that waits for you: what it sent arrived, or it did not.
    ///
    /// Its rows stay as they are, or go back, and the run goes on: at once where the bot runs, else at its next start.
    /// Exit status: 0, or 1 when nothing waits for a decision under that name.
    #[command(
        after_help = "Examples:\n  botwright held settle lunch.yaml bz378g74z479 --arrived\n  botwright held settle lunch.yaml bz378g74z479 --lost"
    )]
    Settle(Settle),
}

#[derive(Debug, clap::Args)]
struct List {
    /// The bot's file.
    file: PathBuf,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t = Listing::Human)]
    format: Listing,
}

#[derive(Debug, clap::Args)]
struct Settle {
    /// The bot's file.
    file: PathBuf,
    /// The run, as `list` and the log name it.
    run: String,
    #[command(flatten)]
    outcome: Outcome,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Outcome {
    /// The message arrived.
    #[arg(long)]
    arrived: bool,
    /// The message did not arrive, and will not.
    #[arg(long)]
    lost: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    at_work(async {
        match &arguments.verb {
            Verb::List(arguments) => list(arguments).await,
            Verb::Settle(arguments) => settle(arguments).await,
        }
    })
}

async fn list(arguments: &List) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let held = database.read().await?.held().await?;
    if arguments.format == Listing::Json {
        for row in &held {
            say(&in_json(row).to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    if !held.is_empty() {
        let now = SystemClock.now();
        let rows: Vec<_> = held.iter().map(|row| in_columns(row, now)).collect();
        columns(&["RUN", "CAUSE", "ROW", "TAKEN", "STATE"], &rows);
    }
    let stuck = held.iter().filter(|row| row.is_stuck()).count();
    eprintln!("{} held, {stuck} wait for you", held.len());
    Ok(ExitCode::SUCCESS)
}

fn state(row: &Held) -> String {
    match (&row.trouble, row.is_stuck()) {
        (Some(trouble), _) => format!("asks you: {trouble}"),
        (None, true) => "asks you: its run is not on record".to_owned(),
        (None, false) => "the bot is at it".to_owned(),
    }
}

fn in_columns(row: &Held, now: i64) -> Vec<String> {
    vec![
        row.run.clone(),
        row.trigger.clone().unwrap_or_default(),
        format!("{} {}", row.table, row.row),
        format!("{} ago", span(now - row.taken_at)),
        state(row),
    ]
}

fn in_json(row: &Held) -> serde_json::Value {
    json!({
        "run": row.run,
        "cause": row.trigger,
        "table": row.table,
        "row": row.row,
        "taken_at": jiff::Timestamp::from_millisecond(row.taken_at).map(|at| at.to_string()).unwrap_or_default(),
        "asks": row.is_stuck(),
        "trouble": row.trouble,
    })
}

async fn settle(arguments: &Settle) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let mut archive = database.change().await?;
    let decided = archive.decide(&arguments.run, arguments.outcome.arrived, SystemClock.now()).await?;
    archive.close().await?;
    if !decided {
        eprintln!("nothing of run {} waits for a decision: `botwright held list` shows what does", arguments.run);
        return Ok(ExitCode::from(1));
    }
    println!("{}", if arguments.outcome.arrived { "settled: it arrived" } else { "settled: it was lost" });
    Ok(ExitCode::SUCCESS)
}
