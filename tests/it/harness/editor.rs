//! An editor: a real language server behind pipes, spoken to as the protocol says.

use lsp_server::{Message, Notification, Request, RequestId, Response};
use lsp_types::Diagnostic;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server and what it has told.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    arriving: Receiver<Message>,
    /// By document: the version and its diagnostics, as last told.
    told: HashMap<String, (i64, Vec<Diagnostic>)>,
    /// How often diagnostics were told.
    pub tellings: usize,
    /// What each open document holds, and its version.
    open: HashMap<String, (String, i64)>,
    last_id: i32,
    /// What the server said it can do.
    pub capabilities: Value,
    settings: Value,
}

impl Editor {
    /// An editor that counts columns in UTF-16, as most do.
    pub fn start() -> Self {
        Self::with(json!({}))
    }

    pub fn with(capabilities: Value) -> Self {
        Self::greeted(Self::silent(), &capabilities)
    }

    /// Another server, with what it is told when it asks for its settings.
    pub fn of(command: Command, settings: Value) -> Self {
        let capabilities = json!({
            "workspace": { "configuration": true },
            "textDocument": { "hover": { "contentFormat": ["markdown"] } },
        });
        let mut editor = Self::begin_with(command);
        editor.settings = settings;
        Self::greeted(editor, &capabilities)
    }

    fn greeted(mut editor: Self, capabilities: &Value) -> Self {
        let told =
            editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        editor.capabilities = told["capabilities"].clone();
        editor.tell("initialized", json!({}));
        editor
    }

    /// A server to which nothing was said.
    pub fn silent() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_botwright"));
        command.args(["lsp", "--stdio"]).env_clear().current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
        Self::begin_with(command)
    }

    fn begin_with(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (sender, arriving) = channel();
        std::thread::spawn(move || {
            loop {
                let sent = match Message::read(&mut output) {
                    Ok(Some(message)) => sender.send(message).is_ok(),
                    // The answer to what had no id, which this library cannot say.
                    Err(error) if error.kind() == ErrorKind::InvalidData => true,
                    Ok(None) | Err(_) => false,
                };
                if !sent {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            arriving,
            told: HashMap::new(),
            tellings: 0,
            open: HashMap::new(),
            last_id: 0,
            capabilities: Value::Null,
            settings: Value::Null,
        }
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("its input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        let message = Message::Notification(Notification { method: method.into(), params });
        message.write(self.input.as_mut().expect("its input is open")).expect("the server reads");
    }

    /// Asks without waiting.
    pub fn begin(&mut self, method: &str, params: Value) -> RequestId {
        self.last_id += 1;
        let id = RequestId::from(self.last_id);
        let request = Request { id: id.clone(), method: method.into(), params };
        Message::Request(request).write(self.input.as_mut().expect("its input is open")).expect("the server reads");
        id
    }

    /// What a request was answered, or the code of the error.
    pub fn answer(&mut self, id: &RequestId) -> Result<Value, i32> {
        loop {
            if let Message::Response(response) = self.next() {
                assert_eq!(response.id, *id, "answers come in order");
                return response.response_result.map_err(|error| error.code);
            }
        }
    }

    pub fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, i32> {
        let id = self.begin(method, params);
        self.answer(&id)
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|code| panic!("{method} is answered with the error {code}"))
    }

    fn next(&mut self) -> Message {
        let message = self.arriving.recv_timeout(PATIENCE).expect("the server says something");
        if let Message::Request(request) = &message {
            self.reply(request);
        }
        if let Message::Notification(notification) = &message
            && notification.method == "textDocument/publishDiagnostics"
        {
            let params = &notification.params;
            let diagnostics = serde_json::from_value(params["diagnostics"].clone()).expect("diagnostics");
            let uri = params["uri"].as_str().expect("a document").to_owned();
            self.told.insert(uri, (params["version"].as_i64().unwrap_or(-1), diagnostics));
            self.tellings += 1;
        }
        message
    }

    /// What the server asks of an editor.
    fn reply(&mut self, request: &Request) {
        let items = request.params["items"].as_array().cloned().unwrap_or_default();
        let result = match request.method.as_str() {
            "workspace/configuration" => {
                items.iter().map(|item| self.settings[item["section"].as_str().unwrap_or_default()].clone()).collect()
            }
            _ => Value::Null,
        };
        let reply = Message::Response(Response::new_ok(request.id.clone(), result));
        reply.write(self.input.as_mut().expect("its input is open")).expect("the server reads");
    }

    pub fn uri(name: &str) -> String {
        format!("file:///bots/{name}")
    }

    pub fn open(&mut self, name: &str, text: &str) {
        let uri = Self::uri(name);
        self.open.insert(uri.clone(), (text.to_owned(), 1));
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Puts a text where a range was.
    pub fn change(&mut self, name: &str, changes: Value) {
        let uri = Self::uri(name);
        let version = &mut self.open.get_mut(&uri).expect("the document is open").1;
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// How many documents are open.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// Replaces the whole text.
    pub fn write(&mut self, name: &str, text: &str) {
        self.open.get_mut(&Self::uri(name)).expect("the document is open").0 = text.to_owned();
        self.change(name, json!([{ "text": text }]));
    }

    pub fn close(&mut self, name: &str) {
        let uri = Self::uri(name);
        self.open.remove(&uri);
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// The diagnostics of the newest version.
    pub fn diagnostics(&mut self, name: &str) -> Vec<Diagnostic> {
        let uri = Self::uri(name);
        let version = self.open.get(&uri).map_or(-1, |(_, version)| *version);
        let deadline = Instant::now() + PATIENCE;
        // A server that names no version is believed.
        while self.told.get(&uri).is_none_or(|(told, _)| ![version, -1].contains(told)) {
            assert!(Instant::now() < deadline, "{name} is never told of");
            drop(self.next());
        }
        self.told[&uri].1.clone()
    }

    /// Their codes.
    pub fn codes(&mut self, name: &str) -> Vec<String> {
        let code = |found: Diagnostic| match found.code {
            Some(lsp_types::NumberOrString::String(code)) => code,
            other => panic!("{other:?} is no code"),
        };
        self.diagnostics(name).into_iter().map(code).collect()
    }

    /// Whether diagnostics of the document were ever told.
    pub fn was_told(&self, name: &str) -> bool {
        self.told.contains_key(&Self::uri(name))
    }

    /// Says goodbye; gives how the server ended.
    pub fn leave(mut self) -> ExitStatus {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.ended()
    }

    /// Closes the pipe and waits.
    pub fn ended(&mut self) -> ExitStatus {
        self.input = None;
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the server can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _so_too = self.child.wait();
    }
}
