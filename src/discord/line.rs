//! One shard's line: the frames between serenity and Discord, and the events taken out on their way.

use crate::discord::error::ConnectionError;
use crate::discord::event::GatewayEvent;
use crate::discord::frame::{self, Frame, op};
use crate::discord::identify::Pace;
use crate::discord::rest::Rest;
use crate::discord::upstream::{Gateway, Socket, Unreached, Upstream};
use axum::extract::ws::{CloseFrame as LocalClose, Message as LocalMessage, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use secrecy::SecretString;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Shared, mpsc};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_util::sync::CancellationToken;

/// What all lines of a connection share.
pub struct Trunk {
    pub rest: Rest,
    pub token: SecretString,
    pub intents: u64,
    /// Bounded: while nobody takes events, Discord's wait in its socket.
    pub events: mpsc::Sender<GatewayEvent>,
    pub fatal: mpsc::Sender<ConnectionError>,
    pub pace: Pace,
    pub cancel: CancellationToken,
}

/// What Discord needs to go on where the connection broke.
struct Session {
    id: String,
    /// Where it goes on; the general address when Discord named none.
    url: Option<String>,
    /// The last event that was handed on.
    sequence: u64,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    /// Attempts in a row that came to nothing lasting.
    failures: u32,
}

pub struct Line {
    pub shard: u32,
    trunk: Arc<Trunk>,
    state: Mutex<State>,
}

/// Why a connection is over.
enum End {
    /// serenity hung up, to connect anew.
    Left,
    /// Discord or the network ended it; serenity is told the code.
    Lost { reason: String, code: u16 },
    /// No new attempt can help.
    Fatal(ConnectionError),
    /// Nobody listens any more.
    Over,
}

type Local = Shared<SplitSink<WebSocket, LocalMessage>>;

/// serenity resumes after this code; a close without a code would make it spin.
const RECONNECT: u16 = 4000;
/// A connection that lives as long as this was a good one.
const LASTING: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// After as many failures the session's own address is left for the general one.
const STUBBORN: u32 = 3;
/// How long a close may take.
const FAREWELL: Duration = Duration::from_secs(1);

impl Line {
    pub fn new(shard: u32, trunk: Arc<Trunk>) -> Self {
        Self { shard, trunk, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket to Discord, however long it takes; `None` when the connection ends for good.
    pub async fn reach(&self) -> Option<Upstream> {
        let cancel = &self.trunk.cancel;
        cancel.run_until_cancelled(self.persist()).await?
    }

    /// Each failure is told and makes the next pause longer.
    async fn persist(&self) -> Option<Upstream> {
        let mut pause = pause(self.state().failures);
        loop {
            sleep(pause).await;
            let (reason, wait) = match self.attempt().await {
                Ok(upstream) => return Some(upstream),
                Err(Unreached::Later { reason, wait }) => (reason, wait),
                Err(Unreached::Fatal(error)) => {
                    self.fail(error).await;
                    return None;
                }
            };
            pause = wait.unwrap_or_else(|| self.count_failure());
            self.tell_lost(reason, Some(pause)).await;
        }
    }

    fn count_failure(&self) -> Duration {
        let mut state = self.state();
        state.failures += 1;
        pause(state.failures)
    }

    async fn attempt(&self) -> Result<Upstream, Unreached> {
        let base = self.trunk.rest.base();
        let (goes_on, url) = {
            let state = self.state();
            let url = state.session.as_ref().and_then(|session| session.url.clone());
            (state.session.is_some(), url.filter(|_| state.failures < STUBBORN))
        };
        if let Some(url) = url {
            return Upstream::connect(&url, base).await;
        }
        let gateway = Gateway::locate(&self.trunk.rest).await?;
        if !goes_on {
            gateway.await_session()?;
            self.trunk.pace.turn(self.shard, gateway.concurrency).await;
        }
        Upstream::connect(&gateway.url, base).await
    }

    async fn fail(&self, error: ConnectionError) {
        // Only the first counts, and the supervisor may be gone already.
        let _ = self.trunk.fatal.try_send(error);
        self.trunk.cancel.cancelled().await;
    }

    async fn tell(&self, event: GatewayEvent) -> Result<(), End> {
        self.trunk.events.send(event).await.map_err(|_| End::Over)
    }

    async fn tell_lost(&self, reason: String, retry_in: Option<Duration>) {
        let _ = self.tell(GatewayEvent::Disconnected { shard: self.shard, reason, retry_in }).await;
    }

    /// Carries frames both ways until one side ends.
    pub async fn carry(&self, upstream: Upstream, local: WebSocket) {
        let Upstream { socket, hello, silence } = upstream;
        let (mut to_discord, mut from_discord) = socket.split();
        let (to_serenity, mut from_serenity) = local.split();
        let to_serenity = Shared::new(to_serenity);
        let start = Instant::now();
        let end = tokio::select! {
            end = self.down(&mut from_discord, &to_serenity, hello, silence) => end,
            end = self.up(&mut from_serenity, &to_serenity, &mut to_discord) => end,
            () = self.trunk.cancel.cancelled() => End::Over,
        };
        self.weigh(start.elapsed());
        // 1000 ends the session, and the bot shows as offline; any other code leaves it open for a resume.
        let is_over = matches!(end, End::Over) || self.trunk.cancel.is_cancelled();
        let code = if is_over { 1000 } else { RECONNECT };
        tokio::join!(self.part(end, to_serenity.into_inner(), from_serenity), hang_up(to_discord, from_discord, code),);
    }

    fn weigh(&self, lived: Duration) {
        let mut state = self.state();
        state.failures = if lived >= LASTING { 0 } else { state.failures + 1 };
    }

    async fn part(&self, end: End, to: SplitSink<WebSocket, LocalMessage>, from: SplitStream<WebSocket>) {
        match end {
            End::Left => {}
            End::Lost { reason, code } => {
                // First the farewell: serenity connects anew while the event may wait for room.
                dismiss(to, from, code).await;
                self.tell_lost(reason, None).await;
            }
            End::Fatal(error) => self.fail(error).await,
            End::Over => self.trunk.cancel.cancel(),
        }
    }

    /// Discord → us and serenity.
    async fn down(&self, from: &mut SplitStream<Socket>, to: &Local, hello: String, silence: Duration) -> End {
        if let Err(end) = say(to, hello).await {
            return end;
        }
        loop {
            let Ok(message) = timeout(silence, from.next()).await else {
                return lost("Discord fell silent");
            };
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(close))) => return self.closed(close.as_ref()),
                Some(Ok(_)) => continue,
                Some(Err(_)) => return lost("the connection broke"),
                None => return lost("Discord hung up"),
            };
            if let Err(end) = self.take(&text, to).await {
                return end;
            }
        }
    }

    fn closed(&self, close: Option<&CloseFrame>) -> End {
        let Some(close) = close else { return lost("Discord closed the connection without a reason") };
        let code = u16::from(close.code);
        if let Some(error) = ConnectionError::of_close(code, self.trunk.intents) {
            return End::Fatal(error);
        }
        // These two end the session; with any other code serenity resumes.
        let ends = matches!(code, 4007 | 4009);
        if ends {
            self.state().session = None;
        }
        let reason = format!("Discord closed the connection with code {code}");
        End::Lost { reason, code: if ends { code } else { RECONNECT } }
    }

    /// Takes an event out; what steers the connection goes on to serenity.
    async fn take(&self, text: &str, to: &Local) -> Result<(), End> {
        let Some(frame) = Frame::read(text) else {
            tracing::warn!(shard = self.shard, "Discord's gateway sent a frame that is not JSON");
            return Ok(());
        };
        match frame.op {
            op::DISPATCH => self.dispatch(frame, to).await,
            // serenity has its answer already: Discord's is a sign of life.
            op::HEARTBEAT_ACK => Ok(()),
            op::HEARTBEAT => say(to, text.to_owned()).await,
            op::RECONNECT => {
                say(to, text.to_owned()).await?;
                self.tell_lost("Discord asked for a new connection".to_owned(), None).await;
                Ok(())
            }
            op::INVALID_SESSION => {
                if frame.d != Value::Bool(true) {
                    self.state().session = None;
                }
                say(to, text.to_owned()).await?;
                self.tell_lost("Discord ended the session".to_owned(), None).await;
                Ok(())
            }
            unknown => {
                tracing::debug!(shard = self.shard, op = unknown, "a frame of a kind that is not known here");
                Ok(())
            }
        }
    }

    /// An event counts as received once it was handed on, so that a broken connection repeats nothing and loses nothing.
    async fn dispatch(&self, frame: Frame, to: &Local) -> Result<(), End> {
        let sequence = frame.s.unwrap_or_default();
        match frame.t.as_deref() {
            Some("READY") => self.ready(frame, sequence, to).await,
            Some("RESUMED") => {
                self.tell(GatewayEvent::Resumed { shard: self.shard }).await?;
                self.received(sequence);
                say(to, frame::resumed(sequence)).await
            }
            kind => {
                let kind = kind.unwrap_or_default().to_owned();
                self.tell(GatewayEvent::Dispatch { shard: self.shard, sequence, kind, data: frame.d }).await?;
                self.received(sequence);
                say(to, frame::stand_in(sequence)).await
            }
        }
    }

    fn received(&self, sequence: u64) {
        if let Some(session) = &mut self.state().session {
            session.sequence = sequence;
        }
    }

    async fn ready(&self, frame: Frame, sequence: u64, to: &Local) -> Result<(), End> {
        let id = frame.text("/session_id");
        let guilds = frame.d.get("guilds").and_then(Value::as_array);
        let guild_id = |guild: &Value| guild.get("id").and_then(Value::as_str).map(str::to_owned);
        let event = GatewayEvent::Ready {
            application_id: frame.text("/application/id"),
            user: frame.d.get("user").cloned().unwrap_or_default(),
            guilds: guilds.into_iter().flatten().filter_map(guild_id).collect(),
            shard: self.shard,
        };
        self.tell(event).await?;
        let url = Some(frame.text("/resume_gateway_url")).filter(|url| !url.is_empty());
        let session = Session { id: id.clone(), url, sequence };
        self.state().session = Some(session);
        say(to, frame::ready(sequence, &id)).await
    }

    /// serenity → Discord.
    async fn up(
        &self,
        from: &mut SplitStream<WebSocket>,
        to_serenity: &Local,
        to_discord: &mut SplitSink<Socket, Message>,
    ) -> End {
        while let Some(Ok(message)) = from.next().await {
            let text = match message {
                LocalMessage::Text(text) => text,
                LocalMessage::Close(_) => break,
                _ => continue,
            };
            let Some(frame) = Frame::read(&text) else { continue };
            let is_heartbeat = frame.op == op::HEARTBEAT;
            let text = self.rewritten(frame, &text).await;
            if to_discord.send(Message::text(text)).await.is_err() {
                return lost("the connection broke");
            }
            // Whether Discord lives is watched here, where waiting for room is not mistaken for silence.
            if is_heartbeat && let Err(end) = say(to_serenity, frame::heartbeat_ack()).await {
                return end;
            }
        }
        End::Left
    }

    async fn rewritten(&self, frame: Frame, text: &str) -> String {
        let Trunk { token, intents, .. } = &*self.trunk;
        match frame.op {
            op::IDENTIFY => {
                let had_session = self.state().session.take().is_some();
                if had_session {
                    // The socket was meant for a resume, so no turn was waited for.
                    self.trunk.pace.turn(0, 1).await;
                }
                frame::identify(frame.d, token, *intents)
            }
            op::RESUME => {
                let id = frame.text("/session_id");
                let sequence =
                    self.state().session.as_ref().filter(|session| session.id == id).map(|session| session.sequence);
                frame::resume(frame.d, token, sequence)
            }
            _ => text.to_owned(),
        }
    }
}

fn lost(reason: &str) -> End {
    End::Lost { reason: reason.to_owned(), code: RECONNECT }
}

async fn say(to: &Local, text: String) -> Result<(), End> {
    to.lock().await.send(LocalMessage::Text(text.into())).await.map_err(|_| End::Left)
}

/// The other side is read on, so that the farewell does not break off.
async fn dismiss(mut to: SplitSink<WebSocket, LocalMessage>, mut from: SplitStream<WebSocket>, code: u16) {
    let close = LocalMessage::Close(Some(LocalClose { code, reason: "".into() }));
    let farewell = async {
        if to.send(close).await.is_ok() {
            while let Some(Ok(_)) = from.next().await {}
        }
    };
    // Who does not answer in time is left.
    let _ = timeout(FAREWELL, farewell).await;
}

async fn hang_up(mut to: SplitSink<Socket, Message>, mut from: SplitStream<Socket>, code: u16) {
    let close = Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }));
    let farewell = async {
        if to.send(close).await.is_ok() {
            while let Some(Ok(_)) = from.next().await {}
        }
    };
    let _ = timeout(FAREWELL, farewell).await;
}

/// None at first, then twice as long each time, and half as much again by chance.
fn pause(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
    let pause = (FIRST_PAUSE * 2_u32.pow(doublings.min(10))).min(LONGEST_PAUSE);
    pause + pause.mul_f64(rand::random::<f64>() / 2.0)
}
