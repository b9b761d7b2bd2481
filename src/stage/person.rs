//! Somebody on the stage, in a channel, and what they do in their client.

use crate::flow::payload::File;
use crate::sim::act::{Deed, Unable};
use crate::sim::message::Message;
use crate::sim::{Id, World};
use crate::stage::stage::Stage;
use crate::text::nearest;

/// Somebody, and where they are; every error is a sentence for whoever wrote what they should do.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub stage: &'a Stage,
    pub user: Id,
    pub channel: Option<Id>,
}

/// Where the files are that somebody attaches: the content under a name.
pub type Files<'f> = &'f dyn Fn(&str) -> Result<File, String>;

impl Person<'_> {
    /// Does it; what follows from it is still to happen. The interaction that it caused, if any.
    ///
    /// # Errors
    /// Why they cannot.
    pub fn act(&self, deed: &Deed<'_>, files: Files<'_>) -> Result<Option<Id>, String> {
        let (world, user, here) = (self.world(), self.user, self.here()?);
        let said = |unable: Unable| unable.to_string();
        match *deed {
            Deed::Command(text) => return self.command(text, here, files).map(Some),
            Deed::Type(text) => return world.autocomplete(user, here, text).map(Some).map_err(said),
            Deed::Use { name, on } => return self.menu(name, on, here).map(Some),
            Deed::Click { label, place } => return self.click(label, place, here).map(Some),
            Deed::Choose { menu, ref values } => return self.choose(menu, values, here).map(Some),
            Deed::Submit(fields) => return self.submit(fields).map(Some),
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
            Deed::Join => world.add_member(self.stage.ground.guild, user, &[]).map_err(|error| error.to_string())?,
            Deed::Leave => world.remove_member(self.stage.ground.guild, user).map_err(|error| error.to_string())?,
        }
        Ok(None)
    }

    fn world(&self) -> &World {
        self.stage.world().as_ref()
    }

    fn here(&self) -> Result<Id, String> {
        self.channel.ok_or_else(|| "You see no channel.".to_owned())
    }

    fn command(&self, text: &str, here: Id, read: Files<'_>) -> Result<Id, String> {
        let world = self.world();
        let files =
            world.files_named(self.user, here, text).map_err(|unable| self.unknown_command(text, here, &unable))?;
        let files = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        world.command_with(self.user, here, text, &files).map_err(|unable| unable.to_string())
    }

    fn unknown_command(&self, text: &str, here: Id, unable: &Unable) -> String {
        let name = text.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        let commands = self.world().visible_commands(self.user, here);
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
        let world = self.world();
        let used = match on {
            "message" | "it" => world.use_on_message(self.user, here, name, self.last(here, |_| true)?),
            _ => world.use_on_user(self.user, here, name, self.member(on)?),
        };
        used.map_err(|unable| unable.to_string())
    }

    /// In the channel that is open, and where there is no such button, anywhere.
    fn click(&self, label: &str, place: Option<&str>, here: Id) -> Result<Id, String> {
        let world = self.world();
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
        world.click(self.user, message, &custom_id).map_err(|unable| unable.to_string())
    }

    fn labelled(&self, channel: Option<Id>, label: &str) -> Option<(Id, String)> {
        let world = self.world();
        let exact = world.find_button(self.user, channel, label);
        exact.or_else(|| {
            let same = self.labels(channel).into_iter().find(|known| known.to_lowercase() == label.to_lowercase())?;
            world.find_button(self.user, channel, &same)
        })
    }

    /// What stands on the buttons that somebody sees, each once.
    pub fn labels(&self, channel: Option<Id>) -> Vec<String> {
        self.controls(channel, |control| {
            let label = control["label"].as_str().or(control["emoji"]["name"].as_str());
            label.filter(|_| control["type"].as_u64() == Some(2) && control["custom_id"].is_string()).map(str::to_owned)
        })
    }

    /// The placeholders (or custom ids) of the selects that somebody sees, each once.
    pub fn menus(&self, channel: Option<Id>) -> Vec<String> {
        self.controls(channel, |control| {
            let name = control["placeholder"].as_str().or(control["custom_id"].as_str());
            name.filter(|_| control["type"].as_u64() != Some(2)).map(str::to_owned)
        })
    }

    fn controls(&self, channel: Option<Id>, name: impl Fn(&serde_json::Value) -> Option<String>) -> Vec<String> {
        let view = self.world().view(self.user);
        let channels = view.channels.iter().chain(&view.direct).filter(|one| channel.is_none_or(|only| one.id == only));
        let mut names = Vec::new();
        for control in channels.flat_map(|channel| channel.messages.values()).flat_map(Message::controls) {
            names.extend(name(control).filter(|name| !names.contains(name)));
        }
        names
    }

    fn choose(&self, menu: &str, values: &[&str], here: Id) -> Result<Id, String> {
        let world = self.world();
        let found = world.find_select(self.user, Some(here), menu).or_else(|| world.find_select(self.user, None, menu));
        let Some((message, custom_id)) = found else {
            let menus = self.menus(None);
            let menus: Vec<&str> = menus.iter().map(String::as_str).collect();
            return Err(format!("You see no select `{menu}`{}", hint(menu, &menus)));
        };
        world.choose(self.user, message, &custom_id, values).map_err(|unable| unable.to_string())
    }

    fn submit(&self, typed: &str) -> Result<Id, String> {
        let world = self.world();
        let window = world.modals(self.user).pop().ok_or("No window is open before you.")?.id;
        let fields = world.fields(window, typed).map_err(|unable| unable.to_string())?;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        world.submit(self.user, window, &fields).map_err(|unable| unable.to_string())
    }

    fn last(&self, here: Id, fits: impl Fn(&Message) -> bool) -> Result<Id, String> {
        let seen = |message: &&Message| message.visible_to(self.user) && fits(message);
        let messages = self.world().messages(here);
        let newest = messages.iter().rev().find(seen);
        newest.map(|message| message.id).ok_or_else(|| "There is no such message here.".to_owned())
    }

    fn last_own(&self, here: Id) -> Result<Id, String> {
        self.last(here, |message| message.author == self.user)
    }

    /// A channel that who acts sees, by name.
    pub fn visible_channel(&self, name: &str) -> Result<Id, String> {
        let bare = name.trim_start_matches('#');
        let view = self.world().view(self.user);
        let mut there = view.channels.iter().filter(|channel| channel.holds_messages());
        if let Some(found) = there.find(|channel| channel.name == bare || channel.id.to_string() == bare) {
            return Ok(found.id);
        }
        if self.world().channel_named(self.stage.ground.guild, bare).is_some() {
            return Err(format!("{} does not see #{bare}.", self.name()));
        }
        let names: Vec<&str> = view.channels.iter().map(|channel| channel.name.as_str()).collect();
        Err(format!("There is no channel `{bare}`{}", hint(bare, &names)))
    }

    /// A person of the server, by name.
    pub fn member(&self, name: &str) -> Result<Id, String> {
        let name = name.trim_start_matches('@');
        let names = self.people();
        let found = names.iter().find(|(_, known)| known.to_lowercase() == name.to_lowercase());
        found.map(|(id, _)| *id).ok_or_else(|| {
            let names: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
            format!("There is nobody called `{name}` here{}", hint(name, &names))
        })
    }

    /// The people of the server, without bots.
    pub fn people(&self) -> Vec<(Id, String)> {
        let world = self.world();
        let members = world.guild(self.stage.ground.guild).map(|guild| guild.members).unwrap_or_default();
        let users = members.keys().filter_map(|id| world.user(*id)).filter(|user| !user.bot);
        users.map(|user| (user.id, user.display_name().to_owned())).collect()
    }

    fn name(&self) -> String {
        self.world().user(self.user).map(|user| user.display_name().to_owned()).unwrap_or_default()
    }
}

/// `: did you mean …?`, or the names that there are.
pub fn hint(word: &str, names: &[&str]) -> String {
    match nearest(word, names.iter().copied()) {
        Some(near) => format!(": did you mean `{near}`?"),
        None if names.is_empty() => ".".to_owned(),
        None => format!(": there are {}.", names.join(", ")),
    }
}
