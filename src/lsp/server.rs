//! The life of a server: greeting, work, farewell; and no message that ends it before.

use crate::compile::Environment;
use crate::lsp::inbox::{Inbox, Next};
use crate::lsp::session::Session;
use crate::lsp::wire;
use lsp_server::{ErrorCode, Notification, Request, Response, ResponseError};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Serves one client until it says goodbye or is gone; tells whether it asked to shut down before.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write, environment: Environment) -> io::Result<bool> {
    let server = Server { inbox: Inbox::open(input), output, environment, session: None, shut_down: false };
    server.run()
}

struct Server<O> {
    inbox: Inbox,
    output: O,
    environment: Environment,
    /// None before `initialize`.
    session: Option<Session>,
    /// After `shutdown`, only `exit` is left.
    shut_down: bool,
}

impl<O: Write> Server<O> {
    fn run(mut self) -> io::Result<bool> {
        loop {
            let until = self.session.as_ref().filter(|_| !self.shut_down).and_then(Session::due);
            match self.inbox.next(until) {
                Next::Request(request) => self.request(request)?,
                Next::Notification(notification) if notification.method == "exit" => return Ok(self.shut_down),
                Next::Notification(notification) => self.notification(notification),
                Next::TakenBack(id) => {
                    let error = refusal(ErrorCode::RequestCanceled, "taken back");
                    self.answer(Response { id, response_result: Err(error) })?;
                }
                Next::Unreadable(answer) => wire::write(&mut self.output, &answer)?,
                Next::Quiet => {}
                Next::End => return Ok(self.shut_down),
            }
            self.publish()?;
        }
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let id = request.id.clone();
        // The state of a document is never left half changed by a request: requests only read.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.outcome(request)));
        let response_result =
            outcome.unwrap_or_else(|_| Err(refusal(ErrorCode::InternalError, "the server could not answer this")));
        self.answer(Response { id, response_result })
    }

    fn outcome(&mut self, request: Request) -> Result<Value, ResponseError> {
        if self.shut_down {
            return Err(refusal(ErrorCode::InvalidRequest, "the server was shut down"));
        }
        match (&mut self.session, request.method.as_str()) {
            (None, "initialize") => {
                let (session, told) = Session::begin(&request.params, self.environment.clone());
                self.session = Some(session);
                Ok(told)
            }
            (None, _) => Err(refusal(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (Some(_), "initialize") => Err(refusal(ErrorCode::InvalidRequest, "`initialize` came before")),
            (Some(_), "shutdown") => {
                self.shut_down = true;
                Ok(Value::Null)
            }
            (Some(session), _) => session.request(&request.method, request.params),
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Some(session) = self.session.as_mut().filter(|_| !self.shut_down) else { return };
        let Notification { method, params } = notification;
        if catch_unwind(AssertUnwindSafe(|| session.notification(&method, params))).is_err() {
            eprintln!("botwright lsp: `{method}` could not be worked on");
        }
    }

    /// Tells what is due.
    fn publish(&mut self) -> io::Result<()> {
        let Some(session) = self.session.as_mut().filter(|_| !self.shut_down) else { return Ok(()) };
        while let Some(uri) = session.next_due() {
            match catch_unwind(AssertUnwindSafe(|| session.publication(&uri))) {
                Ok(None) => {}
                Ok(Some(params)) => {
                    let message = json!({ "method": "textDocument/publishDiagnostics", "params": params });
                    wire::write(&mut self.output, &message)?;
                }
                Err(_) => eprintln!("botwright lsp: {} could not be checked", uri.as_str()),
            }
        }
        Ok(())
    }

    fn answer(&mut self, response: Response) -> io::Result<()> {
        let id = json!(response.id);
        let message = match response.response_result {
            Ok(result) => json!({ "id": id, "result": result }),
            Err(error) => json!({ "id": id, "error": error }),
        };
        wire::write(&mut self.output, &message)
    }
}

/// An error as the protocol has it.
pub fn refusal(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}
