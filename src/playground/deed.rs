//! What people do in their clients, done at the prompt: with local files, and in the channel that is open.

use crate::flow::payload::File;
use crate::playground::session::{Session, hint};
use crate::sim::act::{Deed, Unable};
use crate::sim::message::Message;
use crate::sim::{Id, World};
use std::sync::Arc;

impl Session {
    pub(super) async fn deed(&mut self, deed: &Deed<'_>) -> Result<(), String> {
        let world = Arc::clone(self.stage.world());
        let (world, user, here) = (world.as_ref(), self.user, self.here()?);
        let said = |unable: Unable| unable.to_string();
        match *deed {
            Deed::Command(text) => self.command(text, here)?,
            Deed::Type(text) => drop(world.autocomplete(user, here, text).map_err(said)?),
            Deed::Use { name, on } => drop(self.menu(name, on, here)?),
            Deed::Click { label, place } => self.click(label, place, here)?,
            Deed::Choose { menu, ref values } => self.choose(menu, values, here)?,
            Deed::Submit(fields) => self.submit(fields)?,
            Deed::Say(text) => drop(world.say(user, here, text).map_err(said)?),
            Deed::Dm(text) => {
                let bot = self.stage.players.first().map(|player| player.id).ok_or("There is no bot.")?;
                world.dm(user, bot, text).map_err(said)?;
            }
            Deed::Reply(text) => drop(world.reply(user, self.last(here, |_| true)?, text).map_err(said)?),
            Deed::Edit(text) => world.edit(user, self.last_own(here)?, text).map_err(said)?,
            Deed::Delete => world.delete(user, self.last_own(here)?).map_err(said)?,
            Deed::React(emoji) => world.react(user, self.last(here, |_| true)?, emoji).map_err(said)?,
            Deed::Unreact(emoji) => world.unreact(user, self.last(here, |_| true)?, emoji).map_err(said)?,
            Deed::Join | Deed::Leave => return Err("Write `join NAME` or `leave NAME`.".to_owned()),
        }
        Ok(())
    }

    pub(super) fn here(&self) -> Result<Id, String> {
        self.channel.ok_or_else(|| "You see no channel.".to_owned())
    }

    fn command(&self, text: &str, here: Id) -> Result<(), String> {
        let world = self.stage.world();
        let files =
            world.files_named(self.user, here, text).map_err(|unable| self.unknown_command(text, here, &unable))?;
        let files = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        world.command_with(self.user, here, text, &files).map_err(|unable| unable.to_string())?;
        Ok(())
    }

    fn unknown_command(&self, text: &str, here: Id, unable: &Unable) -> String {
        let name = text.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        let commands = self.stage.world().visible_commands(self.user, here);
        let names: Vec<&str> = commands.iter().map(|command| command.name.as_str()).collect();
        if !unable.0.starts_with("There is no command") {
            return unable.to_string();
        }
        match crate::text::nearest(name, names.iter().copied()) {
            Some(near) => format!("There is no command /{name} here: did you mean `/{near}`?"),
            None => {
                let all: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
                format!("There is no command /{name} here; you see {}.", all.join(" "))
            }
        }
    }

    fn menu(&self, name: &str, on: &str, here: Id) -> Result<Id, String> {
        let world = self.stage.world();
        let used = match on {
            "message" | "it" => world.use_on_message(self.user, here, name, self.last(here, |_| true)?),
            _ => world.use_on_user(self.user, here, name, self.member(on)?),
        };
        used.map_err(|unable| unable.to_string())
    }

    /// In the channel that is open, and where there is no such button, anywhere.
    fn click(&self, label: &str, place: Option<&str>, here: Id) -> Result<(), String> {
        let world = self.stage.world();
        let channel = place.map(|place| self.visible_channel(place)).transpose()?;
        let find = |channel: Option<Id>| self.labelled(channel, label);
        let found = match channel {
            Some(channel) => find(Some(channel)),
            None => find(Some(here)).or_else(|| find(None)),
        };
        let Some((message, custom_id)) = found else {
            let labels = self.labels(channel);
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            return Err(format!("You see no button `{label}`{}", hint(label, &labels)));
        };
        world.click(self.user, message, &custom_id).map(drop).map_err(|unable| unable.to_string())
    }

    fn labelled(&self, channel: Option<Id>, label: &str) -> Option<(Id, String)> {
        let world = self.stage.world();
        let exact = world.find_button(self.user, channel, label);
        exact.or_else(|| {
            let same = self.labels(channel).into_iter().find(|known| known.to_lowercase() == label.to_lowercase())?;
            world.find_button(self.user, channel, &same)
        })
    }

    /// What stands on the buttons that somebody sees, each once.
    pub(super) fn labels(&self, channel: Option<Id>) -> Vec<String> {
        self.controls(channel, |control| {
            let label = control["label"].as_str().or(control["emoji"]["name"].as_str());
            label.filter(|_| control["type"].as_u64() == Some(2) && control["custom_id"].is_string()).map(str::to_owned)
        })
    }

    /// The placeholders (or custom ids) of the selects that somebody sees, each once.
    pub(super) fn menus(&self, channel: Option<Id>) -> Vec<String> {
        self.controls(channel, |control| {
            let name = control["placeholder"].as_str().or(control["custom_id"].as_str());
            name.filter(|_| control["type"].as_u64() != Some(2)).map(str::to_owned)
        })
    }

    fn controls(&self, channel: Option<Id>, name: impl Fn(&serde_json::Value) -> Option<String>) -> Vec<String> {
        let view = self.stage.world().view(self.user);
        let channels = view.channels.iter().chain(&view.direct).filter(|one| channel.is_none_or(|only| one.id == only));
        let mut names = Vec::new();
        for control in channels.flat_map(|channel| channel.messages.values()).flat_map(Message::controls) {
            names.extend(name(control).filter(|name| !names.contains(name)));
        }
        names
    }

    fn choose(&self, menu: &str, values: &[&str], here: Id) -> Result<(), String> {
        let world = self.stage.world();
        let found = world.find_select(self.user, Some(here), menu).or_else(|| world.find_select(self.user, None, menu));
        let Some((message, custom_id)) = found else {
            let menus = self.menus(None);
            let menus: Vec<&str> = menus.iter().map(String::as_str).collect();
            return Err(format!("You see no select `{menu}`{}", hint(menu, &menus)));
        };
        world.choose(self.user, message, &custom_id, values).map(drop).map_err(|unable| unable.to_string())
    }

    fn submit(&self, typed: &str) -> Result<(), String> {
        let world = self.stage.world();
        let window = world.modals(self.user).pop().ok_or("No window is open before you.")?.id;
        let fields = world.fields(window, typed).map_err(|unable| unable.to_string())?;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        world.submit(self.user, window, &fields).map(drop).map_err(|unable| unable.to_string())
    }

    fn last(&self, here: Id, fits: impl Fn(&Message) -> bool) -> Result<Id, String> {
        let seen = |message: &&Message| message.visible_to(self.user) && fits(message);
        let messages = World::messages(self.stage.world(), here);
        let newest = messages.iter().rev().find(seen);
        newest.map(|message| message.id).ok_or_else(|| "There is no such message here.".to_owned())
    }

    fn last_own(&self, here: Id) -> Result<Id, String> {
        self.last(here, |message| message.author == self.user)
    }
}

fn read(path: &str) -> Result<File, String> {
    let content = std::fs::read(path).map_err(|error| format!("`{path}` cannot be read: {error}."))?;
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    Ok(File { name, content })
}
