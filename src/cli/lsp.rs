//! `botwright lsp`: the language server on standard input and output.

use crate::compile::Environment;
use crate::lsp;
use std::io::{BufReader, stdin, stdout};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// For clients that name the channel; there is no other.
    #[arg(long)]
    stdio: bool,
}

/// Serves until the client is gone. As the protocol says: 0 when it asked to shut down before, 1 otherwise.
pub fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    let asked = lsp::serve(BufReader::new(stdin()), stdout().lock(), Environment::of_process(false))?;
    Ok(if asked { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
