//! What one client has open, and what it can ask.

use crate::compile::Environment;
use crate::lsp::analysis::Analysis;
use crate::lsp::document::Document;
use crate::lsp::lines::Columns;
use crate::lsp::server::refusal;
use crate::lsp::{findings, question};
use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{
    ClientCapabilities, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeResult, PublishDiagnosticsParams, ServerInfo, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long nothing has to be typed before diagnostics are told.
const PAUSE: Duration = Duration::from_millis(40);
/// How long they are put off at most while somebody goes on typing.
const PATIENCE: Duration = Duration::from_millis(250);

pub struct Session {
    environment: Environment,
    columns: Columns,
    /// By their URI.
    documents: HashMap<String, Document>,
    /// What is known of documents as they are now; gone as soon as one changes.
    analyses: HashMap<String, Analysis>,
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
            capabilities: question::capabilities(columns),
            server_info: Some(ServerInfo {
                name: "botwright".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        let (documents, analyses) = (HashMap::new(), HashMap::new());
        (Self { environment, columns, documents, analyses, gone: Vec::new() }, json!(told))
    }

    /// Answers what is asked of a document; nothing for one that is no bot.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        if !question::is_known(method) {
            return Err(refusal(ErrorCode::MethodNotFound, format!("there is no `{method}` here")));
        }
        let uri = params["textDocument"]["uri"].as_str();
        let uri = uri.ok_or_else(|| refusal(ErrorCode::InvalidParams, "a `textDocument` is missing"))?.to_owned();
        self.analyse(&uri);
        // Scenarios are checked; what could stand in them an editor knows from their schema.
        let bot = self.documents.get(&uri).filter(|document| !document.is_scenarios());
        let (Some(document), Some(analysis)) = (bot, self.analyses.get(&uri)) else {
            return Ok(Value::Null);
        };
        question::answer(method, params, document, analysis, &self.environment)
    }

    fn analyse(&mut self, uri: &str) {
        let Some(document) = self.documents.get(uri).filter(|_| !self.analyses.contains_key(uri)) else { return };
        let analysis = match document {
            scenarios if scenarios.is_scenarios() => Analysis::of_scenarios(&scenarios.path(), scenarios.body()),
            bot if bot.is_bot() => Analysis::of(bot.name(), bot.body(), &self.environment),
            _ => return,
        };
        self.analyses.insert(uri.to_owned(), analysis);
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
        let uri = opened.uri.as_str().to_owned();
        self.analyses.remove(&uri);
        let told = self.documents.get(&uri).is_some_and(|before| before.told);
        let mut document = Document::new(opened.uri, opened.version, opened.text, self.columns);
        document.told = told;
        self.documents.insert(uri, document);
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.uri.as_str();
        if let Some(document) = self.documents.get_mut(uri) {
            self.analyses.remove(uri);
            document.change(params.text_document.version, params.content_changes);
        }
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.as_str();
        self.analyses.remove(uri);
        let closed = self.documents.remove(uri);
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
        let Some(document) = self.documents.get_mut(uri.as_str()) else {
            return Some(PublishDiagnosticsParams::new(uri.clone(), Vec::new(), None));
        };
        // First of all, so that a text that cannot be worked on is not tried again and again.
        document.untold = None;
        let (is_ours, was_told) = (document.is_bot() || document.is_scenarios(), document.told);
        document.told = is_ours;
        self.analyse(uri.as_str());
        let document = self.documents.get(uri.as_str())?;
        let analysis = self.analyses.get(uri.as_str());
        (is_ours || was_told).then(|| findings::publication(document, analysis))
    }
}

fn when(document: &Document) -> Option<Instant> {
    document.untold.map(|(since, last)| (last + PAUSE).min(since + PATIENCE))
}

fn parsed<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}
