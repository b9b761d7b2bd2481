//! A Discord that answers and says what a test tells it to, and remembers what it was asked.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as Lane, mpsc};
use tokio::time::{Instant, timeout};

/// Nothing that is waited for takes longer, unless it never comes.
pub const LONG: Duration = Duration::from_secs(30);

/// A request as it arrived.
#[derive(Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub at: Instant,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What to answer to one request.
#[derive(Clone, Default)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    delay: Duration,
    breaks: bool,
}

impl Answer {
    pub fn new(status: u16, body: &Value) -> Self {
        Self { status, body: body.to_string(), ..Self::default() }
    }

    pub fn text(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), ..Self::default() }
    }

    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// As Discord states a limit.
    pub fn limit(self, bucket: &str, remaining: u32, reset_after: f64) -> Self {
        self.header("x-ratelimit-bucket", bucket)
            .header("x-ratelimit-remaining", remaining)
            .header("x-ratelimit-reset-after", reset_after)
    }

    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The connection breaks after the request was read.
    pub fn broken() -> Self {
        Self { breaks: true, ..Self::default() }
    }
}

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<HashMap<String, VecDeque<Answer>>>>,
    peers: mpsc::UnboundedSender<Peer>,
}

pub struct Fake {
    pub base: String,
    pub address: String,
    shared: Shared,
    peers: Lane<mpsc::UnboundedReceiver<Peer>>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener)
    }

    pub fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap().to_string();
        let (sender, peers) = mpsc::unbounded_channel();
        let shared = Shared { seen: Arc::default(), script: Arc::default(), peers: sender };
        let router = Router::new()
            .route("/gateway", get(upgrade))
            .route("/resume", get(upgrade))
            .fallback(answer)
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let fake = Self { base: format!("http://{address}"), address, shared, peers: Lane::new(peers) };
        fake.gateway_bot(1000);
        fake
    }

    /// Answers `GET /gateway/bot` from now on, with this many session starts left.
    pub fn gateway_bot(&self, remaining: u64) {
        let body = json!({
            "url": format!("ws://{}/gateway", self.address),
            "shards": 1,
            "session_start_limit": { "total": 1000, "remaining": remaining, "reset_after": 600_000, "max_concurrency": 1 },
        });
        self.always("GET /gateway/bot", Answer::new(200, &body));
    }

    /// The next answer to that request: `POST /channels/1/messages`, below `/api/v10`. The last one said stays.
    pub fn next(&self, request: &str, answer: Answer) {
        self.shared.script.lock().unwrap().entry(request.to_owned()).or_default().push_back(answer);
    }

    pub fn always(&self, request: &str, answer: Answer) {
        self.shared.script.lock().unwrap().insert(request.to_owned(), [answer].into());
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    pub fn count(&self, request: &str) -> usize {
        self.seen().iter().filter(|seen| format!("{} {}", seen.method, seen.path) == request).count()
    }

    /// Returns once that request has arrived.
    pub async fn arrived(&self, request: &str) {
        let arrival = async {
            while self.count(request) == 0 {
                tokio::task::yield_now().await;
            }
        };
        timeout(LONG, arrival).await.expect("the request did not arrive");
    }

    /// The next connection to the gateway.
    pub async fn peer(&self) -> Peer {
        let mut peers = self.peers.lock().await;
        timeout(LONG, peers.recv()).await.expect("nobody connected").unwrap()
    }

    /// A connection that has said hello and was greeted with READY.
    pub async fn session(&self) -> Peer {
        let mut peer = self.peer().await;
        peer.hello(45_000).await;
        peer.expect(2).await;
        peer.ready(self, 1, "s1").await;
        peer
    }
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let path = path.strip_prefix("/api/v10").unwrap_or(path).to_owned();
    let key = format!("{method} {path}");
    let seen = Seen { method: method.to_string(), path, headers, body, at: Instant::now() };
    shared.seen.lock().unwrap().push(seen);
    let answer = {
        let mut script = shared.script.lock().unwrap();
        let answers = script.entry(key).or_default();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        next.unwrap_or_else(|| Answer::new(200, &json!({ "id": "1" })))
    };
    tokio::time::sleep(answer.delay).await;
    assert!(!answer.breaks, "the test asked for a broken connection");
    let mut response = (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response();
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}

async fn upgrade(State(shared): State<Shared>, uri: Uri, upgrade: WebSocketUpgrade) -> Response {
    let path = uri.path().to_owned();
    let query = uri.query().unwrap_or_default().to_owned();
    upgrade.on_upgrade(move |socket| async move {
        let _ = shared.peers.send(Peer { socket, path, query });
    })
}

/// One connection to the gateway, from Discord's side. Dropping it kills the socket.
pub struct Peer {
    socket: WebSocket,
    pub path: String,
    pub query: String,
}

impl Peer {
    pub async fn say(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.expect("the client hung up");
    }

    pub async fn hello(&mut self, interval: u64) {
        self.say(json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": interval } })).await;
    }

    pub async fn ready(&mut self, fake: &Fake, sequence: u64, session: &str) {
        let data = json!({
            "v": 10,
            "user": { "id": "77", "username": "tester", "discriminator": "0", "a_new_thing": { "of": 2030 } },
            "guilds": [{ "id": "500", "unavailable": true }],
            "session_id": session,
            "resume_gateway_url": format!("ws://{}/resume", fake.address),
            "application": { "id": "88", "flags": 0 },
        });
        self.dispatch(sequence, "READY", data).await;
    }

    pub async fn dispatch(&mut self, sequence: u64, kind: &str, data: Value) {
        self.say(json!({ "op": 0, "s": sequence, "t": kind, "d": data })).await;
    }

    /// The next frame of that kind; heartbeats are acknowledged on the way.
    pub async fn expect(&mut self, op: u64) -> Value {
        loop {
            let message = timeout(LONG, self.socket.recv()).await.expect("nothing came");
            let Some(Ok(Message::Text(text))) = message else { panic!("instead of op {op} came {message:?}") };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["op"] == op {
                return frame["d"].clone();
            }
            assert_eq!(frame["op"], 1, "instead of op {op} came {text}");
            self.say(json!({ "op": 11 })).await;
        }
    }

    pub async fn close(mut self, code: Option<u16>) {
        let frame = code.map(|code| CloseFrame { code, reason: "".into() });
        self.socket.send(Message::Close(frame)).await.unwrap();
        while let Ok(Some(Ok(_))) = timeout(LONG, self.socket.recv()).await {}
    }

    /// The code with which the client hangs up.
    pub async fn closed(mut self) -> Option<u16> {
        loop {
            match timeout(LONG, self.socket.recv()).await.expect("it stays open") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code),
                Some(Ok(_)) => {}
                _ => return None,
            }
        }
    }
}
