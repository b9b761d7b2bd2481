//! What somebody typed for an option, as the value that a bot receives.

use crate::flow::payload::File;
use crate::sim::act::resolve::Named;
use crate::sim::act::{Unable, unable};
use crate::sim::channel::Channel;
use crate::sim::command::option;
use crate::sim::id::Id;
use crate::sim::state::State;
use serde_json::{Value, json};

/// Whole numbers that a client accepts, either side of zero.
const MAX_INTEGER: i64 = 1 << 53;
/// Characters of a text option without a limit of its own.
const MAX_TEXT: u64 = 6_000;

/// Where and by whom something is typed.
pub(super) struct Typing<'a> {
    pub state: &'a State,
    pub user: Id,
    pub channel: &'a Channel,
    pub files: &'a [File],
}

/// A value that is ready, or a file that still has to be uploaded.
#[derive(Debug, PartialEq)]
pub(super) enum Typed {
    Value(Value),
    File(usize),
}

impl Typing<'_> {
    /// The value of an option, or what the client says under its field.
    pub(super) fn value(&self, option: &Value, text: &str, named: &mut Named) -> Result<Typed, Unable> {
        let name = option["name"].as_str().unwrap_or_default();
        let text = text.trim();
        if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
            return choice(name, choices, text).map(Typed::Value);
        }
        let value = match option["type"].as_u64().unwrap_or(option::STRING) {
            option::INTEGER => integer(name, option, text)?,
            option::NUMBER => number(name, option, text)?,
            option::BOOLEAN => boolean(name, text)?,
            option::USER => self.named_user(name, text, named)?,
            option::CHANNEL => self.named_channel(name, option, text, named)?,
            option::ROLE => self.named_role(name, text, named)?,
            option::MENTIONABLE => match self.role(text) {
                Some(_) => self.named_role(name, text, named)?,
                None => self.named_user(name, text, named)?,
            },
            option::ATTACHMENT => return self.file(name, text),
            _ => string(name, option, text)?,
        };
        Ok(Typed::Value(value))
    }

    fn file(&self, name: &str, text: &str) -> Result<Typed, Unable> {
        let name_of = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        match self.files.iter().position(|file| file.name == text || file.name == name_of(text)) {
            Some(index) => Ok(Typed::File(index)),
            None => unable!("`{name}`: no file `{text}` was chosen."),
        }
    }

    pub(super) fn named_user(&self, name: &str, text: &str, named: &mut Named) -> Result<Value, Unable> {
        let Some(user) = self.state.find_user(self.channel.guild, text) else {
            return unable!("`{name}`: there is no user `{text}`.");
        };
        push(&mut named.users, user);
        Ok(json!(user))
    }

    pub(super) fn named_role(&self, name: &str, text: &str, named: &mut Named) -> Result<Value, Unable> {
        let Some(role) = self.role(text) else { return unable!("`{name}`: there is no role `{text}`.") };
        push(&mut named.roles, role);
        Ok(json!(role))
    }

    pub(super) fn role(&self, text: &str) -> Option<Id> {
        let guild = self.state.guilds.get(&self.channel.guild?)?;
        let bare = text.trim_start_matches("<@&").trim_end_matches('>').trim_start_matches('@');
        let by_id = bare.parse().ok().filter(|id| guild.roles.contains_key(id));
        by_id.or_else(|| guild.role_named(bare).or_else(|| guild.role_named(text)).map(|role| role.id))
    }

    pub(super) fn named_channel(
        &self,
        name: &str,
        option: &Value,
        text: &str,
        named: &mut Named,
    ) -> Result<Value, Unable> {
        let Some(channel) = self.channel(text) else { return unable!("`{name}`: there is no channel `{text}`.") };
        let kinds = option["channel_types"].as_array();
        if kinds.is_some_and(|kinds| !kinds.iter().any(|kind| kind.as_u64() == Some(u64::from(channel.kind)))) {
            return unable!("`{name}`: `{text}` is not a channel of a type that fits.");
        }
        push(&mut named.channels, channel.id);
        Ok(json!(channel.id))
    }

    /// A channel that the user sees.
    pub(super) fn channel(&self, text: &str) -> Option<&Channel> {
        let bare = text.trim_start_matches("<#").trim_end_matches('>').trim_start_matches('#');
        let id = bare.parse::<Id>().ok();
        let mut channels = self.state.channels_of(self.channel.guild?);
        channels.find(|one| (Some(one.id) == id || one.name == bare) && self.state.can_see(one, self.user))
    }
}

impl State {
    /// By mention, id, or name; members of the guild come first.
    pub(in crate::sim) fn find_user(&self, guild: Option<Id>, text: &str) -> Option<Id> {
        let bare = text.trim_start_matches("<@").trim_start_matches('!').trim_end_matches('>').trim_start_matches('@');
        let by_id = bare.parse().ok().filter(|id| self.users.contains_key(id));
        let is = |id: &Id| {
            let user = self.users.get(id);
            user.is_some_and(|user| user.name == bare.to_lowercase() || user.display_name() == bare)
        };
        let members = guild.and_then(|guild| self.guilds.get(&guild)).map(|guild| &guild.members);
        let nicked = members.and_then(|members| members.values().find(|member| member.nick.as_deref() == Some(bare)));
        let member = || members?.keys().copied().find(is);
        by_id
            .or_else(member)
            .or(nicked.map(|member| member.user))
            .or_else(|| self.users.keys().copied().find(|id| members.is_none() && is(id)))
    }
}

fn push(list: &mut Vec<Id>, id: Id) {
    if !list.contains(&id) {
        list.push(id);
    }
}

/// By the name that is shown, or by the value behind it.
fn choice(name: &str, choices: &[Value], text: &str) -> Result<Value, Unable> {
    let shown = |choice: &Value| choice["name"].as_str().unwrap_or_default().to_owned();
    let behind = |choice: &Value| choice["value"].as_str().map_or_else(|| choice["value"].to_string(), str::to_owned);
    let found = choices.iter().find(|choice| shown(choice) == text || behind(choice) == text);
    let found = found.or_else(|| choices.iter().find(|choice| shown(choice).to_lowercase() == text.to_lowercase()));
    match found {
        Some(choice) => Ok(choice["value"].clone()),
        None => {
            let all: Vec<String> = choices.iter().map(shown).collect();
            unable!("`{name}`: `{text}` is not one of the choices: {}.", all.join(", "))
        }
    }
}

fn string(name: &str, option: &Value, text: &str) -> Result<Value, Unable> {
    let length = text.chars().count() as u64;
    let (min, max) = (option["min_length"].as_u64().unwrap_or(0), option["max_length"].as_u64().unwrap_or(MAX_TEXT));
    if length == 0 {
        return unable!("`{name}`: this option is required. Specify a value.");
    }
    if length < min {
        return unable!("`{name}`: must be at least {min} characters, and is {length}.");
    }
    if length > max {
        return unable!("`{name}`: must be at most {max} characters, and is {length}.");
    }
    Ok(json!(text))
}

fn integer(name: &str, option: &Value, text: &str) -> Result<Value, Unable> {
    let number = text.parse::<i64>().ok().filter(|number| number.abs() <= MAX_INTEGER);
    let Some(number) = number else { return unable!("`{name}`: `{text}` is not a whole number.") };
    bounds(name, option, number as f64, text)?;
    Ok(json!(number))
}

fn number(name: &str, option: &Value, text: &str) -> Result<Value, Unable> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let Some(number) = number else { return unable!("`{name}`: `{text}` is not a number.") };
    bounds(name, option, number, text)?;
    Ok(json!(number))
}

fn bounds(name: &str, option: &Value, number: f64, text: &str) -> Result<(), Unable> {
    if let Some(min) = option["min_value"].as_f64().filter(|min| number < *min) {
        return unable!("`{name}`: must be at least {min}, and is {text}.");
    }
    if let Some(max) = option["max_value"].as_f64().filter(|max| number > *max) {
        return unable!("`{name}`: must be at most {max}, and is {text}.");
    }
    Ok(())
}

fn boolean(name: &str, text: &str) -> Result<Value, Unable> {
    match text.to_lowercase().as_str() {
        "true" => Ok(json!(true)),
        "false" => Ok(json!(false)),
        _ => unable!("`{name}`: must be True or False."),
    }
}
