//! Embeds: the limits of each part, and of all together.

use crate::sim::time::{iso, parse};
use crate::sim::validate::form::Form;
use serde_json::{Map, Value, json};

/// Embeds that a message can have.
pub(in crate::sim) const MAX_EMBEDS: usize = 10;
/// Characters over all embeds of a message.
pub(in crate::sim) const MAX_CHARACTERS: usize = 6_000;

const LINK: &[&str] = &["http", "https"];
const IMAGE: &[&str] = &["http", "https", "attachment"];

/// The embeds of a message as Discord keeps them.
/// Source: "Embed Limits" in the reference of Discord's API.
pub(in crate::sim) fn embeds(form: &mut Form, list: &[Value]) -> Vec<Value> {
    let mut total = 0;
    let mut out = Vec::new();
    for (index, value) in list.iter().enumerate() {
        form.at(index, |form| {
            if form.object(value) {
                out.push(embed(form, value, &mut total));
            }
        });
    }
    if total > MAX_CHARACTERS {
        form.error("MAX_EMBED_SIZE_EXCEEDED", format!("Embed size exceeds maximum size of {MAX_CHARACTERS}"));
    }
    out
}

fn embed(form: &mut Form, value: &Value, total: &mut usize) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!("rich"));
    text(form, value, "title", 256, &mut out, total);
    text(form, value, "description", 4_096, &mut out, total);
    if let Some(url) = form.url(value, "url", 2_048, LINK) {
        out.insert("url".to_owned(), json!(url));
    }
    if let Some(color) = form.integer(value, "color", 0..=0xFF_FFFF) {
        out.insert("color".to_owned(), json!(color));
    }
    timestamp(form, value, &mut out);
    author(form, value, &mut out, total);
    for key in ["image", "thumbnail"] {
        media(form, value, key, &mut out);
    }
    footer(form, value, &mut out, total);
    fields(form, value, &mut out, total);
    let shown = ["title", "description", "image", "thumbnail", "author", "footer", "fields"];
    if !shown.iter().any(|key| value.get(*key).is_some_and(|part| !part.is_null())) {
        form.at("description", Form::required);
    }
    Value::Object(out)
}

/// A text that Discord trims and counts. One that is empty then is as good as none.
fn text(form: &mut Form, value: &Value, key: &str, max: usize, out: &mut Map<String, Value>, total: &mut usize) {
    let Some(text) = form.text(value, key, 0..=max) else { return };
    let text = text.trim();
    *total += text.chars().count();
    if !text.is_empty() {
        out.insert(key.to_owned(), json!(text));
    }
}

/// A text that has to be something.
fn needed(form: &mut Form, value: &Value, key: &str, max: usize, out: &mut Map<String, Value>, total: &mut usize) {
    text(form, value, key, max, out, total);
    if !out.contains_key(key) {
        form.at(key, Form::required);
    }
}

fn timestamp(form: &mut Form, value: &Value, out: &mut Map<String, Value>) {
    let Some(text) = form.text(value, "timestamp", 0..=100) else { return };
    match parse(&text) {
        Some(moment) => {
            out.insert("timestamp".to_owned(), json!(iso(moment)));
        }
        None => form.at("timestamp", |form| {
            form.error("DATE_TIME_TYPE_PARSE", format!("Could not parse {text}. Should be ISO8601."));
        }),
    }
}

/// A part that is an object, where it is there.
fn part<'a>(form: &mut Form, value: &'a Value, key: &str) -> Option<&'a Value> {
    let part = value.get(key).filter(|part| !part.is_null())?;
    form.at(key, |form| form.object(part)).then_some(part)
}

fn author(form: &mut Form, value: &Value, out: &mut Map<String, Value>, total: &mut usize) {
    let Some(author) = part(form, value, "author") else { return };
    let mut kept = Map::new();
    form.at("author", |form| {
        needed(form, author, "name", 256, &mut kept, total);
        keep_url(form, author, "url", LINK, &mut kept);
        keep_url(form, author, "icon_url", IMAGE, &mut kept);
    });
    out.insert("author".to_owned(), Value::Object(kept));
}

fn footer(form: &mut Form, value: &Value, out: &mut Map<String, Value>, total: &mut usize) {
    let Some(footer) = part(form, value, "footer") else { return };
    let mut kept = Map::new();
    form.at("footer", |form| {
        needed(form, footer, "text", 2_048, &mut kept, total);
        keep_url(form, footer, "icon_url", IMAGE, &mut kept);
    });
    out.insert("footer".to_owned(), Value::Object(kept));
}

fn media(form: &mut Form, value: &Value, key: &str, out: &mut Map<String, Value>) {
    let Some(media) = part(form, value, key) else { return };
    let mut kept = Map::new();
    form.at(key, |form| {
        keep_url(form, media, "url", IMAGE, &mut kept);
        if media["url"].as_str().is_none_or(str::is_empty) {
            form.at("url", Form::required);
        }
    });
    out.insert(key.to_owned(), Value::Object(kept));
}

fn keep_url(form: &mut Form, value: &Value, key: &str, schemes: &[&str], out: &mut Map<String, Value>) {
    if let Some(url) = form.url(value, key, 2_048, schemes) {
        out.insert(key.to_owned(), json!(url));
    }
}

fn fields(form: &mut Form, value: &Value, out: &mut Map<String, Value>, total: &mut usize) {
    let Some(list) = form.list(value, "fields", 0..=25) else { return };
    let mut kept = Vec::new();
    for (index, value) in list.iter().enumerate() {
        form.at("fields", |form| {
            form.at(index, |form| {
                if !form.object(value) {
                    return;
                }
                let mut field = Map::new();
                needed(form, value, "name", 256, &mut field, total);
                needed(form, value, "value", 1_024, &mut field, total);
                field.insert("inline".to_owned(), json!(form.boolean(value, "inline").unwrap_or(false)));
                kept.push(Value::Object(field));
            });
        });
    }
    if !kept.is_empty() {
        out.insert("fields".to_owned(), Value::Array(kept));
    }
}
