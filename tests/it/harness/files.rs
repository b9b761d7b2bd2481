//! The files of a test: a folder that goes away with it, and the bots of the repository.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The text of `bots/store.yaml`.
pub fn store_bot() -> String {
    of_repository("bots/store.yaml")
}

/// The text of a file of the repository.
pub fn of_repository(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A folder that is deleted at the end.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(&path, text).expect("the file can be written");
        path
    }
}
