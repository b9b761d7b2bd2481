//! The REST client: one request, sent when Discord's limits allow it, and again where that is safe.

use crate::discord::invalid::Invalid;
use crate::discord::limiter::{Limiter, Limits, Turn};
use crate::discord::token::is_discord;
use crate::flow::effect::Effect;
use crate::flow::payload::File;
use crate::flow::refusal::Refusal;
use crate::flow::request::{Auth, Method, Request, Response};
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// Waiting for limits, over all tries of one request.
const PATIENCE: Duration = Duration::from_secs(60);
/// Tries of a request that is answered with 429.
const LIMITED_TRIES: u32 = 5;
/// Tries of a request that meets a fault of Discord's or of the network.
const FAULT_TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The largest answer that is read; Discord's own stay far below.
const LARGEST: usize = 32 * 1024 * 1024;

/// A client of Discord's REST API, or of a server that plays it.
#[derive(Clone)]
pub struct Rest(Arc<Inner>);

struct Inner {
    base: String,
    client: reqwest::Client,
    /// `None` when the token holds characters that no header can.
    authorization: Option<HeaderValue>,
    limiter: Limiter,
}

/// Why no answer came.
enum Broken {
    /// No connection came about: nothing was sent.
    Unsent,
    /// The request may have arrived.
    Silent(&'static str),
}

/// What one try came to.
struct Answer {
    response: Response,
    limits: Limits,
}

impl Rest {
    /// `base`: `https://discord.com`, or `http://127.0.0.1:PORT` for a test server.
    pub fn new(base: &str, token: SecretString) -> Self {
        Self::timed(base, token, TOTAL)
    }

    /// One of several bots of a process: they have one address, and Discord counts refused requests by address.
    pub fn sharing(base: &str, token: SecretString, invalid: &Invalid) -> Self {
        Self::made(base, token, TOTAL, Limiter::sharing(invalid.clone()))
    }

    /// With another time for one exchange as a whole.
    pub(super) fn timed(base: &str, token: SecretString, total: Duration) -> Self {
        Self::made(base, token, total, Limiter::new())
    }

    fn made(base: &str, token: SecretString, total: Duration, limiter: Limiter) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let authorization = HeaderValue::from_str(&format!("Bot {}", token.expose_secret())).ok().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        let client = client(&base, Policy::none()).timeout(total).build();
        let client = client.expect("a client with bundled roots needs nothing of the system");
        Self(Arc::new(Inner { base, client, authorization, limiter }))
    }

    /// Returns once Discord has refused the token: nothing is sent with it any more.
    pub async fn token_refused(&self) {
        self.0.limiter.token_refused().await;
    }

    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// Sends in its turn, and again after a 429 (five tries, 60 s of waiting in all) or, where a repeat does no harm, a
    /// fault (three tries). Any other answer is a [`Response`], a refusal by Discord too.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] when no answer came (status 0; `unknown` when the request may have arrived), when the limits
    /// allow no sending in time (429), or once the token was refused (401).
    pub async fn send(&self, request: &Request) -> Result<Response, Refusal> {
        if request.auth == Auth::Bot && self.0.authorization.is_none() {
            return Err(Refusal::new(401, 0, "the token holds characters that no token has"));
        }
        let mut turn = self.0.limiter.enter(request, Instant::now() + PATIENCE).await?;
        let mut lost = false;
        let answer = self.tried(request, &mut turn, &mut lost).await;
        if lost && request.method == Method::Post { after_loss(answer) } else { answer }
    }

    /// `lost` says whether a try may have arrived whose answer did not come.
    async fn tried(&self, request: &Request, turn: &mut Turn, lost: &mut bool) -> Result<Response, Refusal> {
        let (mut limited, mut faults) = (0, 0);
        loop {
            turn.ready().await?;
            match self.attempt(request, turn).await {
                Ok(response) if response.status == 429 => {
                    limited += 1;
                    if limited == LIMITED_TRIES {
                        return Err(limit(&response));
                    }
                }
                Ok(response) if response.status >= 500 && is_repeatable(request) && faults + 1 < FAULT_TRIES => {
                    *lost |= matches!(response.status, 502 | 504);
                    faults += 1;
                    sleep(pause(faults)).await;
                }
                Ok(response) => return Ok(response),
                Err(broken) => {
                    *lost |= matches!(broken, Broken::Silent(_));
                    faults += 1;
                    if faults == FAULT_TRIES || !broken.can_repeat(request) {
                        return Err(broken.refusal());
                    }
                    sleep(pause(faults)).await;
                }
            }
        }
    }

    async fn attempt(&self, request: &Request, turn: &mut Turn) -> Result<Response, Broken> {
        let answer = self.exchange(request).await?;
        turn.learn(answer.response.status, &answer.limits);
        Ok(answer.response)
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, Broken> {
        let answer = self.built(request).send().await.map_err(Broken::from)?;
        let status = answer.status().as_u16();
        let mut limits = Limits::read(answer.headers());
        let body = read(answer, LARGEST).await.map_err(|_| Broken::Silent("the answer broke off"))?;
        let body = value(&body);
        if status == 429 {
            limits.read_body(&body);
        }
        let retry_after = limits.retry_after.map(|pause| pause.as_secs_f64());
        Ok(Answer { response: Response { status, body, retry_after }, limits })
    }

    fn built(&self, request: &Request) -> reqwest::RequestBuilder {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.0.client.request(method, format!("{}/api/v10{}", self.base_of(request), request.path));
        if let (Auth::Bot, Some(authorization)) = (request.auth, &self.0.authorization) {
            builder = builder.header(AUTHORIZATION, authorization.clone());
        }
        match (&request.body, request.files.is_empty()) {
            (Some(body), true) => builder.json(body),
            (None, true) => builder,
            (body, false) => builder.multipart(form(body.as_ref(), &request.files)),
        }
    }

    /// A webhook has a base of its own; but who works with a test server never reaches the real Discord.
    fn base_of<'a>(&'a self, request: &'a Request) -> &'a str {
        match &request.base {
            Some(own) if !is_discord(own) || is_discord(&self.0.base) => own,
            _ => &self.0.base,
        }
    }
}

impl Limits {
    /// The body of a 429 is the more exact one. One without Discord's JSON comes from the shield before it, and
    /// concerns the whole address.
    fn read_body(&mut self, body: &Value) {
        let pause = body.get("retry_after").and_then(Value::as_f64);
        if let Some(pause) = pause.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
            self.retry_after = Some(pause);
        }
        self.global |= body.get("global").and_then(Value::as_bool).unwrap_or(!body.is_object());
    }
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Self {
        if error.is_connect() || error.is_builder() {
            Self::Unsent
        } else if error.is_timeout() {
            Self::Silent("no answer in time")
        } else {
            Self::Silent("the connection broke before the answer")
        }
    }
}

impl Broken {
    fn can_repeat(&self, request: &Request) -> bool {
        matches!(self, Self::Unsent) || is_repeatable(request)
    }

    fn refusal(self) -> Refusal {
        match self {
            Self::Unsent => Refusal::new(0, 0, "no connection to Discord"),
            Self::Silent(why) => Refusal::silence(why),
        }
    }
}

/// A no to a later try says nothing of an earlier one that may have arrived.
fn after_loss(answer: Result<Response, Refusal>) -> Result<Response, Refusal> {
    let refusal = match answer {
        Ok(response) if response.ok() => return Ok(response),
        Ok(response) => Effect::refusal(&response),
        Err(refusal) => refusal,
    };
    Err(Refusal { unknown: true, ..refusal })
}

/// Whether a second sending changes nothing that the first did not: all but POST, and a message whose `nonce` Discord
/// enforces.
fn is_repeatable(request: &Request) -> bool {
    let body = |key: &str| request.body.as_ref().and_then(|body| body.get(key));
    request.method != Method::Post || (body("nonce").is_some() && body("enforce_nonce") == Some(&Value::Bool(true)))
}

/// Twice as long each time, and half as much again by chance, so that many do not come back at once.
fn pause(faults: u32) -> Duration {
    let pause = FIRST_PAUSE * 2_u32.pow(faults - 1);
    pause + pause.mul_f64(rand::random::<f64>() / 2.0)
}

fn limit(response: &Response) -> Refusal {
    let code = response.body.get("code").and_then(Value::as_u64).unwrap_or(0);
    let pause = response.retry_after.unwrap_or_default().ceil();
    Refusal::new(429, code, format!("Discord asks for a pause of {pause} s, {LIMITED_TRIES} times in a row"))
}

fn form(body: Option<&Value>, files: &[File]) -> Form {
    let json = body.map_or_else(|| "{}".to_owned(), Value::to_string);
    let json = Part::text(json).mime_str("application/json").expect("a literal media type");
    files.iter().enumerate().fold(Form::new().part("payload_json", json), |form, (index, file)| {
        form.part(format!("files[{index}]"), Part::bytes(file.content.clone()).file_name(file.name.clone()))
    })
}

fn value(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

/// What both clients share. Loopback never goes through the system's proxy.
pub(super) fn client(base: &str, redirects: Policy) -> reqwest::ClientBuilder {
    let agent = concat!("DiscordBot (https://github.com/botwright/botwright, ", env!("CARGO_PKG_VERSION"), ")");
    let builder = reqwest::Client::builder().user_agent(agent).connect_timeout(CONNECT).redirect(redirects);
    if is_discord(base) { builder } else { builder.no_proxy() }
}

/// Why a body was not read.
pub(super) enum Unread {
    TooLong,
    Broken,
}

/// The body, while it stays within `limit` bytes.
pub(super) async fn read(response: reqwest::Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Unread::Broken)?;
        if body.len() + chunk.len() > limit {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
