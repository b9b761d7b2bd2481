//! Watching files: any sign is a hint, and what counts is whether the bytes are others.

use notify::{EventKind, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

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
    look_at: Instant,
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
            look_at: Instant::now() + POLL,
        })
    }

    /// Returns with the file's bytes when they are others than before. A file that is not there is waited for.
    ///
    /// What was heard is kept when the future is dropped, so it can stand in a `select!` beside busier things.
    pub async fn changed(&mut self) -> Vec<u8> {
        loop {
            match timeout_at(self.look_at, self.signs.recv()).await {
                Ok(Some(())) => self.look_at = Instant::now() + QUIET,
                Ok(None) => sleep_until(self.look_at).await,
                Err(_) => {}
            }
            if Instant::now() < self.look_at {
                continue;
            }
            self.look_at = Instant::now() + POLL;
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
