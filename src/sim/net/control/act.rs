//! `POST /sim/act`: somebody does something in their client.

use super::complaint::Complaint;
use super::find;
use crate::flow::payload::File;
use crate::sim::act::{Deed, Unable};
use crate::sim::id::Id;
use crate::sim::net::wire::Wire;
use crate::sim::world::World;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    #[serde(rename = "as")]
    who: String,
    channel: Option<String>,
    #[serde(rename = "do")]
    deed: String,
    bot: Option<String>,
    message: Option<String>,
    interaction: Option<String>,
    #[serde(default)]
    fields: IndexMap<String, String>,
    #[serde(default)]
    files: IndexMap<String, String>,
}

impl From<Unable> for Complaint {
    fn from(unable: Unable) -> Self {
        Self::bad(unable.to_string())
    }
}

pub async fn act(
    State(wire): State<Arc<Wire>>,
    act: Result<Json<Act>, JsonRejection>,
) -> Result<Json<Value>, Complaint> {
    let Json(act) = act?;
    let deed = Deed::read(&act.deed)?;
    Actor::new(&wire.world, &act)?.perform(&deed).map(Json)
}

/// Somebody about to act.
struct Actor<'a> {
    world: &'a World,
    act: &'a Act,
    user: Id,
    files: Vec<File>,
}

fn interaction(id: Id) -> Value {
    json!({ "interaction": id })
}

fn message(id: Id) -> Value {
    json!({ "message": id })
}

fn done(_: ()) -> Value {
    json!({ "done": true })
}

impl<'a> Actor<'a> {
    fn new(world: &'a World, act: &'a Act) -> Result<Self, Complaint> {
        let user = find::user(&world.lock(), &act.who)?;
        let file = |(name, text): (&String, &String)| File { name: name.clone(), content: text.clone().into_bytes() };
        Ok(Self { world, act, user, files: act.files.iter().map(file).collect() })
    }

    fn perform(&self, deed: &Deed) -> Result<Value, Complaint> {
        let (world, user) = (self.world, self.user);
        Ok(match *deed {
            Deed::Command(text) => interaction(world.command_with(user, self.channel()?, text, &self.files)?),
            Deed::Type(text) => interaction(world.autocomplete(user, self.channel()?, text)?),
            Deed::Use { name, on } => interaction(self.use_menu(name, on)?),
            Deed::Click { label, place } => interaction(self.click(label, place)?),
            Deed::Choose { menu, ref values } => interaction(self.choose(menu, values)?),
            Deed::Submit(fields) => interaction(self.submit(fields)?),
            Deed::Say(text) => message(world.say_with(user, self.channel()?, text, &self.files)?),
            Deed::Reply(text) => message(world.reply(user, self.message()?, text)?),
            Deed::Dm(text) => message(world.dm(user, self.bot()?, text)?),
            Deed::Edit(text) => done(world.edit(user, self.message()?, text)?),
            Deed::Delete => done(world.delete(user, self.message()?)?),
            Deed::React(emoji) => done(world.react(user, self.message()?, emoji)?),
            Deed::Unreact(emoji) => done(world.unreact(user, self.message()?, emoji)?),
            Deed::Join => done(world.add_member(self.guild()?, user, &[])?),
            Deed::Leave => done(world.remove_member(self.guild()?, user)?),
        })
    }

    /// The channel that was named, or the first one that they see.
    fn channel(&self) -> Result<Id, Complaint> {
        let state = self.world.lock();
        match &self.act.channel {
            Some(name) => find::channel(&state, name).map(|channel| channel.id),
            None => {
                let seen = |channel: &&crate::sim::channel::Channel| {
                    channel.holds_messages() && !channel.is_dm() && state.can_see(channel, self.user)
                };
                let first = state.channels.values().find(seen);
                first.map(|channel| channel.id).ok_or_else(|| Complaint::bad("they see no channel"))
            }
        }
    }

    /// The channel's, or the only one there is.
    fn guild(&self) -> Result<Id, Complaint> {
        let state = self.world.lock();
        let of_channel = match &self.act.channel {
            Some(name) => find::channel(&state, name)?.guild,
            None => None,
        };
        let only = || state.guilds.keys().next().filter(|_| state.guilds.len() == 1).copied();
        of_channel.or_else(only).ok_or_else(|| Complaint::bad("say which guild by one of its channels"))
    }

    fn bot(&self) -> Result<Id, Complaint> {
        find::bot(&self.world.lock(), self.act.bot.as_deref())
    }

    fn message(&self) -> Result<Id, Complaint> {
        id("message", self.act.message.as_deref())
    }

    fn use_menu(&self, name: &str, on: &str) -> Result<Id, Complaint> {
        let channel = self.channel()?;
        let message = on.parse().ok().filter(|id| self.world.lock().find_message(*id).is_some());
        if let Some(message) = message {
            return Ok(self.world.use_on_message(self.user, channel, name, message)?);
        }
        let target = find::user(&self.world.lock(), on)?;
        Ok(self.world.use_on_user(self.user, channel, name, target)?)
    }

    /// Where buttons and selects are looked for: everywhere, unless a place was named.
    fn place(&self, named: Option<&str>) -> Result<Option<Id>, Complaint> {
        let Some(name) = named.or(self.act.channel.as_deref()) else { return Ok(None) };
        find::channel(&self.world.lock(), name).map(|channel| Some(channel.id))
    }

    /// By label, or by custom id on `message`.
    fn click(&self, label: &str, place: Option<&str>) -> Result<Id, Complaint> {
        if self.act.message.is_some() {
            return Ok(self.world.click(self.user, self.message()?, label)?);
        }
        Ok(self.world.click_label(self.user, self.place(place)?, label)?)
    }

    fn choose(&self, menu: &str, values: &[&str]) -> Result<Id, Complaint> {
        let found = self.world.find_select(self.user, self.place(None)?, menu);
        let (message, custom_id) = found.ok_or_else(|| Complaint::bad(format!("they see no select {menu:?}")))?;
        Ok(self.world.choose(self.user, message, &custom_id, values)?)
    }

    fn submit(&self, typed: &str) -> Result<Id, Complaint> {
        let opened = match &self.act.interaction {
            Some(text) => id("interaction", Some(text))?,
            None => self.last_window()?,
        };
        let typed = self.world.fields(opened, typed)?;
        let fields: Vec<(&str, &str)> = self
            .act
            .fields
            .iter()
            .chain(typed.iter().map(|(key, text)| (key, text)))
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect();
        Ok(self.world.submit_with(self.user, opened, &fields, &self.files)?)
    }

    fn last_window(&self) -> Result<Id, Complaint> {
        let state = self.world.lock();
        let mut newest = state.interactions.values().rev();
        let open = newest.find(|known| known.user == self.user && known.modal_open);
        open.map(|known| known.id).ok_or_else(|| Complaint::bad("no window is open"))
    }
}

fn id(what: &str, text: Option<&str>) -> Result<Id, Complaint> {
    let text = text.ok_or_else(|| Complaint::bad(format!("say which {what}, by its id")))?;
    text.parse().map_err(|_| Complaint::bad(format!("`{what}` is an id, which is a number")))
}
