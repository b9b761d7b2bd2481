//! What a process wrote, line by line, for those who wait for a word of it.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::watch;

/// The lines so far; clones share them.
#[derive(Clone)]
pub struct Lines {
    lines: Arc<Mutex<Vec<String>>>,
    count: watch::Sender<usize>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { lines: Arc::default(), count: watch::Sender::new(0) }
    }
}

impl Lines {
    /// Takes in everything that comes, on a thread of its own.
    pub fn read(&self, from: impl Read + Send + 'static) -> JoinHandle<()> {
        let lines = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
                lines.push(String::from_utf8_lossy(&line).into_owned());
            }
        })
    }

    fn push(&self, line: String) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        self.count.send_modify(|count| *count += 1);
    }

    pub fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// How many lines hold all of these words.
    pub fn count(&self, words: &[&str]) -> usize {
        self.count_from(0, words)
    }

    /// The same of the lines behind so many.
    pub fn count_from(&self, start: usize, words: &[&str]) -> usize {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().skip(start).filter(|line| words.iter().all(|word| line.contains(word))).count()
    }

    pub fn len(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Forgets what was written so far, when whoever wrote it has ended.
    pub fn clear(&self) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Changes with every line.
    pub fn news(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }
}
