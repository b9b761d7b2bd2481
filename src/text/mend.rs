//! After a syntax mistake: blanks the smallest part that can be blamed, so that the rest of the file is still read.
//!
//! Blanking never moves a byte, so every place in the mended text is a place in the file.

use super::code;
use super::diagnostic::Diagnostic;
use super::layout::{self, Layout};
use super::mistake::{Remedy, explain};
use super::source::SourceId;
use granit_parser::ScanError;
use std::ops::Range;

pub(super) use super::layout::template_at;

pub(super) struct Mender<'a> {
    id: SourceId,
    original: &'a str,
    mended: Option<String>,
    /// Where a `~` stands for a value that could not be read.
    blanks: Vec<u32>,
    /// Whether a top-level key went with what was blanked.
    pub lost: bool,
    pub found: Vec<Diagnostic>,
    /// What was blanked.
    pub unread: Vec<Range<usize>>,
    /// Lines that went as a whole: entries of the mapping around them.
    lines: Vec<Range<usize>>,
}

impl<'a> Mender<'a> {
    pub fn new(id: SourceId, original: &'a str) -> Self {
        Self {
            id,
            original,
            mended: None,
            blanks: Vec::new(),
            lost: false,
            found: Vec::new(),
            unread: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The text to parse.
    pub fn text(&self) -> &str {
        self.mended.as_deref().unwrap_or(self.original)
    }

    /// Whether the scalar at this offset stands for what was blanked.
    pub fn is_blank(&self, offset: u32) -> bool {
        self.blanks.contains(&offset)
    }

    pub fn has_lost_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Whether a line that was blanked stood in the mapping at this place, whose keys stand this far from the left.
    pub fn lost_entry(&self, mapping: Range<usize>, column: usize) -> bool {
        let nothing = |range: Range<usize>| self.text().get(range).is_some_and(|text| text.trim().is_empty());
        self.lines.iter().any(|line| {
            let written = &self.original[line.clone()];
            let inside = mapping.start <= line.start && line.end <= mapping.end;
            let beside = || nothing(line.end..mapping.start) || nothing(mapping.end..line.start);
            let start = self.original[..line.start].rfind(['\n', '\r']).map_or(0, |found| found + 1);
            !written.is_empty() && line.start - start == column && (inside || beside())
        })
    }

    /// Reports a mistake and blanks what is to blame; says whether parsing again can get further.
    pub fn mend(&mut self, error: &ScanError) -> bool {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.original.len());
        let at = self.original.floor_char_boundary(at);
        let layout = Layout::new(self.text());
        let mistake = explain(self.id, &layout, error, at);
        if !self.is_aftermath(&mistake.diagnostic) {
            self.found.push(self.in_the_file(self.without_blanks(mistake.diagnostic)));
        }
        match mistake.remedy {
            Remedy::Value(range) => {
                self.blank_value(layout::whole_characters(self.text(), range)) || self.blank_section(at)
            }
            Remedy::Line(line) => {
                let range = self.entry_of(line);
                self.lines.push(range.clone());
                self.fill(range, false);
                true
            }
            Remedy::Section(at) => self.blank_section(at),
        }
    }

    /// A place in what was blanked may cut a character of what stood there.
    fn in_the_file(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let labels = std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.related);
        for label in labels {
            let range = label.span.start as usize..label.span.end as usize;
            let whole = layout::whole_characters(self.original, range);
            (label.span.start, label.span.end) = (whole.start as u32, whole.end as u32);
        }
        diagnostic
    }

    /// A fix made of a part that was blanked before would write the blanks into the file.
    fn without_blanks(&self, diagnostic: Diagnostic) -> Diagnostic {
        let changed = diagnostic.suggestion.as_ref().is_some_and(|suggestion| {
            let range = suggestion.span.start as usize..suggestion.span.end as usize;
            self.text().get(range.clone()) != self.original.get(range)
        });
        if changed { diagnostic.propose(None) } else { diagnostic }
    }

    /// From the key of a line to the end of what is indented below it; a dash before it stays.
    fn entry_of(&self, line: Range<usize>) -> Range<usize> {
        let layout = Layout::new(self.original);
        let written = &self.original[line.clone()];
        let column =
            |line: &Range<usize>| self.original[line.clone()].len() - self.original[line.clone()].trim_start().len();
        let key = written.len() - written.trim_start_matches([' ', '-']).len();
        let mut end = line.end;
        while let Some(next) = layout.below(&(line.start..end)).filter(|next| column(next) > key) {
            end = next.end;
        }
        line.start + key..end
    }

    /// Whether a line only fits nowhere because the one above it was blanked.
    fn is_aftermath(&self, found: &Diagnostic) -> bool {
        let layout = Layout::new(self.original);
        let line = layout.line(found.primary.span.start as usize);
        let above = layout.above(&line).unwrap_or_default();
        found.code == code::INDENTATION
            && self.lines.iter().any(|lost| lost.start <= above.start && above.start < lost.end)
    }

    /// Puts a `~` where the value began and nothing behind it.
    fn blank_value(&mut self, range: Range<usize>) -> bool {
        if range.is_empty() || self.blanks.contains(&(range.start as u32)) {
            return false;
        }
        self.blanks.push(range.start as u32);
        self.fill(range, true);
        true
    }

    /// Blanks the top-level section around an offset, but for its key.
    fn blank_section(&mut self, at: usize) -> bool {
        let layout = Layout::new(self.text());
        let section = layout.section(at);
        let inside = section.key_end.and_then(|end| layout.place_for_a_value(end, section.range.end));
        if self.text()[section.key_end.unwrap_or(section.range.start)..section.range.end]
            .trim_matches(['~', ' ', '\n', '\r', '\t'])
            .is_empty()
        {
            return false;
        }
        match inside {
            Some(place) => {
                let key_end = section.key_end.expect("a place for a value follows a key");
                self.blanks.push(place as u32);
                self.fill(key_end..place, false);
                self.fill(place..section.range.end, true);
            }
            None => {
                self.lost = true;
                self.fill(section.range, false);
            }
        }
        true
    }

    fn fill(&mut self, range: Range<usize>, value: bool) {
        self.unread.push(range.clone());
        let text = self.mended.get_or_insert_with(|| self.original.to_owned());
        let mut blank: String = text[range.clone()].bytes().map(blank_byte).collect();
        if value {
            blank.replace_range(0..1, "~");
        }
        text.replace_range(range, &blank);
    }
}

/// Line breaks stay, so that line numbers do.
fn blank_byte(byte: u8) -> char {
    if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, code};

    #[test]
    fn a_fix_never_writes_what_was_blanked() {
        let id = SourceId(0);
        let mut mender = Mender::new(id, "a: {{x}}\nb: y: z\n");
        assert!(mender.blank_value(3..8));
        let fix = |start, end| Diagnostic::new(code::TAB, Span::NONE, "").suggest(Span::new(id, start, end), "");
        assert_eq!(mender.without_blanks(fix(0, 9)).suggestion, None);
        assert!(mender.without_blanks(fix(9, 12)).suggestion.is_some());
    }
}
