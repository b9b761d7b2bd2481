//! What the one check knows of a document's text.

use crate::compile::{Environment, check};
use crate::lsp::document::Document;
use crate::text::{Diagnostics, Sources};

/// Made once for a text, and asked until the text changes.
pub struct Analysis {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
}

impl Analysis {
    pub fn of(document: &Document, environment: &Environment) -> Self {
        let checked = check(document.name(), document.text.as_bytes(), environment);
        Self { sources: checked.sources, diagnostics: checked.diagnostics }
    }
}
