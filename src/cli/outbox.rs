//! `botwright outbox`: log entries that wait for their webhook, and those that were given up.

use crate::cli::database::{Database, at_work};
use crate::cli::listing::{Listing, columns, say, span};
use crate::cli::shown::plural;
use crate::flow::port::{Clock as _, SystemClock};
use crate::flow::program::Program;
use crate::store::{Archive, Counts, Entry, Which};
use anyhow::bail;
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// How many entries a list shows to people.
const SHOWN: u64 = 50;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the entries that wait, and those that were given up, oldest first.
    #[command(
        after_help = "Examples:\n  botwright outbox list lunch.yaml\n  botwright outbox list lunch.yaml --format json"
    )]
    List(List),
    /// Send entries now: those that were given up wait again, at their old place in the order.
    ///
    /// A running bot notices within seconds. Exit status: 0, or 1 when there is no entry of one of these ids.
    #[command(
        after_help = "Examples:\n  botwright outbox retry lunch.yaml --all\n  botwright outbox retry lunch.yaml 17 18"
    )]
    Retry(Chosen),
    /// Delete entries for ever; `--all` deletes those that were given up.
    ///
    /// Exit status: 0, or 1 when there is no entry of one of these ids, or nobody said yes.
    #[command(
        after_help = "Examples:\n  botwright outbox drop lunch.yaml 17\n  botwright outbox drop lunch.yaml --all --yes"
    )]
    Drop(Drop),
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
struct Chosen {
    /// The bot's file.
    file: PathBuf,
    /// Entries, by the ids that `list` shows.
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<i64>,
    /// All entries.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Args)]
struct Drop {
    #[command(flatten)]
    chosen: Chosen,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    at_work(async {
        match &arguments.verb {
            Verb::List(arguments) => list(arguments).await,
            Verb::Retry(arguments) => retry(arguments).await,
            Verb::Drop(arguments) => drop_entries(arguments).await,
        }
    })
}

async fn list(arguments: &List) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let mut archive = database.read().await?;
    let (counts, now) = (archive.entry_counts().await?, SystemClock.now());
    if arguments.format == Listing::Json {
        for entry in archive.entries(None).await? {
            say(&in_json(&entry, &database.program).to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let entries = archive.entries(Some(SHOWN)).await?;
    if !entries.is_empty() {
        let rows: Vec<_> = entries.iter().map(|entry| in_columns(entry, &database.program, now)).collect();
        columns(&["ID", "STATE", "TO", "AGE", "TRIES", "TITLE", "LAST ERROR"], &rows);
    }
    eprintln!("{}", summary(counts, entries.len()));
    Ok(ExitCode::SUCCESS)
}

fn summary(counts: Counts, shown: usize) -> String {
    let all = counts.waiting + counts.dead;
    let told = format!("{} waiting, {} given up", counts.waiting, counts.dead);
    match all {
        0 => "the outbox is empty".to_owned(),
        all if all > shown as u64 => format!("{told}; the oldest {shown} are shown, `--format json` shows all"),
        _ => told,
    }
}

fn in_columns(entry: &Entry, program: &Program, now: i64) -> Vec<String> {
    let post = &entry.post;
    let state = match entry.dead {
        true => "given up".to_owned(),
        false if entry.next_at > now => format!("in {}", span(entry.next_at - now)),
        false => "due".to_owned(),
    };
    vec![
        post.id.to_string(),
        state,
        post.destination.clone(),
        span(now - post.created_at),
        post.attempts.to_string(),
        title(entry),
        error(entry, program).unwrap_or_default(),
    ]
}

fn in_json(entry: &Entry, program: &Program) -> serde_json::Value {
    let post = &entry.post;
    let time = |at: i64| Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| time.to_string());
    json!({
        "id": post.id,
        "state": if entry.dead { "dead" } else { "waiting" },
        "destination": post.destination,
        "title": title(entry),
        "created_at": time(post.created_at),
        "next_at": if entry.dead { serde_json::Value::Null } else { time(entry.next_at).into() },
        "attempts": post.attempts,
        "error": error(entry, program),
    })
}

fn title(entry: &Entry) -> String {
    entry.post.payload["title"].as_str().unwrap_or_default().to_owned()
}

/// The last error, without an address: that is a credential.
fn error(entry: &Entry, program: &Program) -> Option<String> {
    let error = entry.post.error.clone()?;
    Some(program.webhooks.values().fold(error, |told, url| match url.0.is_empty() {
        true => told,
        false => told.replace(&url.0, "…"),
    }))
}

impl Chosen {
    fn which(&self) -> Which {
        if self.all { Which::All } else { Which::Ids(self.ids.clone()) }
    }
}

/// Tells of ids that no entry has: 1 when there are any.
async fn tell_unknown(archive: &mut Archive, chosen: &Chosen) -> anyhow::Result<ExitCode> {
    let unknown = archive.unknown_entries(&chosen.ids).await?;
    for id in &unknown {
        eprintln!("there is no entry {id}: it was delivered or dropped, or never there");
    }
    Ok(if unknown.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn retry(arguments: &Chosen) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let mut archive = database.change().await?;
    let code = tell_unknown(&mut archive, arguments).await?;
    let done = archive.retry_entries(&arguments.which(), SystemClock.now()).await?;
    archive.close().await?;
    let entries = |count: u64| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    println!(
        "{} given up before are due again, {} that waited are due now",
        entries(done.revived),
        entries(done.hurried)
    );
    Ok(code)
}

async fn drop_entries(arguments: &Drop) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.chosen.file)? else { return Ok(ExitCode::from(1)) };
    let mut archive = database.change().await?;
    let code = tell_unknown(&mut archive, &arguments.chosen).await?;
    let what = match arguments.chosen.all {
        true => format!("all {} that were given up", plural_entries(archive.entry_counts().await?.dead)),
        false => plural_entries(arguments.chosen.ids.len() as u64),
    };
    if !arguments.yes && !says_yes(&what)? {
        eprintln!("nothing was deleted");
        return Ok(ExitCode::from(1));
    }
    let dropped = archive.drop_entries(&arguments.chosen.which()).await?;
    archive.close().await?;
    println!("{} deleted", plural_entries(dropped));
    Ok(code)
}

fn plural_entries(count: u64) -> String {
    match count {
        1 => plural(1, "entry"),
        count => format!("{count} entries"),
    }
}

fn says_yes(what: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("nobody is here to ask: `--yes` deletes {what} for ever");
    }
    eprint!("Delete {what} for ever? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
