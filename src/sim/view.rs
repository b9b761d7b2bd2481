//! Looking at the world: what there is, and what one person sees of it.

use crate::sim::channel::Channel;
use crate::sim::command::Command;
use crate::sim::guild::Guild;
use crate::sim::id::Id;
use crate::sim::interaction::Interaction;
use crate::sim::member::Member;
use crate::sim::message::Message;
use crate::sim::permission::Permissions;
use crate::sim::user::User;
use crate::sim::world::World;
use std::ops::Bound;

/// What one person sees: guild channels by position, then direct messages. Each channel's `messages` are only
/// those that the person sees, ephemeral ones for them included.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub user: Id,
    pub channels: Vec<Channel>,
    pub direct: Vec<Channel>,
    /// Windows that are open before them.
    pub modals: Vec<Interaction>,
}

impl World {
    pub fn user(&self, id: Id) -> Option<User> {
        self.lock().users.get(&id).cloned()
    }

    /// By mention, id or name.
    pub fn user_named(&self, name: &str) -> Option<Id> {
        self.lock().find_user(None, name)
    }

    pub fn guild(&self, id: Id) -> Option<Guild> {
        self.lock().guilds.get(&id).cloned()
    }

    /// All guilds, oldest first.
    pub fn guilds(&self) -> Vec<Id> {
        self.lock().guilds.keys().copied().collect()
    }

    pub fn guild_named(&self, name: &str) -> Option<Id> {
        self.lock().guilds.values().find(|guild| guild.name == name).map(|guild| guild.id)
    }

    pub fn member(&self, guild: Id, user: Id) -> Option<Member> {
        self.lock().guilds.get(&guild)?.members.get(&user).cloned()
    }

    pub fn role_named(&self, guild: Id, name: &str) -> Option<Id> {
        self.lock().guilds.get(&guild)?.role_named(name).map(|role| role.id)
    }

    pub fn channel(&self, id: Id) -> Option<Channel> {
        self.lock().channels.get(&id).cloned()
    }

    /// A guild's channels and categories, oldest first.
    pub fn channels(&self, guild: Id) -> Vec<Channel> {
        self.lock().channels_of(guild).cloned().collect()
    }

    /// What they are called, without what stands in them.
    pub fn channel_names(&self, guild: Id) -> Vec<(Id, String)> {
        self.lock().channels_of(guild).map(|channel| (channel.id, channel.name.clone())).collect()
    }

    /// With or without `#`; categories too.
    pub fn channel_named(&self, guild: Id, name: &str) -> Option<Id> {
        let name = name.trim_start_matches('#');
        self.lock().channels_of(guild).find(|channel| channel.name == name).map(|channel| channel.id)
    }

    /// The direct channel between a bot and somebody, once one of them opened it.
    pub fn direct(&self, bot: Id, user: Id) -> Option<Channel> {
        let state = self.lock();
        let both = |channel: &&Channel| {
            channel.is_dm() && channel.recipients.contains(&bot) && channel.recipients.contains(&user)
        };
        state.channels.values().find(both).cloned()
    }

    /// What somebody may do in a channel.
    pub fn permissions(&self, channel: Id, user: Id) -> Permissions {
        let state = self.lock();
        state.channels.get(&channel).map(|channel| state.permissions_in(channel, user)).unwrap_or_default()
    }

    /// The people (not bots) who see a channel.
    pub fn audience(&self, channel: Id) -> Vec<Id> {
        let state = self.lock();
        state.channels.get(&channel).map(|channel| state.audience(channel)).unwrap_or_default()
    }

    /// All messages of a channel, oldest first; ephemeral ones too.
    pub fn messages(&self, channel: Id) -> Vec<Message> {
        let state = self.lock();
        state.channels.get(&channel).map(|channel| channel.messages.values().cloned().collect()).unwrap_or_default()
    }

    /// Those of them that came behind one, so that a long channel is not copied at each look.
    pub fn messages_after(&self, channel: Id, after: Option<Id>) -> Vec<Message> {
        let state = self.lock();
        let Some(channel) = state.channels.get(&channel) else { return Vec::new() };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        channel.messages.range((from, Bound::Unbounded)).map(|(_, message)| message.clone()).collect()
    }

    pub fn message(&self, id: Id) -> Option<Message> {
        self.lock().find_message(id).cloned()
    }

    pub fn interaction(&self, id: Id) -> Option<Interaction> {
        self.lock().interactions.get(&id).cloned()
    }

    /// All interactions, oldest first.
    pub fn interactions(&self) -> Vec<Interaction> {
        self.lock().interactions.values().cloned().collect()
    }

    /// The messages that answer an interaction and are still there: the first one, then the further ones.
    pub fn answers(&self, interaction: Id) -> Vec<Message> {
        let state = self.lock();
        let Some(known) = state.interactions.get(&interaction) else { return Vec::new() };
        let ids = known.original.iter().chain(&known.followups);
        ids.filter_map(|id| state.message(known.channel, *id).ok()).cloned().collect()
    }

    /// What a webhook posted and is still there, oldest first.
    pub fn webhook_posts(&self, webhook: Id) -> Vec<Message> {
        let state = self.lock();
        let Some(known) = state.webhooks.get(&webhook) else { return Vec::new() };
        known.posts.iter().filter_map(|id| state.find_message(*id)).cloned().collect()
    }

    /// An application's commands, global ones and those of guilds.
    pub fn commands(&self, application: Id) -> Vec<Command> {
        let state = self.lock();
        let known = state.applications.get(&application);
        known.map(|application| application.commands.values().cloned().collect()).unwrap_or_default()
    }

    /// All applications, oldest first.
    pub fn applications(&self) -> Vec<Id> {
        self.lock().applications.keys().copied().collect()
    }

    /// The windows that are open before somebody, oldest first.
    pub fn modals(&self, user: Id) -> Vec<Interaction> {
        let state = self.lock();
        state.interactions.values().filter(|one| one.user == user && one.modal_open).cloned().collect()
    }

    /// What one person sees.
    pub fn view(&self, user: Id) -> View {
        let modals = self.modals(user);
        let state = self.lock();
        let seen = state.channels.values().filter(|channel| state.can_see(channel, user)).map(|channel| {
            let mut channel = channel.clone();
            channel.messages.retain(|_, message| message.visible_to(user));
            channel
        });
        let (direct, mut channels): (Vec<Channel>, Vec<Channel>) = seen.partition(Channel::is_dm);
        channels.sort_by_key(|channel| (channel.guild, channel.position, channel.id));
        View { user, channels, direct, modals }
    }
}
