//! A gateway client written by hand, which says exactly what a test wants said.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const PATIENCE: Duration = Duration::from_secs(10);

/// What a client can hear.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Payload(Value),
    Binary(Vec<u8>),
    Close(Option<u16>),
    /// The socket ended without a close frame.
    Gone,
}

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: u64,
}

impl Client {
    pub async fn connect(url: &str) -> Self {
        let (socket, _) = timeout(PATIENCE, connect_async(url)).await.expect("in time").expect("a handshake");
        Self { socket, seq: 0 }
    }

    /// Connects and takes Hello.
    pub async fn greet(url: &str) -> Self {
        let mut client = Self::connect(&format!("{url}?v=10&encoding=json")).await;
        assert_eq!(client.payload().await["op"], 10);
        client
    }

    /// Connects, identifies and takes READY, which is given back too.
    pub async fn ready(url: &str, token: &str, intents: u64) -> (Self, Value) {
        let mut client = Self::greet(url).await;
        client.say(2, identify(token, intents)).await;
        let ready = client.event("READY").await;
        (client, ready)
    }

    pub async fn text(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.expect("an open socket");
    }

    pub async fn say(&mut self, op: u64, data: Value) {
        self.text(json!({ "op": op, "d": data }).to_string()).await;
    }

    pub async fn close(&mut self, code: u16) {
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: code.into(), reason: "".into() };
        self.socket.close(Some(frame)).await.expect("an open socket");
        while self.hear().await != Heard::Gone {}
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("something is said in time") {
                Some(Ok(Message::Text(text))) => {
                    let payload: Value = serde_json::from_str(&text).expect("JSON");
                    self.seq = payload["s"].as_u64().unwrap_or(self.seq);
                    return Heard::Payload(payload);
                }
                Some(Ok(Message::Binary(bytes))) => return Heard::Binary(bytes.to_vec()),
                Some(Ok(Message::Close(frame))) => return Heard::Close(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Gone,
            }
        }
    }

    /// Whether nothing at all is said for so long.
    pub async fn is_quiet(&mut self, long: Duration) -> bool {
        timeout(long, self.socket.next()).await.is_err()
    }

    pub async fn payload(&mut self) -> Value {
        match self.hear().await {
            Heard::Payload(payload) => payload,
            other => panic!("a payload was expected, not {other:?}"),
        }
    }

    /// The data of the next event of that name; others are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.payload().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }

    /// The next payload with that opcode.
    pub async fn op(&mut self, op: u64) -> Value {
        loop {
            let payload = self.payload().await;
            if payload["op"] == op {
                return payload;
            }
        }
    }

    /// Listens until the connection ends, and says how.
    pub async fn end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Payload(_) | Heard::Binary(_) => {}
                end => return end,
            }
        }
    }

    pub async fn beat(&mut self) {
        self.say(1, json!(self.seq)).await;
    }
}

pub fn identify(token: &str, intents: u64) -> Value {
    json!({ "token": token, "intents": intents, "properties": { "os": "linux", "browser": "test", "device": "test" } })
}

pub fn resume(token: &str, session: &Value, seq: u64) -> Value {
    json!({ "token": token, "session_id": session, "seq": seq })
}
