//! The outline of a file: its sections, and every name that they give.

use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::text::{Entry, Node};
use lsp_types::{DocumentSymbol, SymbolKind};

pub fn outline(document: &Document, analysis: &Analysis) -> Vec<DocumentSymbol> {
    let sections = analysis.root.entries().iter().map(|entry| {
        let inner = names(document, analysis, &entry.value);
        symbol(document, entry, SymbolKind::NAMESPACE, "", inner)
    });
    sections.collect()
}

/// The names that are given anywhere in a part of the tree, the inner ones below the outer ones.
fn names(document: &Document, analysis: &Analysis, node: &Node) -> Vec<DocumentSymbol> {
    let mut found = Vec::new();
    for entry in node.entries() {
        // What is only referred to (`*name`) has its names where it stands.
        let inner = if is_shared(entry) { Vec::new() } else { names(document, analysis, &entry.value) };
        let named = analysis.declared(entry.key.span).filter(|declaration| declaration.what != "name");
        match named {
            Some(declaration) => found.push(symbol(document, entry, kind(declaration.what), declaration.what, inner)),
            None => found.extend(inner),
        }
    }
    found.extend(node.items().iter().flat_map(|item| names(document, analysis, item)));
    found
}

#[allow(deprecated, reason = "the protocol's struct has a field that nobody may use")]
fn symbol(
    document: &Document,
    entry: &Entry,
    kind: SymbolKind,
    detail: &str,
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    let whole = if is_shared(entry) { entry.key.span } else { entry.key.span.to(entry.value.span) };
    DocumentSymbol {
        name: if entry.name().is_empty() { "…".to_owned() } else { entry.name().to_owned() },
        detail: (!detail.is_empty()).then(|| detail.to_owned()),
        kind,
        tags: None,
        deprecated: None,
        range: document.range(whole),
        selection_range: document.range(entry.key.span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn is_shared(entry: &Entry) -> bool {
    entry.value.span.start < entry.key.span.start
}

fn kind(what: &str) -> SymbolKind {
    match what {
        "command" | "flow" => SymbolKind::FUNCTION,
        "option" | "argument" => SymbolKind::VARIABLE,
        "table" => SymbolKind::STRUCT,
        "column" | "field" => SymbolKind::FIELD,
        "setting" => SymbolKind::CONSTANT,
        "button" | "select menu" | "modal" | "ticket" => SymbolKind::EVENT,
        "access rule" => SymbolKind::KEY,
        _ => SymbolKind::OBJECT,
    }
}
