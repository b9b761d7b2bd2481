//! Filling in a window and sending it.

use crate::flow::payload::File;
use crate::sim::act::begin::Beginning;
use crate::sim::act::resolve::Named;
use crate::sim::act::value::Typed;
use crate::sim::act::{Unable, unable};
use crate::sim::id::Id;
use crate::sim::interaction::{Interaction, kind};
use crate::sim::state::State;
use crate::sim::world::World;
use serde_json::{Value, json};

const ROW: u64 = 1;
const TEXT_INPUT: u64 = 4;
const LABEL: u64 = 18;
const FILE_UPLOAD: u64 = 19;

impl World {
    /// Sends the window that `interaction` opened. Fields go by custom id or by label; what is not named keeps its
    /// preset value. In selects several values are parted by commas.
    pub fn submit(&self, user: Id, interaction: Id, fields: &[(&str, &str)]) -> Result<Id, Unable> {
        self.submit_with(user, interaction, fields, &[])
    }

    /// With files that upload fields name.
    pub fn submit_with(
        &self,
        user: Id,
        interaction: Id,
        fields: &[(&str, &str)],
        files: &[File],
    ) -> Result<Id, Unable> {
        let mut state = self.lock();
        let opened = state.interactions.get(&interaction).filter(|one| one.user == user && one.modal_open).cloned();
        let Some(opened) = opened else { return unable!("No such window is open.") };
        let window = opened.modal.clone().unwrap_or_default();
        let mut filling = Filling { opened: &opened, fields, files, used: Vec::new(), named: Named::default() };
        let components = filling.all(&mut state, &window["components"])?;
        if let Some((name, _)) = fields.iter().find(|(name, _)| !filling.used.contains(name)) {
            return unable!("The window has no field `{name}`.");
        }
        let mut data = json!({ "custom_id": window["custom_id"], "components": components });
        let at = state.channel(opened.channel)?;
        if let Some(resolved) = state.resolved(&filling.named, at, user, opened.application) {
            data["resolved"] = resolved;
        }
        if let Some(known) = state.interactions.get_mut(&interaction) {
            known.modal_open = false;
        }
        Ok(state.begin(Beginning {
            application: opened.application,
            user,
            channel: opened.channel,
            kind: kind::MODAL,
            name: window["custom_id"].as_str().unwrap_or_default().to_owned(),
            data,
            message: opened.message,
            triggered_by: Some(interaction),
        }))
    }

    /// Fields typed as `title:"Help" "Your name":Ana`, with the names that the window of `interaction` has for them.
    pub fn fields(&self, interaction: Id, text: &str) -> Result<Vec<(String, String)>, Unable> {
        let state = self.lock();
        let window = state.interactions.get(&interaction).and_then(|known| known.modal.as_ref());
        let names = window.map(field_names).unwrap_or_default();
        crate::sim::act::notation::fields(&names.iter().map(String::as_str).collect::<Vec<_>>(), text)
    }

    /// Closes a window without sending it.
    pub fn dismiss(&self, user: Id, interaction: Id) {
        let mut state = self.lock();
        if let Some(known) = state.interactions.get_mut(&interaction).filter(|one| one.user == user) {
            known.modal_open = false;
        }
    }
}

/// Labels and custom ids of a window's fields.
fn field_names(window: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for component in window["components"].as_array().into_iter().flatten() {
        let inputs = component["components"].as_array().into_iter().flatten();
        for input in inputs.chain(Some(&component["component"]).filter(|input| input.is_object())) {
            let label = input["label"].as_str().or(component["label"].as_str());
            names.extend(label.into_iter().chain(input["custom_id"].as_str()).map(str::to_owned));
        }
    }
    names
}

/// What somebody fills a window with.
struct Filling<'a> {
    opened: &'a Interaction,
    fields: &'a [(&'a str, &'a str)],
    files: &'a [File],
    used: Vec<&'a str>,
    named: Named,
}

impl Filling<'_> {
    fn all(&mut self, state: &mut State, components: &Value) -> Result<Vec<Value>, Unable> {
        let list = components.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|component| self.top(state, component)).collect()
    }

    fn top(&mut self, state: &mut State, component: &Value) -> Result<Value, Unable> {
        let mut out = json!({ "type": component["type"], "id": component["id"] });
        match component["type"].as_u64() {
            Some(ROW) => {
                let inputs = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
                let label = |input: &Value| input["label"].as_str().unwrap_or_default().to_owned();
                let filled = inputs.iter().map(|input| self.one(state, input, &label(input)));
                out["components"] = Value::Array(filled.collect::<Result<_, _>>()?);
            }
            Some(LABEL) => {
                let label = component["label"].as_str().unwrap_or_default();
                out["component"] = self.one(state, &component["component"], label)?;
            }
            _ => {}
        }
        Ok(out)
    }

    fn one(&mut self, state: &mut State, input: &Value, label: &str) -> Result<Value, Unable> {
        let custom_id = input["custom_id"].as_str().unwrap_or_default();
        let given = self.fields.iter().find(|(name, _)| *name == custom_id || *name == label);
        self.used.extend(given.map(|(name, _)| *name));
        let text = given.map(|(_, text)| *text);
        let mut out = json!({ "type": input["type"], "id": input["id"], "custom_id": custom_id });
        let required = input["required"].as_bool().unwrap_or(true);
        if input["type"].as_u64() == Some(TEXT_INPUT) {
            let text = text.or(input["value"].as_str()).unwrap_or_default();
            check_text(input, label, text, required)?;
            out["value"] = json!(text);
            return Ok(out);
        }
        let texts: Vec<&str> = text.unwrap_or_default().split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
        if texts.is_empty() && !required {
            out["values"] = json!([]);
            return Ok(out);
        }
        out["values"] = match input["type"].as_u64() {
            Some(FILE_UPLOAD) => self.uploads(state, label, &texts)?,
            _ => self.choices(state, input, &texts)?,
        };
        Ok(out)
    }

    fn uploads(&mut self, state: &mut State, label: &str, texts: &[&str]) -> Result<Value, Unable> {
        let mut ids = Vec::new();
        for text in texts {
            let Some(index) = self.files.iter().position(|file| file.name == *text) else {
                return unable!("{label}: no file `{text}` was chosen.");
            };
            ids.push(state.uploaded(self.opened.channel, self.files, Typed::File(index), &mut self.named));
        }
        Ok(Value::Array(ids))
    }

    fn choices(&mut self, state: &State, input: &Value, texts: &[&str]) -> Result<Value, Unable> {
        let opened = self.opened;
        let chosen = state.chosen(opened.user, opened.channel, input, texts, &mut self.named)?;
        Ok(Value::Array(chosen))
    }
}

fn check_text(input: &Value, label: &str, text: &str, required: bool) -> Result<(), Unable> {
    let length = text.chars().count() as u64;
    let (min, max) = (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4_000));
    if length == 0 {
        return if required { unable!("{label}: this field is required.") } else { Ok(()) };
    }
    if length < min {
        return unable!("{label}: must be at least {min} characters, and is {length}.");
    }
    if length > max {
        return unable!("{label}: must be at most {max} characters, and is {length}.");
    }
    Ok(())
}
