//! Everything there is in the world, behind one lock.

use crate::sim::application::Application;
use crate::sim::channel::Channel;
use crate::sim::dispatch::Listener;
use crate::sim::fault::Faults;
use crate::sim::guild::Guild;
use crate::sim::happening::Happening;
use crate::sim::id::{Id, Ids};
use crate::sim::interaction::{Interaction, PATIENCE};
use crate::sim::limit::Limiter;
use crate::sim::message::Message;
use crate::sim::refused::Refused;
use crate::sim::user::User;
use crate::sim::webhook::Webhook;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashMap;
use tokio::sync::mpsc::UnboundedSender;

/// Where the world says that its gateway and its files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// `wss://gateway.discord.gg`
    pub gateway: String,
    /// `https://cdn.discordapp.com`
    pub cdn: String,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { gateway: "wss://gateway.discord.gg".to_owned(), cdn: "https://cdn.discordapp.com".to_owned() }
    }
}

#[derive(Default)]
pub(super) struct State {
    /// Epoch milliseconds, read once per call.
    pub now: i64,
    pub seed: u64,
    pub ids: Ids,
    pub hosts: Hosts,
    pub users: IndexMap<Id, User>,
    pub guilds: IndexMap<Id, Guild>,
    pub channels: IndexMap<Id, Channel>,
    pub applications: IndexMap<Id, Application>,
    pub interactions: IndexMap<Id, Interaction>,
    pub webhooks: IndexMap<Id, Webhook>,
    /// What was uploaded, by its path on the file host.
    pub files: HashMap<String, Vec<u8>>,
    /// Nonces that are still remembered: channel, author and nonce, with the message and when it was sent.
    pub nonces: HashMap<(Id, Id, String), (Id, i64)>,
    pub listeners: Vec<Listener>,
    pub watchers: Vec<UnboundedSender<Happening>>,
    pub limiter: Limiter,
    pub faults: Faults,
    /// Interactions that nobody has answered yet, oldest first.
    pub waiting: Vec<Id>,
    /// Administrators have let everybody use every command.
    pub commands_for_everybody: bool,
}

impl State {
    pub(super) fn next_id(&mut self) -> Id {
        self.ids.next(self.now)
    }

    /// A credential that nobody guesses without the seed.
    pub(super) fn secret(&self, what: &str, id: Id) -> String {
        let hash = blake3::hash(format!("{}:{what}:{id}", self.seed).as_bytes());
        format!("{}{}", hash.to_hex(), &blake3::hash(hash.as_bytes()).to_hex()[..4])
    }

    pub(super) fn tell(&mut self, happening: impl FnOnce(&Self) -> Happening) {
        if !self.watchers.is_empty() {
            let happening = happening(self);
            self.watchers.retain(|watcher| watcher.send(happening.clone()).is_ok());
        }
    }

    /// Notices what time has done: interactions that nobody answered have failed.
    pub(super) fn settle(&mut self) {
        let now = self.now;
        let due = |state: &Self| {
            let id = *state.waiting.first()?;
            let interaction = state.interactions.get(&id)?;
            (interaction.created_at + PATIENCE < now).then_some(id)
        };
        while let Some(id) = due(self) {
            self.waiting.remove(0);
            let interaction = self.interactions.get_mut(&id).expect("waiting ones exist");
            interaction.failed = true;
            let interaction = Box::new(interaction.clone());
            self.tell(|_| Happening::Failed { interaction });
        }
    }

    pub(super) fn user(&self, id: Id) -> Result<&User, Refused> {
        self.users.get(&id).ok_or_else(|| Refused::code(10013))
    }

    pub(super) fn guild(&self, id: Id) -> Result<&Guild, Refused> {
        self.guilds.get(&id).ok_or_else(|| Refused::code(10004))
    }

    pub(super) fn guild_mut(&mut self, id: Id) -> Result<&mut Guild, Refused> {
        self.guilds.get_mut(&id).ok_or_else(|| Refused::code(10004))
    }

    pub(super) fn channel(&self, id: Id) -> Result<&Channel, Refused> {
        self.channels.get(&id).ok_or_else(|| Refused::code(10003))
    }

    pub(super) fn channel_mut(&mut self, id: Id) -> Result<&mut Channel, Refused> {
        self.channels.get_mut(&id).ok_or_else(|| Refused::code(10003))
    }

    pub(super) fn message(&self, channel: Id, id: Id) -> Result<&Message, Refused> {
        self.channel(channel)?.messages.get(&id).ok_or_else(|| Refused::code(10008))
    }

    pub(super) fn message_mut(&mut self, channel: Id, id: Id) -> Result<&mut Message, Refused> {
        self.channel_mut(channel)?.messages.get_mut(&id).ok_or_else(|| Refused::code(10008))
    }

    /// A message wherever it stands.
    pub(super) fn find_message(&self, id: Id) -> Option<&Message> {
        self.channels.values().find_map(|channel| channel.messages.get(&id))
    }

    pub(super) fn channels_of(&self, guild: Id) -> impl Iterator<Item = &Channel> {
        self.channels.values().filter(move |channel| channel.guild == Some(guild))
    }

    pub(super) fn guilds_of(&self, user: Id) -> impl Iterator<Item = &Guild> {
        self.guilds.values().filter(move |guild| guild.members.contains_key(&user))
    }

    pub(super) fn member_json(&self, guild: Id, user: Id) -> Option<Value> {
        Some(self.guilds.get(&guild)?.members.get(&user)?.json(self.users.get(&user)?))
    }

    pub(super) fn by_token(&self, token: &str) -> Option<Id> {
        self.applications.values().find(|application| application.token == token).map(|application| application.id)
    }
}
