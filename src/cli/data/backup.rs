//! `botwright data backup`: a copy of the database, of one moment.

use crate::cli::database::Database;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's file.
    file: PathBuf,
    /// Where the copy goes.
    out: PathBuf,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(database) = Database::of(&arguments.file)? else { return Ok(ExitCode::from(1)) };
    let size = database.read().await?.backup(&arguments.out).await?;
    println!("{}: {size} bytes", arguments.out.display());
    Ok(ExitCode::SUCCESS)
}
