//! A copy of the whole database, of one moment, while the bot goes on.

use super::archive::Archive;
use super::dialect;
use super::location::create_new;
use crate::flow::memory::MemoryError;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already, and a backup never replaces a file: choose another name", .0.display())]
    There(PathBuf),
    #[error("{} cannot be written: {}", .0.display(), .1)]
    Unwritable(PathBuf, std::io::Error),
    #[error("the name of a backup must be UTF-8")]
    Name,
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

impl Archive {
    /// Writes a copy that only this user may read, and sees that it is on the disk. Gives its size in bytes.
    ///
    /// # Errors
    /// The file is there already or cannot be written, or the database fails; then nothing is left of the copy.
    pub async fn backup(&mut self, to: &Path) -> Result<u64, BackupError> {
        create_new(to).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => BackupError::There(to.to_owned()),
            _ => BackupError::Unwritable(to.to_owned(), error),
        })?;
        let written = self.write_copy(to).await;
        if written.is_err() {
            // What is wrong is told already.
            let _half_a_copy = std::fs::remove_file(to);
        }
        written
    }

    async fn write_copy(&mut self, to: &Path) -> Result<u64, BackupError> {
        let name = to.to_str().ok_or(BackupError::Name)?;
        dialect::copy(&mut self.connection, name.to_owned()).await?;
        let on_disk = || {
            let file = File::options().read(true).write(true).open(to)?;
            file.sync_all()?;
            file.metadata().map(|about| about.len())
        };
        on_disk().map_err(|error| BackupError::Unwritable(to.to_owned(), error))
    }
}
