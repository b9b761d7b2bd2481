//! A file that was read and checked: a bot, or a page with bots in it.

use crate::compile::{Checked, Environment, check};
use crate::text::{Diagnostic, Diagnostics, Fence, Sources, fences, nearest};
use std::path::Path;

/// A file with what is wrong in it.
pub struct Examined {
    /// The name that diagnostics show.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The bot of the file, or every bot of the page.
    pub parts: Vec<Checked>,
    /// The operating system did not let us read it.
    pub unreadable: bool,
}

impl Examined {
    /// Reads and checks a file.
    pub fn read(path: &Path, environment: &Environment) -> Self {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::of(name, bytes, environment),
            Err(error) => Self::unreadable(name, path, &error),
        }
    }

    /// Checks what a file of this name holds.
    pub fn of(name: String, bytes: Vec<u8>, environment: &Environment) -> Self {
        let parts = match std::str::from_utf8(&bytes) {
            Ok(page) if is_page(&name) => {
                let bots = fences(without_mark(page)).into_iter().filter(Fence::is_bot);
                bots.map(|fence| check(&name, fence.alone().as_bytes(), environment)).collect()
            }
            Err(_) if is_page(&name) => vec![no_text(&name, &bytes)],
            _ => vec![check(&name, &bytes, environment)],
        };
        Self { name, bytes, parts, unreadable: false }
    }

    fn unreadable(name: String, path: &Path, error: &std::io::Error) -> Self {
        let (mut sources, mut found) = (Sources::new(), Diagnostics::new());
        sources.add_unreadable(&name, error, &mut found);
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(found.into_iter().map(|diagnostic| match neighbour(path) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        }));
        let parts = vec![Checked { sources, diagnostics, program: None }];
        Self { name, bytes: Vec::new(), parts, unreadable: true }
    }

    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.parts.iter().flat_map(|part| part.diagnostics.sorted())
    }

    pub fn has_errors(&self) -> bool {
        self.parts.iter().any(|part| part.diagnostics.has_errors())
    }

    /// The text that places of its diagnostics speak of; nothing for a file that could not be read as one.
    pub fn text(&self) -> Option<&str> {
        let whole = !self.parts.iter().flat_map(|part| part.sources.iter()).any(|(_, source)| source.unread);
        let text = std::str::from_utf8(&self.bytes).ok().filter(|_| whole)?;
        Some(without_mark(text))
    }

    /// Whether it begins with a byte order mark, which is no part of [`Self::text`].
    pub fn has_mark(&self) -> bool {
        self.bytes.starts_with(MARK.as_bytes())
    }
}

/// The byte order mark that some editors put in front.
pub const MARK: &str = "\u{feff}";

fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// A page whose bytes are no text: that alone is told.
fn no_text(name: &str, bytes: &[u8]) -> Checked {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    sources.add_bytes(name, bytes, &mut diagnostics);
    Checked { sources, diagnostics, program: None }
}

/// Markdown, by its name.
pub fn is_page(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["md", "markdown"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// The file beside a missing one whose name is most like it.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let near = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}
