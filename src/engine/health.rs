//! Whether the database works: its troubles are told, seldom while they last, and so is their end.

use crate::engine::bot::Bot;
use crate::flow::memory::{Answer, Memory, MemoryError, Operation, Table};
use crate::flow::port::Clock;
use crate::flow::trouble::Trouble;
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How often a database in trouble is tried.
const TRY_AGAIN_MS: i64 = 2_000;

/// A bot's memory, watched.
pub struct Watched {
    memory: Arc<dyn Memory>,
    clock: Arc<dyn Clock>,
    bot: String,
    trouble: Mutex<Trouble>,
    begun: Notify,
    /// A damaged file does not mend by itself, though much of it may still work.
    damaged: AtomicBool,
    /// On the way out the memory is closed, which is no trouble.
    stopping: CancellationToken,
}

impl Watched {
    pub fn new(memory: Arc<dyn Memory>, clock: Arc<dyn Clock>, bot: &str, stopping: CancellationToken) -> Self {
        Self {
            memory,
            clock,
            bot: bot.to_owned(),
            trouble: Mutex::default(),
            begun: Notify::new(),
            damaged: AtomicBool::new(false),
            stopping,
        }
    }

    fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn met(&self, error: &MemoryError) {
        if !error.is_trouble() || self.stopping.is_cancelled() {
            return;
        }
        // Damage can look like something else at first, and is the worst of all.
        let is_damage = matches!(error, MemoryError::Corrupt(_)) && !self.damaged.swap(true, Ordering::Relaxed);
        if self.trouble().met(self.clock.now()) || is_damage {
            tracing::error!(
                bot = self.bot,
                "the bot cannot reach its memory: {error}. What to do: {}. Until then users read that the bot cannot \
                 reach its memory; nothing that it knows is lost",
                error.advice().unwrap_or("look at the disk, and at the rights of the file and its folder")
            );
        }
        self.begun.notify_one();
    }

    /// Whether a write works.
    async fn try_again(&self) -> Result<(), MemoryError> {
        let value = self.clock.now().to_string();
        self.memory.transact(vec![Operation::Note { key: "written".to_owned(), value }]).await.map(drop)
    }
}

/// Tries a database in trouble again until it works or the bot stops.
pub async fn work(bot: Arc<Bot>) {
    let watched = Arc::clone(&bot.memory);
    loop {
        tokio::select! {
            () = watched.begun.notified() => {}
            () = bot.stopping.cancelled() => return,
        }
        while watched.trouble().is_there() && !watched.damaged.load(Ordering::Relaxed) {
            tokio::select! {
                () = bot.ports.clock.sleep_until(bot.ports.clock.now() + TRY_AGAIN_MS) => {}
                () = bot.stopping.cancelled() => return,
            }
            match watched.try_again().await {
                Err(error) => watched.met(&error),
                Ok(()) => mended(&bot, &watched),
            }
        }
    }
}

fn mended(bot: &Bot, watched: &Watched) {
    let lasted = watched.trouble().over(bot.ports.clock.now()).unwrap_or_default();
    let lasted = Duration::from_millis(lasted.unsigned_abs());
    tracing::info!(bot = bot.name(), "the memory works again, after {lasted:?}; what waited goes on");
    bot.wake.notify_one();
}

#[async_trait]
impl Memory for Watched {
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError> {
        let result = self.memory.transact(operations).await;
        if let Err(error) = &result {
            self.met(error);
        }
        result
    }

    /// A change that the rows do not survive is refused with the same error as a database in trouble, and told elsewhere.
    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError> {
        self.memory.migrate(tables).await
    }

    async fn close(&self) {
        self.memory.close().await;
    }
}
