//! Watching files: any sign is a hint, and what counts is whether the bytes are others.

use notify::{EventKind, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

/// After the last sign, that long of quiet: editors write in several steps.
const QUIET: Duration = Duration::from_millis(40);
/// For file systems that say nothing.
const POLL: Duration = Duration::from_secs(2);

/// Tells when a file may have changed.
pub struct Watch {
    signs: mpsc::Receiver<()>,
    _watcher: Option<notify::RecommendedWatcher>,
    path: PathBuf,
    seen: Option<blake3::Hash>,
    /// A sign came and the file was not looked at since.
    told: bool,
    /// When to look without a sign.
    look: Instant,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot watch {path}: {source}")]
pub struct WatchError {
    path: String,
    source: notify::Error,
}

impl Watch {
    /// Watches the folder that a file stands in: a file that is replaced or made anew is seen too.
    pub fn start(path: &Path) -> Result<Self, WatchError> {
        let (sender, signs) = mpsc::channel(1);
        let error = |source| WatchError { path: path.display().to_string(), source };
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading a file is a sign too, and not one of change.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _full_means_told = sender.try_send(());
            }
        })
        .map_err(error)?;
        for folder in folders(path) {
            watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(error)?;
        }
        Ok(Self {
            signs,
            _watcher: Some(watcher),
            path: path.to_owned(),
            seen: hash(path),
            told: false,
            look: Instant::now() + POLL,
        })
    }

    /// Returns with the file's bytes when they are others than before. A file that is not there is waited for. Whoever
    /// stops waiting and comes back misses nothing.
    pub async fn changed(&mut self) -> Vec<u8> {
        loop {
            if !self.told {
                self.told = matches!(timeout_at(self.look, self.signs.recv()).await, Ok(Some(())));
            }
            if self.told {
                while let Ok(Some(())) = timeout(QUIET, self.signs.recv()).await {}
            }
            self.told = false;
            self.look = Instant::now() + POLL;
            if let Ok(bytes) = std::fs::read(&self.path) {
                let hash = Some(blake3::hash(&bytes));
                if hash != self.seen {
                    self.seen = hash;
                    return bytes;
                }
            }
        }
    }
}

fn hash(path: &Path) -> Option<blake3::Hash> {
    std::fs::read(path).ok().map(|bytes| blake3::hash(&bytes))
}

/// The folder of the file, and of what it links to.
fn folders(path: &Path) -> Vec<PathBuf> {
    let parent = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut folders = vec![parent(path)];
    if let Ok(real) = path.canonicalize() {
        folders.push(parent(&real));
    }
    folders.dedup();
    folders
}
