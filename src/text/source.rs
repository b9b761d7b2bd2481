//! The files of a bot as they were read, and places in them.

use super::{Diagnostic, Diagnostics, code};
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

/// The largest file that is read, in bytes; a bot's definition is a hundredth of it.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Which file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The file of things that stand in no file.
    pub const NONE: Self = Self(u32::MAX);
}

/// From where to where in a file, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The place of what was never written in a file.
    pub const NONE: Self = Self { source: SourceId::NONE, start: 0, end: 0 };

    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    pub fn is_none(self) -> bool {
        self.source == SourceId::NONE
    }

    pub fn len(self) -> usize {
        (self.end.saturating_sub(self.start)) as usize
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The empty span where this one begins.
    #[must_use]
    pub fn start_point(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// From the start of this to the end of `other`, which stands in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.start), ..self }
    }
}

impl Default for Span {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            f.write_str("nowhere")
        } else {
            write!(f, "{}:{}..{}", self.source.0, self.start, self.end)
        }
    }
}

/// One file: its name as shown, its text, and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    /// Without a leading byte order mark.
    pub text: Arc<str>,
    /// Whether the file began with a byte order mark, which an edit has to write again.
    pub has_mark: bool,
    /// Nothing of the file was read, which is reported already.
    pub unread: bool,
    line_starts: Vec<u32>,
    /// How many characters stand before each multiple of [`STRIDE`] bytes, so that long lines cost no more than short ones.
    characters: Vec<u32>,
}

/// Bytes between two entries of [`Source::characters`].
const STRIDE: usize = 1_024;

impl Source {
    fn new(name: String, text: &str) -> Self {
        let (text, has_mark) = text.strip_prefix('\u{feff}').map_or((text, false), |rest| (rest, true));
        let (line_starts, characters) = (line_starts(text), characters(text));
        Self { name, text: text.into(), has_mark, unread: false, line_starts, characters }
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let offset = self.floor(offset);
        let line = self.line_of(offset);
        let start = self.line_starts[line] as usize;
        (line + 1, self.characters_before(offset as usize) - self.characters_before(start) + 1)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let from = self.text.ceil_char_boundary((offset / STRIDE * STRIDE).min(self.text.len()));
        let known = self.characters.get(offset / STRIDE).copied().unwrap_or_default() as usize;
        known + self.text.get(from..offset).map_or(0, |part| part.chars().count())
    }

    /// The text of a line (from 1) without its line break; empty beyond the end.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.line_starts.get(index)) else { return "" };
        let end = self.line_starts.get(line).map_or(self.text.len(), |&end| end as usize);
        self.text[*start as usize..end].trim_end_matches(['\r', '\n'])
    }

    /// Where a line (from 1) begins, in bytes; the end of the file beyond it.
    pub fn line_start(&self, line: usize) -> u32 {
        let index = line.saturating_sub(1);
        self.line_starts.get(index).copied().unwrap_or(self.text.len() as u32)
    }

    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// What stands at a place of this file.
    pub fn slice(&self, span: Span) -> &str {
        let start = self.floor(span.start) as usize;
        let end = self.floor(span.end) as usize;
        self.text.get(start..end).unwrap_or("")
    }

    /// The nearest offset to the left that is inside the text and between two characters.
    fn floor(&self, offset: u32) -> u32 {
        self.text.floor_char_boundary(offset as usize) as u32
    }

    fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= offset) - 1
    }
}

fn characters(text: &str) -> Vec<u32> {
    let begins = |byte: &&u8| **byte & 0xC0 != 0x80;
    let counts = text.as_bytes().chunks(STRIDE).map(|chunk| chunk.iter().filter(begins).count() as u32);
    let sums = counts.scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// YAML breaks lines at LF, CR LF and a lone CR.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let breaks = bytes.iter().enumerate().filter(|&(at, &byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect()
}

/// A place as people and editors name it: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    pub file: &'a str,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// All files that one check has read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file under the name that diagnostics will show.
    pub fn add(&mut self, name: impl Into<String>, text: &str) -> SourceId {
        let id = SourceId(self.list.len() as u32);
        self.list.push(Source::new(name.into(), text));
        id
    }

    /// Adds a file as it came from the disk; bytes that are no UTF-8, and files over `MAX_BYTES`, are mistakes.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: &[u8], diagnostics: &mut Diagnostics) -> SourceId {
        if bytes.len() > MAX_BYTES {
            let id = self.add_unread(name);
            diagnostics.push(too_large(id, bytes.len()));
            return id;
        }
        let id = self.add(name, &String::from_utf8_lossy(bytes));
        if let Err(error) = std::str::from_utf8(bytes) {
            diagnostics.push(self.not_utf8(id, bytes, error.valid_up_to()));
        }
        id
    }

    /// Adds a file that could not be opened; `why` is the operating system's answer.
    pub fn add_unreadable(&mut self, name: &str, why: &std::io::Error, diagnostics: &mut Diagnostics) -> SourceId {
        let id = self.add_unread(name);
        let why = match why.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "you have no right to read it".to_owned(),
            _ => why.to_string(),
        };
        let message = format!("`{name}` cannot be read: {why}");
        diagnostics.push(Diagnostic::new(code::UNREADABLE, Span::new(id, 0, 0), message));
        id
    }

    fn add_unread(&mut self, name: impl Into<String>) -> SourceId {
        let id = self.add(name, "");
        self.list[id.0 as usize].unread = true;
        id
    }

    pub fn get(&self, id: SourceId) -> &Source {
        self.find(id).expect("a source id comes from the set that made it")
    }

    /// The file of a place, unless the place is nowhere.
    pub fn find(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0 as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }

    /// Where a place is, in words of lines and columns; nothing for a place that is nowhere.
    pub fn position(&self, span: Span) -> Option<Position<'_>> {
        let source = self.find(span.source)?;
        let (line, column) = source.line_column(span.start);
        let (end_line, end_column) = source.line_column(span.end.max(span.start));
        Some(Position { file: &source.name, line, column, end_line, end_column })
    }

    fn not_utf8(&self, id: SourceId, bytes: &[u8], at: usize) -> Diagnostic {
        let mark = if self.get(id).has_mark { '\u{feff}'.len_utf8() } else { 0 };
        let start = (at - mark) as u32;
        let span = Span::new(id, start, start + '\u{fffd}'.len_utf8() as u32);
        Diagnostic::new(code::NOT_UTF8, span, format!("the byte 0x{:02x} here is no UTF-8", bytes[at]))
            .help("save the file with the encoding UTF-8")
    }
}

fn too_large(id: SourceId, bytes: usize) -> Diagnostic {
    let message = format!("the file has {bytes} bytes; at most {MAX_BYTES} are read");
    Diagnostic::new(code::FILE_TOO_LARGE, Span::new(id, 0, 0), message)
}
