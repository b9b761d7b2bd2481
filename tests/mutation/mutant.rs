//! A file with a single mistake in it, and the lines on which somebody would look for it.

use crate::atlas::{Atlas, line_of};
use std::ops::Range;

#[derive(Debug, Clone)]
pub struct Mutant {
    /// What is replaced by what.
    pub range: Range<usize>,
    pub by: String,
    /// The lines of the mutated text that may be named, from 1.
    pub lines: Vec<usize>,
    /// The word that a suggestion should name.
    pub word: Option<String>,
    /// Several places are wrong now, and each may be told.
    pub many: bool,
}

impl Mutant {
    /// The lines that the replacement stands on are those to look at.
    pub fn new(atlas: &Atlas<'_>, range: Range<usize>, by: impl Into<String>) -> Self {
        let by = by.into();
        let first = atlas.line_of(range.start);
        let lines = (first..=first + breaks(by.trim_end_matches('\n'))).collect();
        Self { range, by, lines, word: None, many: false }
    }

    /// Nothing but these places of the text as it was are to be looked at.
    pub fn at(mut self, atlas: &Atlas<'_>, places: impl IntoIterator<Item = usize>) -> Self {
        self.lines = places.into_iter().map(|at| self.line_after(atlas, at)).collect();
        self
    }

    /// This place of the text as it was is to be looked at, too.
    pub fn or_at(mut self, atlas: &Atlas<'_>, at: usize) -> Self {
        self.lines.push(self.line_after(atlas, at));
        self
    }

    /// Every line up to this place of the text as it was is to be looked at, too.
    pub fn up_to(mut self, atlas: &Atlas<'_>, at: usize) -> Self {
        let last = self.line_after(atlas, at);
        self.lines = (self.lines[0]..=last).collect();
        self
    }

    pub fn meant(mut self, word: impl Into<String>) -> Self {
        self.word = Some(word.into());
        self
    }

    pub fn many(mut self) -> Self {
        self.many = true;
        self
    }

    pub fn text(&self, original: &str) -> String {
        let mut text = original.to_owned();
        text.replace_range(self.range.clone(), &self.by);
        text
    }

    fn line_after(&self, atlas: &Atlas<'_>, at: usize) -> usize {
        let line = line_of(atlas.text, at);
        if at < self.range.end {
            return line.min(line_of(atlas.text, self.range.start) + breaks(&self.by));
        }
        line + breaks(&self.by) - breaks(&atlas.text[self.range.clone()])
    }
}

fn breaks(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}
