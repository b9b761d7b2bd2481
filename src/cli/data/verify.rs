//! `botwright data verify`: whether all is as it has to be.

use crate::cli::database::Database;
use crate::cli::listing::{Listing, say};
use crate::cli::shown::plural;
use crate::flow::memory::MemoryError;
use crate::flow::port::{Clock as _, SystemClock};
use crate::store::{Archive, ArchiveError, Invariants, Tally, Verified, Violation};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Listing::Human)]
    format: Listing,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let found = match Archive::read(&database.url).await {
        // That it is damaged is what this command is asked for.
        Err(ArchiveError::Memory(MemoryError::Corrupt(what))) => damaged(&what),
        opened => {
            let mut archive = database.told(opened)?;
            archive.verify(&invariants(&database)).await?
        }
    };
    match arguments.format {
        Listing::Human => show(&found, &database.shown()),
        Listing::Json => in_json(&found),
    }
    Ok(if found.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn damaged(what: &str) -> Verified {
    let violation = Violation { of: "file".to_owned(), sentence: format!("is damaged: {what}") };
    Verified { violations: vec![violation], ..Verified::default() }
}

fn invariants(database: &Database) -> Invariants {
    let program = &database.program;
    let set = program.webhooks.keys().chain(&program.silent_logs);
    Invariants {
        tables: program.tables.clone(),
        tickets: program.tickets.iter().map(|(name, kind)| (name.clone(), kind.per_user)).collect(),
        destinations: set.cloned().collect(),
        now: SystemClock.now(),
    }
}

fn show(found: &Verified, database: &str) {
    for tally in &found.tallies {
        say(&format!("{}: {}", tally.table, plural(usize::try_from(tally.rows).unwrap_or(usize::MAX), "row")));
        for (column, states) in &tally.states {
            let parts: Vec<String> = states.iter().map(|(state, count)| format!("{count} {}", shown(state))).collect();
            let sum: u64 = states.iter().map(|(_, count)| count).sum();
            say(&format!("  {column}: {} = {sum}", parts.join(" + ")));
        }
    }
    for violation in &found.violations {
        say(&format!("wrong: {}: {}", violation.of, violation.sentence));
    }
    match found.violations.len() {
        0 => eprintln!("{database}: all is as it has to be"),
        1 => eprintln!("{database}: 1 thing is wrong"),
        count => eprintln!("{database}: {count} things are wrong"),
    }
}

fn shown(state: &str) -> &str {
    if state.is_empty() { "without a value" } else { state }
}

fn in_json(found: &Verified) {
    for Tally { table, rows, states } in &found.tallies {
        let states: Map<String, Value> = states
            .iter()
            .map(|(column, states)| {
                let counts: Map<String, Value> =
                    states.iter().map(|(state, count)| (state.clone(), (*count).into())).collect();
                (column.clone(), counts.into())
            })
            .collect();
        say(&json!({ "table": table, "rows": rows, "by": states }).to_string());
    }
    for Violation { of, sentence } in &found.violations {
        say(&json!({ "violation": of, "message": sentence }).to_string());
    }
}
