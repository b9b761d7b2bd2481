//! Everything that goes by one name: where the file gives it, and where it is used.

use crate::lsp::analysis::Analysis;
use crate::text::Span;
use std::collections::BTreeSet;

#[derive(Debug)]
pub struct Symbol {
    /// Empty for an item of a template, which is known in that template alone.
    pub name: String,
    pub declared: BTreeSet<Span>,
    /// Without those where it is declared.
    pub used: BTreeSet<Span>,
    /// In one of its places it is also a name that the engine gives.
    pub is_engines: bool,
}

impl Symbol {
    /// What is named at a place. An embed that several commands show may find its names in each of them; then they are all one.
    pub fn at(analysis: &Analysis, at: usize) -> Option<Self> {
        let named = analysis.mentions(at).into_iter().map(|mention| mention.declared).filter(|span| !span.is_none());
        let mut declared: BTreeSet<Span> = named.collect();
        if declared.is_empty() {
            declared.extend(analysis.declaration(at).map(|declaration| declaration.span));
        }
        let first = analysis.declared(*declared.first()?);
        let name = first.map_or_else(String::new, |declaration| declaration.name.clone());
        let mut symbol = Self { name, declared, used: BTreeSet::new(), is_engines: false };
        while symbol.grow(analysis) {}
        Some(symbol)
    }

    /// Follows every use to its declarations and every declaration to its uses; says whether there was more.
    fn grow(&mut self, analysis: &Analysis) -> bool {
        let before = self.declared.len() + self.used.len();
        for mention in &analysis.index.mentions {
            if self.declared.contains(&mention.declared) && !self.declared.contains(&mention.span) {
                self.used.insert(mention.span);
            } else if self.used.contains(&mention.span) {
                self.is_engines |= mention.declared.is_none();
                self.declared.extend((!mention.declared.is_none()).then_some(mention.declared));
            }
        }
        self.declared.len() + self.used.len() > before
    }
}
