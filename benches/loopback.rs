//! The whole command over loopback: `botwright run bots/store.yaml` against the simulated Discord.
//!
//! `cargo bench --bench loopback` prints how long the command takes to be ready, what it holds in memory while nobody asks
//! anything, and for `/review`, `/inventory` and `/send` the processor time of 1,000 interactions and how many it answers a
//! second. The simulated Discord works in this process, the bot in its own, so that only the bot's time is counted.

use botwright::flow::port::SystemClock;
use botwright::sim::channel::kind;
use botwright::sim::net::Server;
use botwright::sim::{Id, Limits, Permissions, Playground, World, intent};
use std::collections::VecDeque;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const TOKEN: &str = "an-invented-token";
const INTERACTIONS: usize = 1_000;
/// How many interactions wait for an answer at any time.
const AT_ONCE: usize = 16;

struct Town {
    world: Arc<World>,
    server: Server,
    bot: Id,
    root: Id,
    general: Id,
    vouches: Id,
    staff: Id,
    webhook: String,
}

impl Town {
    async fn new() -> Self {
        let play = Playground::new(Arc::new(SystemClock)).expect("the playground fits");
        let world = play.world.clone();
        world.set_limits(Limits::Off);
        let channel = |name| world.add_channel(play.guild, name, kind::TEXT, None, &[]).expect("a channel");
        let (vouches, log) = (channel("vouches"), channel("log"));
        let bot = world.add_bot("botwright", TOKEN).id;
        world.set_privileged(bot, intent::PRIVILEGED);
        world.invite(bot, play.guild, Permissions::ADMINISTRATOR).expect("an invited bot");
        let (_, webhook) = world.add_webhook(log, "Log").expect("a webhook");
        let server = Server::bind(world.clone(), ([127, 0, 0, 1], 0).into()).await.expect("a port");
        Self { world, server, bot, root: play.root, general: play.general, vouches, staff: play.staff, webhook }
    }

    fn run(&self, folder: &Path) -> Bot {
        let child = Command::new(env!("CARGO_BIN_EXE_botwright"))
            .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/bots/store.yaml")])
            .current_dir(folder)
            .env_clear()
            .env("DISCORD_TOKEN", TOKEN)
            .env("DISCORD_API_URL", self.server.http())
            .env("WEBHOOK_URL", format!("{}{}", self.server.http(), self.webhook))
            .env("VOUCHES_CHANNEL_ID", self.vouches.to_string())
            .env("STAFF_ROLE_ID", self.staff.to_string())
            .env("DATABASE_URL", format!("sqlite://{}", folder.join("store.db").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        Bot(child)
    }

    async fn registered(&self) {
        while self.world.commands(self.bot).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Asks all of these, a few at once, and waits for each answer.
    async fn ask(&self, texts: impl Iterator<Item = String>) {
        let mut news = self.world.watch();
        let mut texts = texts.peekable();
        let mut open: VecDeque<Id> = VecDeque::new();
        while texts.peek().is_some() || !open.is_empty() {
            while open.len() < AT_ONCE
                && let Some(text) = texts.next()
            {
                open.push_back(self.world.command(self.root, self.general, &text).expect("a command that is allowed"));
            }
            open.retain(|id| self.is_waiting(*id));
            if open.len() == AT_ONCE || texts.peek().is_none() {
                let _either = tokio::time::timeout(Duration::from_millis(20), news.recv()).await;
                while news.try_recv().is_ok() {}
            }
        }
    }

    fn is_waiting(&self, id: Id) -> bool {
        let interaction = self.world.interaction(id).expect("it was asked");
        assert!(!interaction.failed, "an interaction was not answered in time");
        interaction.acknowledged_at.is_none() || self.world.answers(id).iter().any(|message| message.is_loading())
    }
}

struct Bot(Child);

impl Bot {
    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.0.id())).expect("the bot runs, on Linux")
    }

    /// Its processor time so far, of all threads, to a hundredth of a second.
    fn cpu(&self) -> f64 {
        let stat = self.read("stat");
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |index: usize| fields[index].parse::<f64>().expect("a number of ticks");
        (ticks(11) + ticks(12)) / 100.0
    }

    /// What it holds in memory, in MiB.
    fn resident(&self) -> f64 {
        let status = self.read("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill();
        let _so_too = self.0.wait();
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::new().await;
    let started = Instant::now();
    let bot = town.run(folder.path());
    town.registered().await;
    println!("ready after {:.0} ms: connected, commands registered", started.elapsed().as_secs_f64() * 1e3);
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("idle in {:.1} MiB", bot.resident());
    let keys = (0..INTERACTIONS).map(|number| format!("K{number:05}")).collect::<Vec<_>>();
    town.ask(
        keys.chunks(200).map(|keys| format!("/stock product:Alpha duration:\"1 Day\" keys:\"{}\"", keys.join(" "))),
    )
    .await;
    println!("{INTERACTIONS} interactions, {AT_ONCE} at once:");
    for text in [
        "/review rating:5 review:\"Great service, *fast* delivery.\"",
        "/inventory",
        "/send user:@ana product:Alpha duration:\"1 Day\"",
    ] {
        let (before, started) = (bot.cpu(), Instant::now());
        town.ask(std::iter::repeat_n(text.to_owned(), INTERACTIONS)).await;
        let took = started.elapsed().as_secs_f64();
        let name = text.split(' ').next().unwrap_or_default();
        println!(
            "{name:<11} {:.2} s of processor time   {:>5.0} a second",
            bot.cpu() - before,
            INTERACTIONS as f64 / took
        );
    }
    println!("afterwards in {:.1} MiB", bot.resident());
}
