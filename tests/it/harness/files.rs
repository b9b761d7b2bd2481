//! The files of a test: a folder that goes away with it, and the bots of the repository.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The text of `bots/store.yaml`.
pub fn store_bot() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/store.yaml");
    std::fs::read_to_string(path).expect("bots/store.yaml can be read")
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
