//! Using buttons and selects.

use crate::sim::act::begin::Beginning;
use crate::sim::act::resolve::Named;
use crate::sim::act::value::Typing;
use crate::sim::act::{Unable, unable};
use crate::sim::id::Id;
use crate::sim::interaction::kind;
use crate::sim::message::Message;
use crate::sim::state::State;
use crate::sim::world::World;
use serde_json::{Value, json};

const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const USER_SELECT: u64 = 5;
const ROLE_SELECT: u64 = 6;
const MENTIONABLE_SELECT: u64 = 7;

impl World {
    /// Clicks a button by its custom id.
    pub fn click(&self, user: Id, message: Id, custom_id: &str) -> Result<Id, Unable> {
        let mut state = self.lock();
        let (message, control) = state.usable(user, message, custom_id)?;
        if control["type"].as_u64() != Some(BUTTON) {
            return unable!("`{custom_id}` is not a button.");
        }
        state.use_component(user, &message, &control, json!({}))
    }

    /// Clicks a button by what stands on it, on the newest message with one that the user sees; in one channel
    /// or, without, anywhere.
    pub fn click_label(&self, user: Id, channel: Option<Id>, label: &str) -> Result<Id, Unable> {
        let Some((message, custom_id)) = self.find_button(user, channel, label) else {
            return unable!("You see no button `{label}`.");
        };
        self.click(user, message, &custom_id)
    }

    /// The newest message with a button of that label (or emoji) that the user sees, with its custom id.
    pub fn find_button(&self, user: Id, channel: Option<Id>, label: &str) -> Option<(Id, String)> {
        self.lock().find_control(user, channel, |control| {
            control["label"].as_str() == Some(label) || control["emoji"]["name"].as_str() == Some(label)
        })
    }

    /// The newest message with a select of that custom id or placeholder that the user sees.
    pub fn find_select(&self, user: Id, channel: Option<Id>, name: &str) -> Option<(Id, String)> {
        self.lock().find_control(user, channel, |control| {
            control["type"].as_u64() != Some(BUTTON)
                && (control["custom_id"].as_str() == Some(name) || control["placeholder"].as_str() == Some(name))
        })
    }

    /// Chooses in a select: options by value or label; users, roles and channels by name, mention or id.
    pub fn choose(&self, user: Id, message: Id, custom_id: &str, values: &[&str]) -> Result<Id, Unable> {
        let mut state = self.lock();
        let (message, control) = state.usable(user, message, custom_id)?;
        if control["type"].as_u64() == Some(BUTTON) {
            return unable!("`{custom_id}` is a button; click it.");
        }
        let mut named = Named::default();
        let mut data = json!({ "values": state.chosen(user, message.channel, &control, values, &mut named)? });
        let at = state.channel(message.channel)?;
        if let Some(resolved) = state.resolved(&named, at, user, message.author) {
            data["resolved"] = resolved;
        }
        state.use_component(user, &message, &control, data)
    }
}

impl State {
    fn find_control(&self, user: Id, channel: Option<Id>, fits: impl Fn(&Value) -> bool) -> Option<(Id, String)> {
        let channels = self.channels.values().filter(|one| channel.is_none_or(|only| one.id == only));
        let seen = channels.filter(|one| self.can_see(one, user)).flat_map(|one| one.messages.values());
        let control = |message: &Message| {
            let controls = message.controls();
            let found = controls.into_iter().find(|control| fits(control))?;
            Some((message.id, found["custom_id"].as_str()?.to_owned()))
        };
        seen.filter(|message| message.visible_to(user)).filter_map(control).max_by_key(|(id, _)| *id)
    }

    /// A control that the user sees and that is not greyed out.
    fn usable(&self, user: Id, message: Id, custom_id: &str) -> Result<(Message, Value), Unable> {
        let Some(message) = self.find_message(message) else { return unable!("There is no such message.") };
        self.acting_in(user, message.channel)?;
        if !message.visible_to(user) {
            return unable!("There is no such message.");
        }
        let controls = message.controls();
        let Some(control) = controls.into_iter().find(|one| one["custom_id"].as_str() == Some(custom_id)) else {
            return unable!("The message has no button or select `{custom_id}`.");
        };
        if control["disabled"].as_bool() == Some(true) {
            return unable!("`{custom_id}` is disabled.");
        }
        Ok((message.clone(), control.clone()))
    }

    fn use_component(&mut self, user: Id, message: &Message, control: &Value, mut data: Value) -> Result<Id, Unable> {
        let owner = message.application.unwrap_or(message.author);
        if !self.applications.contains_key(&owner) {
            return unable!("No bot stands behind this message.");
        }
        data["custom_id"] = control["custom_id"].clone();
        data["component_type"] = control["type"].clone();
        data["id"] = control["id"].clone();
        Ok(self.begin(Beginning {
            application: owner,
            user,
            channel: message.channel,
            kind: kind::COMPONENT,
            name: control["custom_id"].as_str().unwrap_or_default().to_owned(),
            data,
            message: Some(message.id),
            triggered_by: None,
        }))
    }

    /// `values` of a select.
    pub(super) fn chosen(
        &self,
        user: Id,
        channel: Id,
        control: &Value,
        values: &[&str],
        named: &mut Named,
    ) -> Result<Vec<Value>, Unable> {
        let min = control["min_values"].as_u64().unwrap_or(1);
        let max = control["max_values"].as_u64().unwrap_or(1);
        let count = values.len() as u64;
        if count < min || count > max {
            return unable!("Choose between {min} and {max}; that were {count}.");
        }
        let typing = Typing { state: self, user, channel: self.channel(channel)?, files: &[] };
        let name = control["custom_id"].as_str().unwrap_or_default();
        let one = |text: &&str| match control["type"].as_u64().unwrap_or(STRING_SELECT) {
            STRING_SELECT => option_value(control, text),
            USER_SELECT => typing.named_user(name, text, named),
            ROLE_SELECT => typing.named_role(name, text, named),
            MENTIONABLE_SELECT if typing.role(text).is_some() => typing.named_role(name, text, named),
            MENTIONABLE_SELECT => typing.named_user(name, text, named),
            _ => typing.named_channel(name, control, text, named),
        };
        values.iter().map(one).collect()
    }
}

fn option_value(control: &Value, text: &str) -> Result<Value, Unable> {
    let options = control["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is = |key: &str| options.iter().find(|option| option[key].as_str() == Some(text));
    match is("value").or_else(|| is("label")) {
        Some(option) => Ok(option["value"].clone()),
        None => {
            let labels: Vec<&str> = options.iter().filter_map(|option| option["label"].as_str()).collect();
            unable!("`{text}` is not one of the options: {}.", labels.join(", "))
        }
    }
}
