//! What the operator of a world does by hand: guilds, bots, people, roles, channels, webhooks.

use crate::sim::application::Application;
use crate::sim::channel::Overwrite;
use crate::sim::channel::normal_name;
use crate::sim::dispatch::Place;
use crate::sim::guild::{Emoji, Guild};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::role::Role;
use crate::sim::user::User;
use crate::sim::validate::channel::ChannelDraft;
use crate::sim::world::World;
use indexmap::IndexMap;
use serde_json::json;

/// Something by hand named what is not there, or went over a limit of Discord's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Impossible(pub String);

impl From<Refused> for Impossible {
    fn from(refused: Refused) -> Self {
        Self(match refused.errors {
            Some(errors) => format!("{}: {errors}", refused.message),
            None => refused.message,
        })
    }
}

impl World {
    /// A person. The name is kept in lower case, and shown as it was given.
    pub fn add_user(&self, name: &str) -> Id {
        self.lock().make_user(name, false)
    }

    /// A person with an id that is known from elsewhere.
    pub fn add_user_as(&self, id: Id, name: &str) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.check_free(id)?;
        state.make_user_as(id, name, false);
        Ok(())
    }

    /// A guild owned by an invented person who is in no other.
    pub fn add_guild(&self, name: &str) -> Id {
        let mut state = self.lock();
        let id = state.next_id();
        state.make_guild(id, name);
        id
    }

    /// A guild with an id that is known from elsewhere.
    pub fn add_guild_as(&self, id: Id, name: &str) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.check_free(id)?;
        state.make_guild(id, name);
        Ok(())
    }

    /// A bot that is in no guild yet, with no privileged intent.
    pub fn add_bot(&self, name: &str, token: &str) -> Application {
        let mut state = self.lock();
        let id = state.make_user(name, true);
        let application = Application {
            id,
            name: name.to_owned(),
            token: token.to_owned(),
            privileged: 0,
            commands: IndexMap::new(),
            creates: Vec::new(),
        };
        state.applications.insert(id, application.clone());
        application
    }

    /// The privileged intents that are switched on for a bot (see [`crate::sim::intent`]).
    pub fn set_privileged(&self, application: Id, intents: u64) {
        if let Some(application) = self.lock().applications.get_mut(&application) {
            application.privileged = intents;
        }
    }

    /// Brings a bot into a guild with a role of its own, above the roles that are there. The answer is the role.
    pub fn invite(&self, application: Id, guild: Id, permissions: Permissions) -> Result<Id, Impossible> {
        let mut state = self.lock();
        let name = state.user(application)?.name.clone();
        let top = state.guild(guild)?.roles.values().map(|role| role.position).max().unwrap_or(0);
        let role = state.make_role(guild, |id| {
            let mut role = Role::new(id, &name, permissions);
            role.position = top + 1;
            role.bot = Some(application);
            role
        })?;
        state.join(guild, application, vec![role])?;
        Ok(role)
    }

    pub fn add_member(&self, guild: Id, user: Id, roles: &[Id]) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.user(user)?;
        Ok(state.join(guild, user, roles.to_vec())?)
    }

    /// Leaves the guild, as when they clicked "leave".
    pub fn remove_member(&self, guild: Id, user: Id) -> Result<(), Impossible> {
        Ok(self.lock().leave(guild, user, false)?)
    }

    /// Makes somebody a guild's owner.
    pub fn set_owner(&self, guild: Id, user: Id) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.user(user)?;
        let before = std::mem::replace(&mut state.guild_mut(guild)?.owner, user);
        if before != user && state.guilds_of(before).next().is_none() {
            state.users.shift_remove(&before);
        }
        let data = state.guild(guild)?.json();
        state.emit("GUILD_UPDATE", Place::Guild(guild), &data);
        Ok(())
    }

    pub fn add_role(
        &self,
        guild: Id,
        name: &str,
        permissions: Permissions,
        position: i64,
        color: u32,
    ) -> Result<Id, Impossible> {
        let shape = |id| Role { position, color, ..Role::new(id, name, permissions) };
        Ok(self.lock().make_role(guild, shape)?)
    }

    /// A role with an id that is known from elsewhere; it stands just above `@everyone` and may do nothing more.
    pub fn add_role_as(&self, id: Id, guild: Id, name: &str) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.check_free(id)?;
        let shape = |_| Role { position: 1, ..Role::new(id, name, Permissions::NONE) };
        state.make_role(guild, shape)?;
        Ok(())
    }

    /// Changes a role as somebody with enough power would.
    pub fn change_role(&self, guild: Id, role: Id, change: impl FnOnce(&mut Role)) -> Result<(), Impossible> {
        Ok(self.lock().change_role(guild, role, change)?)
    }

    pub fn delete_role(&self, guild: Id, role: Id) -> Result<(), Impossible> {
        Ok(self.lock().drop_role(guild, role)?)
    }

    pub fn give_role(&self, guild: Id, user: Id, role: Id) -> Result<(), Impossible> {
        Ok(self.lock().give_role(guild, user, role)?)
    }

    pub fn take_role(&self, guild: Id, user: Id, role: Id) -> Result<(), Impossible> {
        Ok(self.lock().take_role(guild, user, role)?)
    }

    /// See [`crate::sim::channel::kind`]. Without overwrites it has those of its category.
    pub fn add_channel(
        &self,
        guild: Id,
        name: &str,
        kind: u8,
        parent: Option<Id>,
        overwrites: &[Overwrite],
    ) -> Result<Id, Impossible> {
        let draft = ChannelDraft {
            kind: Some(kind),
            name: Some(normal_name(kind, name)),
            parent: Some(parent),
            overwrites: Some(overwrites.to_vec()).filter(|list| !list.is_empty()),
            ..ChannelDraft::default()
        };
        Ok(self.lock().make_channel(guild, draft)?)
    }

    /// A channel with an id that is known from elsewhere.
    pub fn add_channel_as(&self, id: Id, guild: Id, name: &str, kind: u8) -> Result<(), Impossible> {
        let mut state = self.lock();
        state.check_free(id)?;
        let name = Some(normal_name(kind, name));
        state.make_channel(guild, ChannelDraft { id: Some(id), kind: Some(kind), name, ..ChannelDraft::default() })?;
        Ok(())
    }

    pub fn set_overwrites(&self, channel: Id, overwrites: &[Overwrite]) -> Result<(), Impossible> {
        let draft = ChannelDraft { overwrites: Some(overwrites.to_vec()), ..ChannelDraft::default() };
        Ok(self.lock().change_channel(channel, draft)?)
    }

    pub fn delete_channel(&self, channel: Id) -> Result<(), Impossible> {
        self.lock().drop_channel(channel)?;
        Ok(())
    }

    /// Takes a message away, as a moderator would.
    pub fn delete_message(&self, channel: Id, message: Id) -> Result<(), Impossible> {
        Ok(self.lock().unpost(channel, message)?)
    }

    /// The path of its address below the host: `/api/webhooks/{id}/{token}`, a credential.
    pub fn add_webhook(&self, channel: Id, name: &str) -> Result<(Id, String), Impossible> {
        let mut state = self.lock();
        let id = state.make_webhook(channel, name, None, None)?;
        Ok((id, state.webhooks[&id].path()))
    }

    pub fn delete_webhook(&self, webhook: Id) {
        self.lock().webhooks.shift_remove(&webhook);
    }

    pub fn add_emoji(&self, guild: Id, name: &str) -> Result<Id, Impossible> {
        let mut state = self.lock();
        let id = state.next_id();
        let name = name.to_owned();
        state.guild_mut(guild)?.emojis.insert(id, Emoji { id, name });
        let emojis = state.guild(guild)?.json()["emojis"].take();
        state.emit("GUILD_EMOJIS_UPDATE", Place::Guild(guild), &json!({ "guild_id": guild, "emojis": emojis }));
        Ok(id)
    }

    /// Every command is for everybody, whatever its bot asked for: administrators can say so in the server's settings.
    pub fn show_commands_to_everybody(&self) {
        self.lock().commands_for_everybody = true;
    }

    /// Whether members of a shared guild may write to them. Open at first.
    pub fn set_dms(&self, user: Id, open: bool) {
        if let Some(user) = self.lock().users.get_mut(&user) {
            user.dms_open = open;
        }
    }
}

impl crate::sim::state::State {
    fn make_user(&mut self, name: &str, bot: bool) -> Id {
        let id = self.next_id();
        self.make_user_as(id, name, bot);
        id
    }

    fn make_user_as(&mut self, id: Id, name: &str, bot: bool) {
        let lower = name.to_lowercase().replace(' ', "-");
        let global_name = Some(name.to_owned()).filter(|_| !bot);
        self.users.insert(id, User { id, name: lower, global_name, bot, dms_open: true });
    }

    fn make_guild(&mut self, id: Id, name: &str) {
        let owner = self.make_user(&format!("owner-of-{name}"), false);
        self.guilds.insert(id, Guild::new(id, name, owner));
    }

    /// An id stands for one thing only.
    fn check_free(&self, id: Id) -> Result<(), Impossible> {
        let role = self.guilds.values().any(|guild| guild.roles.contains_key(&id));
        if role || self.channels.contains_key(&id) || self.users.contains_key(&id) || self.guilds.contains_key(&id) {
            return Err(Impossible(format!("there is something with the ID {id} already")));
        }
        Ok(())
    }
}
