//! What one client has open, and what it can ask.

use crate::compile::Environment;
use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::lsp::findings;
use crate::lsp::lines::Columns;
use crate::lsp::server::refusal;
use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{
    ClientCapabilities, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeResult, PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long nothing has to be typed before diagnostics are told.
const PAUSE: Duration = Duration::from_millis(40);
/// How long they are put off at most while somebody goes on typing.
const PATIENCE: Duration = Duration::from_millis(250);

pub struct Session {
    environment: Environment,
    columns: Columns,
    documents: BTreeMap<Uri, Document>,
    /// Closed documents whose diagnostics have to go.
    gone: Vec<Uri>,
}

impl Session {
    /// Begins with what the client says of itself; gives what it is answered.
    pub fn begin(params: &Value, environment: Environment) -> (Self, Value) {
        let capabilities: ClientCapabilities = parsed(params["capabilities"].clone()).unwrap_or_default();
        let general = capabilities.general.unwrap_or_default();
        let columns = Columns::among(general.position_encodings.as_deref());
        let told = InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(columns.kind()),
                text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    ..TextDocumentSyncOptions::default()
                })),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "botwright".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        (Self { environment, columns, documents: BTreeMap::new(), gone: Vec::new() }, json!(told))
    }

    pub fn request(&mut self, method: &str, _params: Value) -> Result<Value, ResponseError> {
        Err(refusal(ErrorCode::MethodNotFound, format!("there is no `{method}` here")))
    }

    /// Takes in what the client tells; what nobody knows, or what makes no sense, changes nothing.
    pub fn notification(&mut self, method: &str, params: Value) {
        let understood = match method {
            "textDocument/didOpen" => parsed(params).map(|params| self.open(params)),
            "textDocument/didChange" => parsed(params).map(|params| self.change(params)),
            "textDocument/didClose" => parsed(params).map(|params| self.close(&params)),
            _ => Ok(()),
        };
        if let Err(error) = understood {
            eprintln!("botwright lsp: {method}: {error}");
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let document = Document::new(opened.uri.clone(), opened.version, opened.text, self.columns);
        self.documents.insert(opened.uri, document);
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        if let Some(document) = self.documents.get_mut(&params.text_document.uri) {
            document.change(params.text_document.version, params.content_changes);
        }
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let closed = self.documents.remove(&params.text_document.uri);
        self.gone.extend(closed.filter(|document| document.told).map(|document| document.uri));
    }

    /// When the next diagnostics are due.
    pub fn due(&self) -> Option<Instant> {
        self.documents.values().filter_map(when).min()
    }

    /// A document whose diagnostics are due now.
    pub fn next_due(&self) -> Option<Uri> {
        let now = Instant::now();
        let due = self.documents.values().find(|document| when(document).is_some_and(|when| when <= now));
        due.map(|document| document.uri.clone()).or_else(|| self.gone.first().cloned())
    }

    /// What is told of a document, if there is anything to tell.
    pub fn publication(&mut self, uri: &Uri) -> Option<PublishDiagnosticsParams> {
        self.gone.retain(|gone| gone != uri);
        let Some(document) = self.documents.get_mut(uri) else {
            return Some(PublishDiagnosticsParams::new(uri.clone(), Vec::new(), None));
        };
        document.untold = None;
        if !document.is_bot() {
            return std::mem::take(&mut document.told).then(|| findings::publication(document, None));
        }
        document.told = true;
        let analysis = Analysis::of(document, &self.environment);
        Some(findings::publication(document, Some(&analysis)))
    }
}

fn when(document: &Document) -> Option<Instant> {
    document.untold.map(|(since, last)| (last + PAUSE).min(since + PATIENCE))
}

fn parsed<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}
