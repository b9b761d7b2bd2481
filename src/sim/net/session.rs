//! A gateway session: the numbered log of what its bot was told, which outlives a lost connection.

use super::shard::Shard;
use crate::sim::id::Id;
use axum::extract::ws::Utf8Bytes;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Whose connection speaks for a session; `None` while nobody's does.
pub type Holder = Option<u64>;

pub struct Session {
    pub id: String,
    /// The credential that opened it, and that a resume must show again.
    pub token: String,
    pub application: Id,
    pub shard: Shard,
    replay: usize,
    log: Mutex<Log>,
    last: watch::Sender<u64>,
    holder: watch::Sender<Holder>,
    ended: CancellationToken,
}

/// The events from number `sent + 1 - remembered` on.
#[derive(Default)]
struct Log {
    events: VecDeque<Utf8Bytes>,
    /// The number of the newest event; the first is 1.
    last: u64,
    /// Up to here a connection has written them.
    sent: u64,
}

/// Events are no longer remembered from where they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten;

impl Session {
    /// Opened by the connection `number`.
    pub fn new(token: &str, application: Id, shard: Shard, replay: usize, number: u64) -> Self {
        Self {
            id: format!("{:032x}", rand::random::<u128>()),
            token: token.to_owned(),
            application,
            shard,
            replay,
            log: Mutex::default(),
            last: watch::Sender::new(0),
            holder: watch::Sender::new(Some(number)),
            ended: CancellationToken::new(),
        }
    }

    /// Nothing that holds the lock can panic half-way, so a poisoned log is a whole one.
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers an event and keeps it for whoever holds the session.
    pub fn push(&self, event: &str, data: &Value) {
        let held = self.holder.borrow().is_some();
        let mut log = self.log();
        log.last += 1;
        let payload = json!({ "t": event, "s": log.last, "op": super::opcode::DISPATCH, "d": data });
        log.events.push_back(payload.to_string().into());
        log.trim(self.replay, held);
        self.last.send_replace(log.last);
    }

    /// What came after number `seq`, in order.
    pub fn since(&self, seq: u64) -> Result<Vec<Utf8Bytes>, Forgotten> {
        let log = self.log();
        let wanted = usize::try_from(log.last.saturating_sub(seq)).map_err(|_| Forgotten)?;
        let skip = log.events.len().checked_sub(wanted).ok_or(Forgotten)?;
        Ok(log.events.iter().skip(skip).cloned().collect())
    }

    /// Everything up to `seq` has been written and need not be kept beyond the replay.
    pub fn sent(&self, seq: u64) {
        let mut log = self.log();
        log.sent = log.sent.max(seq);
        log.trim(self.replay, true);
    }

    pub fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// Tells of the number of the newest event.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The connection `number` speaks for the session from here on, whose client knows the events up to `told`; one
    /// that did before sees it in [`Self::holder`].
    pub fn hold(&self, number: u64, told: u64) {
        self.log().sent = told;
        self.holder.send_replace(Some(number));
    }

    /// `false` when another connection holds it by now.
    pub fn let_go(&self, number: u64) -> bool {
        self.holder.send_if_modified(|holder| {
            let mine = *holder == Some(number);
            if mine {
                *holder = None;
            }
            mine
        })
    }

    pub fn holder(&self) -> watch::Receiver<Holder> {
        self.holder.subscribe()
    }

    pub fn end(&self) {
        self.ended.cancel();
    }

    pub fn ended(&self) -> CancellationToken {
        self.ended.clone()
    }
}

impl Log {
    /// Keeps `replay` events, and while somebody listens also all that were not written yet.
    fn trim(&mut self, replay: usize, held: bool) {
        let unsent = usize::try_from(self.last - self.sent).unwrap_or(usize::MAX);
        let keep = if held { replay.max(unsent) } else { replay };
        let surplus = self.events.len().saturating_sub(keep);
        self.events.drain(..surplus);
    }
}
