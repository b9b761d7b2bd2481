//! Reactions come and go.

use crate::sim::dispatch::Place;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::message::Reaction;
use crate::sim::refused::Refused;
use crate::sim::show::without_nulls;
use crate::sim::state::State;
use crate::sim::validate::emoji::is_unicode;
use serde_json::{Value, json};

/// Different emoji that a message can carry.
const MAX_REACTIONS: usize = 20;

impl State {
    /// `👍` or `name:id` of a guild's emoji, as the emoji object of events.
    pub(in crate::sim) fn read_emoji(&self, text: &str) -> Result<Value, Refused> {
        if let Some((name, id)) = text.trim_matches(['<', '>', ':']).rsplit_once(':') {
            let id: Id = id.parse().map_err(|_| Refused::code(10014))?;
            let known = self.guilds.values().any(|guild| guild.emojis.contains_key(&id));
            return if known { Ok(json!({ "id": id, "name": name })) } else { Err(Refused::code(10014)) };
        }
        if is_unicode(text) { Ok(json!({ "id": null, "name": text })) } else { Err(Refused::code(10014)) }
    }

    pub(in crate::sim) fn add_reaction(
        &mut self,
        channel: Id,
        message: Id,
        user: Id,
        emoji: Value,
    ) -> Result<(), Refused> {
        let known = self.message_mut(channel, message)?;
        let (author, full) = (known.author, known.reactions.len() >= MAX_REACTIONS);
        match known.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) if reaction.users.contains(&user) => return Ok(()),
            Some(reaction) => reaction.users.push(user),
            None if full => return Err(Refused::code(30010)),
            None => known.reactions.push(Reaction { emoji: emoji.clone(), users: vec![user] }),
        }
        let mut data = self.reaction_event(channel, message, user, &emoji);
        data["message_author_id"] = json!(author);
        data["burst"] = json!(false);
        data["type"] = json!(0);
        if let Some(guild) = self.channel(channel)?.guild {
            data["member"] = self.member_json(guild, user).unwrap_or_default();
        }
        self.emit("MESSAGE_REACTION_ADD", Place::Channel(channel), &data);
        self.tell(|_| Happening::Reacted { channel, message, user, emoji, added: true });
        Ok(())
    }

    pub(in crate::sim) fn remove_reaction(
        &mut self,
        channel: Id,
        message: Id,
        user: Id,
        emoji: Value,
    ) -> Result<(), Refused> {
        let known = self.message_mut(channel, message)?;
        let reaction = known.reactions.iter_mut().find(|reaction| reaction.emoji == emoji);
        let reaction =
            reaction.filter(|reaction| reaction.users.contains(&user)).ok_or_else(|| Refused::code(10014))?;
        reaction.users.retain(|other| *other != user);
        known.reactions.retain(|reaction| !reaction.users.is_empty());
        let data = self.reaction_event(channel, message, user, &emoji);
        self.emit("MESSAGE_REACTION_REMOVE", Place::Channel(channel), &data);
        self.tell(|_| Happening::Reacted { channel, message, user, emoji, added: false });
        Ok(())
    }

    fn reaction_event(&self, channel: Id, message: Id, user: Id, emoji: &Value) -> Value {
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        without_nulls(json!({ "user_id": user, "channel_id": channel, "message_id": message, "guild_id": guild,
            "emoji": emoji }))
    }
}
