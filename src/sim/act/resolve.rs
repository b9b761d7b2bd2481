//! `resolved`: what the ids in an interaction stand for.

use crate::sim::channel::Channel;
use crate::sim::id::Id;
use crate::sim::state::State;
use serde_json::{Map, Value, json};

/// Things that options or selects named.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub users: Vec<Id>,
    pub roles: Vec<Id>,
    pub channels: Vec<Id>,
    pub messages: Vec<(Id, Id)>,
    /// Attachment objects.
    pub attachments: Vec<Value>,
}

impl State {
    /// None when nothing was named.
    pub(super) fn resolved(&self, named: &Named, at: &Channel, user: Id, application: Id) -> Option<Value> {
        let mut out = Map::new();
        let users = named.users.iter().filter_map(|id| Some((id.to_string(), self.users.get(id)?.json())));
        keep(&mut out, "users", users.collect());
        let member = |id: &Id| Some((id.to_string(), self.resolved_member(*id, at)?));
        keep(&mut out, "members", named.users.iter().filter_map(member).collect());
        let guild = at.guild.and_then(|guild| self.guilds.get(&guild));
        let role = |id: &Id| Some((id.to_string(), guild?.roles.get(id)?.json()));
        keep(&mut out, "roles", named.roles.iter().filter_map(role).collect());
        let channels = named.channels.iter().filter_map(|id| self.channels.get(id));
        keep(&mut out, "channels", channels.map(|one| (one.id.to_string(), partial(one, user, self))).collect());
        let message = |(channel, id): &(Id, Id)| {
            Some((id.to_string(), self.message_json(self.message(*channel, *id).ok()?, application)))
        };
        keep(&mut out, "messages", named.messages.iter().filter_map(message).collect());
        let id = |attachment: &Value| attachment["id"].as_str().unwrap_or_default().to_owned();
        let attachments = named.attachments.iter().map(|attachment| (id(attachment), attachment.clone()));
        keep(&mut out, "attachments", attachments.collect());
        (!out.is_empty()).then_some(Value::Object(out))
    }

    /// Without `user`, `deaf` and `mute`, but with what they may do here.
    fn resolved_member(&self, user: Id, at: &Channel) -> Option<Value> {
        let mut member = self.guilds.get(&at.guild?)?.members.get(&user)?.partial_json();
        let map = member.as_object_mut()?;
        map.shift_remove("deaf");
        map.shift_remove("mute");
        map.insert("permissions".to_owned(), json!(self.permissions_in(at, user).to_string()));
        Some(member)
    }
}

/// With what the user may do there.
fn partial(channel: &Channel, user: Id, state: &State) -> Value {
    json!({ "id": channel.id, "name": channel.name, "type": channel.kind, "parent_id": channel.parent,
        "topic": channel.topic, "position": channel.position, "nsfw": channel.nsfw, "flags": 0,
        "guild_id": channel.guild, "last_message_id": channel.last_message,
        "rate_limit_per_user": channel.slowmode,
        "permissions": state.permissions_in(channel, user).to_string() })
}

fn keep(out: &mut Map<String, Value>, key: &str, entries: Map<String, Value>) {
    if !entries.is_empty() {
        out.insert(key.to_owned(), Value::Object(entries));
    }
}
