//! Writing, answering, reacting: what people do with messages.

use crate::flow::payload::File;
use crate::sim::act::{Unable, unable};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::post::Post;
use crate::sim::state::State;
use crate::sim::validate::message::{Draft, MAX_CONTENT};
use crate::sim::world::World;

impl World {
    /// Writes into a channel. `@name` and `#name` become mentions where somebody or something is called that.
    pub fn say(&self, user: Id, channel: Id, text: &str) -> Result<Id, Unable> {
        self.say_with(user, channel, text, &[])
    }

    pub fn say_with(&self, user: Id, channel: Id, text: &str, files: &[File]) -> Result<Id, Unable> {
        self.lock().write(user, channel, text, None, files)
    }

    /// Answers a message, which pings its author.
    pub fn reply(&self, user: Id, message: Id, text: &str) -> Result<Id, Unable> {
        let mut state = self.lock();
        let Some(channel) = state.find_message(message).map(|message| message.channel) else {
            return unable!("There is no such message.");
        };
        state.write(user, channel, text, Some(message), &[])
    }

    /// Writes to a bot directly.
    pub fn dm(&self, user: Id, bot: Id, text: &str) -> Result<Id, Unable> {
        let mut state = self.lock();
        state.user(user)?;
        state.user(bot)?;
        let channel = state.direct_channel(bot, user);
        state.write(user, channel, text, None, &[])
    }

    /// Changes one's own message.
    pub fn edit(&self, user: Id, message: Id, text: &str) -> Result<(), Unable> {
        let mut state = self.lock();
        let channel = state.own(user, message)?;
        let draft = Draft { content: Some(state.with_mentions(user, channel, text)?), ..Draft::default() };
        let powers = state.permissions_in(state.channel(channel)?, user);
        Ok(state.edit(channel, message, draft, &[], powers)?)
    }

    /// Deletes one's own message.
    pub fn delete(&self, user: Id, message: Id) -> Result<(), Unable> {
        let mut state = self.lock();
        let channel = state.own(user, message)?;
        Ok(state.unpost(channel, message)?)
    }

    pub fn react(&self, user: Id, message: Id, emoji: &str) -> Result<(), Unable> {
        let mut state = self.lock();
        let channel = state.seen_message(user, message)?;
        let emoji = state.read_emoji(emoji)?;
        let there = state.message(channel, message)?.reactions.iter().any(|reaction| reaction.emoji == emoji);
        let powers = state.permissions_in(state.channel(channel)?, user);
        if !there && !powers.has(Permissions::ADD_REACTIONS) {
            return unable!("You may not add reactions here.");
        }
        Ok(state.add_reaction(channel, message, user, emoji)?)
    }

    pub fn unreact(&self, user: Id, message: Id, emoji: &str) -> Result<(), Unable> {
        let mut state = self.lock();
        let channel = state.seen_message(user, message)?;
        let emoji = state.read_emoji(emoji)?;
        Ok(state.remove_reaction(channel, message, user, emoji)?)
    }
}

impl State {
    fn write(&mut self, user: Id, channel: Id, text: &str, reply_to: Option<Id>, files: &[File]) -> Result<Id, Unable> {
        let known = self.acting_in(user, channel)?;
        let powers = self.permissions_in(known, user);
        if !powers.has(Permissions::SEND_MESSAGES) || !known.holds_messages() {
            return unable!("You may not write in this channel.");
        }
        if !files.is_empty() && !powers.has(Permissions::ATTACH_FILES) {
            return unable!("You may not send files in this channel.");
        }
        self.check_slowmode(user, channel, powers)?;
        let length = text.chars().count();
        if length > MAX_CONTENT {
            return unable!("Your message is too long: {length} of {MAX_CONTENT} characters.");
        }
        let content = Some(self.with_mentions(user, channel, text.trim())?);
        let draft = Draft { content, reply_to, reply_must_exist: true, ..Draft::default() };
        Ok(self.post(&Post::new(channel, user, powers), draft, files)?)
    }

    fn check_slowmode(&self, user: Id, channel: Id, powers: Permissions) -> Result<(), Unable> {
        let known = self.channel(channel)?;
        let wait = i64::try_from(known.slowmode).unwrap_or(0) * 1_000;
        let exempt = powers.has(Permissions::MANAGE_MESSAGES) || powers.has(Permissions::MANAGE_CHANNELS);
        let last = known.messages.values().rev().find(|message| message.author == user);
        match last.filter(|message| !exempt && self.now < message.sent_at + wait) {
            Some(_) => unable!("This channel has slowmode: wait {} seconds between messages.", known.slowmode),
            None => Ok(()),
        }
    }

    /// `@ana` becomes `<@…>`, as a client makes of it when the name is picked from its list.
    fn with_mentions(&self, user: Id, channel: Id, text: &str) -> Result<String, Unable> {
        let channel = self.channel(channel)?;
        let guild = channel.guild.and_then(|guild| self.guilds.get(&guild));
        let word = |word: &str| {
            let bare = word.trim_end_matches([',', '.', '!', '?', ':', ';']);
            let tail = &word[bare.len()..];
            let mention = if let Some(name) = bare.strip_prefix('@').filter(|name| !name.is_empty()) {
                let role = guild.and_then(|guild| guild.role_named(name)).filter(|role| Some(role.id) != channel.guild);
                let person = self.find_user(channel.guild, name).map(|id| format!("<@{id}>"));
                person.or_else(|| role.map(|role| format!("<@&{}>", role.id)))
            } else if let Some(name) = bare.strip_prefix('#') {
                let mut channels = channel.guild.into_iter().flat_map(|guild| self.channels_of(guild));
                channels.find(|one| one.name == name && self.can_see(one, user)).map(|one| format!("<#{}>", one.id))
            } else {
                None
            };
            mention.map_or_else(|| word.to_owned(), |mention| mention + tail)
        };
        Ok(text
            .split_inclusive(char::is_whitespace)
            .map(|piece| {
                let end = piece.trim_end_matches(char::is_whitespace).len();
                word(&piece[..end]) + &piece[end..]
            })
            .collect())
    }

    /// The channel of a message that somebody sees.
    fn seen_message(&self, user: Id, message: Id) -> Result<Id, Unable> {
        let known = self.find_message(message).filter(|message| message.visible_to(user));
        let Some(known) = known else { return unable!("There is no such message.") };
        Ok(self.acting_in(user, known.channel)?.id)
    }

    /// The channel of somebody's own message.
    fn own(&self, user: Id, message: Id) -> Result<Id, Unable> {
        let channel = self.seen_message(user, message)?;
        if self.message(channel, message)?.author == user { Ok(channel) } else { unable!("That is not your message.") }
    }
}
