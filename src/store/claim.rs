//! One bot for each database: a lock beside the file, which ends with the process that holds it.

use super::location::Location;
use crate::flow::memory::MemoryError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Held as long as a bot runs on the database. Tools that only look, or change a row, need none.
#[derive(Debug)]
pub struct Claim(#[expect(dead_code, reason = "the lock ends when the file is closed")] Option<File>);

#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("another bot runs on it already{}: stop that one, or give this bot a database of its own", shown(*.0))]
    Taken(Option<u32>),
    #[error("{path} cannot be written ({source}): let the user that the bot runs as write to its folder")]
    Unwritable { path: String, source: std::io::Error },
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

fn shown(process: Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" (process {process})"))
}

impl Claim {
    /// Claims the database of that address, and makes its file and folder where they are missing. Nothing is claimed of one
    /// in memory, nor where the file system knows no locks.
    ///
    /// # Errors
    ///
    /// Another process, or this one, runs a bot on it; or nothing can be written there.
    pub fn take(url: &str) -> Result<Self, ClaimError> {
        let Location::File { path, read_only: false } = Location::parse(url)? else { return Ok(Self(None)) };
        Location::File { path: path.clone(), read_only: false }.prepare()?;
        let beside = beside(&path);
        let unwritable = |source| ClaimError::Unwritable { path: beside.display().to_string(), source };
        let mut file = open(&beside).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {
                // For the message alone: a full disk must not keep the bot from starting.
                let _ = file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
                Ok(Self(Some(file)))
            }
            Err(TryLockError::WouldBlock) => Err(ClaimError::Taken(holder(&mut file))),
            Err(TryLockError::Error(error)) => {
                tracing::warn!("{} cannot be locked ({error}): take care that no other bot uses it", beside.display());
                Ok(Self(None))
            }
        }
    }
}

/// The same for every way to write the path.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    name.into()
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.read(true).write(true).create(true).truncate(false).open(path)
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_database_is_claimed_once_however_its_path_is_written() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("data/bot.db");
        let url = format!("sqlite://{}", path.display());
        let claim = Claim::take(&url).unwrap();
        let other = format!("{}/../data/bot.db", folder.path().join("data").display());
        let refused = Claim::take(&other).unwrap_err();
        assert!(matches!(refused, ClaimError::Taken(Some(process)) if process == std::process::id()), "{refused}");
        drop(claim);
        Claim::take(&other).unwrap();
        Claim::take("sqlite::memory:").unwrap();
    }
}
