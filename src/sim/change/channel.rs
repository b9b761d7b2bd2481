//! Channels come, change and go.

use crate::sim::channel::{Channel, MAX_CHANNELS, MAX_IN_CATEGORY, Overwrite, kind, normal_name};
use crate::sim::dispatch::Place;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::form;
use crate::sim::state::State;
use crate::sim::validate::channel::ChannelDraft;

impl State {
    /// A new channel of a guild. Without overwrites of its own it has those of its category.
    pub(in crate::sim) fn make_channel(&mut self, guild: Id, draft: ChannelDraft) -> Result<Id, Refused> {
        if self.channels_of(guild).count() >= MAX_CHANNELS {
            return Err(Refused::code(30013));
        }
        let parent = draft.parent.flatten();
        self.check_parent(guild, parent, None)?;
        let id = draft.id.unwrap_or_else(|| self.next_id());
        let kind = draft.kind.unwrap_or(kind::TEXT);
        let mut channel = Channel::new(id, Some(guild), kind, draft.name.unwrap_or_default());
        channel.topic = draft.topic.flatten();
        channel.parent = parent;
        channel.nsfw = draft.nsfw.unwrap_or(false);
        channel.slowmode = draft.slowmode.unwrap_or(0);
        let last = self.channels_of(guild).filter(|other| other.parent == parent).map(|other| other.position).max();
        channel.position = draft.position.unwrap_or(last.map_or(0, |last| last + 1));
        let inherited = parent.and_then(|id| self.channels.get(&id)).map(|parent| parent.overwrites.clone());
        channel.overwrites = draft.overwrites.or(inherited).unwrap_or_default();
        self.channels.insert(id, channel.clone());
        self.emit("CHANNEL_CREATE", Place::Guild(guild), &channel.json());
        self.tell(|state| Happening::ChannelCreated {
            visible_to: state.audience(&channel),
            channel: Box::new(channel),
        });
        Ok(id)
    }

    pub(in crate::sim) fn change_channel(&mut self, id: Id, draft: ChannelDraft) -> Result<(), Refused> {
        let mut channel = self.channel(id)?.clone();
        let Some(guild) = channel.guild else { return Err(Refused::code(50003)) };
        if let Some(parent) = draft.parent.filter(|parent| *parent != channel.parent) {
            self.check_parent(guild, parent, Some(id))?;
            channel.parent = parent;
        }
        channel.kind = draft.kind.unwrap_or(channel.kind);
        channel.name = draft.name.unwrap_or(channel.name);
        channel.topic = draft.topic.unwrap_or(channel.topic);
        channel.position = draft.position.unwrap_or(channel.position);
        channel.overwrites = draft.overwrites.unwrap_or(channel.overwrites);
        channel.nsfw = draft.nsfw.unwrap_or(channel.nsfw);
        channel.slowmode = draft.slowmode.unwrap_or(channel.slowmode);
        self.channels.insert(id, channel);
        self.channel_changed(id);
        Ok(())
    }

    /// Sets what one role or member may do in a channel, or takes that away again.
    pub(in crate::sim) fn set_overwrite(&mut self, id: Id, whose: Id, to: Option<Overwrite>) -> Result<(), Refused> {
        let channel = self.channel_mut(id)?;
        channel.overwrites.retain(|overwrite| overwrite.id != whose);
        channel.overwrites.extend(to);
        self.channel_changed(id);
        Ok(())
    }

    fn channel_changed(&mut self, id: Id) {
        let Some(channel) = self.channels.get(&id).cloned() else { return };
        if let Some(guild) = channel.guild {
            self.emit("CHANNEL_UPDATE", Place::Guild(guild), &channel.json());
        }
        self.tell(|state| Happening::ChannelUpdated {
            visible_to: state.audience(&channel),
            channel: Box::new(channel),
        });
    }

    /// With a channel go its messages and webhooks; the channels of a category stay, without it.
    pub(in crate::sim) fn drop_channel(&mut self, id: Id) -> Result<Channel, Refused> {
        let channel = self.channel(id)?.clone();
        let visible_to = self.audience(&channel);
        self.channels.shift_remove(&id);
        self.webhooks.retain(|_, webhook| webhook.channel != id);
        if let Some(guild) = channel.guild {
            self.emit("CHANNEL_DELETE", Place::Guild(guild), &channel.json());
        }
        self.tell(|_| Happening::ChannelDeleted { channel: Box::new(channel.clone()), visible_to });
        let orphans: Vec<Id> =
            self.channels.values().filter(|child| child.parent == Some(id)).map(|child| child.id).collect();
        for orphan in orphans {
            self.channel_mut(orphan)?.parent = None;
            self.channel_changed(orphan);
        }
        Ok(channel)
    }

    fn check_parent(&self, guild: Id, parent: Option<Id>, moving: Option<Id>) -> Result<(), Refused> {
        let Some(parent) = parent else { return Ok(()) };
        let known = self.channels.get(&parent).filter(|channel| channel.guild == Some(guild));
        let Some(category) = known else {
            return Err(form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist"));
        };
        if category.kind != kind::CATEGORY {
            return Err(form("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category"));
        }
        let child = |channel: &&Channel| channel.parent == Some(parent) && Some(channel.id) != moving;
        if self.channels_of(guild).filter(child).count() >= MAX_IN_CATEGORY {
            let words = "Maximum number of channels in category reached (50)";
            return Err(form("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", words));
        }
        Ok(())
    }

    /// The direct channel of a bot or a user with somebody, opened if need be.
    pub(in crate::sim) fn direct_channel(&mut self, one: Id, other: Id) -> Id {
        let same = |channel: &&Channel| {
            channel.is_dm() && channel.recipients.contains(&one) && channel.recipients.contains(&other)
        };
        if let Some(channel) = self.channels.values().find(same) {
            return channel.id;
        }
        let id = self.next_id();
        let mut channel = Channel::new(id, None, kind::DM, normal_name(kind::DM, ""));
        channel.recipients = vec![one, other];
        self.channels.insert(id, channel);
        id
    }
}
