//! What all connections and requests of one server share.

use super::close::{self, Close};
use super::control::journal::{self, Journal};
use super::identify::{Identify, Resume};
use super::order::Order;
use super::requests::Received;
use super::ring::Ring;
use super::session::Session;
use super::sessions::Sessions;
use super::settings::Settings;
use crate::sim::dispatch::{Closed, Dispatch};
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::world::World;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{broadcast, watch};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many requests `GET /sim/requests` remembers.
const REQUESTS: usize = 10_000;

/// How many orders a connection may lag behind before it misses some.
const ORDERS: usize = 256;

/// An interaction that nobody answers fails after three seconds, give or take this.
const LOOK_AT_CLOCK: Duration = Duration::from_millis(100);

pub struct Wire {
    pub world: Arc<World>,
    pub settings: Settings,
    pub address: SocketAddr,
    pub sessions: Sessions,
    pub orders: broadcast::Sender<Order>,
    pub paused: watch::Sender<bool>,
    pub requests: Ring<Received>,
    pub journal: Journal,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    /// How many of the next interactions are delivered twice.
    duplicates: AtomicUsize,
    connections: AtomicU64,
}

impl Wire {
    pub fn new(world: Arc<World>, settings: Settings, address: SocketAddr) -> Self {
        Self {
            world,
            settings,
            address,
            sessions: Sessions::default(),
            orders: broadcast::Sender::new(ORDERS),
            paused: watch::Sender::new(false),
            requests: Ring::new(REQUESTS),
            journal: Journal::new(journal::LENGTH),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            duplicates: AtomicUsize::new(0),
            connections: AtomicU64::new(0),
        }
    }

    pub fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn duplicate_next(&self) {
        self.duplicates.fetch_add(1, Ordering::Relaxed);
    }

    /// Nobody connected is nobody to order.
    pub fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    pub fn pause(&self, paused: bool) {
        self.paused.send_replace(paused);
    }

    /// Writes down what happens, and lets the world notice the time even when nobody calls.
    pub async fn keep_journal(self: Arc<Self>, mut happenings: UnboundedReceiver<Happening>) {
        let mut tick = interval(LOOK_AT_CLOCK);
        loop {
            tokio::select! {
                happening = happenings.recv() => {
                    let Some(happening) = happening else { return };
                    let entry = journal::entry(&self.world.lock(), &happening);
                    self.journal.push(entry);
                }
                _ = tick.tick() => self.world.settle(),
                () = self.stop.cancelled() => return,
            }
        }
    }

    /// Whether this event is one that was ordered twice.
    fn is_doubled(&self, event: &str) -> bool {
        let take = || self.duplicates.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        event == "INTERACTION_CREATE" && take().is_ok()
    }

    pub fn http(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What `GET /gateway` gives away; with the slash, so that a client may put its query right behind it.
    pub fn gateway(&self) -> String {
        format!("ws://{}/", self.address)
    }

    /// Starts a session held by connection `number`, or says why not; none is op 9, for a client that identifies too
    /// hastily.
    pub fn open_session(self: &Arc<Self>, identify: &Identify, number: u64) -> Result<Option<Arc<Session>>, Close> {
        let token = bare(&identify.token);
        let application = self.world.authenticate(token).ok_or(close::AUTHENTICATION_FAILED)?;
        let (intents, shard) = (identify.intents()?, identify.shard()?);
        let events = self.world.subscribe(application, intents).map_err(refusal)?;
        let ready = self.world.ready(application).ok_or(close::AUTHENTICATION_FAILED)?;
        if !self.sessions.start(application, shard.id, &self.settings) {
            return Ok(None);
        }
        let session = Arc::new(Session::new(token, application, shard, self.settings.replay, number));
        session.push("READY", &self.ready(ready, &session));
        self.sessions.add(session.clone());
        self.tasks.spawn(self.clone().pump(session.clone(), events));
        Ok(Some(session))
    }

    /// READY with what belongs to the session: its id, its shard and the shard's guilds.
    fn ready(&self, mut ready: Value, session: &Session) -> Value {
        ready["session_id"] = json!(session.id);
        ready["session_type"] = json!("normal");
        ready["shard"] = json!([session.shard.id, session.shard.count]);
        ready["resume_gateway_url"] = json!(self.gateway());
        if let Some(guilds) = ready["guilds"].as_array_mut() {
            guilds.retain(|guild| session.shard.hears(guild["id"].as_str().and_then(|id| id.parse().ok())));
        }
        ready
    }

    /// From the world's events to the session's log, as long as the session lives.
    async fn pump(self: Arc<Self>, session: Arc<Session>, mut events: UnboundedReceiver<Dispatch>) {
        let ended = session.ended();
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                () = ended.cancelled() => return,
                () = self.stop.cancelled() => return,
            };
            let Some(event) = event else { return };
            self.log(&session, &event);
        }
    }

    fn log(&self, session: &Session, event: &Dispatch) {
        if !session.shard.hears(event.guild) {
            return;
        }
        session.push(&event.kind, &event.data);
        if self.is_doubled(&event.kind) {
            session.push(&event.kind, &event.data);
        }
    }

    /// The session that a client wants to take up again; none is op 9.
    pub fn find_session(&self, resume: &Resume) -> Result<Option<Arc<Session>>, Close> {
        let token = bare(&resume.token);
        self.world.authenticate(token).ok_or(close::AUTHENTICATION_FAILED)?;
        let Some(session) = self.sessions.find(&resume.session_id) else { return Ok(None) };
        if session.token != token {
            return Err(close::AUTHENTICATION_FAILED);
        }
        if resume.seq > session.last() {
            self.sessions.end(&session.id);
            return Err(close::INVALID_SEQ);
        }
        Ok(Some(session))
    }

    /// Ends a session that nobody takes up again in time.
    pub fn expire(self: Arc<Self>, session: Arc<Session>) {
        self.tasks.clone().spawn(async move {
            let (mut holder, ended) = (session.holder(), session.ended());
            tokio::select! {
                biased;
                _ = holder.wait_for(Option::is_some) => {}
                () = ended.cancelled() => {}
                () = self.stop.cancelled() => {}
                () = sleep(self.settings.session_life) => self.sessions.end(&session.id),
            }
        });
    }

    /// What `GET /gateway/bot` says of starts: `session_start_limit`.
    pub fn start_limit(&self, application: Id) -> Value {
        let (remaining, reset_after) = self.sessions.remaining(application, &self.settings);
        json!({
            "total": self.settings.session_starts,
            "remaining": remaining,
            "reset_after": reset_after,
            "max_concurrency": self.settings.max_concurrency,
        })
    }
}

/// Clients write the token with or without the scheme that REST wants.
fn bare(token: &str) -> &str {
    token.strip_prefix("Bot ").unwrap_or(token).trim()
}

fn refusal(closed: Closed) -> Close {
    match closed {
        Closed::Authentication => close::AUTHENTICATION_FAILED,
        Closed::InvalidIntents => close::INVALID_INTENTS,
        Closed::DisallowedIntents => close::DISALLOWED_INTENTS,
    }
}
