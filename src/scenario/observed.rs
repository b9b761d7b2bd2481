//! What a bot did, in the words in which it would be expected.

use crate::action::embed::COLORS;
use crate::scenario::gate::{Deed, Logged, Noticed};
use crate::scenario::names::Names;
use crate::sim::channel::Channel;
use crate::sim::message::Message;
use crate::sim::{Happening, Id};
use crate::text::Span;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Reply,
    Update,
    Message,
    Dm,
    Edit,
    Delete,
    Log,
    ChannelCreate,
    ChannelDelete,
    ChannelChange,
    RoleAdd,
    RoleRemove,
    Modal,
    Suggestions,
    Unable,
    NoAnswer,
    Commands,
}

impl What {
    /// The word for it in a scenario.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Update => "update",
            Self::Message => "message",
            Self::Dm => "dm",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Log => "log",
            Self::ChannelCreate => "channel.create",
            Self::ChannelDelete => "channel.delete",
            Self::ChannelChange => "channel.change",
            Self::RoleAdd => "role.add",
            Self::RoleRemove => "role.remove",
            Self::Modal => "modal",
            Self::Suggestions => "suggestions",
            Self::Unable => "unable",
            Self::NoAnswer => "no_answer",
            Self::Commands => "commands",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Observed {
    pub what: What,
    /// Where the bot's file says so; none where the engine does it by itself.
    pub span: Span,
    /// By the keys in which it would be expected, as people read it.
    pub readable: Value,
    /// The same with ids instead of names.
    pub raw: Value,
    /// What can be known of it in later steps: its id.
    pub id: Option<String>,
}

impl Observed {
    fn new(what: What, span: Span, value: Value) -> Self {
        Self { what, span, readable: value.clone(), raw: value, id: None }
    }

    /// Somebody could not do what they should.
    pub fn unable(why: &str) -> Self {
        Self::new(What::Unable, Span::NONE, json!(why))
    }

    /// In a line of YAML, without what hardly anybody writes down.
    pub fn shown(&self) -> String {
        format!("{}: {}", self.what.word(), super::yaml::flow(&self.brief()))
    }

    /// What somebody would write down of it.
    pub fn brief(&self) -> Value {
        let mut value = self.readable.clone();
        if let Some(map) = value.as_object_mut() {
            if !matches!(self.what, What::ChannelCreate) {
                map.shift_remove("visible_to");
            }
            if self.what == What::Log && map.contains_key("entry") {
                map.retain(|key, _| ["entry", "fields"].contains(&key.as_str()));
            }
            map.retain(|_, value| !matches!(value, Value::Null));
        }
        value
    }
}

/// Reads what was noted.
pub struct Observer {
    pub names: Names,
    /// Answers that are still "thinking…".
    loading: HashSet<Id>,
    /// Names of channels that were there.
    channels: HashMap<Id, String>,
}

impl Observer {
    pub fn new(names: Names) -> Self {
        Self { names, loading: HashSet::new(), channels: HashMap::new() }
    }

    /// Everything that happened, in order.
    pub fn read(&mut self, noticed: &Noticed) -> Vec<Observed> {
        let updates: HashSet<usize> =
            noticed.deeds.iter().filter(|deed| is_update(deed)).map(|deed| deed.request).collect();
        let mut all = Vec::new();
        let mut logged: Vec<&Logged> = noticed.logged.iter().collect();
        for deed in &noticed.deeds {
            self.one(deed, updates.contains(&deed.request), &mut logged, &mut all);
        }
        all
    }

    fn one(&mut self, deed: &Deed, updates: bool, logged: &mut Vec<&Logged>, all: &mut Vec<Observed>) {
        let span = deed.span;
        let person = |id: Id| self.names.person(id);
        match &deed.happening {
            Happening::MessageCreated { message, .. } if message.is_loading() => {
                self.loading.insert(message.id);
            }
            Happening::MessageCreated { message, .. } if message.webhook.is_some() => {
                all.extend(message.embeds.iter().map(|embed| self.log(embed, logged)));
            }
            Happening::MessageCreated { message, visible_to } => {
                let what = match (message.interaction, message.guild) {
                    (Some(_), _) => What::Reply,
                    (None, None) => What::Dm,
                    (None, Some(_)) => What::Message,
                };
                all.push(self.message(what, span, message, visible_to));
            }
            Happening::MessageEdited { message, visible_to } => {
                let what = if self.loading.remove(&message.id) {
                    What::Reply
                } else if updates {
                    What::Update
                } else {
                    What::Edit
                };
                all.push(self.message(what, span, message, visible_to));
            }
            Happening::MessageDeleted { message, visible_to } => {
                all.push(self.message(What::Delete, span, message, visible_to));
            }
            Happening::ChannelCreated { channel, visible_to } => {
                self.channels.insert(channel.id, channel.name.clone());
                all.push(self.channel(What::ChannelCreate, span, channel, visible_to));
            }
            Happening::ChannelUpdated { channel, visible_to } => {
                all.push(self.channel(What::ChannelChange, span, channel, visible_to));
            }
            Happening::ChannelDeleted { channel, visible_to } => {
                all.push(self.channel(What::ChannelDelete, span, channel, visible_to));
            }
            Happening::RolesChanged { user, added, removed, .. } => {
                let role = |role: &Id| json!({ "to": person(*user), "role": self.names.role(*role) });
                all.extend(added.iter().map(|id| Observed::new(What::RoleAdd, span, role(id))));
                all.extend(removed.iter().map(|id| Observed::new(What::RoleRemove, span, role(id))));
            }
            Happening::ModalOpened { user, modal, .. } => all.push(modal_seen(span, &person(*user), modal)),
            Happening::Completed { choices, .. } => {
                let names: Vec<&Value> = choices.iter().map(|choice| &choice["name"]).collect();
                all.push(Observed::new(What::Suggestions, span, json!(names)));
            }
            Happening::Failed { interaction } => {
                all.push(Observed::new(What::NoAnswer, span, json!({ "to": person(interaction.user) })));
            }
            Happening::CommandsRegistered { names, .. } => all.push(Observed::new(What::Commands, span, json!(names))),
            _ => {}
        }
    }

    fn message(&self, what: What, span: Span, message: &Message, visible_to: &[Id]) -> Observed {
        let names = &self.names;
        let mut map = Map::new();
        if let Some(to) = self.addressee(what, message) {
            map.insert("to".into(), json!(names.person(to)));
        }
        if matches!(what, What::Message | What::Edit | What::Delete) && message.guild.is_some() {
            map.insert("in".into(), json!(self.channel_name(message.channel)));
        }
        if matches!(what, What::Reply) && message.is_ephemeral() {
            map.insert("ephemeral".into(), json!(true));
        }
        if !message.content.is_empty() {
            map.insert("content".into(), json!(message.content));
        }
        let embeds: Vec<Value> = message.embeds.iter().map(embed).collect();
        match embeds.as_slice() {
            [] => {}
            [one] => drop(map.insert("embed".into(), one.clone())),
            many => drop(map.insert("embeds".into(), json!(many))),
        }
        let controls = message.controls();
        let labels = |select: bool| -> Vec<Value> {
            let wanted = controls.iter().filter(|control| (control["type"] != 2) == select);
            wanted.map(|control| label(control)).collect()
        };
        insert_list(&mut map, "buttons", labels(false));
        insert_list(&mut map, "selects", labels(true));
        insert_list(&mut map, "files", message.attachments.iter().map(|file| file["filename"].clone()).collect());
        let roles = message.mention_roles.iter().map(|id| json!(names.role(*id)));
        let everyone = message.mention_everyone.then(|| json!("everyone"));
        let pings = message.mentions.iter().map(|id| json!(names.person(*id))).chain(roles).chain(everyone);
        insert_list(&mut map, "pings", pings.collect());
        map.insert("visible_to".into(), self.seen_by(visible_to));
        self.both(what, span, Value::Object(map), Some(message.id))
    }

    /// Whose answer or direct message it is.
    fn addressee(&self, what: What, message: &Message) -> Option<Id> {
        match what {
            What::Reply | What::Update => {
                let asked = message.interaction.and_then(|id| self.names.world.interaction(id));
                message.ephemeral_to.or(asked.map(|asked| asked.user))
            }
            What::Dm | What::Edit | What::Delete if message.guild.is_none() => {
                let channel = self.names.world.channel(message.channel)?;
                channel.recipients.into_iter().find(|id| *id != message.author)
            }
            _ => None,
        }
    }

    fn channel(&self, what: What, span: Span, channel: &Channel, visible_to: &[Id]) -> Observed {
        let mut map = Map::new();
        map.insert("name".into(), json!(channel.name));
        if let Some(parent) = channel.parent {
            map.insert("category".into(), json!(self.channel_name(parent)));
        }
        if let Some(topic) = &channel.topic {
            map.insert("topic".into(), json!(topic));
        }
        map.insert("visible_to".into(), self.seen_by(visible_to));
        self.both(what, span, Value::Object(map), Some(channel.id))
    }

    fn channel_name(&self, id: Id) -> String {
        let there = self.names.world.channel(id).map(|channel| channel.name);
        there.or_else(|| self.channels.get(&id).cloned()).unwrap_or_else(|| id.to_string())
    }

    fn seen_by(&self, people: &[Id]) -> Value {
        let below = people.iter().filter(|id| !self.names.is_above(**id));
        json!(below.map(|id| self.names.person(*id)).collect::<Vec<_>>())
    }

    fn log(&self, seen: &Value, logged: &mut Vec<&Logged>) -> Observed {
        let mut value = embed(seen);
        let known = logged.iter().position(|logged| same(&embed(&json!(logged.embed)), &value));
        let known = known.map(|index| logged.remove(index));
        if let (Some(known), Some(map)) = (known, value.as_object_mut()) {
            map.shift_insert(0, "entry".into(), json!(known.entry));
        }
        self.both(What::Log, known.map_or(Span::NONE, |known| known.span), value, None)
    }

    fn both(&self, what: What, span: Span, raw: Value, id: Option<Id>) -> Observed {
        let readable = self.read_texts(&raw);
        Observed { what, span, readable, raw, id: id.map(|id| id.to_string()) }
    }

    fn read_texts(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.names.readable(text)),
            Value::Array(items) => items.iter().map(|item| self.read_texts(item)).collect(),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(key, value)| (key.clone(), self.read_texts(value))).collect())
            }
            other => other.clone(),
        }
    }
}

fn is_update(deed: &Deed) -> bool {
    matches!(&deed.happening, Happening::Acknowledged { interaction } if interaction.callback == Some(7))
}

/// Two embeds say the same; when they say it does not matter.
fn same(a: &Value, b: &Value) -> bool {
    ["title", "description", "fields", "color"].iter().all(|key| a[key] == b[key])
}

fn modal_seen(span: Span, to: &str, modal: &Value) -> Observed {
    let mut labels = Vec::new();
    collect_labels(&modal["components"], &mut labels);
    Observed::new(What::Modal, span, json!({ "to": to, "title": modal["title"], "fields": labels }))
}

fn collect_labels(components: &Value, labels: &mut Vec<Value>) {
    for component in components.as_array().into_iter().flatten() {
        if component["label"].is_string() {
            labels.push(component["label"].clone());
        }
        collect_labels(&component["components"], labels);
    }
}

fn insert_list(map: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        map.insert(key.to_owned(), Value::Array(list));
    }
}

fn label(control: &Value) -> Value {
    let words = [&control["label"], &control["placeholder"], &control["emoji"]["name"], &control["custom_id"]];
    words.into_iter().find(|word| word.is_string()).cloned().unwrap_or_default()
}

/// An embed by the keys of a scenario.
fn embed(seen: &Value) -> Value {
    let mut map = Map::new();
    let mut text = |key: &str, value: &Value| {
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            map.insert(key.to_owned(), json!(text));
        }
    };
    text("title", &seen["title"]);
    text("description", &seen["description"]);
    text("url", &seen["url"]);
    text("author", &seen["author"]["name"]);
    text("footer", &seen["footer"]["text"]);
    text("image", &seen["image"]["url"]);
    text("thumbnail", &seen["thumbnail"]["url"]);
    if let Some(color) = seen["color"].as_u64() {
        map.insert("color".into(), json!(color_name(color)));
    }
    if !seen["timestamp"].is_null() {
        map.insert("timestamp".into(), json!(true));
    }
    let fields: Map<String, Value> = seen["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| Some((field["name"].as_str()?.to_owned(), field["value"].clone())))
        .collect();
    if !fields.is_empty() {
        map.insert("fields".into(), Value::Object(fields));
    }
    Value::Object(map)
}

/// `green`, or `#RRGGBB`.
pub fn color_name(color: u64) -> String {
    let known = COLORS.iter().find(|(_, value)| u64::from(*value) == color);
    known.map_or_else(|| format!("#{color:06X}"), |(name, _)| (*name).to_owned())
}
