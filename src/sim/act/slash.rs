//! Using commands: by their notation, by name and options, from a menu, and while still typing.

use crate::flow::payload::File;
use crate::sim::act::begin::Beginning;
use crate::sim::act::notation::{descend, head, names, pairs};
use crate::sim::act::resolve::Named;
use crate::sim::act::value::{Typed, Typing};
use crate::sim::act::{Unable, unable};
use crate::sim::channel::Channel;
use crate::sim::command::{Command, kind, option};
use crate::sim::id::Id;
use crate::sim::interaction;
use crate::sim::permission::Permissions;
use crate::sim::state::State;
use crate::sim::world::World;
use serde_json::{Value, json};

impl World {
    /// `/rate stars:5 text:"Great service" user:@ana`, as Discord itself writes it.
    pub fn command(&self, user: Id, channel: Id, text: &str) -> Result<Id, Unable> {
        self.command_with(user, channel, text, &[])
    }

    /// With files that attachment options name.
    pub fn command_with(&self, user: Id, channel: Id, text: &str, files: &[File]) -> Result<Id, Unable> {
        let (name, rest) = head(text);
        self.lock().use_command(user, channel, name, files, |leaf| {
            let (options, path, rest) = descend(leaf, rest)?;
            Ok((path, pairs(options, rest)?))
        })
    }

    /// As [`World::command`], with options by name: `slash(ana, general, "/rate", &[("stars", "5")])`.
    /// Subcommands belong to the name: `"/role give"`.
    pub fn slash(&self, user: Id, channel: Id, name: &str, options: &[(&str, &str)]) -> Result<Id, Unable> {
        let (name, rest) = head(name);
        self.lock().use_command(user, channel, name, &[], |leaf| {
            let (known, path, rest) = descend(leaf, rest)?;
            if !rest.is_empty() {
                return unable!("There is no subcommand `{rest}`.");
            }
            let pair = |(name, text): &(&str, &str)| match known.iter().find(|one| one["name"].as_str() == Some(name)) {
                Some(option) => Ok((option, (*text).to_owned())),
                None => unable!("There is no option `{name}`. Options are: {}.", names(known).join(", ")),
            };
            Ok((path, options.iter().map(pair).collect::<Result<_, _>>()?))
        })
    }

    /// What the attachment options of a command's text name: the files to give to [`World::command_with`].
    pub fn files_named(&self, user: Id, channel: Id, text: &str) -> Result<Vec<String>, Unable> {
        let state = self.lock();
        let (name, rest) = head(text);
        let (_, command) = state.find_command(user, channel, kind::CHAT, name)?;
        let (options, _, rest) = descend(command.options(), rest)?;
        let is_file = |option: &Value| option["type"].as_u64() == Some(option::ATTACHMENT);
        Ok(pairs(options, rest)?.into_iter().filter(|(option, _)| is_file(option)).map(|(_, path)| path).collect())
    }

    /// What the client asks the bot while the last option of `text` is being typed.
    pub fn autocomplete(&self, user: Id, channel: Id, text: &str) -> Result<Id, Unable> {
        let (name, rest) = head(text);
        self.lock().complete(user, channel, name, rest)
    }

    /// A command from the menu of a user.
    pub fn use_on_user(&self, user: Id, channel: Id, name: &str, target: Id) -> Result<Id, Unable> {
        let named = Named { users: vec![target], ..Named::default() };
        self.lock().use_on(user, channel, kind::USER, name, target, &named)
    }

    /// A command from the menu of a message.
    pub fn use_on_message(&self, user: Id, channel: Id, name: &str, target: Id) -> Result<Id, Unable> {
        let mut state = self.lock();
        if !state.message(channel, target)?.visible_to(user) {
            return unable!("There is no such message.");
        }
        let named = Named { messages: vec![(channel, target)], ..Named::default() };
        state.use_on(user, channel, kind::MESSAGE, name, target, &named)
    }

    /// The typed commands that somebody sees in a channel, as the client lists them.
    pub fn visible_commands(&self, user: Id, channel: Id) -> Vec<Command> {
        let state = self.lock();
        let Ok(known) = state.acting_in(user, channel) else { return Vec::new() };
        let offered = state.offered(known).into_iter().filter(|(_, command)| command.kind == kind::CHAT);
        offered.filter(|(_, command)| state.hidden_by(command, user, known).is_none()).map(|(_, one)| one).collect()
    }
}

/// The way through subcommands, and what was typed for each option.
type Given<'a> = (Vec<&'a Value>, Vec<(&'a Value, String)>);

impl State {
    fn use_command(
        &mut self,
        user: Id,
        channel: Id,
        name: &str,
        files: &[File],
        read: impl for<'a> FnOnce(&'a [Value]) -> Result<Given<'a>, Unable>,
    ) -> Result<Id, Unable> {
        let (application, command) = self.find_command(user, channel, kind::CHAT, name)?;
        let (path, given) = read(command.options())?;
        let leaf = path.last().map_or(command.options(), |branch| options_of(branch));
        let missing = leaf.iter().find(|option| {
            option["required"].as_bool() == Some(true) && !given.iter().any(|(one, _)| one["name"] == option["name"])
        });
        if let Some(option) = missing {
            let name = option["name"].as_str().unwrap_or_default();
            return unable!("`{name}`: this option is required. Specify a value.");
        }
        let mut named = Named::default();
        let typed = self.typed(user, channel, files, &given, &mut named)?;
        let options = typed.into_iter().zip(&given).map(|(value, (option, _))| {
            let value = self.uploaded(channel, files, value, &mut named);
            json!({ "name": option["name"], "type": option["type"], "value": value })
        });
        let options = nest(options.collect(), &path);
        let data = self.command_data(&command, options, &named, user, channel, application)?;
        let name = command.name;
        Ok(self.begin(Beginning {
            application,
            user,
            channel,
            kind: interaction::kind::COMMAND,
            name,
            data,
            message: None,
            triggered_by: None,
        }))
    }

    /// Every value is read before anything is uploaded.
    fn typed(
        &self,
        user: Id,
        channel: Id,
        files: &[File],
        given: &[(&Value, String)],
        named: &mut Named,
    ) -> Result<Vec<Typed>, Unable> {
        let typing = Typing { state: self, user, channel: self.channel(channel)?, files };
        given.iter().map(|(option, text)| typing.value(option, text, named)).collect()
    }

    pub(super) fn uploaded(&mut self, channel: Id, files: &[File], typed: Typed, named: &mut Named) -> Value {
        match typed {
            Typed::Value(value) => value,
            Typed::File(index) => {
                let attachment = self.store_file(channel, &files[index]);
                named.attachments.push(attachment.clone());
                attachment["id"].clone()
            }
        }
    }

    fn command_data(
        &self,
        command: &Command,
        options: Vec<Value>,
        named: &Named,
        user: Id,
        channel: Id,
        application: Id,
    ) -> Result<Value, Unable> {
        let mut data = json!({ "id": command.id, "name": command.name, "type": command.kind });
        if let Some(guild) = command.guild {
            data["guild_id"] = json!(guild);
        }
        if !options.is_empty() {
            data["options"] = Value::Array(options);
        }
        if let Some(resolved) = self.resolved(named, self.channel(channel)?, user, application) {
            data["resolved"] = resolved;
        }
        Ok(data)
    }

    fn complete(&mut self, user: Id, channel: Id, name: &str, rest: &str) -> Result<Id, Unable> {
        let (application, command) = self.find_command(user, channel, kind::CHAT, name)?;
        let (leaf, path, rest) = descend(command.options(), rest)?;
        let mut given = pairs(leaf, rest)?;
        let Some((focused, typed)) = given.pop() else { return unable!("No option is being typed.") };
        if focused["autocomplete"].as_bool() != Some(true) {
            return unable!("`{}` is not completed by the bot.", focused["name"].as_str().unwrap_or_default());
        }
        let mut named = Named::default();
        let typing = Typing { state: self, user, channel: self.channel(channel)?, files: &[] };
        let ready = |(option, text): &(&Value, String)| match typing.value(option, text, &mut named) {
            Ok(Typed::Value(value)) => Some(json!({ "name": option["name"], "type": option["type"], "value": value })),
            _ => None,
        };
        let mut options: Vec<Value> = given.iter().filter_map(ready).collect();
        options.push(json!({ "name": focused["name"], "type": focused["type"], "value": typed, "focused": true }));
        let options = nest(options, &path);
        let data = self.command_data(&command, options, &named, user, channel, application)?;
        let kind = interaction::kind::AUTOCOMPLETE;
        Ok(self.begin(Beginning {
            application,
            user,
            channel,
            kind,
            name: command.name,
            data,
            message: None,
            triggered_by: None,
        }))
    }

    fn use_on(&mut self, user: Id, channel: Id, of: u64, name: &str, target: Id, named: &Named) -> Result<Id, Unable> {
        let (application, command) = self.find_command(user, channel, of, name)?;
        let mut data = self.command_data(&command, Vec::new(), named, user, channel, application)?;
        data["target_id"] = json!(target);
        let kind = interaction::kind::COMMAND;
        Ok(self.begin(Beginning {
            application,
            user,
            channel,
            kind,
            name: command.name,
            data,
            message: None,
            triggered_by: None,
        }))
    }

    fn find_command(&self, user: Id, channel: Id, of: u64, name: &str) -> Result<(Id, Command), Unable> {
        let channel = self.acting_in(user, channel)?;
        self.may_command(user, channel)?;
        let slash = if of == kind::CHAT { "/" } else { "" };
        let named = self.offered(channel).into_iter().filter(|(_, one)| one.kind == of && one.name == name);
        let mut hidden = None;
        for (application, command) in named {
            match self.hidden_by(&command, user, channel) {
                None => return Ok((application, command)),
                Some(reason) => hidden = Some(reason),
            }
        }
        match hidden {
            Some(reason) => unable!("You do not see {slash}{name}: {reason}."),
            None => unable!("There is no command {slash}{name} here."),
        }
    }

    /// Commands of the bots that are there; a guild's own come first.
    fn offered(&self, channel: &Channel) -> Vec<(Id, Command)> {
        let there = |bot: Id| match channel.guild {
            Some(guild) => self.is_member(guild, bot),
            None => channel.recipients.contains(&bot),
        };
        let bots = self.applications.values().filter(|application| there(application.id));
        let all = bots.flat_map(|bot| bot.commands.values().map(|command| (bot.id, command.clone())));
        let fits = |command: &Command| match channel.guild {
            Some(guild) => command.guild.map_or(command.in_guilds(), |own| own == guild),
            None => command.in_dms(),
        };
        let mut offered: Vec<(Id, Command)> = all.filter(|(_, command)| fits(command)).collect();
        offered.sort_by_key(|(_, command)| command.guild.is_none());
        offered
    }

    /// Why somebody does not see a command.
    fn hidden_by(&self, command: &Command, user: Id, channel: &Channel) -> Option<String> {
        let (needs, _) = (command.needs()?, channel.guild?);
        if self.commands_for_everybody {
            return None;
        }
        let has = self.permissions_in(channel, user);
        if has.has(Permissions::ADMINISTRATOR) || (needs != 0 && has.has(Permissions(needs))) {
            return None;
        }
        Some(match needs {
            0 => "it is for administrators".to_owned(),
            bits => format!("it needs {}", Permissions(bits).names().join(", ")),
        })
    }
}

fn options_of(branch: &Value) -> &[Value] {
    branch["options"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Puts options under the subcommands that lead to them.
fn nest(options: Vec<Value>, path: &[&Value]) -> Vec<Value> {
    path.iter().rev().fold(options, |options, branch| {
        let kind = branch["type"].as_u64().unwrap_or(option::SUBCOMMAND);
        vec![json!({ "name": branch["name"], "type": kind, "options": options })]
    })
}
