//! Quick fixes: what a diagnostic is certain enough to offer.

use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::lsp::findings;
use crate::text::{Diagnostic, Suggestion};
use lsp_types::{CodeAction, CodeActionKind, TextEdit, WorkspaceEdit};
use std::collections::HashMap;
use std::ops::Range;

/// The fixes of what is wrong in these bytes.
pub fn fixes(document: &Document, analysis: &Analysis, bytes: Range<usize>) -> Vec<CodeAction> {
    let touched = |found: &&Diagnostic| {
        let span = found.primary.span;
        !span.is_none() && span.start as usize <= bytes.end && bytes.start <= span.end as usize
    };
    let (shown, _) = analysis.diagnostics.shown();
    let touched = shown.into_iter().filter(touched);
    touched.filter_map(|found| Some(action(document, found, found.suggestion.as_ref()?))).collect()
}

fn action(document: &Document, found: &Diagnostic, suggestion: &Suggestion) -> CodeAction {
    let edit = TextEdit::new(document.range(suggestion.span), suggestion.replacement.clone());
    let title = match suggestion.replacement.trim() {
        "" => "Take it out".to_owned(),
        words => format!("Write `{words}`"),
    };
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![findings::told(document, found)]),
        edit: Some(edits(document, vec![edit])),
        is_preferred: Some(suggestion.certain),
        ..CodeAction::default()
    }
}

/// Edits of one document.
#[allow(clippy::mutable_key_type, reason = "the protocol's own map; nothing changes its keys")]
pub fn edits(document: &Document, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(HashMap::from([(document.uri.clone(), edits)])), ..WorkspaceEdit::default() }
}
