//! What leaves the database by itself: log entries to their webhooks in order, and timers that are due.

use crate::engine::arrived::{self, arrived};
use crate::engine::bot::Bot;
use crate::engine::lanes::{Lane, Lanes};
use crate::engine::{schedule, timer};
use crate::flow::effect::{Effect, WebhookUrl};
use crate::flow::limit;
use crate::flow::memory::{Answer, MemoryError, Operation, Post, Timer};
use crate::flow::payload::{Embed, Message};
use crate::flow::refusal::{Refusal, code};
use indexmap::IndexMap;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Entries that are looked at at once.
const AT_ONCE: u64 = 100;
/// The first pause behind a failure; each further one doubles it.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 15 * 60 * 1_000;
/// Entries that are written within that time leave together: ten are one request, and a request counts.
const LINGER_MS: i64 = 150;
/// An entry that was tried in vain is given up when it is older than two days.
const LONGEST_WAIT_MS: i64 = 2 * 24 * 60 * 60 * 1_000;
/// But not by a bot that has only just come back.
const FEWEST_ATTEMPTS: u32 = 5;
/// When the database fails.
const MEMORY_PAUSE_MS: i64 = 2_000;
/// An operator's command may have made something due, from another process: how long that goes unnoticed at most.
const LOOK_MS: i64 = 3_000;

/// What there is to do about entries that were given up.
const LOOK_AT_THEM: &str = "`botwright outbox list` shows them, `retry` sends them again";

/// Entries that were given up before are told of once at the start; others are told of when it happens.
pub async fn report_dead(bot: &Bot) -> Result<(), MemoryError> {
    let Answer::Posts(dead) = one(bot, Operation::DeadPosts).await? else { return Ok(()) };
    if !dead.is_empty() {
        tracing::warn!(bot = bot.name(), "{} log entries were given up before: {LOOK_AT_THEM}", dead.len());
    }
    Ok(())
}

/// Works until the bot stops; on the way out, what is due is tried once more.
pub async fn work(bot: Arc<Bot>) {
    let mut lanes = Lanes::new(bot.sending.clone());
    loop {
        let next = match turn(&bot, &mut lanes).await {
            Ok(next) => next,
            // Told by whoever watches the memory.
            Err(_) => Some(bot.ports.clock.now() + MEMORY_PAUSE_MS),
        };
        bot.turns.send_modify(|turns| *turns += 1);
        if bot.stopping.is_cancelled() {
            return lanes.end().await;
        }
        tokio::select! {
            () = bot.wake.notified() => linger(&bot).await,
            () = bot.hurry.notified() => {}
            () = lanes.ended() => {}
            () = until(&bot, next) => {}
            () = bot.stopping.cancelled() => {}
        }
    }
}

/// Waits for company, unless somebody waits for the outbox.
async fn linger(bot: &Bot) {
    tokio::select! {
        () = bot.ports.clock.sleep_until(bot.ports.clock.now() + LINGER_MS) => {}
        () = bot.hurry.notified() => {}
        () = bot.stopping.cancelled() => {}
    }
}

async fn until(bot: &Bot, at: Option<i64>) {
    let look = bot.ports.clock.now() + LOOK_MS;
    bot.ports.clock.sleep_until(at.unwrap_or(look).min(look)).await;
}

/// Begins what is due, each destination and timer in its own lane, and tells when there will be more.
async fn turn(bot: &Arc<Bot>, lanes: &mut Lanes) -> Result<Option<i64>, MemoryError> {
    let scheduled = schedule::turn(bot).await;
    let due = due(bot).await?;
    for timer in due.timers {
        let (lane, bot) = (Lane::Timer(timer.id), Arc::clone(bot));
        lanes.open(lane, async move {
            let fired = timer::fire(&bot, vec![timer]).await;
            rest(&bot, fired).await;
        });
    }
    for (destination, posts) in by_destination(due.posts) {
        let (lane, bot) = (Lane::Destination(destination.clone()), Arc::clone(bot));
        lanes.open(lane, async move {
            let delivered = deliver_all(&bot, &destination, posts).await;
            rest(&bot, delivered).await;
        });
    }
    scheduled?;
    Ok(due.next.into_iter().chain(bot.agenda.next(bot.ports.clock.now())).min())
}

/// A lane whose database fails waits before it is opened again.
async fn rest(bot: &Bot, outcome: Result<(), MemoryError>) {
    if outcome.is_err() {
        pause_for(bot, MEMORY_PAUSE_MS).await;
    }
}

/// So many milliseconds, unless the bot stops.
async fn pause_for(bot: &Bot, pause: i64) {
    tokio::select! {
        () = bot.ports.clock.sleep_until(bot.ports.clock.now() + pause) => {}
        () = bot.stopping.cancelled() => {}
    }
}

/// What there is to do now, and when there will be more.
#[derive(Default)]
struct Due {
    timers: Vec<Timer>,
    posts: Vec<Post>,
    next: Option<i64>,
}

pub async fn one(bot: &Bot, operation: Operation) -> Result<Answer, MemoryError> {
    let mut answers = bot.ports.memory.transact(vec![operation]).await?;
    answers.pop().ok_or_else(|| MemoryError::Failed("it gave no answer".into()))
}

async fn due(bot: &Bot) -> Result<Due, MemoryError> {
    let asked =
        vec![Operation::DueTimers { limit: AT_ONCE }, Operation::DuePosts { limit: AT_ONCE }, Operation::NextLater];
    let mut due = Due::default();
    for answer in bot.ports.memory.transact(asked).await? {
        match answer {
            Answer::Timers(timers) => due.timers = timers,
            Answer::Posts(posts) => due.posts = posts,
            Answer::At(next) => due.next = next,
            _ => {}
        }
    }
    Ok(due)
}

/// Entries that go out together, with what they say.
type Batch = Vec<(Post, Embed)>;

/// For each destination what goes to it, in order.
fn by_destination(posts: Vec<Post>) -> IndexMap<String, Vec<Post>> {
    let mut by_destination: IndexMap<String, Vec<Post>> = IndexMap::new();
    for post in posts {
        by_destination.entry(post.destination.clone()).or_default().push(post);
    }
    by_destination
}

/// In parts within Discord's limits of a message.
fn batches(posts: Vec<Post>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for post in posts {
        let embed: Embed = serde_json::from_value(post.payload.clone()).unwrap_or_default();
        match batches.last_mut() {
            Some(last) if last.len() < limit::EMBEDS && length(last) + embed.length() <= limit::EMBED_TOTAL => {
                last.push((post, embed));
            }
            _ => batches.push(vec![(post, embed)]),
        }
    }
    batches
}

fn length(batch: &Batch) -> usize {
    batch.iter().map(|(_, embed)| embed.length()).sum()
}

fn ids(batch: &Batch) -> Vec<i64> {
    batch.iter().map(|(post, _)| post.id).collect()
}

/// What goes to one destination: behind what has to wait, the rest waits too.
async fn deliver_all(bot: &Bot, destination: &str, posts: Vec<Post>) -> Result<(), MemoryError> {
    let program = bot.program();
    let posted: Vec<i64> = posts.iter().map(|post| post.id).collect();
    let Some(url) = program.webhooks.get(destination) else {
        return bury(bot, destination, posted, format!("`settings.{destination}` is not set")).await;
    };
    if bot.destinations.leads_nowhere(destination, url) {
        let error = "the webhook does not exist any more".to_owned();
        return one(bot, Operation::BuryPosts { ids: posted, error }).await.map(drop);
    }
    let to = To { bot, destination, url };
    let Some(posts) = to.without_arrived(posts).await? else { return Ok(()) };
    for batch in batches(posts) {
        if !to.deliver(batch).await? {
            break;
        }
    }
    Ok(())
}

async fn bury(bot: &Bot, destination: &str, ids: Vec<i64>, error: String) -> Result<(), MemoryError> {
    if bot.destinations.gives_up(destination) {
        tracing::error!(
            bot = bot.name(),
            destination,
            "{} log entries are given up: {error}. They are kept: {LOOK_AT_THEM}; this is told once",
            ids.len()
        );
    }
    one(bot, Operation::BuryPosts { ids, error }).await.map(drop)
}

/// Where something goes.
struct To<'a> {
    bot: &'a Bot,
    destination: &'a str,
    url: &'a WebhookUrl,
}

impl To<'_> {
    /// What an earlier request may have carried there, before an answer was lost or the process ended, is looked up
    /// first. None when that cannot be known just now: then everything waits.
    async fn without_arrived(&self, mut posts: Vec<Post>) -> Result<Option<Vec<Post>>, MemoryError> {
        let (bot, destination) = (self.bot, self.destination);
        if !bot.destinations.is_doubtful(destination) {
            return Ok(Some(posts));
        }
        if posts.iter().all(|post| post.created_at >= bot.started_at && post.attempts == 0) {
            return Ok(Some(posts));
        }
        match arrived(bot, destination, self.url, &posts).await? {
            Ok(ids) => {
                bot.destinations.is_sure(destination);
                if !ids.is_empty() {
                    tracing::info!(bot = bot.name(), destination, "{} log entries had arrived already", ids.len());
                    posts.retain(|post| !ids.contains(&post.id));
                    one(bot, Operation::Posted { ids }).await?;
                }
                Ok(Some(posts))
            }
            Err(refusal) => {
                let all = posts.into_iter().map(|post| (post, Embed::default())).collect();
                self.failed(all, &refusal).await.map(|_| None)
            }
        }
    }

    /// Whether the entries are out of the way, delivered or given up; otherwise they wait.
    async fn deliver(&self, batch: Batch) -> Result<bool, MemoryError> {
        let message = Message { embeds: batch.iter().map(|(_, embed)| embed.clone()).collect(), ..Message::default() };
        let effect = Effect::ExecuteWebhook { url: self.url.clone(), message };
        match self.bot.ports.discord.perform(&effect).await {
            Ok(sent) => self.posted(ids(&batch), &sent).await.map(|()| true),
            // One bad entry must not take its neighbours along.
            Err(refusal) if is_bad(&refusal) && batch.len() > 1 => self.one_by_one(batch).await,
            Err(refusal) => self.failed(batch, &refusal).await,
        }
    }

    async fn one_by_one(&self, batch: Batch) -> Result<bool, MemoryError> {
        for entry in batch {
            if !Box::pin(self.deliver(vec![entry])).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Written down however long the database takes: what is not forgotten would be sent again.
    async fn posted(&self, ids: Vec<i64>, sent: &Value) -> Result<(), MemoryError> {
        if self.bot.destinations.works(self.destination) {
            tracing::info!(
                bot = self.bot.name(),
                destination = self.destination,
                "the log webhook works again; what waited is on its way"
            );
        }
        let mut operations = vec![Operation::Posted { ids }];
        if let Some(id) = sent["id"].as_str() {
            let key = arrived::latest(self.destination, self.url);
            operations.push(Operation::Note { key, value: id.to_owned() });
        }
        loop {
            match self.bot.ports.memory.transact(operations.clone()).await {
                Err(_) if !self.bot.stopping.is_cancelled() => pause_for(self.bot, MEMORY_PAUSE_MS).await,
                other => return other.map(drop),
            }
        }
    }

    /// Buries what has no hope and lets the rest wait: whether nothing waits.
    async fn failed(&self, batch: Batch, refusal: &Refusal) -> Result<bool, MemoryError> {
        let (bot, destination) = (self.bot, self.destination);
        let lost = refusal.unknown || refusal.status >= 500;
        if matches!(refusal.code, code::UNKNOWN_WEBHOOK | code::INVALID_WEBHOOK_TOKEN) {
            return self.gone(ids(&batch), refusal).await.map(|()| true);
        }
        if is_bad(refusal) || is_forbidden(refusal) {
            return bury(bot, destination, ids(&batch), format!("{} ({refusal})", refusal.reason()))
                .await
                .map(|()| true);
        }
        bot.destinations.failed(destination, lost);
        let now = bot.ports.clock.now();
        let (tired, waiting): (Batch, Batch) = batch.into_iter().partition(|(post, _)| is_exhausted(post, now));
        if !tired.is_empty() {
            let error = format!("{} ({refusal}), for two days", refusal.reason());
            bury(bot, destination, ids(&tired), error).await?;
        }
        if waiting.is_empty() {
            return Ok(true);
        }
        self.postpone(&waiting, refusal).await.map(|()| false)
    }

    async fn gone(&self, ids: Vec<i64>, refusal: &Refusal) -> Result<(), MemoryError> {
        let (bot, destination) = (self.bot, self.destination);
        if bot.destinations.is_gone(destination, self.url) {
            tracing::error!(
                bot = bot.name(),
                destination,
                "{} log entries are given up: {} ({refusal}). Make a new webhook, and give its address to                  `settings.{destination}`; `botwright outbox list` shows what was given up",
                ids.len(),
                refusal.reason()
            );
        }
        one(bot, Operation::BuryPosts { ids, error: refusal.to_string() }).await.map(drop)
    }

    async fn postpone(&self, waiting: &Batch, refusal: &Refusal) -> Result<(), MemoryError> {
        let attempts = waiting.iter().map(|(post, _)| post.attempts).max().unwrap_or(0);
        let pause = pause(attempts, self.bot.ports.dice.roll());
        tracing::error!(
            bot = self.bot.name(),
            destination = self.destination,
            "the log webhook failed: {refusal}; {} entries wait, next try in {:?}",
            waiting.len(),
            Duration::from_millis(pause.unsigned_abs())
        );
        let at = self.bot.ports.clock.now() + pause;
        let operation = Operation::PostponePosts { ids: ids(waiting), at, error: refusal.to_string() };
        one(self.bot, operation).await.map(drop)
    }
}

/// The entry itself is what Discord does not take.
fn is_bad(refusal: &Refusal) -> bool {
    matches!(refusal.status, 400 | 413)
}

/// Discord's own no, with a code; a page of the shield before it has none, and passes.
fn is_forbidden(refusal: &Refusal) -> bool {
    matches!(refusal.status, 401 | 403 | 404) && refusal.code != 0
}

/// Tried often enough and for long enough.
fn is_exhausted(post: &Post, now: i64) -> bool {
    post.attempts >= FEWEST_ATTEMPTS && now - post.created_at > LONGEST_WAIT_MS
}

/// Doubles with every attempt, plus up to a quarter by chance, so that bots do not come back together.
fn pause(attempts: u32, dice: u64) -> i64 {
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << attempts.min(20)).min(LONGEST_PAUSE_MS);
    pause + i64::try_from(dice % (pause.unsigned_abs() / 4 + 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn post(id: i64, destination: &str, length: usize) -> Post {
        let payload = json!({ "description": "x".repeat(length) });
        Post { id, destination: destination.into(), payload, created_at: 0, attempts: 0, error: None }
    }

    #[test]
    fn entries_of_one_destination_leave_together_up_to_ten_and_six_thousand_characters() {
        let posts = (0..12).map(|id| post(id, "a", 10)).chain([post(20, "b", 4_000), post(21, "b", 4_000)]).collect();
        let sizes: Vec<Vec<usize>> =
            by_destination(posts).into_values().map(|posts| batches(posts).iter().map(Vec::len).collect()).collect();
        assert_eq!(sizes, [vec![10, 2], vec![1, 1]]);
    }

    #[test]
    fn pauses_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!(pause(0, 0), 1_000);
        assert_eq!(pause(3, 0), 8_000);
        assert_eq!(pause(60, 0), LONGEST_PAUSE_MS);
    }
}
