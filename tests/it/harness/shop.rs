//! The shop: a server with people in it, and the real bot running beside.

use super::answer::Answer;
use super::files::{Folder, store_bot};
use super::lines::Lines;
use super::person::Person;
use super::process::{Process, command};
use super::town::Town;
use super::wait::until;
use crate::openapi;
use botwright::flow::port::SystemClock;
use botwright::flow::request::Method;
use botwright::sim::channel::kind;
use botwright::sim::net::Server;
use botwright::sim::{Id, Permissions, RestCall, World};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Nothing like it may ever be written to the log.
pub const TOKEN: &str = "MTIz.bot-token.s3cr3t";
/// Every key that a test stocks begins so, for the same reason.
pub const KEY: &str = "k3y-";

/// A shop that is still being arranged.
pub struct Scene {
    pub bot: String,
    pub environment: BTreeMap<String, String>,
    pub others: Vec<(String, String)>,
}

impl Default for Scene {
    fn default() -> Self {
        Self { bot: store_bot(), environment: BTreeMap::new(), others: Vec::new() }
    }
}

impl Scene {
    /// With one part of the bot's file replaced.
    pub fn with(mut self, from: &str, to: &str) -> Self {
        assert_eq!(self.bot.matches(from).count(), 1, "`{from}` stands once in the file");
        self.bot = self.bot.replace(from, to);
        self
    }

    /// With a variable set, or unset where the value is empty.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With another bot's file, run by the same process.
    pub fn beside(mut self, name: &str, text: &str) -> Self {
        self.others.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Everything is there, and the bot does not run yet.
    pub async fn set(self) -> Shop {
        Shop::new(self).await
    }

    /// The bot runs, and its commands are registered.
    pub async fn open(self) -> Shop {
        let mut shop = self.set().await;
        shop.start().await;
        shop
    }
}

pub struct Shop {
    pub world: Arc<World>,
    pub server: Server,
    pub guild: Id,
    pub bot: Id,
    pub general: Id,
    pub vouches: Id,
    pub webhook: Id,
    pub folder: Folder,
    pub file: PathBuf,
    pub database: PathBuf,
    pub lines: Lines,
    pub environment: BTreeMap<String, String>,
    /// Behind `run` and its files.
    pub flags: Vec<String>,
    files: Vec<String>,
    secrets: Vec<String>,
    pub process: Option<Process>,
}

/// What the bot is invited with: what it needs, and no more.
fn invited_with() -> Permissions {
    Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::ATTACH_FILES
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::MANAGE_CHANNELS
        | Permissions::MANAGE_ROLES
}

impl Shop {
    /// The store bot, running.
    pub async fn open() -> Self {
        Scene::default().open().await
    }

    async fn new(scene: Scene) -> Self {
        let play = Town::new(Arc::new(SystemClock), TOKEN, invited_with());
        let mallory = play.world.add_user("mallory");
        play.world.add_member(play.guild, mallory, &[]).expect("a member");
        let server = Server::bind(play.world.clone(), ([127, 0, 0, 1], 0).into()).await.expect("a port");
        let folder = Folder::new();
        let file = folder.write("bots/store.yaml", &scene.bot);
        let database = folder.path().join("data/store.db");
        let webhook_token = play.webhook_path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut environment = BTreeMap::from([
            ("DISCORD_TOKEN".to_owned(), TOKEN.to_owned()),
            ("DISCORD_API_URL".to_owned(), server.http()),
            ("WEBHOOK_URL".to_owned(), format!("{}{}", server.http(), play.webhook_path)),
            ("VOUCHES_CHANNEL_ID".to_owned(), play.vouches.to_string()),
            ("STAFF_ROLE_ID".to_owned(), play.staff.to_string()),
            ("DATABASE_URL".to_owned(), format!("sqlite://{}", database.display())),
            ("RUST_LOG".to_owned(), "warn,botwright=trace".to_owned()),
        ]);
        environment.extend(scene.environment);
        environment.retain(|_, value| !value.is_empty());
        let mut files = vec!["bots/store.yaml".to_owned()];
        for (name, text) in &scene.others {
            folder.write(name, text);
            files.push(name.clone());
        }
        Self {
            world: play.world,
            server,
            guild: play.guild,
            bot: play.bot,
            general: play.general,
            vouches: play.vouches,
            webhook: play.webhook,
            folder,
            file,
            database,
            lines: Lines::default(),
            environment,
            flags: Vec::new(),
            files,
            secrets: vec![TOKEN.to_owned(), webhook_token, KEY.to_owned()],
            process: None,
        }
    }

    /// A further member.
    pub fn join(&self, name: &str) -> Id {
        let user = self.world.add_user(name);
        self.world.add_member(self.guild, user, &[]).expect("a member");
        user
    }

    pub fn as_(&self, name: &str) -> Person<'_> {
        let id = self.world.user_named(name).unwrap_or_else(|| panic!("there is nobody called {name}"));
        self.as_id(id)
    }

    pub fn as_id(&self, id: Id) -> Person<'_> {
        Person { shop: self, id, channel: self.general }
    }

    pub fn category(&self, name: &str) -> Id {
        self.world.add_channel(self.guild, name, kind::CATEGORY, None, &[]).expect("a category")
    }

    /// Starts the command, whatever comes of it.
    pub fn launch(&mut self) -> &mut Process {
        let process = self.again(&self.lines);
        self.process.insert(process)
    }

    /// Starts the same command once more, beside what runs.
    pub fn again(&self, lines: &Lines) -> Process {
        let words = self.files.iter().chain(&self.flags).map(String::as_str);
        let arguments: Vec<&str> = std::iter::once("run").chain(words).collect();
        Process::start(command(self.folder.path(), &arguments, &self.environment), lines)
    }

    /// Starts the bot and waits until it is connected and its commands are as they should be.
    pub async fn start(&mut self) {
        let before = self.lines.len();
        self.launch();
        self.until("the registered commands", || self.settled_since(before).then_some(())).await;
    }

    fn settled_since(&self, line: usize) -> bool {
        let says = |words| self.lines.count_from(line, &[words]) > 0;
        says("registered the commands") || says("the commands on Discord are as they should be")
    }

    /// Asks the bot to end, and waits for it: the exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        let mut process = self.process.take().expect("the bot runs");
        process.signal("TERM");
        process.ended(Duration::from_secs(20)).await.code()
    }

    /// A power cut.
    pub fn kill(&mut self) {
        self.process.take().expect("the bot runs").kill();
    }

    pub async fn restart(&mut self) {
        assert_eq!(self.stop().await, Some(0), "{}", self.lines.text());
        self.start().await;
    }

    pub async fn until<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        until(what, &self.world, &self.lines, look).await
    }

    /// Waits for a line of the log that holds all of these words.
    pub async fn says(&self, words: &[&str]) {
        self.until(&format!("a line with {words:?}"), || (self.lines.count(words) > 0).then_some(())).await;
    }

    /// Waits for the answer to an interaction: all of it, not only "thinking…".
    pub async fn answer(&self, asked: Id) -> Answer {
        self.until("the answer", || {
            let interaction = self.world.interaction(asked)?;
            assert!(!interaction.failed, "{interaction:?}: the user read that it failed\n{}", self.lines.text());
            interaction.acknowledged_at?;
            let messages = self.world.answers(asked);
            (!messages.iter().any(|message| message.is_loading())).then_some(Answer { interaction, messages })
        })
        .await
    }

    /// Answers to many at once, in the order of their asking.
    pub async fn answers(&self, asked: Vec<Id>) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(asked.len());
        for id in asked {
            answers.push(self.answer(id).await);
        }
        answers
    }

    /// How many requests of that method and path (with `*` for one part) came so far.
    pub fn requested(&self, method: &str, path: &str) -> usize {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |asked: &str| {
            let asked: Vec<&str> = asked.split('?').next().unwrap_or_default().split('/').collect();
            asked.len() == parts.len() && parts.iter().zip(&asked).all(|(part, asked)| *part == "*" || part == asked)
        };
        self.server.requests().iter().filter(|request| request.method == method && fits(&request.path)).count()
    }

    /// Posts the ticket panel.
    pub async fn panel(&self) {
        self.as_("root").command("/ticketpanel").await.ephemeral();
    }

    /// Somebody lets everyone use every command, as server settings can.
    pub fn register_for_everyone(&self) {
        let path = format!("/applications/{}/commands", self.bot);
        let commands: Value =
            self.world.commands(self.bot).iter().map(|command| open_to_all(command.json.clone())).collect();
        let answer = self.world.rest(&RestCall::new(Method::Put, path).bot(TOKEN).body(commands));
        assert_eq!(answer.map(|answer| answer.status), Some(200));
    }

    fn objections(&self) -> Vec<String> {
        let body = |body: &Value| (!body.is_null()).then(|| body.clone());
        let judge = |request: botwright::sim::net::Received| {
            let verdict = openapi::check(request.method, &request.path, body(&request.body).as_ref());
            verdict.err().map(|objection| format!("{objection}\n  of {}", request.body))
        };
        self.server.requests().into_iter().filter_map(judge).collect()
    }

    /// No secret stands in the log so far.
    pub fn kept_its_secrets(&self) {
        let leaks = self.leaks();
        assert!(leaks.is_empty(), "the log holds {leaks:?}:\n{}", self.lines.text());
    }

    fn leaks(&self) -> Vec<String> {
        let log = self.lines.text();
        let tokens: HashSet<String> = self.world.interactions().into_iter().map(|asked| asked.token).collect();
        let secrets = self.secrets.iter().filter(|secret| log.contains(secret.as_str())).cloned();
        secrets.chain(tokens_in(&log, &tokens)).collect()
    }
}

/// Those of the tokens, all of one length, that stand in the text: one look at the text finds thousands of them.
fn tokens_in(text: &str, tokens: &HashSet<String>) -> Vec<String> {
    let Some(length) = tokens.iter().next().map(String::len) else { return Vec::new() };
    assert!(tokens.iter().all(|token| token.len() == length && token.bytes().all(|byte| byte.is_ascii_hexdigit())));
    let words = text.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() >= length);
    let parts = words.flat_map(|word| (0..=word.len() - length).map(move |start| &word[start..start + length]));
    parts.filter(|part| tokens.contains(*part)).map(str::to_owned).collect()
}

fn open_to_all(mut command: Value) -> Value {
    command["default_member_permissions"] = Value::Null;
    command
}

/// What holds for every test: no secret in the log, and no request that Discord does not describe.
impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.process.take());
        if std::thread::panicking() {
            return;
        }
        self.kept_its_secrets();
        let objections = self.objections();
        assert!(
            objections.is_empty(),
            "{} requests are not as described:\n{}",
            objections.len(),
            objections.join("\n")
        );
    }
}
