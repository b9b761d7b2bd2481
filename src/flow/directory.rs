//! Which channels and roles a server has, so that they may be given by name.

use crate::flow::effect::Effect;
use crate::flow::entity;
use crate::flow::event::Event;
use crate::flow::port::Discord;
use crate::flow::refusal::{Refusal, code};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What is known of each server: filled by events, asked for where nothing is known yet.
#[derive(Default)]
pub struct Directory {
    guilds: Mutex<HashMap<String, Guild>>,
}

#[derive(Default, Clone)]
struct Guild {
    name: String,
    owner: String,
    channels: Option<HashMap<String, Arc<Value>>>,
    roles: Option<HashMap<String, Arc<Value>>>,
}

/// Discord's channel type of a category.
pub const CATEGORY: u64 = 4;

impl Directory {
    fn guilds(&self) -> MutexGuard<'_, HashMap<String, Guild>> {
        self.guilds.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Takes in what happened.
    pub fn apply(&self, event: &Event) {
        let mut guilds = self.guilds();
        match event {
            Event::GuildSeen { guild, data } => {
                let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
                let entry = Guild {
                    name: text("name"),
                    owner: text("owner_id"),
                    channels: by_id(&data["channels"]),
                    roles: by_id(&data["roles"]),
                };
                guilds.insert(guild.clone(), entry);
            }
            Event::GuildLost { guild } => {
                guilds.remove(guild);
            }
            Event::ChannelChanged { guild, data } => {
                put(guilds.get_mut(guild).and_then(|known| known.channels.as_mut()), data)
            }
            Event::RoleChanged { guild, data } => {
                put(guilds.get_mut(guild).and_then(|known| known.roles.as_mut()), &data["role"])
            }
            Event::ChannelDeleted { guild, channel } => {
                if let Some(channels) = guilds.get_mut(guild).and_then(|known| known.channels.as_mut()) {
                    channels.remove(channel);
                }
            }
            Event::RoleDeleted { guild, role } => {
                if let Some(roles) = guilds.get_mut(guild).and_then(|known| known.roles.as_mut()) {
                    roles.remove(role);
                }
            }
            _ => {}
        }
    }

    /// The server's name; empty until Discord has told it.
    pub fn guild_name(&self, guild: &str) -> String {
        self.guilds().get(guild).map(|known| known.name.clone()).unwrap_or_default()
    }

    /// Whether that user owns the server.
    pub fn is_owner(&self, guild: &str, user: &str) -> bool {
        self.guilds().get(guild).is_some_and(|known| known.owner == user)
    }

    /// The ids of the servers that Discord has told of.
    pub fn known_guilds(&self) -> Vec<String> {
        self.guilds().keys().cloned().collect()
    }

    /// Whether a server has that channel, as far as is known: one of which nothing is known may have it.
    pub fn has_channel(&self, id: &str) -> bool {
        self.guilds().values().any(|guild| guild.channels.as_ref().is_none_or(|all| all.contains_key(id)))
    }

    /// Whether a server has that role, as far as is known.
    pub fn has_role(&self, id: &str) -> bool {
        self.guilds().values().any(|guild| guild.roles.as_ref().is_none_or(|all| all.contains_key(id)))
    }

    /// A channel's id from its id, mention or name; of two with one name, neither.
    pub async fn channel(&self, discord: &dyn Discord, guild: &str, name: &str) -> Result<String, Refusal> {
        if let Some(id) = bare_id(name, "<#") {
            return Ok(id);
        }
        let channels = self.channels(discord, guild).await?;
        let name = name.trim_start_matches('#');
        let found = channels.iter().filter(|channel| channel["type"] != CATEGORY && channel["name"] == *name);
        one(found, || {
            Refusal::new(404, code::UNKNOWN_CHANNEL, format!("there is no channel, or more than one, named \"{name}\""))
        })
    }

    /// A role's id from its id, mention or name.
    pub async fn role(&self, discord: &dyn Discord, guild: &str, name: &str) -> Result<String, Refusal> {
        if let Some(id) = bare_id(name, "<@&") {
            return Ok(id);
        }
        let roles = self.roles(discord, guild).await?;
        let found = roles.iter().filter(|role| role["name"] == *name.trim_start_matches('@'));
        one(found, || {
            Refusal::new(404, code::UNKNOWN_ROLE, format!("there is no role, or more than one, named \"{name}\""))
        })
    }

    /// All channels of a server, categories too.
    pub async fn channels(&self, discord: &dyn Discord, guild: &str) -> Result<Vec<Arc<Value>>, Refusal> {
        let known = self
            .guilds()
            .get(guild)
            .and_then(|known| known.channels.as_ref().map(|all| all.values().cloned().collect()));
        if let Some(channels) = known {
            return Ok(channels);
        }
        let answer = discord.perform(&Effect::GuildChannels { guild: guild.to_owned() }).await?;
        let channels = by_id(&answer);
        let list = channels.iter().flat_map(|all| all.values().cloned()).collect();
        self.guilds().entry(guild.to_owned()).or_default().channels = channels;
        Ok(list)
    }

    async fn roles(&self, discord: &dyn Discord, guild: &str) -> Result<Vec<Arc<Value>>, Refusal> {
        let known =
            self.guilds().get(guild).and_then(|known| known.roles.as_ref().map(|all| all.values().cloned().collect()));
        if let Some(roles) = known {
            return Ok(roles);
        }
        let answer = discord.perform(&Effect::GuildRoles { guild: guild.to_owned() }).await?;
        let roles = by_id(&answer);
        let list = roles.iter().flat_map(|all| all.values().cloned()).collect();
        self.guilds().entry(guild.to_owned()).or_default().roles = roles;
        Ok(list)
    }

    /// Takes in a channel that the bot has made, before its event arrives.
    pub fn made_channel(&self, guild: &str, channel: &Value) {
        put(self.guilds().get_mut(guild).and_then(|known| known.channels.as_mut()), channel);
    }

    /// What was remembered of a server's channels turned out wrong: it is asked for again.
    pub fn forget_channels(&self, guild: &str) {
        if let Some(known) = self.guilds().get_mut(guild) {
            known.channels = None;
        }
    }
}

fn by_id(list: &Value) -> Option<HashMap<String, Arc<Value>>> {
    let list = list.as_array()?;
    Some(list.iter().filter_map(|item| Some((item["id"].as_str()?.to_owned(), Arc::new(item.clone())))).collect())
}

fn put(map: Option<&mut HashMap<String, Arc<Value>>>, item: &Value) {
    if let (Some(map), Some(id)) = (map, item["id"].as_str()) {
        map.insert(id.to_owned(), Arc::new(item.clone()));
    }
}

/// `123…` or a mention such as `<#123…>`.
fn bare_id(text: &str, open: &str) -> Option<String> {
    let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    entity::is_id(inner).then(|| inner.to_owned())
}

fn one<'a>(mut found: impl Iterator<Item = &'a Arc<Value>>, refusal: impl Fn() -> Refusal) -> Result<String, Refusal> {
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only["id"].as_str().unwrap_or_default().to_owned()),
        _ => Err(refusal()),
    }
}
