//! What people call the things of a server: names instead of ids.

use crate::sim::{Id, World};
use regex::{Captures, Regex};
use std::sync::{Arc, LazyLock};

static MENTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<(@!?|@&|#)(\d+)>").expect("the pattern is valid"));

/// A world, to look names up in.
#[derive(Clone)]
pub struct Names {
    pub world: Arc<World>,
    pub guild: Id,
}

impl Names {
    pub fn person(&self, id: Id) -> String {
        self.world.user(id).map_or_else(|| id.to_string(), |user| user.display_name().to_owned())
    }

    /// Channels that are gone are still known by the name that is given with them.
    pub fn channel(&self, id: Id) -> String {
        self.world.channel(id).map_or_else(|| id.to_string(), |channel| channel.name)
    }

    pub fn role(&self, id: Id) -> String {
        let guild = self.world.guild(self.guild);
        let role = guild.and_then(|guild| guild.roles.get(&id).map(|role| role.name.clone()));
        role.unwrap_or_else(|| id.to_string())
    }

    /// A text as people read it: `@ana` for `<@1400000000000000003>`.
    pub fn readable(&self, text: &str) -> String {
        let shown = |found: &Captures<'_>| {
            let Ok(id) = found[2].parse::<Id>() else { return found[0].to_owned() };
            match &found[1] {
                "#" => format!("#{}", self.channel(id)),
                "@&" => format!("@{}", self.role(id)),
                _ => format!("@{}", self.person(id)),
            }
        };
        MENTION.replace_all(text, shown).into_owned()
    }

    /// The people that a list of names means: members, and whoever has a role of that name.
    pub fn people(&self, names: &[String]) -> Vec<Id> {
        let Some(guild) = self.world.guild(self.guild) else { return Vec::new() };
        let mut people = Vec::new();
        for name in names {
            let role = guild.roles.values().find(|role| role.name.eq_ignore_ascii_case(name));
            let user = self.world.user_named(name).filter(|id| guild.members.contains_key(id));
            match (user, role) {
                (Some(user), _) => people.push(user),
                (None, Some(role)) => people.extend(self.with_role(role.id)),
                (None, None) => {}
            }
        }
        people
    }

    /// Whoever has a role; everybody has the role of the server.
    fn with_role(&self, role: Id) -> Vec<Id> {
        let members = self.world.guild(self.guild).map(|guild| guild.members).unwrap_or_default();
        let has = |roles: &[Id]| role == self.guild || roles.contains(&role);
        members.values().filter(|member| has(&member.roles)).map(|member| member.user).collect()
    }

    /// Whether there is a person or a role of that name.
    pub fn knows(&self, name: &str) -> bool {
        let guild = self.world.guild(self.guild);
        let role = guild.is_some_and(|guild| guild.roles.values().any(|role| role.name.eq_ignore_ascii_case(name)));
        role || self.world.user_named(name).is_some()
    }

    /// Who sees everything, whatever a channel says: administrators, the owner, and bots, which nobody asks about.
    pub fn is_above(&self, user: Id) -> bool {
        let Some(guild) = self.world.guild(self.guild) else { return false };
        let bot = self.world.user(user).is_some_and(|user| user.bot);
        bot || guild.owner == user || guild.permissions(user).has(crate::sim::Permissions::ADMINISTRATOR)
    }
}
