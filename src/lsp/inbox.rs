//! What the client has sent and nobody has looked at yet; a request that it takes back is never begun.

use crate::lsp::wire::{self, Incoming};
use lsp_server::{Message, RequestId};
use serde_json::Value;
use std::collections::VecDeque;
use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

pub struct Inbox {
    arriving: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
}

/// What there is to do.
pub enum Next {
    Request(lsp_server::Request),
    Notification(lsp_server::Notification),
    /// A request that was taken back before it was begun.
    TakenBack(RequestId),
    Unreadable(Value),
    /// Nothing came until then.
    Quiet,
    End,
}

impl Inbox {
    /// Reads from a thread of its own, so that the newest text is known before an older one is worked on.
    pub fn open<I: BufRead + Send + 'static>(input: I) -> Self {
        let (sender, arriving) = channel();
        std::thread::spawn(move || listen(input, &sender));
        Self { arriving, waiting: VecDeque::new() }
    }

    /// The next message in order; waits for one, but not beyond `until`.
    pub fn next(&mut self, until: Option<Instant>) -> Next {
        loop {
            self.take_in();
            let incoming = match self.waiting.pop_front() {
                Some(incoming) => incoming,
                None => match self.wait(until) {
                    Some(incoming) => incoming,
                    None => return Next::Quiet,
                },
            };
            match incoming {
                Incoming::End => return Next::End,
                Incoming::Unreadable(answer) => return Next::Unreadable(answer),
                Incoming::Message(Message::Request(request)) if self.is_taken_back(&request.id) => {
                    return Next::TakenBack(request.id);
                }
                Incoming::Message(Message::Request(request)) => return Next::Request(request),
                Incoming::Message(Message::Notification(notification)) => return Next::Notification(notification),
                // Nothing is ever asked of the client.
                Incoming::Message(Message::Response(_)) => {}
            }
        }
    }

    fn take_in(&mut self) {
        self.waiting.extend(self.arriving.try_iter());
    }

    fn wait(&self, until: Option<Instant>) -> Option<Incoming> {
        let Some(until) = until else { return Some(self.arriving.recv().unwrap_or(Incoming::End)) };
        match self.arriving.recv_timeout(until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)))
        {
            Ok(incoming) => Some(incoming),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Incoming::End),
        }
    }

    fn is_taken_back(&self, id: &RequestId) -> bool {
        self.waiting.iter().any(|incoming| match incoming {
            Incoming::Message(Message::Notification(notification)) => {
                notification.method == "$/cancelRequest"
                    && serde_json::from_value::<RequestId>(notification.params["id"].clone())
                        .is_ok_and(|taken| taken == *id)
            }
            _ => false,
        })
    }
}

fn listen(mut input: impl BufRead, sender: &Sender<Incoming>) {
    loop {
        let incoming = wire::read(&mut input).unwrap_or(Incoming::End);
        let ended = matches!(incoming, Incoming::End);
        if sender.send(incoming).is_err() || ended {
            return;
        }
    }
}
