//! The engine beside the same work written by hand: `/review`, `/inventory` and `/send` of the store, as a ratio.
//!
//! Both sides are given the same raw interaction, check who may, read and write one SQLite file with the same settings, and
//! hand Discord the same requests as bytes; nothing goes over a network. `cargo bench --bench engine` prints, per command,
//! the median time of each side and the median of the ratios of neighbouring rounds.
//!
//! By hand there are two: what most authors would write, and the same with what the engine promises besides (an interaction
//! is acted on once, in whatever process; a run that a crash cuts short can be carried to its end; a taken row is held until
//! its message is out), which costs a second transaction.

use async_trait::async_trait;
use botwright::compile::{Environment, check};
use botwright::engine::{Bot, Identity};
use botwright::flow::effect::{Effect, Outcome};
use botwright::flow::entity::iso;
use botwright::flow::event::Event;
use botwright::flow::port::{Clock, Discord, Http, Ports, SystemClock, SystemDice};
use botwright::flow::refusal::Refusal;
use botwright::flow::trace::Unwatched;
use botwright::store::SqliteStore;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const GUILD: &str = "1462381972474160000";
const ADMIN: &str = "1462381972474160001";
const CUSTOMER: &str = "1462381972474160002";
const VOUCHES: &str = "1462381972474167491";
const ROUNDS: usize = 41;
const PER_ROUND: usize = 200;

/// Takes every request as bytes and answers at once.
#[derive(Default)]
struct Swallow {
    bytes: AtomicU64,
}

impl Swallow {
    fn take(&self, body: &Value) -> Value {
        let bytes = serde_json::to_vec(body).map_or(0, |bytes| bytes.len());
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        json!({ "id": "1462381972474170000", "channel_id": "1462381972474170001" })
    }
}

#[async_trait]
impl Discord for Swallow {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let request = effect.request()?;
        Ok(self.take(&request.body.unwrap_or_default()))
    }
}

#[async_trait]
impl Http for Swallow {
    async fn get(&self, _: &str, _: usize) -> Result<Vec<u8>, Refusal> {
        Err(Refusal::new(404, 0, "no files here"))
    }
}

fn interaction(name: &str, options: Value, resolved: Value) -> Value {
    let now = SystemClock.now();
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = ((now - 1_420_070_400_000) as u64) << 22 | (NEXT.fetch_add(1, Ordering::Relaxed) & 0x3F_FFFF);
    json!({
        "id": id.to_string(), "application_id": "1462381972474160009", "token": "a-token-of-an-interaction", "type": 2, "version": 1,
        "guild_id": GUILD, "channel_id": "1462381972474160005", "channel": { "id": "1462381972474160005", "name": "general", "type": 0 },
        "member": { "user": { "id": ADMIN, "username": "root", "global_name": "Root", "avatar": null }, "roles": [], "permissions": "8", "nick": null, "joined_at": "2026-01-05T09:00:00Z" },
        "app_permissions": "2147483647", "locale": "en-US",
        "data": { "id": "1", "name": name, "type": 1, "options": options, "resolved": resolved },
    })
}

fn review() -> Value {
    interaction(
        "review",
        json!([{ "name": "rating", "type": 4, "value": 5 }, { "name": "review", "type": 3, "value": "Great service, *fast* delivery." }]),
        json!({}),
    )
}

fn inventory() -> Value {
    interaction("inventory", json!([]), json!({}))
}

fn send() -> Value {
    interaction(
        "send",
        json!([{ "name": "user", "type": 6, "value": CUSTOMER }, { "name": "product", "type": 3, "value": "Alpha" }, { "name": "duration", "type": 3, "value": "1 Day" }]),
        json!({ "users": { CUSTOMER: { "id": CUSTOMER, "username": "ana", "avatar": null } }, "members": { CUSTOMER: { "nick": null } } }),
    )
}

/// The engine with the store's own file.
struct Engine {
    bot: Arc<Bot>,
}

impl Engine {
    async fn start(folder: &std::path::Path) -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/bots/store.yaml");
        let bytes = std::fs::read(path).expect("the store is there");
        let environment = Environment::default()
            .with("WEBHOOK_URL", "https://discord.com/api/webhooks/1462381972474160077/an-invented-token");
        let program = check("bots/store.yaml", &bytes, &environment).program.expect("the store has no mistakes");
        let clock = Arc::new(SystemClock);
        let store = SqliteStore::open(&folder.join("engine.db").display().to_string(), clock.clone())
            .await
            .expect("a database");
        let swallow = Arc::new(Swallow::default());
        let ports = Ports {
            discord: swallow.clone(),
            memory: Arc::new(store),
            http: swallow,
            clock,
            dice: Arc::new(SystemDice),
            trace: Arc::new(Unwatched),
        };
        let bot = Bot::start(program, ports).await.expect("a bot");
        bot.connected(Identity {
            application: "1462381972474160009".into(),
            user: "1462381972474160010".into(),
            name: "store".into(),
        });
        bot.idle().await;
        Self { bot }
    }

    async fn act(&self, raw: Value) {
        self.bot.deliver(Event::read("INTERACTION_CREATE", raw));
        self.bot.settled().await;
    }
}

/// The same by hand: what a careful author would write on sqlx for these three commands.
struct Hand {
    database: SqliteConnection,
    discord: Swallow,
    /// With what the engine promises besides.
    durable: bool,
}

impl Hand {
    async fn start(folder: &std::path::Path, durable: bool) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(format!("hand-{durable}.db")))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .disable_statement_logging();
        let mut database = SqliteConnection::connect_with(&options).await.expect("a database");
        for statement in [
            "CREATE TABLE keys (id INTEGER PRIMARY KEY, guild_id INTEGER NOT NULL, product TEXT NOT NULL, duration TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, added_by INTEGER, delivered_to INTEGER, sent_by INTEGER, delivered_at INTEGER)",
            "CREATE UNIQUE INDEX keys_unique ON keys (guild_id, product COLLATE NOCASE, duration COLLATE NOCASE, key)",
            "CREATE INDEX keys_stock ON keys (guild_id, product COLLATE NOCASE, duration COLLATE NOCASE, state, id)",
            "CREATE TABLE reviews (id INTEGER PRIMARY KEY, guild_id INTEGER NOT NULL, author INTEGER NOT NULL, rating INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL)",
            "CREATE TABLE runs (id TEXT PRIMARY KEY, state TEXT, began INTEGER NOT NULL)",
            "CREATE TABLE holds (row INTEGER PRIMARY KEY, run TEXT NOT NULL, before TEXT NOT NULL)",
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, destination TEXT NOT NULL, payload TEXT NOT NULL, created_at INTEGER NOT NULL)",
        ] {
            sqlx::query(statement).execute(&mut database).await.expect("a table");
        }
        Self { database, discord: Swallow::default(), durable }
    }

    async fn execute(&mut self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.database).await.expect("a statement");
    }

    /// That the run has begun, with all that another process needs to go on with it.
    async fn claim(&mut self, raw: &Value, step: &str) {
        if self.durable {
            let state = json!({ "step": step, "user": raw["member"]["user"], "options": raw["data"]["options"], "resolved": raw["data"]["resolved"],
                "guild": raw["guild_id"], "channel": raw["channel"], "interaction": [raw["id"], raw["application_id"], raw["token"]] });
            sqlx::query("INSERT INTO runs (id, state, began) VALUES (?, ?, ?)")
                .bind(raw["id"].as_str())
                .bind(state.to_string())
                .bind(SystemClock.now())
                .execute(&mut self.database)
                .await
                .expect("the first");
        }
    }

    /// That it is over.
    async fn over(&mut self, raw: &Value) {
        if self.durable {
            sqlx::query("UPDATE runs SET state = NULL WHERE id = ?")
                .bind(raw["id"].as_str())
                .execute(&mut self.database)
                .await
                .expect("a run");
            sqlx::query("DELETE FROM holds WHERE run = ?")
                .bind(raw["id"].as_str())
                .execute(&mut self.database)
                .await
                .expect("holds");
        }
    }

    async fn post(&mut self, title: &str, color: u32, fields: Value) {
        let payload = json!({ "title": title, "color": color, "fields": fields, "footer": { "text": "Bot Logging System" }, "timestamp": iso(SystemClock.now()) }).to_string();
        sqlx::query("INSERT INTO outbox (destination, payload, created_at) VALUES ('log', ?, ?)")
            .bind(payload)
            .bind(SystemClock.now())
            .execute(&mut self.database)
            .await
            .expect("an entry");
    }

    /// What leaves by itself in the engine leaves here too.
    async fn flush(&mut self) {
        let rows = sqlx::query("SELECT id, payload FROM outbox ORDER BY id LIMIT 10")
            .fetch_all(&mut self.database)
            .await
            .expect("entries");
        if rows.is_empty() {
            return;
        }
        let embeds: Vec<Value> =
            rows.iter().map(|row| serde_json::from_str(row.get::<&str, _>(1)).expect("json")).collect();
        self.discord.take(&json!({ "embeds": embeds, "allowed_mentions": { "parse": [] } }));
        let last: i64 = rows.last().expect("a row").get(0);
        sqlx::query("DELETE FROM outbox WHERE id <= ?").bind(last).execute(&mut self.database).await.expect("gone");
    }

    fn reply(&self, data: Value) {
        self.discord.take(&json!({ "type": 4, "data": data }));
    }

    async fn review(&mut self, raw: Value) {
        let user = &raw["member"]["user"];
        let id = user["id"].as_str().expect("an id");
        let mut rating = 0;
        let mut text = "";
        for option in raw["data"]["options"].as_array().expect("options") {
            match option["name"].as_str() {
                Some("rating") => rating = option["value"].as_i64().unwrap_or(0),
                _ => text = option["value"].as_str().unwrap_or_default(),
            }
        }
        let escaped = text
            .replace('\\', "\\\\")
            .replace('*', "\\*")
            .replace('_', "\\_")
            .replace('~', "\\~")
            .replace('`', "\\`")
            .replace('|', "\\|");
        let stars = "⭐".repeat(rating as usize);
        self.execute("BEGIN IMMEDIATE").await;
        self.claim(&raw, "review").await;
        sqlx::query("INSERT INTO reviews (guild_id, author, rating, text, at) VALUES (?, ?, ?, ?, ?)")
            .bind(GUILD.parse::<i64>().expect("id"))
            .bind(id.parse::<i64>().expect("id"))
            .bind(rating)
            .bind(text)
            .bind(SystemClock.now())
            .execute(&mut self.database)
            .await
            .expect("a row");
        let fields = json!([{ "name": "User", "value": format!("<@{id}> (`{id}`)") }, { "name": "Rating", "value": format!("{stars} ({rating}/5)") }, { "name": "Review", "value": escaped }]);
        if !self.durable {
            self.post("⭐ Review Submitted", 0x2E_CC_71, fields.clone()).await;
        }
        self.execute("COMMIT").await;
        let embed = json!({ "title": "New Review", "color": 0xF1_C4_0F, "author": { "name": user["username"] }, "timestamp": iso(SystemClock.now()),
            "fields": [{ "name": "Rating", "value": format!("{stars} ({rating}/5)") }, { "name": "Review", "value": escaped }] });
        self.discord.take(&json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } }));
        if self.durable {
            self.execute("BEGIN IMMEDIATE").await;
            self.post("⭐ Review Submitted", 0x2E_CC_71, fields).await;
            self.over(&raw).await;
            self.execute("COMMIT").await;
        }
        self.reply(json!({ "content": format!("Thank you! Your review is in <#{VOUCHES}>."), "flags": 64, "allowed_mentions": { "parse": [] } }));
    }

    fn is_admin(raw: &Value) -> bool {
        raw["member"]["permissions"]
            .as_str()
            .and_then(|bits| bits.parse::<u64>().ok())
            .is_some_and(|bits| bits & 8 != 0)
    }

    async fn inventory(&mut self, raw: Value) {
        assert!(Self::is_admin(&raw));
        let id = raw["member"]["user"]["id"].as_str().expect("an id");
        let rows = sqlx::query("SELECT product, duration, COUNT(*) FROM keys WHERE guild_id = ? AND state = 'stocked' GROUP BY product COLLATE NOCASE, duration COLLATE NOCASE ORDER BY 1, 2")
            .bind(GUILD.parse::<i64>().expect("id")).fetch_all(&mut self.database).await.expect("rows");
        let mut text = String::new();
        let mut total = 0;
        for row in &rows {
            let count: i64 = row.get(2);
            total += count;
            text.push_str(&format!("**{}** · {}: {count}\n", row.get::<&str, _>(0), row.get::<&str, _>(1)));
        }
        self.reply(json!({ "embeds": [{ "title": "📊 Inventory", "color": 0x34_98_DB, "description": text, "fields": [{ "name": "Total", "value": total.to_string() }], "footer": { "text": "Page 1 of 1" } }], "flags": 64 }));
        self.post(
            "📊 Inventory Checked",
            0x34_98_DB,
            json!([{ "name": "Accessed by", "value": format!("<@{id}> (`{id}`)") }]),
        )
        .await;
    }

    async fn send(&mut self, raw: Value) {
        assert!(Self::is_admin(&raw));
        let id = raw["member"]["user"]["id"].as_str().expect("an id");
        let (product, duration) = ("Alpha", "1 Day");
        let guild = GUILD.parse::<i64>().expect("id");
        self.execute("BEGIN IMMEDIATE").await;
        self.claim(&raw, "send").await;
        let row = sqlx::query("SELECT id, key FROM keys WHERE guild_id = ? AND product = ? COLLATE NOCASE AND duration = ? COLLATE NOCASE AND state = 'stocked' ORDER BY id LIMIT 1")
            .bind(guild).bind(product).bind(duration).fetch_one(&mut self.database).await.expect("a key");
        let (row, key): (i64, String) = (row.get(0), row.get(1));
        sqlx::query(
            "UPDATE keys SET state = 'delivered', delivered_to = ?, sent_by = ?, delivered_at = ? WHERE id = ?",
        )
        .bind(CUSTOMER.parse::<i64>().expect("id"))
        .bind(id.parse::<i64>().expect("id"))
        .bind(SystemClock.now())
        .bind(row)
        .execute(&mut self.database)
        .await
        .expect("taken");
        if self.durable {
            sqlx::query("INSERT INTO holds (row, run, before) VALUES (?, ?, ?)")
                .bind(row)
                .bind(raw["id"].as_str())
                .bind(
                    json!({ "state": "stocked", "delivered_to": null, "sent_by": null, "delivered_at": null })
                        .to_string(),
                )
                .execute(&mut self.database)
                .await
                .expect("a hold");
        }
        self.execute("COMMIT").await;
        self.discord.take(&json!({ "recipient_id": CUSTOMER }));
        let fields = json!([{ "name": "Product", "value": product, "inline": true }, { "name": "Duration", "value": duration, "inline": true }, { "name": "Key", "value": format!("`{key}`") }]);
        self.discord.take(&json!({ "embeds": [{ "title": "🔑 Your key", "description": "Thank you for your purchase! Keep this key to yourself.", "color": 0x2E_CC_71, "fields": fields, "timestamp": iso(SystemClock.now()) }] }));
        let left: i64 = sqlx::query("SELECT COUNT(*) FROM keys WHERE guild_id = ? AND product = ? COLLATE NOCASE AND duration = ? COLLATE NOCASE AND state = 'stocked'")
            .bind(guild).bind(product).bind(duration).fetch_one(&mut self.database).await.expect("a count").get(0);
        let fields = json!([{ "name": "Product", "value": product }, { "name": "Duration", "value": duration }, { "name": "Recipient", "value": format!("<@{CUSTOMER}> (`{CUSTOMER}`)") },
            { "name": "Sent by", "value": format!("<@{id}> (`{id}`)") }, { "name": "DM status", "value": "✅ Delivered" }, { "name": "Remaining", "value": left.to_string() }]);
        if self.durable {
            self.execute("BEGIN IMMEDIATE").await;
            self.post("🔑 Key Sent", 0x2E_CC_71, fields.clone()).await;
            self.over(&raw).await;
            self.execute("COMMIT").await;
        }
        self.reply(
            json!({ "embeds": [{ "title": "🔑 Key sent", "color": 0x2E_CC_71, "fields": fields.clone() }], "flags": 64 }),
        );
        if !self.durable {
            self.post("🔑 Key Sent", 0x2E_CC_71, fields).await;
        }
    }

    async fn stock(&mut self, keys: usize) {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.database).await.expect("begin");
        for (product, count) in [("Alpha", keys), ("Beta", 50), ("Gamma", 50)] {
            for number in 0..count {
                sqlx::query(
                    "INSERT INTO keys (guild_id, product, duration, key, state) VALUES (?, ?, '1 Day', ?, 'stocked')",
                )
                .bind(GUILD.parse::<i64>().expect("id"))
                .bind(product)
                .bind(format!("{product}-{number:08}"))
                .execute(&mut self.database)
                .await
                .expect("a key");
            }
        }
        sqlx::query("COMMIT").execute(&mut self.database).await.expect("commit");
    }
}

impl Engine {
    async fn stock(&self, keys: usize) {
        for (product, count) in [("Alpha", keys), ("Beta", 50), ("Gamma", 50)] {
            let all: Vec<String> = (0..count).map(|number| format!("{product}-{number:08}")).collect();
            for part in all.chunks(400) {
                let options = json!([{ "name": "product", "type": 3, "value": product }, { "name": "duration", "type": 3, "value": "1 Day" }, { "name": "keys", "type": 3, "value": part.join(" ") }]);
                self.act(interaction("stock", options, json!({}))).await;
            }
        }
    }
}

/// What a side of a round cost.
struct Cost {
    started: Instant,
    cpu: Duration,
}

impl Cost {
    fn start() -> Self {
        Self { started: Instant::now(), cpu: cpu() }
    }

    /// Wall clock and processor time for each interaction, in microseconds.
    fn each(&self) -> [f64; 2] {
        [self.started.elapsed(), cpu() - self.cpu].map(|time| time.as_secs_f64() * 1e6 / PER_ROUND as f64)
    }
}

/// The processor time of all threads so far.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// One command on both sides in turn.
macro_rules! measure {
    ($name:literal, $engine:expr, $hands:expr, $raw:ident, $method:ident) => {{
        let (mut engine, mut by_hand) = (Vec::new(), [Vec::new(), Vec::new()]);
        for _ in 0..ROUNDS {
            let raws: Vec<Value> = (0..PER_ROUND).map(|_| $raw()).collect();
            let cost = Cost::start();
            for raw in raws {
                $engine.act(raw).await;
            }
            // The log entries of the round are delivered within its time.
            $engine.bot.idle().await;
            engine.push(cost.each());
            for (own, costs) in $hands.iter().zip(&mut by_hand) {
                let raws: Vec<Value> = (0..PER_ROUND).map(|_| $raw()).collect();
                let cost = Cost::start();
                for (count, raw) in raws.into_iter().enumerate() {
                    // As client libraries do: each event in a task of its own.
                    let hand = Arc::clone(own);
                    let acted = tokio::spawn(async move { hand.lock().await.$method(raw).await });
                    acted.await.expect("it does not panic");
                    if count % 10 == 9 {
                        own.lock().await.flush().await;
                    }
                }
                costs.push(cost.each());
            }
        }
        for (which, word) in ["wall clock", "processor"].into_iter().enumerate() {
            // The first round warms all sides up.
            let of = |side: &[[f64; 2]]| side[1..].iter().map(|cost| cost[which]).collect::<Vec<_>>();
            let mut line = format!("{:<11} {word:<11} engine {:>7.1} µs", $name, median(of(&engine)));
            for (hand, words) in by_hand.iter().zip(["by hand", "by hand, as durable"]) {
                let ratios = of(&engine).into_iter().zip(of(hand)).map(|(engine, hand)| engine / hand).collect();
                line.push_str(&format!("   {words} {:>7.1} µs, ratio {:.2}", median(of(hand)), median(ratios)));
            }
            println!("{line}");
        }
    }};
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(folder.path()).await;
    let hands = [false, true].map(|durable| (folder.path().to_owned(), durable));
    let [plain, durable] =
        hands.map(|(folder, durable)| async move { Arc::new(Mutex::new(Hand::start(&folder, durable).await)) });
    let hands = [plain.await, durable.await];
    let keys = ROUNDS * PER_ROUND + 1_000;
    engine.stock(keys).await;
    for hand in &hands {
        hand.lock().await.stock(keys).await;
    }
    println!("one interaction after the other, median of {} rounds of {PER_ROUND}:", ROUNDS - 1);
    measure!("/review", engine, hands, review, review);
    measure!("/inventory", engine, hands, inventory, inventory);
    measure!("/send", engine, hands, send, send);
    engine.bot.stop(Duration::from_secs(5)).await;
}
