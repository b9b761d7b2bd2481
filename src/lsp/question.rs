//! What a client can ask of a document, and how it is answered.

use crate::compile::Environment;
use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::lsp::lines::Columns;
use crate::lsp::server::refusal;
use crate::lsp::symbol::Symbol;
use crate::lsp::{completion, fix, hover, outline, rename};
use crate::text::Span;
use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CompletionOptions, Hover,
    HoverContents, HoverProviderCapability, Location, MarkupContent, MarkupKind, OneOf, PrepareRenameResponse,
    ReferenceParams, RenameOptions, RenameParams, ServerCapabilities, TextDocumentPositionParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextEdit,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What the server can do.
pub fn capabilities(columns: Columns) -> ServerCapabilities {
    let words = [".", "{", "#", " ", "(", ":"];
    ServerCapabilities {
        position_encoding: Some(columns.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(words.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

/// What can be asked.
const METHODS: [&str; 8] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/documentSymbol",
    "textDocument/codeAction",
];

pub fn is_known(method: &str) -> bool {
    METHODS.contains(&method)
}

pub fn answer(
    method: &str,
    params: Value,
    document: &Document,
    analysis: &Analysis,
    environment: &Environment,
) -> Result<Value, ResponseError> {
    let asked = Asked { document, analysis, environment };
    match method {
        "textDocument/completion" => Ok(asked.completion(&parsed(params)?)),
        "textDocument/hover" => Ok(asked.hover(&parsed(params)?)),
        "textDocument/definition" => Ok(asked.definition(&parsed(params)?)),
        "textDocument/references" => Ok(asked.references(&parsed(params)?)),
        "textDocument/prepareRename" => asked.prepare_rename(&parsed(params)?),
        "textDocument/rename" => asked.rename(&parsed(params)?),
        "textDocument/documentSymbol" => Ok(json!(outline::outline(document, analysis))),
        _ => Ok(asked.code_action(&parsed(params)?)),
    }
}

fn parsed<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|error| refusal(ErrorCode::InvalidParams, error.to_string()))
}

/// A document that something is asked of.
struct Asked<'a> {
    document: &'a Document,
    analysis: &'a Analysis,
    environment: &'a Environment,
}

impl Asked<'_> {
    fn at(&self, place: &TextDocumentPositionParams) -> usize {
        self.document.offset(place.position)
    }

    fn completion(&self, place: &TextDocumentPositionParams) -> Value {
        json!(completion::complete(self.document, self.at(place), self.environment))
    }

    fn hover(&self, place: &TextDocumentPositionParams) -> Value {
        let told = hover::hover(self.analysis, self.document.body(), self.at(place));
        json!(told.map(|(value, bytes)| Hover {
            contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
            range: Some(self.document.range_of(bytes)),
        }))
    }

    fn locations<'s>(&self, spans: impl Iterator<Item = &'s Span>) -> Vec<Location> {
        spans.map(|span| Location::new(self.document.uri.clone(), self.document.range(*span))).collect()
    }

    fn definition(&self, place: &TextDocumentPositionParams) -> Value {
        let at = self.at(place);
        let named = self.analysis.mentions(at).into_iter().map(|mention| mention.declared);
        let mut declared: Vec<Span> = named.filter(|span| !span.is_none()).collect();
        if declared.is_empty() {
            declared.extend(self.analysis.declaration(at).map(|declaration| declaration.span));
        }
        declared.dedup();
        json!(self.locations(declared.iter()))
    }

    fn references(&self, params: &ReferenceParams) -> Value {
        let Some(symbol) = Symbol::at(self.analysis, self.at(&params.text_document_position)) else {
            return Value::Null;
        };
        let declared = symbol.declared.iter().filter(|_| params.context.include_declaration);
        json!(self.locations(declared.chain(&symbol.used)))
    }

    fn prepare_rename(&self, place: &TextDocumentPositionParams) -> Result<Value, ResponseError> {
        let text = self.document.body();
        let (_, here) = rename::places(self.analysis, text, self.at(place)).map_err(refused)?;
        let placeholder = text[here.clone()].to_owned();
        Ok(json!(PrepareRenameResponse::RangeWithPlaceholder { range: self.document.range_of(here), placeholder }))
    }

    fn rename(&self, params: &RenameParams) -> Result<Value, ResponseError> {
        let (text, at) = (self.document.body(), self.at(&params.text_document_position));
        let places = rename::rename(self.analysis, text, at, &params.new_name, self.environment).map_err(refused)?;
        let edit = |place| TextEdit::new(self.document.range_of(place), params.new_name.clone());
        Ok(json!(fix::edits(self.document, places.into_iter().map(edit).collect())))
    }

    fn code_action(&self, params: &CodeActionParams) -> Value {
        let (start, end) = (self.document.offset(params.range.start), self.document.offset(params.range.end));
        json!(fix::fixes(self.document, self.analysis, start..end.max(start)))
    }
}

/// What cannot be done, said to whoever asked for it.
fn refused(reason: String) -> ResponseError {
    refusal(ErrorCode::RequestFailed, reason)
}
