//! Where the database is: in memory or in a file, from what the operator wrote.

use crate::flow::memory::MemoryError;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// Gone when the store is closed.
    Memory,
    File {
        path: PathBuf,
        read_only: bool,
    },
}

impl Location {
    /// Reads `sqlite://data/bot.db`, `sqlite:data/bot.db`, `sqlite::memory:` or a bare path; `?mode=ro` opens for reading.
    pub fn parse(url: &str) -> Result<Self, MemoryError> {
        let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        if rest.is_none() && url.contains("://") {
            return Err(failed("only SQLite is known: write `sqlite://` and a path"));
        }
        let (path, query) = match rest {
            Some(rest) => rest.split_once('?').unwrap_or((rest, "")),
            None => (url, ""),
        };
        Self::from_parts(path, query)
    }

    fn from_parts(path: &str, query: &str) -> Result<Self, MemoryError> {
        let read_only = match query {
            "" | "mode=rwc" | "mode=rw" => false,
            "mode=ro" => true,
            "mode=memory" => return Ok(Self::Memory),
            _ => return Err(failed("the database's address knows `?mode=ro`, `?mode=rwc` and `?mode=memory` only")),
        };
        match path {
            "" => Err(failed("the database's address names no file")),
            ":memory:" => Ok(Self::Memory),
            _ => Ok(Self::File { path: PathBuf::from(path), read_only }),
        }
    }

    /// Makes the file and its folder where they are missing; nobody but this user may read it, since it holds what the bot knows.
    pub fn prepare(&self) -> Result<(), MemoryError> {
        match self {
            Self::File { path, read_only: false } => {
                create(path).map_err(|error| failed(&format!("{} cannot be created: {error}", path.display())))
            }
            _ => Ok(()),
        }
    }
}

fn create(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match create_new(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// A file that was not there, and that nobody but this user may read.
pub fn create_new(path: &Path) -> std::io::Result<std::fs::File> {
    private().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn private() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> std::fs::OpenOptions {
    std::fs::OpenOptions::new()
}

fn failed(text: &str) -> MemoryError {
    MemoryError::Failed(text.to_owned())
}
