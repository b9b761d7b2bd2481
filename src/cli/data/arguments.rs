//! What may be typed behind `botwright data`.

use super::{backup, export, import, show, tables, verify};
use crate::cli::database::at_work;
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the tables with their rows and columns.
    #[command(after_help = "Example:\n  botwright data tables lunch.yaml")]
    Tables(tables::Arguments),
    /// Show rows of a table.
    ///
    /// Secret columns show as •••• unless `--secrets` is given. The table `bw_tickets` holds the tickets.
    #[command(
        after_help = "Examples:\n  botwright data show lunch.yaml orders --where dish=Soup --limit 10\n  botwright data show lunch.yaml orders --order id:desc\n  botwright data show lunch.yaml bw_tickets --where closed_at=",
        verbatim_doc_comment
    )]
    Show(show::Arguments),
    /// Write a table as CSV or JSON, a row a line.
    ///
    /// IDs of Discord are exact, times are RFC 3339. Secret columns are left out unless `--secrets` is given. What is
    /// exported can be imported again. A file that is there already is never replaced.
    #[command(
        after_help = "Examples:\n  botwright data export lunch.yaml orders > orders.csv\n  botwright data export lunch.yaml orders --format json --secrets --out orders.jsonl\n  botwright data export lunch.yaml --all --secrets --out exported/",
        verbatim_doc_comment
    )]
    Export(export::Arguments),
    /// Bring rows in from CSV or JSON: all of them, or none when one is wrong.
    ///
    /// The first line of a CSV file names the columns. JSON is one object a line, or one list of objects. Times are RFC
    /// 3339 or milliseconds since 1970; an empty field is no value. Every row is checked against the bot's file before
    /// anything is written, and every wrong one is told with its line and column.
    ///
    /// With `--map`, one JSON document of another bot becomes rows and tickets as the mapping says (docs/importing.md);
    /// what is there already is skipped then, so that it can be done again.
    ///
    /// Exit status: 0 done, 1 when something was wrong and nothing was imported, 2 wrong usage.
    #[command(
        after_help = "Examples:\n  botwright data import lunch.yaml orders orders.csv --guild 1462381972474167491\n  botwright data import lunch.yaml orders orders.csv --on-conflict skip --dry-run\n  botwright data import bots/store.yaml old.json --map examples/import/older-store.yaml --guild 1462381972474167491",
        verbatim_doc_comment
    )]
    Import(import::Arguments),
    /// Write a copy of the database, of one moment, also while the bot runs.
    ///
    /// A file that is there already is never replaced. To restore: stop the bot, put the copy in the place of its
    /// database, remove `-wal` and `-shm` beside it, start the bot.
    #[command(
        after_help = "Example:\n  botwright data backup lunch.yaml backups/lunch-$(date +%F).db",
        verbatim_doc_comment
    )]
    Backup(backup::Arguments),
    /// Look whether all is as it has to be, also while the bot runs.
    ///
    /// The file is sound; every value fits its column, and every unique rule holds; rows add up by their states; every
    /// row that is held has its run; no ticket's number stands twice or will be given again, nobody has too many open
    /// ones, and each has its channel; log entries are in order, and timers can be read.
    ///
    /// Exit status: 0 when it is, 1 when something is not, 2 wrong usage or a database that cannot be opened.
    #[command(
        after_help = "Examples:\n  botwright data verify lunch.yaml\n  botwright data verify lunch.yaml --format json",
        verbatim_doc_comment
    )]
    Verify(verify::Arguments),
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    at_work(async {
        match &arguments.verb {
            Verb::Tables(arguments) => tables::run(arguments).await,
            Verb::Show(arguments) => show::run(arguments).await,
            Verb::Export(arguments) => export::run(arguments).await,
            Verb::Import(arguments) => import::run(arguments).await,
            Verb::Backup(arguments) => backup::run(arguments).await,
            Verb::Verify(arguments) => verify::run(arguments).await,
        }
    })
}
