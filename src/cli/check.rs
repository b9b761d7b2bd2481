//! `botwright check`: every mistake of every file, and nothing is started.

use crate::cli::arguments::{Files, Format};
use crate::cli::shown;
use crate::compile::Environment;
use crate::engine::load;
use crate::text::sarif;
use anyhow::Context;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// How mistakes are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let environment = Environment::of_process(false);
    let mut checked = Vec::new();
    for path in arguments.files.expand()? {
        match load(&path, &environment) {
            Ok(loaded) => checked.push((path, loaded)),
            Err(error) => {
                eprintln!("error: cannot read {}: {error}", path.display());
                return Ok(ExitCode::from(2));
            }
        }
    }
    if arguments.format == Format::Sarif {
        print!("{}", sarif(checked.iter().map(|(_, loaded)| (&loaded.sources, &loaded.diagnostics))));
    } else {
        for (path, loaded) in &checked {
            shown::show(&loaded.sources, &loaded.diagnostics, arguments.format);
            if arguments.format == Format::Human {
                eprintln!("{}: {}", path.display(), shown::count(&loaded.diagnostics));
            }
        }
    }
    let mistakes = checked.iter().any(|(_, loaded)| loaded.diagnostics.has_errors());
    Ok(if mistakes { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Reads and checks a file that is to run: with mistakes they are shown, and there is no program.
pub fn to_run(
    path: &std::path::Path,
    environment: &Environment,
) -> anyhow::Result<Option<crate::flow::program::Program>> {
    let loaded = load(path, environment).with_context(|| format!("cannot read {}", path.display()))?;
    shown::show(&loaded.sources, &loaded.diagnostics, Format::Human);
    if loaded.program.is_none() {
        eprintln!("{}: {}; nothing was started", path.display(), shown::count(&loaded.diagnostics));
    }
    Ok(loaded.program)
}
