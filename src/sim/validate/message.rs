//! The body of a message, created or edited, as Discord reads it.

use crate::flow::payload::File;
use crate::sim::id::Id;
use crate::sim::message::flag;
use crate::sim::refused::Refused;
use crate::sim::validate::component::components;
use crate::sim::validate::embed::{MAX_EMBEDS, embeds};
use crate::sim::validate::form::Form;
use crate::sim::validate::mentions::{Allowed, allowed};
use serde_json::Value;

/// Characters of a message's text.
pub(in crate::sim) const MAX_CONTENT: usize = 2_000;
/// Bytes of one uploaded file, without boosts.
pub(in crate::sim) const MAX_FILE: usize = 10 * 1_024 * 1_024;

/// A checked body. What was left out is none, so that an edit keeps it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::sim) struct Draft {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    pub flags: Option<u64>,
    /// `attachments`: new files by index and old ones by id.
    pub attachments: Option<Vec<Value>>,
    pub allowed: Option<Allowed>,
    pub reply_to: Option<Id>,
    /// Whether the message that is replied to has to exist.
    pub reply_must_exist: bool,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    /// Of a webhook's post.
    pub username: Option<String>,
    pub avatar_url: Option<String>,
}

impl Draft {
    /// Whether the answer is only for who asked.
    pub(in crate::sim) fn is_ephemeral(&self) -> bool {
        self.flags.unwrap_or(0) & flag::EPHEMERAL != 0
    }
}

/// What the body is checked against.
pub(in crate::sim) struct Reading<'a> {
    /// Flags that the message has already.
    pub flags: u64,
    /// Whether a custom emoji exists.
    pub emojis: &'a dyn Fn(Id) -> bool,
}

/// Everything that is wrong with a body is told at once, below `under` (`data` in a callback).
pub(in crate::sim) fn draft(
    body: &Value,
    files: &[File],
    under: Option<&str>,
    reading: &Reading,
) -> Result<Draft, Refused> {
    let mut form = Form::default();
    let draft = match under {
        Some(key) => form.at(key, |form| read(form, body, reading)),
        None => read(&mut form, body, reading),
    };
    form.finish()?;
    if files.iter().any(|file| file.content.len() > MAX_FILE) {
        return Err(Refused::code(40005));
    }
    Ok(draft)
}

fn read(form: &mut Form, body: &Value, reading: &Reading) -> Draft {
    if !body.is_null() && !form.object(body) {
        return Draft::default();
    }
    let flags = form.integer(body, "flags", 0..=i64::from(i32::MAX)).and_then(|flags| u64::try_from(flags).ok());
    let new = (flags.unwrap_or(0) | reading.flags) & flag::COMPONENTS_V2 != 0;
    let (reply_to, reply_must_exist) = reference(form, body);
    Draft {
        content: content(form, body, new),
        embeds: embed_list(form, body, new),
        components: component_list(form, body, new, reading),
        flags,
        attachments: form.list(body, "attachments", 0..=10).map(<[Value]>::to_vec),
        allowed: allowed(form, body),
        reply_to,
        reply_must_exist,
        nonce: nonce(form, body),
        enforce_nonce: form.boolean(body, "enforce_nonce").unwrap_or(false),
        username: username(form, body),
        avatar_url: form.url(body, "avatar_url", 2_048, &["http", "https"]),
    }
}

/// Null clears the text, as an empty one does; Discord trims.
fn content(form: &mut Form, body: &Value, new: bool) -> Option<String> {
    let given = body.get("content")?;
    let text = form.text(body, "content", 0..=MAX_CONTENT).unwrap_or_default();
    if new && !given.is_null() && !text.is_empty() {
        legacy(form, "content");
    }
    Some(text.trim().to_owned())
}

fn embed_list(form: &mut Form, body: &Value, new: bool) -> Option<Vec<Value>> {
    let list = form.list(body, "embeds", 0..=MAX_EMBEDS)?;
    if new && !list.is_empty() {
        legacy(form, "embeds");
    }
    Some(form.at("embeds", |form| embeds(form, list)))
}

fn component_list(form: &mut Form, body: &Value, new: bool, reading: &Reading) -> Option<Vec<Value>> {
    let list = form.list(body, "components", 0..=usize::MAX)?;
    Some(form.at("components", |form| components(form, list, new, reading.emojis)))
}

fn legacy(form: &mut Form, key: &str) {
    let words = format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
    form.at(key, |form| form.error("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words));
}

fn reference(form: &mut Form, body: &Value) -> (Option<Id>, bool) {
    let Some(reference) = body.get("message_reference").filter(|reference| !reference.is_null()) else {
        return (None, false);
    };
    form.at("message_reference", |form| {
        let to = form.object(reference).then(|| form.id(reference, "message_id")).flatten();
        (to, form.boolean(reference, "fail_if_not_exists").unwrap_or(true))
    })
}

fn nonce(form: &mut Form, body: &Value) -> Option<Value> {
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null())?;
    if nonce.is_string() {
        form.text(body, "nonce", 0..=25);
    } else if !nonce.is_i64() {
        let words = format!("Could not interpret \"{nonce}\" as string.");
        form.at("nonce", |form| form.error("STRING_TYPE_CONVERT", words));
    }
    Some(nonce.clone())
}

/// A webhook may not call itself "clyde" or "discord".
fn username(form: &mut Form, body: &Value) -> Option<String> {
    let name = form.text(body, "username", 1..=80)?;
    let lower = name.to_lowercase();
    for word in ["clyde", "discord"] {
        if lower.contains(word) {
            let words = format!("Username cannot contain \"{word}\"");
            form.at("username", |form| form.error("USERNAME_INVALID_CONTAINS", words));
        }
    }
    Some(name)
}
