//! What may be typed behind `botwright`.

use crate::cli::{check, data, explain, held, logging, lsp, outbox, play, reference, run, schema, sim, test};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// A Discord bot is one YAML file.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run bots on Discord.
    ///
    /// Each bot connects with its own token: the file names the variable that holds it, `DISCORD_TOKEN` by default. A
    /// saved file is checked and swapped in while the bot runs; one with mistakes is shown, and the running bot goes on.
    Run(run::Arguments),
    /// Play with bots on a simulated Discord: no token, no network, nothing real.
    ///
    /// The server has an administrator (root), staff (sam) and two customers (ana; bo, whose DMs are closed); channels,
    /// roles and webhooks that the bot's settings need are made for it. Environment variables are not read, so that no
    /// real token, webhook or database is ever touched. Several files are several bots on one server. `help` at the
    /// prompt tells what you can do there.
    ///
    /// Saving a bot's file changes the bot while you play. From a pipe, each line is shown with what comes of it; lines
    /// that begin with `# ` are comments, `!` in front of a line says that it has to fail. Exit status: 0 when every line
    /// could be done, 1 otherwise.
    Play(play::Arguments),
    /// Test bots by their scenarios: `store.test.yaml` beside `store.yaml`.
    ///
    /// Each scenario is played on a simulated server of its own, with the real engine, a database in memory and a clock that
    /// moves when told, several at a time. Environment variables are not read. docs/scenarios.md tells how they are written.
    ///
    /// Exit status: 0 all passed, 1 one failed or too little of a bot was reached, 2 wrong usage or a file that cannot be
    /// read, 3 a file has mistakes, so that its scenarios were not played.
    Test(test::Arguments),
    /// Serve a simulated Discord on loopback, for bots of any kind and for tests.
    ///
    /// Speaks Discord's REST API and gateway, and has a control surface below `/sim` to act as its people and to make
    /// things go wrong. Runs until Ctrl-C.
    Sim(sim::Arguments),
    /// Check bot files and show every mistake, without starting anything.
    ///
    /// A Markdown file is checked too: every `yaml` block in it that has `bot:` at its left edge, or is marked `yaml bot`.
    /// One that is marked `yaml fragment` or `yaml fails` is left out.
    ///
    /// Exit status: 0 clean, 1 mistakes found (what `--fix` left of them), 2 wrong usage or a file that cannot be read.
    Check(check::Arguments),
    /// Explain a mistake by its code: what it means, an example, how to mend it.
    ///
    /// `e302` will do for `E0302`. Exit status: 0, or 2 when there is no such code.
    Explain(explain::Arguments),
    /// Tell an editor what is wrong while you type, and what could stand there: a language server.
    ///
    /// Speaks the Language Server Protocol on standard input and output; the editor starts it (docs/editors.md). Every YAML
    /// file with a `bot:` at its top is a bot; others are left alone.
    Lsp(lsp::Arguments),
    /// Look after the log entries that wait for their webhook, or were given up.
    ///
    /// Works beside a running bot. Exit status: 0 done, 1 not all of it, 2 wrong usage or a database that cannot be opened.
    Outbox(outbox::Arguments),
    /// Look after rows that were taken and sent to somebody, where nobody knows whether they arrived.
    ///
    /// Works beside a running bot. Exit status: 0 done, 1 nothing to settle, 2 wrong usage or a database that cannot be opened.
    Held(held::Arguments),
    /// Look after what a bot remembers: list, show, export, import, back up, verify.
    ///
    /// The database is the one that `run` would use with this file, in this folder and with these environment variables.
    /// Works beside a running bot. Exit status: 0 done or all is well, 1 something is wrong, 2 wrong usage or a database
    /// that cannot be opened.
    Data(data::Arguments),
    /// Print the JSON Schema of bot files, or of scenario files, for editors.
    Schema(schema::Arguments),
    /// Print the reference of the language as Markdown.
    Reference,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Bot files, or folders of them.
#[derive(Debug, Clone, clap::Args)]
pub struct Files {
    /// Bot files, or folders whose `*.yaml` files are bots.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl Files {
    /// The files, with folders replaced by the bots in them, in the order of their names.
    pub fn expand(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for path in &self.files {
            if !path.is_dir() {
                all.push(path.clone());
                continue;
            }
            let mut found: Vec<PathBuf> = std::fs::read_dir(path)?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| is_bot(path))
                .collect();
            found.sort();
            all.extend(found);
        }
        Ok(all)
    }
}

/// `store.yaml` is a bot, `store.test.yaml` is its scenarios.
fn is_bot(path: &std::path::Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    (name.ends_with(".yaml") || name.ends_with(".yml")) && !name.contains(".test.") && !name.starts_with('.')
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.verb {
        Verb::Run(arguments) => {
            logging::start(arguments.log_format);
            run::run(&arguments)
        }
        Verb::Play(arguments) => play::run(&arguments),
        Verb::Test(arguments) => test::run(&arguments),
        Verb::Sim(arguments) => sim::run(&arguments),
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Lsp(arguments) => lsp::run(&arguments),
        Verb::Outbox(arguments) => outbox::run(&arguments),
        Verb::Held(arguments) => held::run(&arguments),
        Verb::Data(arguments) => data::run(&arguments),
        Verb::Schema(arguments) => schema::run(&arguments),
        Verb::Reference => reference::run(),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
