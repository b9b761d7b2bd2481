//! Gateway events: made once, and shown to each connection as far as it may see.

use crate::sim::channel::Channel;
use crate::sim::id::Id;
use crate::sim::intent;
use crate::sim::message::Message;
use crate::sim::state::State;
use serde_json::{Value, json};
use std::fmt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// `t` and `d` of a frame with opcode 0.
#[derive(Clone, PartialEq)]
pub struct Dispatch {
    pub kind: String,
    pub data: Value,
    /// Decides the shard; none goes to shard 0.
    pub guild: Option<Id>,
}

/// An interaction's token does not show.
impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.data["id"])
    }
}

/// Why a connection is refused: the gateway's close code, with Discord's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    #[error("Authentication failed.")]
    Authentication,
    #[error("Invalid intent(s).")]
    InvalidIntents,
    #[error("Disallowed intent(s).")]
    DisallowedIntents,
}

impl Closed {
    /// Source: "Gateway Close Event Codes" in the reference of Discord's API.
    pub fn code(self) -> u16 {
        match self {
            Self::Authentication => 4004,
            Self::InvalidIntents => 4013,
            Self::DisallowedIntents => 4014,
        }
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Listener {
    pub application: Id,
    pub intents: u64,
    pub sender: UnboundedSender<Dispatch>,
}

/// Where something happened, which decides who hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Guild(Id),
    /// Only who sees the channel hears.
    Channel(Id),
}

impl State {
    pub(super) fn connect(&mut self, application: Id, intents: u64) -> Result<UnboundedReceiver<Dispatch>, Closed> {
        let known = self.applications.get(&application).ok_or(Closed::Authentication)?;
        if intents & !intent::KNOWN != 0 {
            return Err(Closed::InvalidIntents);
        }
        if intents & intent::PRIVILEGED & !known.privileged != 0 {
            return Err(Closed::DisallowedIntents);
        }
        let (sender, receiver) = unbounded_channel();
        let listener = Listener { application, intents, sender };
        let guilds: Vec<Id> = self.guilds_of(application).map(|guild| guild.id).collect();
        for guild in guilds.into_iter().filter(|_| intents & intent::GUILDS != 0) {
            listener.send("GUILD_CREATE", Some(guild), self.guild_create(guild, application, intents));
        }
        self.listeners.push(listener);
        Ok(receiver)
    }

    /// Tells every connection that is there, asked for it, and can see the place.
    pub(super) fn emit(&mut self, kind: &str, place: Place, data: &Value) {
        self.listeners.retain(|listener| !listener.sender.is_closed());
        for listener in &self.listeners {
            if let Some(guild) = self.hears(listener, kind, place) {
                listener.send(kind, guild, data.clone());
            }
        }
    }

    /// As [`State::emit`], with the text blanked for those who may not read it.
    pub(super) fn emit_message(&mut self, kind: &str, message: &Message, extra: &Value) {
        if message.ephemeral_to.is_some() {
            return;
        }
        self.listeners.retain(|listener| !listener.sender.is_closed());
        for listener in &self.listeners {
            let Some(guild) = self.hears(listener, kind, Place::Channel(message.channel)) else { continue };
            let mut data = self.message_event_json(message, listener.application);
            for (key, value) in extra.as_object().into_iter().flatten() {
                data[key] = value.clone();
            }
            if !may_read(listener, message) {
                blank(&mut data);
            }
            listener.send(kind, guild, data);
        }
    }

    /// Interactions come to their application whatever it asked for.
    pub(super) fn emit_to(&mut self, application: Id, kind: &str, guild: Option<Id>, data: &Value) {
        self.listeners.retain(|listener| !listener.sender.is_closed());
        for listener in self.listeners.iter().filter(|listener| listener.application == application) {
            listener.send(kind, guild, data.clone());
        }
    }

    /// The shard's guild when the listener gets the event.
    fn hears(&self, listener: &Listener, kind: &str, place: Place) -> Option<Option<Id>> {
        let (guild, seen) = match place {
            Place::Guild(guild) => (Some(guild), true),
            Place::Channel(id) => {
                let channel = self.channels.get(&id)?;
                (channel.guild, self.can_see(channel, listener.application))
            }
        };
        let there = guild.is_none_or(|id| self.is_member(id, listener.application));
        let needs = intent::of(kind, guild.is_some());
        (seen && there && listener.intents & needs == needs).then_some(guild)
    }

    pub(super) fn is_member(&self, guild: Id, user: Id) -> bool {
        self.guilds.get(&guild).is_some_and(|guild| guild.members.contains_key(&user))
    }

    /// A guild as a connection first sees it: with channels, and with the members it may know of.
    pub(super) fn guild_create(&self, id: Id, application: Id, intents: u64) -> Value {
        let Some(guild) = self.guilds.get(&id) else { return Value::Null };
        let mut data = guild.json();
        let known = |user: &Id| *user == application || intents & intent::GUILD_MEMBERS != 0;
        let members = guild.members.keys().filter(|user| known(user)).filter_map(|user| self.member_json(id, *user));
        data["members"] = members.collect();
        data["member_count"] = json!(guild.members.len());
        data["channels"] = self.channels_of(id).map(Channel::json).collect();
        data["joined_at"] = json!(guild.members.get(&application).map(|me| crate::sim::time::iso(me.joined_at)));
        data["large"] = json!(guild.members.len() > 250);
        data["unavailable"] = json!(false);
        for empty in
            ["threads", "voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            data[empty] = json!([]);
        }
        data
    }
}

impl Listener {
    pub(super) fn send(&self, kind: &str, guild: Option<Id>, data: Value) {
        // A connection that just closed misses nothing that it could still use.
        let _ = self.sender.send(Dispatch { kind: kind.to_owned(), data, guild });
    }
}

/// A bot reads its own messages, direct ones, those that ping it, and with the intent all.
fn may_read(listener: &Listener, message: &Message) -> bool {
    let me = listener.application;
    listener.intents & intent::MESSAGE_CONTENT != 0
        || message.author == me
        || message.application == Some(me)
        || message.guild.is_none()
        || message.mentions.contains(&me)
}

fn blank(data: &mut Value) {
    data["content"] = json!("");
    for list in ["embeds", "components", "attachments"] {
        data[list] = json!([]);
    }
}
