//! An open document: its text as the editor has it now, saved or not.

use crate::lsp::lines::{Columns, Lines};
use crate::text::Span;
use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug)]
pub struct Document {
    pub uri: Uri,
    pub version: i32,
    text: String,
    lines: Lines,
    columns: Columns,
    /// Since when, and when last, it was changed without its diagnostics being told.
    pub untold: Option<(Instant, Instant)>,
    /// Diagnostics of it were told, so that it has to be told when there are none.
    pub told: bool,
}

impl Document {
    pub fn new(uri: Uri, version: i32, text: String, columns: Columns) -> Self {
        let lines = Lines::of(&text, columns);
        let now = Instant::now();
        Self { uri, version, text, lines, columns, untold: Some((now, now)), told: false }
    }

    /// Changes the text: a part of it, or all.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            match change.range {
                None => {
                    self.text = change.text;
                    self.lines = Lines::of(&self.text, self.columns);
                }
                Some(range) => {
                    let start = self.lines.offset(&self.text, range.start);
                    let end = self.lines.offset(&self.text, range.end);
                    let replaced = start.min(end)..end.max(start);
                    self.text.replace_range(replaced.clone(), &change.text);
                    self.lines.change(&self.text, replaced, change.text.len());
                }
            }
        }
        self.version = version;
        let now = Instant::now();
        self.untold = Some((self.untold.map_or(now, |(since, _)| since), now));
    }

    /// The file's name, for messages that name it.
    pub fn name(&self) -> &str {
        self.uri.path().as_str().rsplit('/').next().unwrap_or_default()
    }

    /// Bytes of a byte order mark, which the check does not count.
    fn mark(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The text as the check counts its bytes.
    pub fn body(&self) -> &str {
        &self.text[self.mark()..]
    }

    /// A place of the file as the client counts.
    pub fn range(&self, span: Span) -> Range {
        self.range_of(span.start as usize..span.end as usize)
    }

    /// Bytes of the body as the client counts.
    pub fn range_of(&self, bytes: std::ops::Range<usize>) -> Range {
        let mark = self.mark();
        self.lines.range(&self.text, bytes.start + mark..bytes.end + mark)
    }

    /// The byte of the body at a position of the client's.
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.text, position).saturating_sub(self.mark())
    }

    /// Whether this is a bot: it has the key `bot` at its top, and is not the scenarios beside one (`NAME.test.yaml`).
    ///
    /// Asked of the text, because a file that cannot be read at the moment is still a bot.
    pub fn is_bot(&self) -> bool {
        !self.is_scenarios() && self.body().split(['\n', '\r']).any(begins_a_bot)
    }
}

impl Document {
    /// Whether these are the scenarios of a bot: `NAME.test.yaml`.
    pub fn is_scenarios(&self) -> bool {
        Path::new(self.name()).file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".test"))
    }

    /// Where the file is on the disk.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(self.uri.path().as_estr().decode().into_string_lossy().into_owned())
    }
}

fn begins_a_bot(line: &str) -> bool {
    let line = line.strip_prefix('{').map_or(line, str::trim_start);
    let rest = ["bot", "\"bot\"", "'bot'"].iter().find_map(|key| line.strip_prefix(key));
    let value = rest.and_then(|rest| rest.trim_start().strip_prefix(':'));
    value.is_some_and(|value| value.is_empty() || value.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(name: &str, text: &str) -> Document {
        let uri = format!("file:///tmp/{name}").parse().unwrap();
        Document::new(uri, 1, text.to_owned(), Columns::Utf16)
    }

    #[test]
    fn a_bot_has_the_key_at_its_top() {
        for text in
            ["bot: x", "# hi\nbot: x\n", "\u{feff}bot: x", "a: 1\r\nbot:\r\n", "\"bot\": x", "{ bot: x }", "bot : x"]
        {
            assert!(document("x.yaml", text).is_bot(), "{text:?}");
        }
        for text in ["", "bots: x", "services:\n  bot: x", "robot: x", "# bot: x", "bot"] {
            assert!(!document("x.yaml", text).is_bot(), "{text:?}");
        }
        assert!(!document("store.test.yaml", "bot: store.yaml").is_bot());
    }

    #[test]
    fn parts_are_changed_where_the_client_means() {
        let mut document = document("x.yaml", "emoji: 🎫!\r\nnext\r\n");
        let change = |start, end, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(start, end)),
            range_length: None,
            text: text.to_owned(),
        };
        let at = Position::new;
        document.change(2, vec![change(at(0, 9), at(0, 10), "?"), change(at(0, 7), at(0, 9), "é")]);
        assert_eq!(document.text, "emoji: é?\r\nnext\r\n");
        document.change(3, vec![change(at(0, 9), at(1, 0), "\n"), change(at(1, 99), at(1, 2), "")]);
        assert_eq!((document.text.as_str(), document.version), ("emoji: é?\nne\r\n", 3));
        document.change(4, vec![change(at(7, 7), at(9, 9), "end")]);
        assert_eq!(document.text, "emoji: é?\nne\r\nend");
    }
}
