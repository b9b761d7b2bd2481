//! Messages, channels and interactions as JSON, where that needs to know more than the thing itself.

use crate::sim::channel::Channel;
use crate::sim::id::Id;
use crate::sim::interaction::{Interaction, kind};
use crate::sim::message::{Message, Reaction};
use crate::sim::state::State;
use crate::sim::time::iso;
use serde_json::{Value, json};

impl State {
    /// As REST answers; `reader` is the application that asks.
    pub(super) fn message_json(&self, message: &Message, reader: Id) -> Value {
        let mut json = self.bare_message_json(message, reader);
        if let Some(to) = message.reply_to {
            let original = self.message(message.channel, to).ok();
            json["referenced_message"] = original.map_or(Value::Null, |m| self.bare_message_json(m, reader));
        }
        json
    }

    /// As the gateway tells: with the guild and the author's membership.
    pub(super) fn message_event_json(&self, message: &Message, reader: Id) -> Value {
        let mut json = self.message_json(message, reader);
        json["channel_type"] = json!(self.channel(message.channel).map(|channel| channel.kind).unwrap_or_default());
        if let Some(guild) = message.guild {
            json["guild_id"] = json!(guild);
            let member = self.guilds.get(&guild).and_then(|guild| guild.members.get(&message.author));
            if let Some(member) = member {
                json["member"] = member.partial_json();
            }
        }
        json
    }

    fn bare_message_json(&self, message: &Message, reader: Id) -> Value {
        let mut json = json!({
            "id": message.id,
            "channel_id": message.channel,
            "type": message.kind,
            "author": self.author_json(message),
            "content": message.content,
            "mentions": message.mentions.iter().filter_map(|id| self.users.get(id)).map(|user| user.json())
                .collect::<Vec<_>>(),
            "mention_roles": message.mention_roles,
            "mention_everyone": message.mention_everyone,
            "attachments": message.attachments,
            "embeds": message.embeds,
            "components": message.components,
            "timestamp": iso(message.sent_at),
            "edited_timestamp": message.edited_at.map(iso),
            "flags": message.flags,
            "pinned": message.pinned,
            "tts": false,
        });
        if let Some(application) = message.application {
            json["application_id"] = json!(application);
        }
        if let Some(face) = &message.webhook {
            json["webhook_id"] = json!(face.webhook);
        }
        if let Some(nonce) = &message.nonce {
            json["nonce"] = nonce.clone();
        }
        if !message.reactions.is_empty() {
            json["reactions"] = message.reactions.iter().map(|reaction| reaction_json(reaction, reader)).collect();
        }
        if let Some(to) = message.reply_to {
            json["message_reference"] =
                json!({ "type": 0, "channel_id": message.channel, "message_id": to, "guild_id": message.guild });
        }
        self.add_origin(&mut json, message);
        json
    }

    /// An answer to an interaction is the bot's, and its `webhook_id` is the application's.
    fn add_origin(&self, json: &mut Value, message: &Message) {
        let Some(interaction) = message.interaction.and_then(|id| self.interactions.get(&id)) else { return };
        json["webhook_id"] = json!(interaction.application);
        json["interaction_metadata"] = self.origin_json(interaction);
        if interaction.kind == kind::COMMAND {
            let user = self.users.get(&interaction.user).map(|user| user.json());
            json["interaction"] =
                json!({ "id": interaction.id, "type": interaction.kind, "name": interaction.name, "user": user });
        }
    }

    fn origin_json(&self, interaction: &Interaction) -> Value {
        let mut origin = json!({
            "id": interaction.id,
            "type": interaction.kind,
            "user": self.users.get(&interaction.user).map(|user| user.json()),
            "authorizing_integration_owners": self.integration_owners(interaction.guild),
        });
        match interaction.kind {
            kind::COMMAND => origin["name"] = json!(interaction.name),
            kind::COMPONENT => origin["interacted_message_id"] = json!(interaction.message),
            _ => {
                let opener = interaction.triggered_by.and_then(|id| self.interactions.get(&id));
                origin["triggering_interaction_metadata"] =
                    opener.map_or(Value::Null, |opener| self.origin_json(opener));
            }
        }
        origin
    }

    pub(super) fn integration_owners(&self, guild: Option<Id>) -> Value {
        json!({ "0": guild.map_or_else(|| "0".to_owned(), |id| id.to_string()) })
    }

    fn author_json(&self, message: &Message) -> Value {
        if let Some(face) = &message.webhook {
            return json!({ "id": face.webhook, "username": face.name, "avatar": face.avatar, "discriminator": "0000",
                "global_name": null, "bot": true, "public_flags": 0, "flags": 0, "primary_guild": null });
        }
        self.users.get(&message.author).map(|user| user.json()).unwrap_or_default()
    }

    /// A channel as an application sees it.
    pub(super) fn channel_json(&self, channel: &Channel, reader: Id) -> Value {
        if !channel.is_dm() {
            return channel.json();
        }
        let others = channel.recipients.iter().filter(|id| **id != reader).filter_map(|id| self.users.get(id));
        json!({
            "id": channel.id,
            "type": channel.kind,
            "flags": 0,
            "last_message_id": channel.last_message,
            "recipients": others.map(|user| user.json()).collect::<Vec<_>>(),
        })
    }
}

fn reaction_json(reaction: &Reaction, reader: Id) -> Value {
    let count = reaction.users.len();
    json!({ "emoji": reaction.emoji, "count": count, "count_details": { "burst": 0, "normal": count },
        "burst_colors": [], "me_burst": false, "me": reaction.users.contains(&reader) })
}

/// Events leave out what there is none of.
pub(super) fn without_nulls(mut data: Value) -> Value {
    if let Some(map) = data.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    data
}
