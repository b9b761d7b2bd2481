//! Log lines: for people by default, JSON on request.

use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Lines go to standard error; `RUST_LOG` chooses which (default `info`).
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,botwright=info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let started = match format {
        LogFormat::Human => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        eprintln!("log lines cannot be shown: {error}");
    }
}

/// Lines go to `take`, one at a time; only what an author has to know, unless `RUST_LOG` says otherwise.
pub fn into(take: impl Fn(String) + Clone + Send + Sync + 'static) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error,botwright=warn"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Lines { take: take.clone() })
        .with_ansi(false)
        .without_time()
        .with_target(false);
    if let Err(error) = lines.try_init() {
        eprintln!("log lines cannot be shown: {error}");
    }
}

/// Hands each line on as it is written.
struct Lines<F> {
    take: F,
}

impl<F: Fn(String)> std::io::Write for Lines<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        (self.take)(String::from_utf8_lossy(bytes).trim_end().to_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
