//! What a bot's settings need on the server: channels, roles, people and webhooks, so that any file works as it is.

use crate::compile::Environment;
use crate::flow::program::{Outside, OutsideKind, Program};
use crate::sim::channel::{Overwrite, kind};
use crate::sim::{Id, Impossible, Permissions, Playground};
use indexmap::IndexMap;

/// The channel that webhooks of settings post to.
const LOG: &str = "log";

/// The settings of one bot that the file leaves open, with what they were given.
#[derive(Debug, Clone, Default)]
pub struct Provision {
    decided: IndexMap<String, (Outside, String)>,
}

impl Provision {
    /// Makes what the program's settings name, and decides those that name nothing. What was decided stays.
    pub fn furnish(&mut self, ground: &Playground, program: &Program, base: &str) -> Result<(), Impossible> {
        self.decided.retain(|_, (known, _)| program.outside.contains(known));
        for outside in &program.outside {
            match written(program, outside) {
                Written::Id(id) => with_id(ground, outside, id)?,
                Written::Name(name) => by_name(ground, outside, &name).map(drop)?,
                Written::Webhook => {}
                Written::Nothing => self.decide(ground, outside, base)?,
            }
        }
        Ok(())
    }

    fn decide(&mut self, ground: &Playground, outside: &Outside, base: &str) -> Result<(), Impossible> {
        if self.decided.contains_key(&outside.setting) {
            return Ok(());
        }
        let value = match outside.kind {
            OutsideKind::Webhook => webhook(ground, &outside.setting, base)?,
            OutsideKind::User => ground.root.to_string(),
            _ => by_name(ground, outside, &shown_name(outside))?.to_string(),
        };
        self.decided.insert(outside.setting.clone(), (outside.clone(), value));
        Ok(())
    }

    /// What was decided, each setting with its value.
    pub fn decided(&self) -> impl Iterator<Item = (&str, &str)> {
        self.decided.iter().map(|(setting, (_, value))| (setting.as_str(), value.as_str()))
    }

    /// Nothing of this process's environment, and what was decided here.
    pub fn environment(&self) -> Environment {
        let mut environment = Environment::default();
        for (setting, (_, value)) in &self.decided {
            environment.decide(setting, value);
        }
        environment
    }

    /// The environment variables that would decide the same, for a bot of another process.
    pub fn variables(&self) -> Vec<(String, String)> {
        let variable = |(outside, value): &(Outside, String)| Some((outside.variable.clone()?, value.clone()));
        self.decided.values().filter_map(variable).collect()
    }
}

/// What the file says of a setting.
enum Written {
    Id(Id),
    Name(String),
    Webhook,
    Nothing,
}

fn written(program: &Program, outside: &Outside) -> Written {
    if outside.kind == OutsideKind::Webhook {
        let set = program.webhooks.contains_key(&outside.setting);
        return if set { Written::Webhook } else { Written::Nothing };
    }
    let value = &program.settings[&outside.setting];
    let named = program.named_settings.iter().any(|(name, _)| *name == outside.setting);
    match value["name"].as_str().filter(|_| named) {
        Some(name) => Written::Name(name.to_owned()),
        None => value["id"].as_str().and_then(|id| id.parse().ok()).map_or(Written::Nothing, Written::Id),
    }
}

/// Something with exactly that id, unless there is something.
fn with_id(ground: &Playground, outside: &Outside, id: Id) -> Result<(), Impossible> {
    let (world, guild, name) = (&ground.world, ground.guild, shown_name(outside));
    match outside.kind {
        OutsideKind::Channel if world.channel(id).is_none() => {
            world.add_channel_as(id, guild, &name, channel_kind(outside))
        }
        OutsideKind::Role if world.guild(guild).is_none_or(|guild| !guild.roles.contains_key(&id)) => {
            world.add_role_as(id, guild, &name)?;
            world.give_role(guild, ground.sam, id)
        }
        OutsideKind::User if world.user(id).is_none() => {
            world.add_user_as(id, &name)?;
            world.add_member(guild, id, &[])
        }
        _ => Ok(()),
    }
}

/// The channel or role of that name, made where there is none.
fn by_name(ground: &Playground, outside: &Outside, name: &str) -> Result<Id, Impossible> {
    let (world, guild) = (&ground.world, ground.guild);
    if outside.kind == OutsideKind::Role {
        let there = world.role_named(guild, name);
        return there.map_or_else(|| role(ground, name), Ok);
    }
    let there = world.channel_named(guild, name);
    there.map_or_else(|| world.add_channel(guild, name, channel_kind(outside), None, &[]), Ok)
}

fn role(ground: &Playground, name: &str) -> Result<Id, Impossible> {
    let role = ground.world.add_role(ground.guild, name, Permissions::NONE, 1, 0)?;
    ground.world.give_role(ground.guild, ground.sam, role)?;
    Ok(role)
}

fn channel_kind(outside: &Outside) -> u8 {
    if outside.setting.ends_with("category") { kind::CATEGORY } else { kind::TEXT }
}

/// A webhook's address, on a channel that only staff sees.
fn webhook(ground: &Playground, setting: &str, base: &str) -> Result<String, Impossible> {
    let (world, guild) = (&ground.world, ground.guild);
    let channel = match world.channel_named(guild, LOG) {
        Some(channel) => channel,
        None => {
            let hidden = [
                Overwrite::role(guild, Permissions::NONE, Permissions::VIEW_CHANNEL),
                Overwrite::role(ground.staff, Permissions::VIEW_CHANNEL, Permissions::NONE),
            ];
            world.add_channel(guild, LOG, kind::TEXT, None, &hidden)?
        }
    };
    let (_, path) = world.add_webhook(channel, &setting.replace('_', " "))?;
    Ok(format!("{base}{path}"))
}

/// `news_channel` is `news`, `helper_role` is `Helper`, `owner_user` is `owner`.
fn shown_name(outside: &Outside) -> String {
    let words: &[&str] = match outside.kind {
        OutsideKind::Channel => &["channel", "category"],
        OutsideKind::Role => &["role"],
        OutsideKind::User => &["user"],
        OutsideKind::Webhook => &["webhook"],
    };
    let bare = outside.setting.strip_suffix("_id").unwrap_or(&outside.setting);
    let strip =
        |word: &&str| bare.strip_suffix(word).map(|rest| rest.trim_end_matches('_')).filter(|rest| !rest.is_empty());
    let bare = words.iter().find_map(strip).unwrap_or(bare);
    match outside.kind {
        OutsideKind::Role => capital(&bare.replace('_', " ")),
        OutsideKind::Channel if channel_kind(outside) == kind::CATEGORY => capital(&bare.replace('_', " ")),
        _ => bare.replace('_', "-"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
