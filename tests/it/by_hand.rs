//! The engine in this process, on a clock that is moved by hand: what takes ten minutes takes no time.

use crate::harness::{Town, store_bot};
use botwright::compile::{Environment, check};
use botwright::engine::{Bot, Identity};
use botwright::flow::event::Event;
use botwright::flow::port::{Clock, Ports, SystemDice};
use botwright::flow::trace::Unwatched;
use botwright::sim::inproc::Client;
use botwright::sim::message::Message;
use botwright::sim::{Breakage, Dispatch, Id, ManualClock, Permissions, Target};
use botwright::store::SqliteStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

const TOKEN: &str = "by hand";
const MINUTE: i64 = 60_000;
/// 2026-01-05T09:00:00Z
const MONDAY: i64 = 1_767_603_600_000;

struct Stage {
    play: Town,
    clock: Arc<ManualClock>,
    bot: Arc<Bot>,
    events: UnboundedReceiver<Dispatch>,
}

impl Stage {
    async fn set() -> Self {
        let clock = Arc::new(ManualClock::new(MONDAY));
        let play = Town::new(clock.clone(), TOKEN, Permissions::ADMINISTRATOR);
        let vouches = play.vouches.to_string();
        let environment = Environment::default().with("VOUCHES_CHANNEL_ID", &vouches);
        let program = check("store.yaml", store_bot().as_bytes(), &environment).program.expect("no mistakes");
        let store = SqliteStore::open("sqlite::memory:", clock.clone()).await.expect("a database");
        let client = Arc::new(Client::new(play.world.clone(), TOKEN));
        let ports = Ports {
            discord: client.clone(),
            memory: Arc::new(store),
            http: client,
            clock: clock.clone() as Arc<dyn Clock>,
            dice: Arc::new(SystemDice),
            trace: Arc::new(Unwatched),
        };
        let events = play.world.subscribe(play.bot, program.intents).expect("a connection");
        let bot = Bot::start(program, ports).await.expect("a bot");
        let id = play.bot.to_string();
        bot.connected(Identity { application: id.clone(), user: id, name: "botwright".to_owned() });
        let mut stage = Self { play, clock, bot, events };
        stage.rest().await;
        stage
    }

    /// Delivers what has happened, until nothing is under way.
    async fn rest(&mut self) {
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.bot.deliver(Event::read(&event.kind, event.data));
            }
            timeout(Duration::from_secs(10), self.bot.idle()).await.expect("the bot comes to rest");
            if self.events.is_empty() {
                return;
            }
        }
    }

    async fn answer(&mut self, asked: Id) -> Message {
        self.rest().await;
        self.play.world.answers(asked).pop().expect("an answer")
    }

    async fn root(&mut self, command: &str) -> Message {
        let asked = self.play.world.command(self.play.root, self.play.general, command).expect("a command");
        self.answer(asked).await
    }

    async fn undo(&mut self) -> String {
        let asked = self.play.world.click_label(self.play.root, None, "Undo").expect("the button");
        self.answer(asked).await.content
    }

    /// The titles of the answer's embeds.
    async fn title(&mut self, command: &str) -> String {
        let answer = self.root(command).await;
        answer.embeds.first().and_then(|embed| embed["title"].as_str()).unwrap_or(&answer.content).to_owned()
    }

    fn letters(&self) -> usize {
        self.play.world.direct(self.play.bot, self.play.ana).map_or(0, |channel| channel.messages.len())
    }
}

const STOCK: &str = "/stock product:Alpha duration:\"1 Day\" keys:k3y-1";
const SEND: &str = "/send user:@ana product:Alpha duration:\"1 Day\"";

#[tokio::test]
async fn undo_works_for_ten_minutes() {
    let mut stage = Stage::set().await;
    stage.root(STOCK).await;
    for (after, says) in
        [(10 * MINUTE, "1 key back in stock."), (10 * MINUTE + 1, "Undo worked for ten minutes; they are over.")]
    {
        stage.root("/clearstock product:Alpha duration:\"1 Day\"").await;
        stage.clock.advance(after);
        assert_eq!(stage.undo().await, says, "after {after} ms");
    }
    assert_eq!(stage.title(SEND).await, "Out of stock");
}

#[tokio::test]
async fn a_delivery_of_which_nobody_knows_whether_it_arrived_is_not_repeated() {
    let mut stage = Stage::set().await;
    stage.root(STOCK).await;
    let path = "/channels/*/messages".to_owned();
    let message = Target::Route(botwright::flow::request::Method::Post, path);
    stage.play.world.refuse(message, Breakage::SilenceAfter, 1);
    let asked = stage.play.world.command(stage.play.root, stage.play.general, SEND).expect("a command");
    assert!(stage.answer(asked).await.is_loading(), "nobody knows yet");
    assert_eq!(stage.letters(), 1, "it had arrived");
    assert_eq!(stage.title(SEND).await, "Out of stock", "so nobody else gets that key");
    stage.clock.advance(2_000);
    assert_eq!(stage.answer(asked).await.embeds[0]["title"], "🔑 Key sent", "it was looked for");
    assert_eq!(stage.letters(), 1, "and not sent again");
}

#[tokio::test]
async fn a_message_that_could_not_be_begun_is_tried_again() {
    let mut stage = Stage::set().await;
    stage.root(STOCK).await;
    let open = Target::Route(botwright::flow::request::Method::Post, "/users/@me/channels".to_owned());
    stage.play.world.refuse(open, Breakage::Silence, 1);
    let asked = stage.play.world.command(stage.play.root, stage.play.general, SEND).expect("a command");
    assert!(stage.answer(asked).await.is_loading(), "nobody knows yet");
    assert_eq!(stage.title(SEND).await, "Out of stock", "the key is kept for it");
    stage.clock.advance(2_000);
    assert_eq!(stage.answer(asked).await.embeds[0]["title"], "🔑 Key sent");
    assert_eq!(stage.letters(), 1);
}

#[tokio::test]
async fn an_opener_who_left_is_noticed_within_the_hour_without_the_intent() {
    let mut stage = Stage::set().await;
    stage.root("/ticketpanel").await;
    let world = stage.play.world.clone();
    let asked = world.click_label(stage.play.ana, Some(stage.play.general), "Open Ticket").expect("a click");
    stage.answer(asked).await;
    let ticket = world.channel_named(stage.play.guild, "ticket-1-ana").expect("a ticket");
    world.remove_member(stage.play.guild, stage.play.ana).expect("a member");
    stage.rest().await;
    let told = || world.messages(ticket).iter().any(|message| message.content.contains("has left the server"));
    assert!(!told(), "nobody said so yet");
    stage.clock.advance(60 * MINUTE);
    let noticed = async {
        while !told() {
            stage.rest().await;
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), noticed).await.expect("it is noticed");
}
