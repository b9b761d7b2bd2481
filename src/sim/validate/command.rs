//! The body of a command: names, descriptions, options, choices, and how large it is over all.

use crate::sim::command::{kind, option};
use crate::sim::validate::form::Form;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters over all names, descriptions and values of a command.
pub(in crate::sim) const MAX_SIZE: usize = 8_000;
/// Commands of each kind in one scope: typed ones, those of users, those of messages.
pub(in crate::sim) const MAX_COMMANDS: [(u64, usize); 3] = [(kind::CHAT, 100), (kind::USER, 15), (kind::MESSAGE, 15)];

/// Source: "Application Command Naming" in the reference of Discord's API.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$").expect("the pattern is fixed"));

/// Source: "Locales" in the reference of Discord's API.
const LOCALES: &[&str] = &[
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
];

/// A command as Discord keeps it, without its ids.
pub(in crate::sim) fn command(form: &mut Form, body: &Value) -> Value {
    if !form.object(body) {
        return Value::Null;
    }
    let kind = form.one_of(body, "type", &[1, 2, 3]).and_then(|kind| u64::try_from(kind).ok()).unwrap_or(kind::CHAT);
    let name = command_name(form, body, kind);
    let description = command_description(form, body, kind);
    let permissions = form.bits(body, "default_member_permissions");
    let mut command = json!({
        "type": kind,
        "name": name,
        "name_localizations": localizations(form, body, "name_localizations", 32),
        "description": description,
        "description_localizations": localizations(form, body, "description_localizations", 100),
        "default_member_permissions": permissions.map(|bits| bits.to_string()),
        "dm_permission": form.boolean(body, "dm_permission").unwrap_or(true),
        "contexts": body.get("contexts").filter(|contexts| contexts.is_array()),
        "integration_types": body.get("integration_types").filter(|types| types.is_array()).unwrap_or(&json!([0])),
        "nsfw": form.boolean(body, "nsfw").unwrap_or(false),
    });
    let list = form.list(body, "options", 0..=25).unwrap_or_default();
    let kept = form.at("options", |form| options(form, list, 0));
    if !kept.is_empty() {
        command["options"] = Value::Array(kept);
    }
    if size(&command) > MAX_SIZE {
        form.error("APPLICATION_COMMAND_TOO_LARGE", format!("Command exceeds maximum size ({MAX_SIZE})"));
    }
    command
}

fn command_name(form: &mut Form, body: &Value, kind: u64) -> String {
    if kind == kind::CHAT { name(form, body) } else { form.needed_text(body, "name", 1..=32) }
}

fn command_description(form: &mut Form, body: &Value, kind: u64) -> String {
    if kind == kind::CHAT {
        return form.needed_text(body, "description", 1..=100);
    }
    let text = form.text(body, "description", 0..=100).unwrap_or_default();
    if !text.is_empty() {
        let words = "Context menu commands cannot have description";
        form.at("description", |form| form.error("APPLICATION_COMMAND_DESCRIPTION_INVALID", words));
    }
    text
}

/// Lower case where there is one; letters, digits, dash, underscore and apostrophe.
fn name(form: &mut Form, body: &Value) -> String {
    let name = form.needed_text(body, "name", 1..=32);
    if (1..=32).contains(&name.chars().count()) && !is_name(&name) {
        form.at("name", |form| form.error("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"));
    }
    name
}

fn is_name(name: &str) -> bool {
    NAME.is_match(name) && name.to_lowercase() == name
}

fn localizations(form: &mut Form, body: &Value, key: &str, max: usize) -> Value {
    let Some(map) = body.get(key).filter(|map| !map.is_null()) else { return Value::Null };
    form.at(key, |form| {
        for locale in map.as_object().into_iter().flat_map(Map::keys) {
            if LOCALES.contains(&locale.as_str()) {
                form.text(map, locale, 1..=max);
            } else {
                let words = "Localization dictionary keys must be valid locales.";
                form.at(locale, |form| form.error("BASE_TYPE_CHOICES", words));
            }
        }
        form.object(map);
    });
    map.clone()
}

/// `depth`: 0 of the command, 1 in a group or subcommand, 2 in a subcommand of a group.
fn options(form: &mut Form, list: &[Value], depth: u8) -> Vec<Value> {
    let mut names = HashSet::new();
    let mut optional_seen = false;
    let mut kept = Vec::new();
    for (index, value) in list.iter().enumerate() {
        form.at(index, |form| {
            let Some(option) = option(form, value, depth) else { return };
            if !names.insert(option["name"].to_string()) {
                let words = "Option name already exists";
                form.at("name", |form| form.error("APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words));
            }
            let required = option["required"].as_bool().unwrap_or(false);
            if required && optional_seen {
                let words = "Required options must be placed before non-required options";
                form.error("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
            }
            optional_seen |= !required;
            kept.push(option);
        });
    }
    let branches = |option: &Value| matches!(option["type"].as_u64(), Some(option::SUBCOMMAND | option::GROUP));
    if kept.iter().any(branches) && !kept.iter().all(branches) {
        let words = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.error("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words);
    }
    kept
}

fn option(form: &mut Form, value: &Value, depth: u8) -> Option<Value> {
    if !form.object(value) {
        return None;
    }
    let kinds: &[i64] = match depth {
        0 => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        1 => &[1, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        _ => &[3, 4, 5, 6, 7, 8, 9, 10, 11],
    };
    let kind = form.one_of(value, "type", kinds).and_then(|kind| u64::try_from(kind).ok());
    if kind.is_none() {
        form.at("type", Form::required);
    }
    let kind = kind?;
    let mut out = Map::from_iter([("type".to_owned(), json!(kind))]);
    out.insert("name".to_owned(), json!(name(form, value)));
    out.insert("description".to_owned(), json!(form.needed_text(value, "description", 1..=100)));
    for (key, max) in [("name_localizations", 32), ("description_localizations", 100)] {
        keep(&mut out, key, localizations(form, value, key, max));
    }
    match kind {
        option::SUBCOMMAND | option::GROUP => branch(form, value, kind, depth, &mut out),
        _ => leaf(form, value, kind, &mut out),
    }
    Some(Value::Object(out))
}

fn branch(form: &mut Form, value: &Value, kind: u64, depth: u8, out: &mut Map<String, Value>) {
    let list = form.list(value, "options", 0..=25).unwrap_or_default();
    let below = if kind == option::GROUP { 1 } else { 2 };
    let kept = form.at("options", |form| options(form, list, below.max(depth)));
    let only_subcommands = kept.iter().all(|option| option["type"].as_u64() == Some(option::SUBCOMMAND));
    if kind == option::GROUP && !only_subcommands {
        let words = "Sub-command groups can only contain sub-commands";
        form.at("options", |form| form.error("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words));
    }
    if !kept.is_empty() {
        out.insert("options".to_owned(), Value::Array(kept));
    }
}

fn leaf(form: &mut Form, value: &Value, kind: u64, out: &mut Map<String, Value>) {
    for key in ["required", "autocomplete"] {
        if form.boolean(value, key) == Some(true) {
            out.insert(key.to_owned(), json!(true));
        }
    }
    match kind {
        option::STRING => {
            keep(out, "min_length", json!(form.integer(value, "min_length", 0..=6_000)));
            keep(out, "max_length", json!(form.integer(value, "max_length", 1..=6_000)));
        }
        option::INTEGER | option::NUMBER => {
            for key in ["min_value", "max_value"] {
                keep(out, key, bound(form, value, key, kind));
            }
        }
        option::CHANNEL => keep(out, "channel_types", value.get("channel_types").cloned().unwrap_or_default()),
        _ => {}
    }
    let kept = choices(form, value, kind);
    if kept.is_empty() {
        return;
    }
    if out.contains_key("autocomplete") {
        let words = "Autocomplete options cannot have choices";
        form.error("APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES", words);
    }
    out.insert("choices".to_owned(), Value::Array(kept));
}

fn bound(form: &mut Form, value: &Value, key: &str, kind: u64) -> Value {
    let bound = value.get(key).cloned().unwrap_or_default();
    let fits = bound.is_null() || if kind == option::INTEGER { bound.is_i64() } else { bound.is_number() };
    if !fits {
        form.at(key, |form| form.error("NUMBER_TYPE_COERCE", format!("Value \"{bound}\" is not int.")));
    }
    bound
}

fn keep(out: &mut Map<String, Value>, key: &str, value: Value) {
    if !value.is_null() {
        out.insert(key.to_owned(), value);
    }
}

fn choices(form: &mut Form, value: &Value, kind: u64) -> Vec<Value> {
    let list = form.list(value, "choices", 0..=25).unwrap_or_default();
    form.at("choices", |form| {
        let look = |(index, value)| form.at(index, |form| choice(form, value, kind));
        list.iter().enumerate().map(look).collect()
    })
}

/// One offered value: of a command's choices, or of an autocomplete answer.
pub(in crate::sim) fn choice(form: &mut Form, value: &Value, kind: u64) -> Value {
    if !form.object(value) {
        return Value::Null;
    }
    let mut out = Map::from_iter([("name".to_owned(), json!(form.needed_text(value, "name", 1..=100)))]);
    keep(&mut out, "name_localizations", localizations(form, value, "name_localizations", 100));
    let given = &value["value"];
    let fits = match kind {
        option::INTEGER => given.is_i64(),
        option::NUMBER => given.is_number(),
        _ => given.is_string(),
    };
    if given.is_null() {
        form.at("value", Form::required);
    } else if !fits {
        let words = "Value does not match the type of the option";
        form.at("value", |form| form.error("APPLICATION_COMMAND_OPTIONS_CHOICES_VALUE_INVALID", words));
    } else if given.is_string() {
        form.text(value, "value", 0..=100);
    }
    out.insert("value".to_owned(), given.clone());
    Value::Object(out)
}

/// Characters that count: names, descriptions and values; of localizations the longest.
fn size(value: &Value) -> usize {
    let texts = ["name", "description", "value"].iter().filter_map(|key| value[*key].as_str());
    let own: usize = texts.map(|text| text.chars().count()).sum();
    let below = ["options", "choices"].iter().filter_map(|key| value[*key].as_array()).flatten();
    own + below.map(size).sum::<usize>()
}
