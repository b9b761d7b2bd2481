//! From a byte of a text to the protocol's line and column and back, in the columns that the client counts.

use lsp_types::{Position, PositionEncodingKind, Range};

/// What a column counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Columns {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: a character beyond the first 65,536 counts twice. What a client means that says nothing.
    #[default]
    Utf16,
}

impl Columns {
    /// Bytes, where the client can count them.
    pub fn among(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn of(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// Where the lines of a text begin; they end at LF, CR LF and a lone CR.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<usize>,
    columns: Columns,
}

impl Lines {
    pub fn of(text: &str, columns: Columns) -> Self {
        let bytes = text.as_bytes();
        let breaks = bytes.iter().enumerate().filter(|&(at, &byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self { starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect(), columns }
    }

    /// Follows a change of the text, which stands as it is now: the bytes that were replaced, and how many replaced them.
    /// Only the lines around the change are read, so that a thousand changes at once cost what they are long.
    pub fn change(&mut self, text: &str, replaced: std::ops::Range<usize>, by: usize) {
        let first = self.starts.partition_point(|start| *start <= replaced.start).saturating_sub(2);
        let behind = self.starts.partition_point(|start| *start <= replaced.end + 1);
        let from = self.starts[first];
        let moved = |start: usize| start - replaced.len() + by;
        let until = self.starts.get(behind).map_or(text.len(), |start| moved(*start));
        let between = Self::of(&text[from..until], self.columns).starts;
        let between =
            between.into_iter().map(|start| from + start).filter(|start| behind == self.starts.len() || *start < until);
        let between: Vec<usize> = between.collect();
        for start in &mut self.starts[behind..] {
            *start = *start - replaced.len() + by;
        }
        self.starts.splice(first..behind, between);
    }

    /// The bytes of a line without its line break.
    pub fn line(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let Some(&start) = self.starts.get(line) else { return text.len()..text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        start..start + text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    /// Which line a byte stands in.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// The byte of a position. One beyond the end of its line is the line's end, one inside a character is its beginning.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = self.line(text, position.line as usize);
        let mut left = position.character as usize;
        for (at, c) in text[line.clone()].char_indices() {
            let width = self.columns.of(c);
            if left < width {
                return line.start + at;
            }
            left -= width;
        }
        line.end
    }

    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.line_of(offset);
        let before = &text[self.starts[line]..offset];
        let character = before.chars().map(|c| self.columns.of(c)).sum::<usize>();
        Position::new(line as u32, character as u32)
    }

    pub fn range(&self, text: &str, bytes: std::ops::Range<usize>) -> Range {
        Range::new(self.position(text, bytes.start), self.position(text, bytes.end.max(bytes.start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_what_was_agreed() {
        let text = "a🎫é\r\nb\rc";
        for (columns, end) in [(Columns::Utf8, 7), (Columns::Utf16, 4)] {
            let lines = Lines::of(text, columns);
            assert_eq!(lines.position(text, 7), Position::new(0, end));
            assert_eq!(lines.offset(text, Position::new(0, end)), 7);
            assert_eq!(lines.offset(text, Position::new(0, 99)), 7);
            assert_eq!(lines.offset(text, Position::new(0, 2)), 1, "inside of the emoji");
            assert_eq!(lines.offset(text, Position::new(1, 0)), 9);
            assert_eq!(lines.offset(text, Position::new(2, 1)), 12);
            assert_eq!(lines.offset(text, Position::new(9, 9)), 12);
        }
    }

    #[test]
    fn bytes_are_chosen_where_the_client_knows_them() {
        let offered = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(Columns::among(Some(&offered)), Columns::Utf8);
        assert_eq!(Columns::among(Some(&offered[..1])), Columns::Utf16);
        assert_eq!(Columns::among(None), Columns::Utf16);
    }

    proptest! {
        #[test]
        fn a_change_is_followed(text in "[a\u{e9}\n\r]{0,20}", by in "[b\n\r]{0,4}", a in 0usize..30, b in 0usize..30) {
            let place = |at: usize| text.floor_char_boundary(at.min(text.len()));
            let replaced = place(a.min(b))..place(a.max(b));
            let mut changed = text.clone();
            changed.replace_range(replaced.clone(), &by);
            let mut lines = Lines::of(&text, Columns::Utf16);
            lines.change(&changed, replaced, by.len());
            prop_assert_eq!(lines.starts, Lines::of(&changed, Columns::Utf16).starts);
        }

        #[test]
        fn there_and_back_again(text in "[a\u{e9}\u{1f3ab}\n\r]{0,20}", line in 0u32..30, character in 0u32..30) {
            for columns in [Columns::Utf8, Columns::Utf16] {
                let lines = Lines::of(&text, columns);
                for (at, _) in text.char_indices().filter(|(at, c)| !(*c == '\n' && text[..*at].ends_with('\r'))) {
                    prop_assert_eq!(lines.offset(&text, lines.position(&text, at)), at);
                }
                let offset = lines.offset(&text, Position::new(line, character));
                prop_assert!(text.is_char_boundary(offset));
            }
        }
    }
}
