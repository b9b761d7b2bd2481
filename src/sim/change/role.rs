//! Roles come, change and go.

use crate::sim::dispatch::Place;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::refused::Refused;
use crate::sim::role::Role;
use crate::sim::state::State;
use serde_json::json;

/// Roles that a guild can have.
const MAX_ROLES: usize = 250;

impl State {
    /// `shape` makes the role from a new id, or with one of its own.
    pub(in crate::sim) fn make_role(&mut self, guild: Id, shape: impl FnOnce(Id) -> Role) -> Result<Id, Refused> {
        if self.guild(guild)?.roles.len() >= MAX_ROLES {
            return Err(Refused::code(30005));
        }
        let role = shape(self.next_id());
        let id = role.id;
        let data = json!({ "guild_id": guild, "role": role.json() });
        self.guild_mut(guild)?.roles.insert(id, role);
        self.emit("GUILD_ROLE_CREATE", Place::Guild(guild), &data);
        self.tell(|_| Happening::RoleCreated { guild, role: id });
        Ok(id)
    }

    pub(in crate::sim) fn change_role(
        &mut self,
        guild: Id,
        id: Id,
        change: impl FnOnce(&mut Role),
    ) -> Result<(), Refused> {
        let role = self.guild_mut(guild)?.roles.get_mut(&id).ok_or_else(|| Refused::code(10011))?;
        change(role);
        let data = json!({ "guild_id": guild, "role": role.json() });
        self.emit("GUILD_ROLE_UPDATE", Place::Guild(guild), &data);
        self.tell(|_| Happening::RoleUpdated { guild, role: id });
        Ok(())
    }

    /// Who had it has it no more, and channels forget it.
    pub(in crate::sim) fn drop_role(&mut self, guild: Id, id: Id) -> Result<(), Refused> {
        let known = self.guild_mut(guild)?;
        known.roles.shift_remove(&id).ok_or_else(|| Refused::code(10011))?;
        known.members.values_mut().for_each(|member| member.roles.retain(|role| *role != id));
        for channel in self.channels.values_mut().filter(|channel| channel.guild == Some(guild)) {
            channel.overwrites.retain(|overwrite| overwrite.id != id);
        }
        self.emit("GUILD_ROLE_DELETE", Place::Guild(guild), &json!({ "guild_id": guild, "role_id": id }));
        self.tell(|_| Happening::RoleDeleted { guild, role: id });
        Ok(())
    }
}
