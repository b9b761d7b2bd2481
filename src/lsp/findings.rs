//! Diagnostics as the protocol has them.

use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::text::{Diagnostic, Severity, code, mask};
use lsp_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, PublishDiagnosticsParams,
};
use serde_json::json;

/// What is published for a document; nothing at all for one that is no bot.
pub fn publication(document: &Document, analysis: Option<&Analysis>) -> PublishDiagnosticsParams {
    let diagnostics = analysis.map(|analysis| {
        let (shown, _) = analysis.diagnostics.shown();
        shown.into_iter().map(|found| told(document, found)).collect()
    });
    PublishDiagnosticsParams {
        uri: document.uri.clone(),
        diagnostics: diagnostics.unwrap_or_default(),
        version: Some(document.version),
    }
}

/// One of them.
pub fn told(document: &Document, found: &Diagnostic) -> lsp_types::Diagnostic {
    let related =
        found.related.iter().filter(|label| !label.span.is_none()).map(|label| DiagnosticRelatedInformation {
            location: Location::new(document.uri.clone(), document.range(label.span)),
            message: mask(&label.text).into_owned(),
        });
    let related: Vec<_> = related.collect();
    lsp_types::Diagnostic {
        range: document.range(found.primary.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(found.code.id.to_owned())),
        code_description: None,
        source: Some("botwright".to_owned()),
        message: message(found),
        related_information: (!related.is_empty()).then_some(related),
        tags: (found.code == code::UNUSED_NAME).then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: Some(json!({ "title": found.code.title, "known": found.known })),
    }
}

/// The sentence, what stands under the place, and the help: editors have no other room for them.
fn message(found: &Diagnostic) -> String {
    let lines = [Some(found.message.as_str()), Some(found.primary.text.as_str()), found.help.as_deref()];
    let lines: Vec<&str> = lines.into_iter().flatten().filter(|line| !line.is_empty()).collect();
    mask(&lines.join("\n")).into_owned()
}
