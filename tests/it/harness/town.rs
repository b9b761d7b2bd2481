//! The server that the store is tried on: people, channels, a bot and a webhook.

use botwright::flow::port::Clock;
use botwright::sim::channel::kind;
use botwright::sim::{Id, Permissions, Playground, World, intent};
use std::sync::Arc;

pub struct Town {
    pub world: Arc<World>,
    pub guild: Id,
    pub root: Id,
    pub ana: Id,
    pub bot: Id,
    pub general: Id,
    pub vouches: Id,
    pub staff: Id,
    pub webhook: Id,
    /// Below the host; a credential.
    pub webhook_path: String,
}

impl Town {
    pub fn new(clock: Arc<dyn Clock>, token: &str, permissions: Permissions) -> Self {
        let play = Playground::new(clock).expect("the playground fits");
        let world = play.world.clone();
        let channel = |name| world.add_channel(play.guild, name, kind::TEXT, None, &[]).expect("a channel");
        let (vouches, log) = (channel("vouches"), channel("log"));
        let bot = world.add_bot("botwright", token).id;
        world.set_privileged(bot, intent::PRIVILEGED);
        world.invite(bot, play.guild, permissions).expect("an invited bot");
        let (webhook, webhook_path) = world.add_webhook(log, "Log").expect("a webhook");
        Self {
            world,
            guild: play.guild,
            root: play.root,
            ana: play.ana,
            bot,
            general: play.general,
            vouches,
            staff: play.staff,
            webhook,
            webhook_path,
        }
    }
}
