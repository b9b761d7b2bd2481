//! What the one check knows of a text: what is wrong with it, how it is built, and what its words mean.

use crate::action::index::{Declaration, Index, Mention};
use crate::compile::{Environment, inspect};
use crate::scenario::check_suite;
use crate::text::{Diagnostics, Node, Span};
use std::path::Path;

/// Made once for a text, and asked until the text changes. Places are bytes of the text without its byte order mark.
pub struct Analysis {
    pub diagnostics: Diagnostics,
    pub root: Node,
    pub index: Index,
}

impl Analysis {
    pub fn of(name: &str, text: &str, environment: &Environment) -> Self {
        Self::wanting(name, text, environment, None)
    }

    /// What is wrong with scenarios; the bot that they are about is read from the disk.
    pub fn of_scenarios(path: &Path, text: &str) -> Self {
        let checked = check_suite(path, text.as_bytes());
        let own = checked.sources.iter().map(|(id, _)| id).last();
        let here = |span: Span| Some(span.source) == own;
        let mut diagnostics = Diagnostics::new();
        for mut found in checked.diagnostics {
            found.related.retain(|label| here(label.span));
            if here(found.primary.span) {
                diagnostics.push(found);
            }
        }
        Self { diagnostics, root: Node::null(Span::NONE), index: Index::default() }
    }

    /// The same, and what could stand where the word `wanted` stands.
    pub fn wanting(name: &str, text: &str, environment: &Environment, wanted: Option<&str>) -> Self {
        let inspected = inspect(name, text.as_bytes(), environment, wanted);
        Self { diagnostics: inspected.checked.diagnostics, root: inspected.root, index: inspected.index }
    }

    /// What the word at a place means: once for each way in which it is used.
    pub fn mentions(&self, at: usize) -> Vec<&Mention> {
        let found = || self.index.mentions.iter().filter(|mention| touches(mention.span, at));
        let shortest = found().map(|mention| mention.span.len()).min();
        found().filter(|mention| Some(mention.span.len()) == shortest).collect()
    }

    /// The name that the file gives at a place.
    pub fn declaration(&self, at: usize) -> Option<&Declaration> {
        self.index.declarations.iter().find(|declaration| touches(declaration.span, at))
    }

    /// The name that is declared exactly there.
    pub fn declared(&self, span: Span) -> Option<&Declaration> {
        let declarations = &self.index.declarations;
        let found = declarations.binary_search_by_key(&span, |declaration| declaration.span).ok()?;
        declarations.get(found)
    }
}

/// A word is touched from before its first to behind its last character.
pub fn touches(span: Span, at: usize) -> bool {
    !span.is_none() && span.start as usize <= at && at <= span.end as usize
}
