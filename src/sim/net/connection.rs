//! One WebSocket: Hello, then a client that identifies or resumes, then events out and heartbeats in.

use super::allowance::Allowance;
use super::close::{self, Close};
use super::identify::{Identify, Resume};
use super::opcode;
use super::order::Order;
use super::outlet::Outlet;
use super::session::{Holder, Session};
use super::wire::Wire;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep_until, timeout};

/// Discord: "The gateway limits payloads to 4096 bytes".
const MAX_PAYLOAD: usize = 4096;

/// How long a client may take to answer a close frame before the socket goes anyway.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why a connection is over.
enum End {
    /// The server says so, with a frame (`None`: one without a code).
    Close(Option<Close>),
    /// The server's end of the socket just goes.
    Drop,
    /// The client closed, with that code where it gave one.
    Left(Option<u16>),
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(Some(close))
    }
}

/// What a connection can wake up for.
enum Step {
    Heard(Option<Result<Message, axum::Error>>),
    Ordered(Order),
    News,
    Replaced,
    /// Paused, or not any more.
    Turned,
    Silence,
}

/// A payload of the client's.
#[derive(Deserialize)]
struct Payload {
    op: u64,
    #[serde(default)]
    d: Value,
}

/// The session that a connection speaks for, and how far it has told it.
struct Held {
    session: Arc<Session>,
    news: watch::Receiver<u64>,
    holder: watch::Receiver<Holder>,
    told: u64,
}

pub struct Connection {
    wire: Arc<Wire>,
    number: u64,
    socket: WebSocket,
    outlet: Outlet,
    allowance: Allowance,
    orders: broadcast::Receiver<Order>,
    paused: watch::Receiver<bool>,
    /// Said while paused.
    withheld: VecDeque<Utf8Bytes>,
    deadline: Instant,
    held: Option<Held>,
}

impl Connection {
    pub fn new(wire: Arc<Wire>, socket: WebSocket, outlet: Outlet) -> Self {
        Self {
            number: wire.next_connection(),
            allowance: Allowance::new(wire.settings.send_limit, wire.settings.send_window),
            orders: wire.orders.subscribe(),
            paused: wire.paused.subscribe(),
            withheld: VecDeque::new(),
            deadline: Instant::now(),
            held: None,
            wire,
            socket,
            outlet,
        }
    }

    /// Speaks until one side hangs up or the server stops.
    pub async fn serve(mut self) {
        let stop = self.wire.stop.clone();
        let end = tokio::select! {
            end = self.converse() => end,
            () = stop.cancelled() => close::GOING_AWAY.into(),
        };
        self.part(&end);
        if let End::Close(close) = end {
            let _ = timeout(FAREWELL, self.say_goodbye(close)).await;
        }
    }

    /// Refuses a client that asked for what is not spoken here.
    pub async fn refuse(mut self, close: Close) {
        let _ = timeout(FAREWELL, self.say_goodbye(Some(close))).await;
    }

    async fn converse(&mut self) -> End {
        match self.greet_and_listen().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn greet_and_listen(&mut self) -> Result<std::convert::Infallible, End> {
        let interval = u64::try_from(self.wire.settings.heartbeat.as_millis()).unwrap_or(u64::MAX);
        self.say(opcode::HELLO, json!({ "heartbeat_interval": interval, "_trace": [] })).await?;
        self.beat();
        loop {
            match self.next().await {
                Step::Heard(message) => self.hear(message).await?,
                Step::Ordered(order) => self.obey(order).await?,
                Step::News => self.tell().await?,
                Step::Turned => self.release().await?,
                Step::Replaced => return Err(close::UNKNOWN_ERROR.into()),
                Step::Silence => return Err(close::SESSION_TIMED_OUT.into()),
            }
        }
    }

    async fn next(&mut self) -> Step {
        let Self { socket, orders, paused, held, deadline, number, .. } = self;
        let is_paused = *paused.borrow();
        let (news, holder, told) = match held {
            Some(held) => (Some(&mut held.news), Some(&mut held.holder), held.told),
            None => (None, None, 0),
        };
        tokio::select! {
            biased;
            order = next_order(orders) => Step::Ordered(order),
            _ = paused.changed() => Step::Turned,
            () = reached(holder, |holder| *holder != Some(*number)) => Step::Replaced,
            message = socket.recv() => Step::Heard(message),
            () = reached(news, |last| *last > told), if !is_paused => Step::News,
            () = sleep_until(*deadline) => Step::Silence,
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let bytes = match message {
            Some(Ok(Message::Text(text))) => text.into(),
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(frame))) => return Err(End::Left(frame.map(|frame| frame.code))),
            Some(Err(_)) | None => return Err(End::Drop),
        };
        if !self.allowance.spend(Instant::now()) {
            return Err(close::RATE_LIMITED.into());
        }
        if bytes.len() > MAX_PAYLOAD {
            return Err(close::DECODE_ERROR.into());
        }
        let payload: Payload = serde_json::from_slice(&bytes).map_err(|_| close::DECODE_ERROR)?;
        self.heed(payload).await
    }

    async fn heed(&mut self, payload: Payload) -> Result<(), End> {
        match payload.op {
            opcode::HEARTBEAT => self.answer_heartbeat(&payload.d).await,
            opcode::IDENTIFY => self.identify(Identify::read(payload.d)?).await,
            opcode::RESUME => self.resume(&Resume::read(payload.d)?).await,
            opcode::PRESENCE | opcode::VOICE_STATE | opcode::REQUEST_SOUNDBOARD => self.session().map(|_| ()),
            opcode::REQUEST_MEMBERS => self.request_members(payload.d).await,
            _ => Err(close::UNKNOWN_OPCODE.into()),
        }
    }

    fn session(&self) -> Result<&Arc<Session>, End> {
        self.held.as_ref().map(|held| &held.session).ok_or_else(|| close::NOT_AUTHENTICATED.into())
    }

    /// One and a half intervals: room for jitter, and less than two missed beats.
    fn beat(&mut self) {
        self.deadline = Instant::now() + self.wire.settings.heartbeat.mul_f64(1.5);
    }

    async fn answer_heartbeat(&mut self, seq: &Value) -> Result<(), End> {
        if !seq.is_null() && !seq.is_u64() {
            return Err(close::DECODE_ERROR.into());
        }
        self.beat();
        self.say(opcode::HEARTBEAT_ACK, Value::Null).await
    }

    async fn identify(&mut self, identify: Identify) -> Result<(), End> {
        if self.held.is_some() {
            return Err(close::ALREADY_AUTHENTICATED.into());
        }
        let Some(session) = self.wire.open_session(&identify, self.number)? else {
            return self.say(opcode::INVALID_SESSION, json!(false)).await;
        };
        if identify.compress && matches!(self.outlet, Outlet::Plain) {
            self.outlet = Outlet::Payload;
        }
        self.hold(session, 0);
        Ok(())
    }

    async fn resume(&mut self, resume: &Resume) -> Result<(), End> {
        if self.held.is_some() {
            return Err(close::ALREADY_AUTHENTICATED.into());
        }
        let Some(session) = self.wire.find_session(resume)? else {
            return self.say(opcode::INVALID_SESSION, json!(false)).await;
        };
        if session.since(resume.seq).is_err() {
            self.wire.sessions.end(&session.id);
            return self.say(opcode::INVALID_SESSION, json!(false)).await;
        }
        self.hold(session.clone(), resume.seq);
        session.push("RESUMED", &json!({ "_trace": [] }));
        Ok(())
    }

    fn hold(&mut self, session: Arc<Session>, told: u64) {
        session.hold(self.number, told);
        self.held = Some(Held { news: session.news(), holder: session.holder(), told, session });
    }

    /// Writes the events that the client has not been told yet.
    async fn tell(&mut self) -> Result<(), End> {
        let Some(held) = &mut self.held else { return Ok(()) };
        let events = held.session.since(held.told).map_err(|_| End::Drop)?;
        held.told += events.len() as u64;
        let (session, told) = (held.session.clone(), held.told);
        for event in events {
            self.write(event).await?;
        }
        session.sent(told);
        Ok(())
    }

    async fn obey(&mut self, order: Order) -> Result<(), End> {
        match order {
            Order::Drop => Err(End::Drop),
            Order::Close(close) => Err(End::Close(close)),
            Order::Reconnect => self.say(opcode::RECONNECT, Value::Null).await,
            Order::Heartbeat => self.say(opcode::HEARTBEAT, Value::Null).await,
            Order::InvalidSession(resumable) => {
                self.lose_session(resumable);
                self.say(opcode::INVALID_SESSION, json!(resumable)).await
            }
        }
    }

    async fn request_members(&mut self, data: Value) -> Result<(), End> {
        let session = self.session()?.clone();
        let chunks = super::members::chunks(&self.wire, &session, data)?;
        for chunk in chunks {
            session.push("GUILD_MEMBERS_CHUNK", &chunk);
        }
        Ok(())
    }

    async fn say(&mut self, op: u64, data: Value) -> Result<(), End> {
        let payload = json!({ "t": null, "s": null, "op": op, "d": data }).to_string();
        if *self.paused.borrow() {
            self.withheld.push_back(payload.into());
            return Ok(());
        }
        self.write(payload.into()).await
    }

    /// Says what was withheld, unless the pause goes on.
    async fn release(&mut self) -> Result<(), End> {
        if *self.paused.borrow() {
            return Ok(());
        }
        while let Some(payload) = self.withheld.pop_front() {
            self.write(payload).await?;
        }
        Ok(())
    }

    async fn write(&mut self, payload: Utf8Bytes) -> Result<(), End> {
        let message = self.outlet.write(payload);
        self.socket.send(message).await.map_err(|_| End::Drop)
    }

    /// The session goes on without this connection, or ends with it.
    fn lose_session(&mut self, resumable: bool) {
        let Some(held) = self.held.take() else { return };
        if !held.session.let_go(self.number) {
            return;
        }
        if resumable { self.wire.clone().expire(held.session) } else { self.wire.sessions.end(&held.session.id) }
    }

    /// A client that leaves with 1000 or 1001 ends its session, as Discord documents.
    fn part(&mut self, end: &End) {
        let resumable = match end {
            End::Left(code) => !matches!(code, Some(1000 | 1001)),
            End::Close(Some(close)) => Close::is_resumable(close.code),
            End::Close(None) | End::Drop => true,
        };
        self.lose_session(resumable);
    }

    /// The frame, and then listening until the client has taken it: a socket closed with unread bytes in it is reset,
    /// and the frame may be lost.
    async fn say_goodbye(&mut self, close: Option<Close>) {
        let frame = close.map(|close| CloseFrame { code: close.code, reason: close.reason.into() });
        if self.socket.send(Message::Close(frame)).await.is_ok() {
            while let Some(Ok(_)) = self.socket.recv().await {}
        }
    }
}

/// Orders that were missed are gone: they were for whoever was there.
async fn next_order(orders: &mut broadcast::Receiver<Order>) -> Order {
    loop {
        match orders.recv().await {
            Ok(order) => return order,
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Waits until a value fits; for ever where there is none to watch.
async fn reached<T>(watched: Option<&mut watch::Receiver<T>>, fits: impl FnMut(&T) -> bool) {
    let Some(watched) = watched else { return std::future::pending().await };
    if watched.wait_for(fits).await.is_err() {
        std::future::pending().await
    }
}
