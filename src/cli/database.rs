//! A bot's database, found where `run` finds it.

use crate::cli::check::to_run;
use crate::cli::run::shown_database;
use crate::compile::Environment;
use crate::flow::program::Program;
use crate::store::{Archive, ArchiveError};
use anyhow::{Context, bail};
use std::path::Path;
use std::process::ExitCode;

/// A bot, and where its database is.
pub struct Database {
    pub program: Program,
    pub url: String,
}

impl Database {
    /// Reads the bot's file; with mistakes they are shown, and there is nothing.
    pub fn of(path: &Path) -> anyhow::Result<Option<Self>> {
        // A variable that only the running bot needs may be missing here.
        let Some(program) = to_run(path, &Environment::of_process(false))? else { return Ok(None) };
        if program.wiring.database.as_deref().is_some_and(|url| url.trim().is_empty()) {
            bail!("{}: `database` comes to nothing: set the variable that it names as the bot has it", path.display());
        }
        let url = address(&program);
        Ok(Some(Self { program, url }))
    }

    pub async fn read(&self) -> anyhow::Result<Archive> {
        self.told(Archive::read(&self.url).await)
    }

    pub async fn change(&self) -> anyhow::Result<Archive> {
        self.told(Archive::change(&self.url).await)
    }

    pub fn told(&self, opened: Result<Archive, ArchiveError>) -> anyhow::Result<Archive> {
        opened.with_context(|| format!("the database {} cannot be used", self.shown()))
    }

    /// Its address, for messages.
    pub fn shown(&self) -> String {
        shown_database(&self.url)
    }
}

/// Does what an operator asks of a database; an error is told, and exits with 2.
pub fn at_work(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work).or_else(|error| {
        eprintln!("error: {error:#}");
        Ok(ExitCode::from(2))
    })
}

/// Where a bot's database is.
pub fn address(program: &Program) -> String {
    program.wiring.database.clone().unwrap_or_else(|| format!("sqlite://data/{}.db", program.name))
}
