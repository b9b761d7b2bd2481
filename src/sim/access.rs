//! Who may do what where: roles, then a channel's overwrites, then what falls with the rest.

use crate::sim::channel::{Channel, Overwrite};
use crate::sim::guild::Guild;
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::state::State;

/// Permissions of a member in a channel of their guild.
/// Source: "Permission Overwrites" in the reference of Discord's API.
fn in_channel(guild: &Guild, channel: &Channel, user: Id) -> Permissions {
    let base = guild.permissions(user);
    let Some(member) = guild.members.get(&user).filter(|_| base != Permissions::ALL) else { return base };
    let mine = |overwrite: &&Overwrite| !overwrite.member && member.roles.contains(&overwrite.id);
    let everyone = channel.overwrites.iter().filter(|overwrite| !overwrite.member && overwrite.id == guild.id);
    let roles = channel.overwrites.iter().filter(mine);
    let person = channel.overwrites.iter().filter(|overwrite| overwrite.member && overwrite.id == user);
    let sum = apply(apply(apply(base, everyone), roles), person);
    sum.with_implied_denials()
}

/// Of overwrites of one rank, every denial counts before every allowance.
fn apply<'a>(base: Permissions, overwrites: impl Iterator<Item = &'a Overwrite>) -> Permissions {
    let (mut allow, mut deny) = (Permissions::NONE, Permissions::NONE);
    for overwrite in overwrites {
        allow |= overwrite.allow;
        deny |= overwrite.deny;
    }
    base.without(deny) | allow
}

impl State {
    /// What a user may do in a channel; nothing when they are not there.
    pub(super) fn permissions_in(&self, channel: &Channel, user: Id) -> Permissions {
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            return if channel.recipients.contains(&user) { Permissions::DIRECT } else { Permissions::NONE };
        };
        let sum = in_channel(guild, channel, user);
        let silenced = guild.members.get(&user).and_then(|member| member.timeout).is_some_and(|end| end > self.now);
        if silenced && !sum.has(Permissions::ADMINISTRATOR) {
            return Permissions(sum.0 & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY).0);
        }
        sum
    }

    pub(super) fn can_see(&self, channel: &Channel, user: Id) -> bool {
        self.permissions_in(channel, user).has(Permissions::VIEW_CHANNEL)
    }

    /// The people (not bots) who see a channel.
    pub(super) fn audience(&self, channel: &Channel) -> Vec<Id> {
        let members = match channel.guild.and_then(|id| self.guilds.get(&id)) {
            Some(guild) => guild.members.keys().copied().collect(),
            None => channel.recipients.clone(),
        };
        let person = |id: &Id| self.users.get(id).is_some_and(|user| !user.bot) && self.can_see(channel, *id);
        members.into_iter().filter(person).collect()
    }

    /// A channel that `user` sees and may do all of `needs` in.
    pub(super) fn allowed(&self, channel: Id, user: Id, needs: Permissions) -> Result<&Channel, Refused> {
        let channel = self.channel(channel)?;
        let has = self.permissions_in(channel, user);
        if !has.has(Permissions::VIEW_CHANNEL) {
            return Err(Refused::code(50001));
        }
        if has.has(needs) { Ok(channel) } else { Err(Refused::code(50013)) }
    }

    /// A guild that `user` is in and may do all of `needs` in.
    pub(super) fn allowed_in(&self, guild: Id, user: Id, needs: Permissions) -> Result<&Guild, Refused> {
        let guild = self.guild(guild)?;
        if !guild.members.contains_key(&user) {
            return Err(Refused::code(10004));
        }
        if guild.permissions(user).has(needs) { Ok(guild) } else { Err(Refused::code(50013)) }
    }

    /// Whether `actor` stands above `target`: needed to kick, ban, rename or time out.
    pub(super) fn outranks(guild: &Guild, actor: Id, target: Id) -> bool {
        guild.owner != target && guild.rank(actor) > guild.rank(target)
    }
}
