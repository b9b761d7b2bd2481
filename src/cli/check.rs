//! `botwright check`: every mistake of every file, and nothing is started.

use crate::cli::arguments::{Files, Format};
use crate::cli::examined::{Examined, is_page};
use crate::cli::fix::{Fixed, fix, write};
use crate::cli::shown;
use crate::compile::Environment;
use crate::engine::load;
use crate::flow::program::Program;
use crate::text::sarif;
use anyhow::Context;
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// How mistakes are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Put the fixes that are certain into the files, then show what is left.
    ///
    /// Comments, layout and line ends stay as they are. Only what can hardly have been meant otherwise is fixed: a slip
    /// of the finger in a key, a verb or a name, a template without quotes, tabs, a missing space, an allowance that
    /// does nothing.
    #[arg(long)]
    fix: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let environment = Environment::of_process(false);
    let mut all = Vec::new();
    for path in arguments.files.expand()? {
        let examined = Examined::read(&path, &environment);
        all.push(if arguments.fix { fixed(&path, examined, &environment)? } else { examined });
    }
    show(&all, arguments.format);
    Ok(match &all {
        all if all.iter().any(|file| file.unreadable) => ExitCode::from(2),
        all if all.iter().any(Examined::has_errors) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// Fixes a file, and tells on standard error what was done.
fn fixed(path: &Path, examined: Examined, environment: &Environment) -> anyhow::Result<Examined> {
    let before = examined.bytes.clone();
    let Fixed { examined, done } = fix(examined, environment);
    if done.is_empty() {
        return Ok(examined);
    }
    write(path, &before, &examined.bytes).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("fixed {} in {}:", shown::plural(done.len(), "mistake"), path.display());
    for (line, told) in done {
        eprintln!("  line {line}: {told}");
    }
    Ok(examined)
}

fn show(all: &[Examined], format: Format) {
    if format == Format::Sarif {
        let parts = all.iter().flat_map(|file| &file.parts);
        return print!("{}", sarif(parts.map(|part| (&part.sources, &part.diagnostics))));
    }
    for file in all {
        show_parts(file, format);
    }
    if format == Format::Human {
        shown::more(all.iter().flat_map(Examined::diagnostics));
    }
}

fn show_parts(file: &Examined, format: Format) {
    let wrong = file.parts.iter().filter(|part| !part.diagnostics.is_empty());
    for (index, part) in wrong.enumerate() {
        if index > 0 && format == Format::Human {
            eprintln!();
        }
        shown::show(&part.sources, &part.diagnostics, format);
    }
    if format == Format::Human {
        eprintln!("{}: {}", file.name, summary(file));
    }
}

/// "2 bots, 1 mistake" of a page, "1 mistake" of a bot.
fn summary(file: &Examined) -> String {
    let count = shown::count(file.diagnostics());
    match file.parts.len() {
        0 => "no bots in it".to_owned(),
        bots if is_page(&file.name) && !file.unreadable => format!("{}, {count}", shown::plural(bots, "bot")),
        _ => count,
    }
}

/// Reads and checks a file that is to run: with mistakes they are shown, and there is no program.
pub fn to_run(path: &Path, environment: &Environment) -> anyhow::Result<Option<Program>> {
    let loaded = load(path, environment).with_context(|| format!("cannot read {}", path.display()))?;
    shown::show(&loaded.sources, &loaded.diagnostics, Format::Human);
    if loaded.program.is_none() {
        let count = shown::count(loaded.diagnostics.sorted());
        eprintln!("{}: {count}; nothing was started", path.display());
        shown::more(loaded.diagnostics.sorted());
    }
    Ok(loaded.program)
}
