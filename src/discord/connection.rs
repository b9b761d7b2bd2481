//! The connection to Discord's gateway: started once, kept up until it is shut down or refused for good.

use crate::discord::error::ConnectionError;
use crate::discord::event::GatewayEvent;
use crate::discord::identify::Pace;
use crate::discord::line::Trunk;
use crate::discord::rest::Rest;
use crate::discord::shards;
use crate::discord::tap::Tap;
use crate::discord::token;
use crate::discord::upstream::{Gateway, Unreached};
use secrecy::{ExposeSecret, SecretString};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// What a connection needs.
pub struct Options {
    /// `https://discord.com`, or `http://127.0.0.1:PORT` for a test server.
    pub base: String,
    pub token: SecretString,
    /// Discord's bits.
    pub intents: u64,
    /// Where events go. Nothing is lost while it is full: the connection waits.
    pub events: mpsc::Sender<GatewayEvent>,
    /// All that Discord recommends, when `None`.
    pub shards: Option<Shards>,
}

/// Some of a bot's shards: the rest run elsewhere.
#[derive(Debug, Clone)]
pub struct Shards {
    /// Without its end.
    pub these: Range<u32>,
    pub total: u32,
}

/// A running connection. Dropping it ends it too, without waiting.
pub struct Connection {
    cancel: CancellationToken,
    supervisor: JoinHandle<()>,
}

/// How long closing may take, before what is left is left behind.
const FAREWELL: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Connection {
    /// Starts connecting. Discord out of reach is no error: each attempt is told as
    /// [`GatewayEvent::Disconnected`], and the next follows after a growing pause.
    ///
    /// # Errors
    ///
    /// What makes every attempt useless: a text that is no token, a token that Discord refuses, no session left today.
    /// What shows later (intents, for one) comes as [`GatewayEvent::Failed`].
    pub async fn start(options: Options) -> Result<Self, ConnectionError> {
        let token = token::check(options.token.expose_secret(), &options.base)?;
        let rest = Rest::new(&options.base, token.clone());
        let gateway = match Gateway::locate(&rest).await {
            Ok(gateway) => Ok(gateway),
            Err(Unreached::Fatal(error)) => return Err(error),
            Err(Unreached::Later { reason, .. }) => Err(reason),
        };
        if let Some(error) = gateway.as_ref().ok().and_then(Gateway::session_limit) {
            return Err(error);
        }
        let cancel = CancellationToken::new();
        let (fatal, failures) = mpsc::channel(1);
        let trunk = Trunk {
            rest,
            token,
            intents: options.intents,
            events: options.events,
            fatal,
            pace: Pace::default(),
            cancel: cancel.child_token(),
        };
        let supervisor = Supervisor { trunk: Arc::new(trunk), failures, stop: cancel.clone() };
        Ok(Self { cancel, supervisor: tokio::spawn(supervisor.run(gateway, options.shards)) })
    }

    /// Says goodbye to Discord (the bot shows as offline at once) and ends every task.
    pub async fn shutdown(mut self) {
        self.cancel.cancel();
        // A supervisor that panicked has nothing left to end.
        let _ = (&mut self.supervisor).await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

struct Supervisor {
    trunk: Arc<Trunk>,
    failures: mpsc::Receiver<ConnectionError>,
    stop: CancellationToken,
}

impl Supervisor {
    async fn run(mut self, gateway: Result<Gateway, String>, shards: Option<Shards>) {
        let cancel = self.trunk.cancel.clone();
        let failure = match cancel.run_until_cancelled(self.located(gateway)).await {
            Some(Ok(gateway)) => {
                let all = Shards { these: 0..gateway.shards, total: gateway.shards };
                self.attend(shards.unwrap_or(all)).await.err()
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        cancel.cancel();
        if let Some(error) = failure {
            let event = self.trunk.events.send(GatewayEvent::Failed(error));
            let _ = self.stop.run_until_cancelled(event).await;
        }
    }

    async fn located(&self, first: Result<Gateway, String>) -> Result<Gateway, ConnectionError> {
        let mut outcome = first;
        let mut pause = FIRST_PAUSE;
        loop {
            let reason = match outcome {
                Ok(gateway) => return Ok(gateway),
                Err(reason) => reason,
            };
            let event = GatewayEvent::Disconnected { shard: 0, reason, retry_in: Some(pause) };
            let _ = self.trunk.events.send(event).await;
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            outcome = match Gateway::locate(&self.trunk.rest).await {
                Ok(gateway) => Ok(gateway),
                Err(Unreached::Fatal(error)) => return Err(error),
                Err(Unreached::Later { reason, .. }) => Err(reason),
            };
        }
    }

    /// Until the connection is shut down or fails for good.
    async fn attend(&mut self, shards: Shards) -> Result<(), ConnectionError> {
        let cancel = self.trunk.cancel.clone();
        let tap = Tap::open(Arc::clone(&self.trunk), shards.these.clone()).await.map_err(ConnectionError::Loopback)?;
        let mut serenity = shards::start(&tap, shards.these, shards.total, cancel.clone())
            .map_err(|error| ConnectionError::Machinery(error.to_string()))?;
        let (outcome, running) = tokio::select! {
            () = cancel.cancelled() => (Ok(()), true),
            Some(error) = self.failures.recv() => (Err(error), true),
            ended = &mut serenity => (machinery(ended.unwrap_or_else(|_| Some("its thread panicked".to_owned()))), false),
        };
        cancel.cancel();
        let _ = timeout(FAREWELL, tap.closed()).await;
        if running {
            let _ = timeout(FAREWELL, serenity).await;
        }
        outcome
    }
}

fn machinery(reason: Option<String>) -> Result<(), ConnectionError> {
    reason.map_or(Ok(()), |reason| Err(ConnectionError::Machinery(reason)))
}
