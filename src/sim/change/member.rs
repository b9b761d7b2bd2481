//! Members come, change and go.

use crate::sim::dispatch::Place;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::member::Member;
use crate::sim::refused::Refused;
use crate::sim::state::State;
use serde_json::json;

impl State {
    /// Who is there already stays as they are. A bot that joins is told of the guild, and not of itself.
    pub(in crate::sim) fn join(&mut self, guild: Id, user: Id, roles: Vec<Id>) -> Result<(), Refused> {
        let member = Member { user, nick: None, roles, joined_at: self.now, timeout: None };
        if self.guild(guild)?.members.contains_key(&user) {
            return Ok(());
        }
        let mut json = member.json(self.user(user)?);
        json["guild_id"] = json!(guild);
        self.emit("GUILD_MEMBER_ADD", Place::Guild(guild), &json);
        self.guild_mut(guild)?.members.insert(user, member);
        for index in 0..self.listeners.len() {
            let (application, intents) = (self.listeners[index].application, self.listeners[index].intents);
            if application == user && intents & crate::sim::intent::GUILDS != 0 {
                let data = self.guild_create(guild, application, intents);
                self.listeners[index].send("GUILD_CREATE", Some(guild), data);
            }
        }
        self.tell(|_| Happening::MemberJoined { guild, user });
        Ok(())
    }

    pub(in crate::sim) fn leave(&mut self, guild: Id, user: Id, banned: bool) -> Result<(), Refused> {
        self.guild_mut(guild)?.members.shift_remove(&user).ok_or_else(|| Refused::code(10007))?;
        let data = json!({ "guild_id": guild, "user": self.user(user)?.json() });
        self.emit("GUILD_MEMBER_REMOVE", Place::Guild(guild), &data);
        if self.applications.contains_key(&user) {
            self.emit_to(user, "GUILD_DELETE", Some(guild), &json!({ "id": guild }));
        }
        self.tell(|_| Happening::MemberLeft { guild, user, banned });
        Ok(())
    }

    pub(in crate::sim) fn set_ban(&mut self, guild: Id, user: Id, reason: Option<String>) -> Result<(), Refused> {
        let data = json!({ "guild_id": guild, "user": self.user(user)?.json() });
        if self.is_member(guild, user) {
            self.leave(guild, user, true)?;
        }
        self.guild_mut(guild)?.bans.insert(user, reason);
        self.emit("GUILD_BAN_ADD", Place::Guild(guild), &data);
        Ok(())
    }

    pub(in crate::sim) fn lift_ban(&mut self, guild: Id, user: Id) -> Result<(), Refused> {
        self.guild_mut(guild)?.bans.shift_remove(&user).ok_or_else(|| Refused::code(10026))?;
        let data = json!({ "guild_id": guild, "user": self.user(user)?.json() });
        self.emit("GUILD_BAN_REMOVE", Place::Guild(guild), &data);
        Ok(())
    }

    /// Changes a member, and tells of it when anything is different.
    pub(in crate::sim) fn change_member(
        &mut self,
        guild: Id,
        user: Id,
        change: impl FnOnce(&mut Member),
    ) -> Result<(), Refused> {
        let member = self.guild_mut(guild)?.members.get_mut(&user).ok_or_else(|| Refused::code(10007))?;
        let before = member.clone();
        change(member);
        if *member == before {
            return Ok(());
        }
        let after = member.clone();
        if let Some(mut json) = self.member_json(guild, user) {
            json["guild_id"] = json!(guild);
            self.emit("GUILD_MEMBER_UPDATE", Place::Guild(guild), &json);
        }
        let missing = |from: &[Id], in_: &[Id]| from.iter().copied().filter(|id| !in_.contains(id)).collect::<Vec<_>>();
        let (added, removed) = (missing(&after.roles, &before.roles), missing(&before.roles, &after.roles));
        if !added.is_empty() || !removed.is_empty() {
            self.tell(|_| Happening::RolesChanged { guild, user, added, removed });
        }
        Ok(())
    }

    pub(in crate::sim) fn give_role(&mut self, guild: Id, user: Id, role: Id) -> Result<(), Refused> {
        self.change_member(guild, user, |member| {
            if !member.roles.contains(&role) {
                member.roles.push(role);
            }
        })
    }

    pub(in crate::sim) fn take_role(&mut self, guild: Id, user: Id, role: Id) -> Result<(), Refused> {
        self.change_member(guild, user, |member| member.roles.retain(|held| *held != role))
    }
}
