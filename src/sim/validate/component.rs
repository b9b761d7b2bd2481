//! Components of messages: what may stand where, how many, and how long.

use crate::sim::id::Id;
use crate::sim::validate::emoji::emoji;
use crate::sim::validate::form::Form;
use crate::sim::validate::media::media;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Discord's numbers for types of components.
/// Source: "Component Types" in the reference of Discord's API.
pub(in crate::sim) mod kind {
    pub const ROW: i64 = 1;
    pub const BUTTON: i64 = 2;
    pub const STRING_SELECT: i64 = 3;
    pub const TEXT_INPUT: i64 = 4;
    pub const SECTION: i64 = 9;
    pub const TEXT: i64 = 10;
    pub const THUMBNAIL: i64 = 11;
    pub const GALLERY: i64 = 12;
    pub const FILE: i64 = 13;
    pub const SEPARATOR: i64 = 14;
    pub const CONTAINER: i64 = 17;
    pub const LABEL: i64 = 18;
    pub const FILE_UPLOAD: i64 = 19;
    /// String, user, role, mentionable and channel.
    pub const SELECTS: &[i64] = &[3, 5, 6, 7, 8];
}

const OLD: &[i64] = &[kind::ROW];
const NEW: &[i64] = &[1, 9, 10, 12, 13, 14, 17];
const IN_CONTAINER: &[i64] = &[1, 9, 10, 12, 13, 14];
const IN_ROW: &[i64] = &[2, 3, 5, 6, 7, 8];
/// Components of all depths that a message can have.
const MAX_COMPONENTS: usize = 40;
/// Characters over all text displays of a message.
const MAX_TEXT: usize = 4_000;

/// What is known while components are looked at.
pub(in crate::sim) struct Looking<'a> {
    pub emojis: &'a dyn Fn(Id) -> bool,
    custom_ids: HashSet<String>,
    seen: usize,
    /// Characters of text displays.
    text: usize,
}

impl<'a> Looking<'a> {
    pub(in crate::sim) fn new(emojis: &'a dyn Fn(Id) -> bool) -> Self {
        Self { emojis, custom_ids: HashSet::new(), seen: 0, text: 0 }
    }

    /// `custom_id`, 1 to 100 characters and only once.
    pub(in crate::sim) fn custom_id(&mut self, form: &mut Form, component: &Value) -> Option<String> {
        let id = form.text(component, "custom_id", 1..=100)?;
        if !self.custom_ids.insert(id.clone()) {
            form.at("custom_id", |form| {
                form.error("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            });
        }
        Some(id)
    }
}

/// The components of a message as Discord keeps them; `new` is the flag of Components V2.
pub(in crate::sim) fn components(
    form: &mut Form,
    list: &[Value],
    new: bool,
    emojis: &dyn Fn(Id) -> bool,
) -> Vec<Value> {
    let mut looking = Looking::new(emojis);
    form.length(list.len(), &(0..=if new { MAX_COMPONENTS } else { 5 }));
    let mut kept = children(form, list, if new { NEW } else { OLD }, &mut looking);
    if looking.seen > MAX_COMPONENTS {
        form.error("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of total components is 40");
    }
    if looking.text > MAX_TEXT {
        form.length(looking.text, &(0..=MAX_TEXT));
    }
    let mut next = 1;
    kept.iter_mut().for_each(|component| number(component, &mut next));
    kept
}

/// Gives every component its `id`, in the order of reading.
pub(in crate::sim) fn number(component: &mut Value, next: &mut i64) {
    if component.get("id").is_none() {
        component["id"] = json!(*next);
    }
    *next += 1;
    for key in ["accessory", "component"] {
        if component[key].is_object() {
            number(&mut component[key], next);
        }
    }
    if let Some(list) = component.get_mut("components").and_then(Value::as_array_mut) {
        list.iter_mut().for_each(|child| number(child, next));
    }
}

fn children(form: &mut Form, list: &[Value], allowed: &[i64], looking: &mut Looking) -> Vec<Value> {
    let look = |(index, value): (usize, &Value)| form.at(index, |form| component(form, value, allowed, looking));
    list.iter().enumerate().filter_map(look).collect()
}

fn component(form: &mut Form, value: &Value, allowed: &[i64], looking: &mut Looking) -> Option<Value> {
    let kind = kind_of(form, value, allowed)?;
    looking.seen += 1;
    let mut out = Map::from_iter([("type".to_owned(), json!(kind))]);
    if let Some(id) = form.integer(value, "id", 0..=i64::from(i32::MAX)).filter(|id| *id > 0) {
        out.insert("id".to_owned(), json!(id));
    }
    match kind {
        kind::ROW => row(form, value, looking, &mut out),
        kind::BUTTON => button(form, value, looking, &mut out),
        kind::SECTION => section(form, value, looking, &mut out),
        kind::TEXT => {
            let content = form.needed_text(value, "content", 1..=MAX_TEXT);
            looking.text += content.chars().count();
            out.insert("content".to_owned(), json!(content));
        }
        kind::CONTAINER => container(form, value, looking, &mut out),
        kind::THUMBNAIL | kind::FILE | kind::GALLERY | kind::SEPARATOR => media(form, value, kind, &mut out),
        _ => select(form, value, looking, &mut out),
    }
    fill(kind, &mut out);
    Some(Value::Object(out))
}

/// What Discord answers where the sender said nothing.
fn fill(kind: i64, out: &mut Map<String, Value>) {
    let given: &[(&str, Value)] = match kind {
        kind::CONTAINER => &[("accent_color", Value::Null), ("spoiler", Value::Bool(false))],
        kind::SEPARATOR => &[("spacing", json!(1)), ("divider", Value::Bool(true))],
        kind::THUMBNAIL => &[("description", Value::Null), ("spoiler", Value::Bool(false))],
        kind::FILE => &[("name", Value::Null), ("size", Value::Null), ("spoiler", Value::Bool(false))],
        _ => &[],
    };
    for (key, value) in given {
        out.entry(*key).or_insert_with(|| value.clone());
    }
}

/// The type, where it may stand here.
pub(in crate::sim) fn kind_of(form: &mut Form, value: &Value, allowed: &[i64]) -> Option<i64> {
    if !form.object(value) {
        return None;
    }
    let Some(kind) = form.integer(value, "type", i64::MIN..=i64::MAX) else {
        form.at("type", Form::required);
        return None;
    };
    if allowed.contains(&kind) {
        return Some(kind);
    }
    match kind {
        1..=14 | 17..=19 | 21..=23 => form.at("type", |form| {
            let list: Vec<String> = allowed.iter().map(i64::to_string).collect();
            form.error("UNION_TYPE_CHOICES", format!("Value of field \"type\" must be one of ({}).", list.join(", ")));
        }),
        _ => form.at("type", |form| form.choices(allowed)),
    }
    None
}

/// Parts that are kept as they came.
fn copy(value: &Value, out: &mut Map<String, Value>) {
    for (key, part) in value.as_object().into_iter().flatten().filter(|(_, part)| !part.is_null()) {
        out.entry(key.clone()).or_insert_with(|| part.clone());
    }
}

fn row(form: &mut Form, value: &Value, looking: &mut Looking, out: &mut Map<String, Value>) {
    let list = form.list(value, "components", 1..=5);
    if list.is_none() {
        form.at("components", Form::required);
    }
    let list = list.unwrap_or_default();
    let kept = form.at("components", |form| {
        let width = |value: &Value| if value["type"].as_i64() == Some(kind::BUTTON) { 1 } else { 5 };
        let mut used = 0;
        for (index, value) in list.iter().enumerate().take(5) {
            used += width(value);
            if used > 5 {
                form.at(index, |form| {
                    let words = "The specified component exceeds the maximum width";
                    form.error("COMPONENT_LAYOUT_WIDTH_EXCEEDED", words);
                });
            }
        }
        children(form, list, IN_ROW, looking)
    });
    out.insert("components".to_owned(), Value::Array(kept));
}

fn button(form: &mut Form, value: &Value, looking: &mut Looking, out: &mut Map<String, Value>) {
    let style = form.one_of(value, "style", &[1, 2, 3, 4, 5, 6]);
    if value["style"].is_null() {
        form.at("style", Form::required);
    }
    out.insert("style".to_owned(), json!(style));
    let label = form.text(value, "label", 0..=80);
    let emoji_given = value.get("emoji").is_some_and(|emoji| !emoji.is_null());
    let emoji = emoji(form, value, looking.emojis);
    let url = form.url(value, "url", 512, &["http", "https", "discord"]);
    let custom_id = looking.custom_id(form, value);
    button_target(form, style, custom_id.is_some(), url.is_some());
    if label.as_deref().unwrap_or_default().is_empty() && !emoji_given && style != Some(6) {
        form.at("label", Form::required);
    }
    let disabled = form.boolean(value, "disabled").filter(|disabled| *disabled);
    let sku = form.id(value, "sku_id");
    let parts = [
        ("custom_id", json!(custom_id)),
        ("label", json!(label)),
        ("emoji", json!(emoji)),
        ("url", json!(url)),
        ("disabled", json!(disabled)),
        ("sku_id", json!(sku)),
    ];
    out.extend(parts.into_iter().filter(|(_, part)| !part.is_null()).map(|(key, part)| (key.to_owned(), part)));
}

/// A link has an address, every other button a custom id.
fn button_target(form: &mut Form, style: Option<i64>, custom_id: bool, url: bool) {
    let exclusive = "A custom id and url cannot both be specified";
    match style {
        Some(5) if custom_id => form.error("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", exclusive),
        Some(5) if !url => form.at("url", |form| form.error("BUTTON_COMPONENT_URL_REQUIRED", "A url is required")),
        Some(1..=4) if url => form.error("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", exclusive),
        Some(1..=4) if !custom_id => form.at("custom_id", |form| {
            form.error("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
        }),
        _ => {}
    }
}

/// A select, in a message or in a modal.
pub(in crate::sim) fn select(form: &mut Form, value: &Value, looking: &mut Looking, out: &mut Map<String, Value>) {
    if looking.custom_id(form, value).is_none() {
        form.at("custom_id", Form::required);
    }
    form.text(value, "placeholder", 0..=150);
    form.integer(value, "min_values", 0..=25);
    let most = form.integer(value, "max_values", 1..=25).unwrap_or(1);
    form.boolean(value, "disabled");
    copy(value, out);
    out.entry("min_values").or_insert(json!(1));
    out.entry("max_values").or_insert(json!(1));
    if value["type"].as_i64() == Some(kind::STRING_SELECT) {
        out.insert("options".to_owned(), Value::Array(options(form, value, most, looking)));
    }
}

fn options(form: &mut Form, value: &Value, most: i64, looking: &Looking) -> Vec<Value> {
    let least = usize::try_from(most).unwrap_or(1).clamp(1, 25);
    let Some(list) = form.list(value, "options", least..=25) else {
        form.at("options", Form::required);
        return Vec::new();
    };
    let mut values = HashSet::new();
    let mut kept = Vec::new();
    for (index, value) in list.iter().enumerate() {
        form.at("options", |form| {
            form.at(index, |form| {
                if form.object(value) {
                    kept.push(select_option(form, value, &mut values, looking));
                }
            });
        });
    }
    kept
}

fn select_option(form: &mut Form, value: &Value, values: &mut HashSet<String>, looking: &Looking) -> Value {
    let label = form.needed_text(value, "label", 1..=100);
    let text = form.needed_text(value, "value", 1..=100);
    let description = form.text(value, "description", 0..=100);
    if !values.insert(text.clone()) {
        form.error("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used");
    }
    let mut option = json!({ "label": label, "value": text });
    if let Some(description) = description {
        option["description"] = json!(description);
    }
    if let Some(emoji) = emoji(form, value, looking.emojis) {
        option["emoji"] = emoji;
    }
    if form.boolean(value, "default") == Some(true) {
        option["default"] = json!(true);
    }
    option
}

fn section(form: &mut Form, value: &Value, looking: &mut Looking, out: &mut Map<String, Value>) {
    let list = form.list(value, "components", 1..=3).unwrap_or_default();
    let kept = form.at("components", |form| children(form, list, &[kind::TEXT], looking));
    out.insert("components".to_owned(), Value::Array(kept));
    let Some(accessory) = value.get("accessory").filter(|part| !part.is_null()) else {
        return form.at("accessory", Form::required);
    };
    let beside = &[kind::BUTTON, kind::THUMBNAIL];
    if let Some(kept) = form.at("accessory", |form| component(form, accessory, beside, looking)) {
        out.insert("accessory".to_owned(), kept);
    }
}

fn container(form: &mut Form, value: &Value, looking: &mut Looking, out: &mut Map<String, Value>) {
    let color = form.integer(value, "accent_color", 0..=0xFF_FFFF);
    out.insert("accent_color".to_owned(), json!(color));
    out.insert("spoiler".to_owned(), json!(form.boolean(value, "spoiler").unwrap_or(false)));
    let list = form.list(value, "components", 1..=MAX_COMPONENTS).unwrap_or_default();
    let kept = form.at("components", |form| children(form, list, IN_CONTAINER, looking));
    out.insert("components".to_owned(), Value::Array(kept));
}
