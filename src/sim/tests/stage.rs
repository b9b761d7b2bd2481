//! The playground with a clock by hand, and short ways to ask it things.

use crate::flow::payload::File;
use crate::flow::request::Method;
use crate::sim::channel::{Overwrite, kind};
use crate::sim::intent;
use crate::sim::{Id, ManualClock, Permissions, Playground, RestAnswer, RestCall};
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::Arc;

/// 2026-01-05T09:00:00Z.
pub const START: i64 = 1_767_603_600_000;

pub struct Stage {
    pub clock: Arc<ManualClock>,
    play: Playground,
    /// The category of the channels.
    pub lobby: Id,
    pub square: Id,
    /// Only staff sees it.
    pub staff_log: Id,
    pub bot: Id,
    pub token: String,
    pub webhook: Id,
    pub webhook_path: String,
}

impl Deref for Stage {
    type Target = Playground;

    fn deref(&self) -> &Playground {
        &self.play
    }
}

impl Stage {
    /// The bot is an administrator.
    pub fn new() -> Self {
        Self::with(Permissions::ADMINISTRATOR)
    }

    pub fn with(permissions: Permissions) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let play = Playground::new(clock.clone()).unwrap();
        let world = play.world.clone();
        let lobby = world.add_channel(play.guild, "Lobby", kind::CATEGORY, None, &[]).unwrap();
        let square = world.add_channel(play.guild, "square", kind::TEXT, Some(lobby), &[]).unwrap();
        let hidden = [
            Overwrite::role(play.guild, Permissions::NONE, Permissions::VIEW_CHANNEL),
            Overwrite::role(play.staff, Permissions::VIEW_CHANNEL, Permissions::NONE),
        ];
        let staff_log = world.add_channel(play.guild, "staff-log", kind::TEXT, Some(lobby), &hidden).unwrap();
        let bot = world.add_bot("botwright", "the-token").id;
        world.set_privileged(bot, intent::PRIVILEGED);
        world.invite(bot, play.guild, permissions).unwrap();
        let (webhook, webhook_path) = world.add_webhook(staff_log, "Log").unwrap();
        Self { clock, play, lobby, square, staff_log, bot, token: "the-token".to_owned(), webhook, webhook_path }
    }

    pub fn call(&self, method: Method, path: &str, body: Value) -> RestAnswer {
        self.world.rest(&RestCall::new(method, path).bot(&self.token).body(body)).unwrap()
    }

    pub fn get(&self, path: &str) -> RestAnswer {
        self.call(Method::Get, path, Value::Null)
    }

    pub fn post(&self, path: &str, body: Value) -> RestAnswer {
        self.call(Method::Post, path, body)
    }

    pub fn put(&self, path: &str, body: Value) -> RestAnswer {
        self.call(Method::Put, path, body)
    }

    pub fn patch(&self, path: &str, body: Value) -> RestAnswer {
        self.call(Method::Patch, path, body)
    }

    pub fn delete(&self, path: &str) -> RestAnswer {
        self.call(Method::Delete, path, Value::Null)
    }

    pub fn send(&self, channel: Id, body: Value) -> RestAnswer {
        self.post(&format!("/channels/{channel}/messages"), body)
    }

    pub fn upload(&self, path: &str, body: Value, name: &str, content: &[u8]) -> RestAnswer {
        let mut call = RestCall::new(Method::Post, path).bot(&self.token).body(body);
        call.files.push(File { name: name.to_owned(), content: content.to_vec() });
        self.world.rest(&call).unwrap()
    }

    pub fn register(&self, commands: Value) -> RestAnswer {
        self.put(&format!("/applications/{}/commands", self.bot), commands)
    }

    /// `/ping` without options.
    pub fn with_ping(self) -> Self {
        assert_eq!(self.register(json!([{ "name": "ping", "description": "Ping" }])).status, 200);
        self
    }

    pub fn ping(&self, user: Id) -> Id {
        self.world.command(user, self.general, "/ping").unwrap()
    }

    /// The first answer to an interaction.
    pub fn respond(&self, interaction: Id, body: Value) -> RestAnswer {
        let token = self.world.interaction(interaction).unwrap().token;
        let path = format!("/interactions/{interaction}/{token}/callback");
        self.world.rest(&RestCall::new(Method::Post, path).body(body)).unwrap()
    }

    /// What follows: `suffix` is empty or `/messages/@original`.
    pub fn follow(&self, interaction: Id, method: Method, suffix: &str, body: Value) -> RestAnswer {
        let known = self.world.interaction(interaction).unwrap();
        let path = format!("/webhooks/{}/{}{suffix}", known.application, known.token);
        self.world.rest(&RestCall::new(method, path).body(body)).unwrap()
    }

    /// A message with one button, in `#general`.
    pub fn panel(&self, custom_id: &str, label: &str) -> Id {
        let row = json!({ "type": 1, "components":
            [{ "type": 2, "style": 1, "custom_id": custom_id, "label": label }] });
        id(&self.send(self.general, json!({ "content": "panel", "components": [row] })))
    }
}

pub fn id(answer: &RestAnswer) -> Id {
    assert!(answer.status < 300, "{answer:?}");
    answer.body["id"].as_str().unwrap().parse().unwrap()
}

/// Status and code of a refusal.
pub fn refusal(answer: &RestAnswer) -> (u16, u64) {
    (answer.status, answer.body["code"].as_u64().unwrap_or(0))
}

/// The code of the first mistake at a place of a form: `embeds.0.title`.
pub fn mistake<'a>(answer: &'a RestAnswer, path: &str) -> &'a str {
    assert_eq!(refusal(answer), (400, 50035), "{answer:?}");
    let node = path.split('.').fold(&answer.body["errors"], |node, part| &node[part]);
    node["_errors"][0]["code"].as_str().unwrap_or_else(|| panic!("nothing at {path}: {}", answer.body))
}
