//! The way to Discord's gateway: where it is, and a socket to it that has said hello.

use crate::discord::error::ConnectionError;
use crate::discord::frame::{Frame, op};
use crate::discord::rest::Rest;
use crate::discord::token::is_discord;
use crate::flow::request::{Method, Request};
use futures_util::StreamExt;
use reqwest::Url;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connecting and the first frame together.
const HELLO: Duration = Duration::from_secs(15);

/// What `GET /gateway/bot` says.
#[derive(Debug, Clone)]
pub struct Gateway {
    pub url: String,
    /// How many shards Discord recommends.
    pub shards: u32,
    /// How many shards may start at once.
    pub concurrency: u32,
    total: u64,
    remaining: u64,
    wait: Duration,
}

/// Why Discord's gateway is not reached.
pub enum Unreached {
    Fatal(ConnectionError),
    Later { reason: String, wait: Option<Duration> },
}

impl Unreached {
    fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into(), wait: None }
    }
}

impl Gateway {
    pub async fn locate(rest: &Rest) -> Result<Self, Unreached> {
        let request = Request::new(Method::Get, "/gateway/bot");
        let answer = rest.send(&request).await;
        let answer = answer.map_err(|refusal| match refusal.status {
            401 => Unreached::Fatal(ConnectionError::WrongToken),
            _ => Unreached::later(format!("cannot reach Discord ({})", refusal.message)),
        })?;
        match answer.status {
            401 => Err(Unreached::Fatal(ConnectionError::WrongToken)),
            200 => Self::read(&answer.body).ok_or_else(|| Unreached::later("Discord did not name its gateway")),
            status => Err(Unreached::later(format!("Discord did not name its gateway (status {status})"))),
        }
    }

    /// What is missing of the limits is taken as the smallest sensible bot's.
    fn read(body: &Value) -> Option<Self> {
        let number = |pointer: &str, usual: u64| body.pointer(pointer).and_then(Value::as_u64).unwrap_or(usual);
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).max(1);
        Some(Self {
            url: body.get("url")?.as_str()?.to_owned(),
            shards: small(number("/shards", 1)),
            concurrency: small(number("/session_start_limit/max_concurrency", 1)),
            total: number("/session_start_limit/total", 1000),
            remaining: number("/session_start_limit/remaining", 1000),
            wait: Duration::from_millis(number("/session_start_limit/reset_after", 0)),
        })
    }

    /// An error when no session may start today.
    pub fn session_limit(&self) -> Option<ConnectionError> {
        let used_up = || ConnectionError::SessionLimit { total: self.total, wait: self.wait };
        (self.remaining == 0).then(used_up)
    }

    /// [`Gateway::session_limit`] of a bot that has run before: it waits.
    pub fn await_session(&self) -> Result<(), Unreached> {
        match self.session_limit() {
            Some(error) => Err(Unreached::Later { reason: error.to_string(), wait: Some(self.wait) }),
            None => Ok(()),
        }
    }
}

/// A socket to the gateway, its first frame read.
pub struct Upstream {
    pub socket: Socket,
    pub hello: String,
    /// How long Discord may be silent: a heartbeat's interval and some patience.
    pub silence: Duration,
}

/// Beyond the interval: at most this, at least what serenity's own timer may be late.
const PATIENCE: Duration = Duration::from_secs(15);
const LATENESS: Duration = Duration::from_secs(2);
const USUAL_INTERVAL: u64 = 41_250;

impl Upstream {
    /// `base` decides whether the way must be encrypted: the token goes over it.
    pub async fn connect(url: &str, base: &str) -> Result<Self, Unreached> {
        let url = address(url, base).ok_or_else(|| Unreached::later("the gateway's address is not one"))?;
        match timeout(HELLO, Self::greet(&url)).await {
            Ok(Ok(upstream)) => Ok(upstream),
            Ok(Err(reason)) => Err(Unreached::later(reason)),
            Err(_) => Err(Unreached::later("cannot reach Discord's gateway (it does not answer)")),
        }
    }

    async fn greet(url: &str) -> Result<Self, &'static str> {
        let (mut socket, _) = connect_async(url).await.map_err(|_| "cannot reach Discord's gateway (no connection)")?;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let Some(frame) = Frame::read(&text).filter(|frame| frame.op == op::HELLO) else { break };
            let interval = frame.d.get("heartbeat_interval").and_then(Value::as_u64).unwrap_or(USUAL_INTERVAL);
            let interval = Duration::from_millis(interval);
            let silence = interval + interval.clamp(LATENESS, PATIENCE);
            return Ok(Self { socket, hello: text.to_string(), silence });
        }
        Err("Discord's gateway did not say hello")
    }
}

/// `?v=10&encoding=json` added, and `ws` refused where `base` is Discord itself.
fn address(url: &str, base: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    if url.scheme() != "wss" && (url.scheme() != "ws" || is_discord(base)) {
        return None;
    }
    url.query_pairs_mut().append_pair("v", "10").append_pair("encoding", "json");
    Some(url.into())
}
