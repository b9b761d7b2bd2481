//! A served world with one guild, one bot and one member.

use crate::flow::port::SystemClock;
use crate::flow::request::Method;
use crate::sim::channel::kind;
use crate::sim::id::Id;
use crate::sim::intent;
use crate::sim::net::server::Server;
use crate::sim::net::settings::Settings;
use crate::sim::permission::Permissions;
use crate::sim::rest::call::RestCall;
use crate::sim::world::World;
use serde_json::{Value, json};
use std::sync::Arc;

pub const PLAIN: u64 = intent::GUILDS;
pub const MEMBERS: u64 = intent::GUILD_MEMBERS;

pub struct Stage {
    pub world: Arc<World>,
    pub server: Server,
    pub token: String,
    pub application: Id,
    pub guild: Id,
    pub channel: Id,
    pub member: Id,
}

impl Stage {
    pub async fn set() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let world = match settings.clock.clone() {
            Some(clock) => World::new(clock),
            None => World::new(Arc::new(SystemClock)),
        };
        let guild = world.add_guild("Shop");
        let channel = world.add_channel(guild, "general", kind::TEXT, None, &[]).expect("a channel");
        let member = world.add_user("ana");
        world.add_member(guild, member, &[]).expect("a member");
        let bot = world.add_bot("clerk", "a.token.of-a-bot");
        world.invite(bot.id, guild, Permissions::ADMINISTRATOR).expect("an invited bot");
        let commands = RestCall::new(Method::Put, format!("/applications/{}/commands", bot.id)).bot(&bot.token);
        let registered = world.rest(&commands.body(json!([{ "name": "ping", "description": "Pings", "options": [
            { "name": "times", "description": "How often", "type": 4 },
            { "name": "where", "description": "Which", "type": 3, "autocomplete": true },
            { "name": "list", "description": "A file", "type": 11 },
        ] }])));
        assert_eq!(registered.map(|answer| answer.status), Some(200));
        let server = Server::bind_with(world.clone(), ([127, 0, 0, 1], 0).into(), settings).await.expect("a port");
        Self { world, server, token: bot.token, application: bot.id, guild, channel, member }
    }

    pub fn gateway(&self) -> String {
        self.server.gateway()
    }

    /// An address below `/api/v10`.
    pub fn api(&self, path: &str) -> String {
        format!("{}/api/v10{path}", self.server.http())
    }

    /// The developer portal's switches.
    pub fn allow_privileged(&self) {
        self.world.set_privileged(self.application, intent::PRIVILEGED);
    }

    /// Waits until nobody can resume that session any more.
    pub async fn session_gone(&self, id: &Value) {
        if let Some(session) = self.server.wire.sessions.find(id.as_str().expect("an id")) {
            session.ended().cancelled().await;
        }
    }

    /// Something that the bot is told of, with its id.
    pub fn happen(&self) -> Id {
        self.world.command(self.member, self.channel, "/ping").expect("a command")
    }

    pub fn happen_in_dm(&self) -> Id {
        self.world.dm(self.member, self.application, "psst").expect("a message");
        let direct = self.world.direct(self.application, self.member).expect("a channel");
        self.world.command(self.member, direct.id, "/ping").expect("a command")
    }
}
