//! A database that is being made for an import: it takes its place when the import went well, and is gone otherwise.

use super::location::{Location, create_new};
use crate::flow::memory::MemoryError;
use std::io;
use std::path::{Path, PathBuf};

/// Where a new database is made, and where it belongs. Whoever is not put in place is removed.
pub struct Newborn {
    made: PathBuf,
    place: PathBuf,
}

impl Newborn {
    /// Makes an empty file beside the place, and the folder where that is missing.
    ///
    /// # Errors
    /// Something of it cannot be written.
    pub fn beside(place: &Path) -> Result<Self, MemoryError> {
        let made = with_ending(place, ".import");
        let newborn = Self { made, place: place.to_owned() };
        // One that a killed import left holds nothing that anybody was told of.
        newborn.remove();
        newborn.location().prepare()?;
        Ok(newborn)
    }

    pub fn location(&self) -> Location {
        Location::File { path: self.made.clone(), read_only: false }
    }

    /// Gives the file, which nobody has open any more, its name.
    ///
    /// # Errors
    /// A database was made there meanwhile, or the file cannot be renamed.
    pub fn put_in_place(self) -> Result<(), MemoryError> {
        let words = |problem: String| MemoryError::Failed(format!("{}: {problem}", self.place.display()));
        match create_new(&self.place) {
            Ok(_) => std::fs::rename(&self.made, &self.place).map_err(|error| words(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(words("a database was made there meanwhile; nothing was imported, so begin again".to_owned()))
            }
            Err(error) => Err(words(error.to_string())),
        }
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm"] {
            // What is not there need not go.
            let _ = std::fs::remove_file(with_ending(&self.made, ending));
        }
    }
}

impl Drop for Newborn {
    fn drop(&mut self) {
        self.remove();
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
