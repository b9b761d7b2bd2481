//! The body of a guild's channel, created or changed.

use crate::sim::channel::{Channel, Overwrite, kind, normal_name};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::validate::form::Form;
use serde_json::Value;

/// A checked body. What was left out is none; the inner none of `topic` and `parent` is an explicit null.
#[derive(Debug, Default, PartialEq)]
pub(in crate::sim) struct ChannelDraft {
    /// Where whoever runs the world says which id it has.
    pub id: Option<Id>,
    pub kind: Option<u8>,
    pub name: Option<String>,
    pub topic: Option<Option<String>>,
    pub parent: Option<Option<Id>>,
    pub position: Option<i64>,
    pub overwrites: Option<Vec<Overwrite>>,
    pub nsfw: Option<bool>,
    pub slowmode: Option<u64>,
}

/// `before`: the channel that is changed, none for a new one.
pub(in crate::sim) fn channel(form: &mut Form, body: &Value, before: Option<&Channel>) -> ChannelDraft {
    if !form.object(body) {
        return ChannelDraft::default();
    }
    let kinds: Vec<i64> = kind::OF_GUILD.iter().map(|kind| i64::from(*kind)).collect();
    let kind = form.one_of(body, "type", &kinds).and_then(|kind| u8::try_from(kind).ok());
    let shown_kind = kind.or(before.map(|channel| channel.kind)).unwrap_or(kind::TEXT);
    let topic_limit = if shown_kind == kind::FORUM { 4_096 } else { 1_024 };
    let topic = form.text(body, "topic", 0..=topic_limit).filter(|topic| !topic.is_empty());
    let parent = form.id(body, "parent_id");
    let slowmode = form.integer(body, "rate_limit_per_user", 0..=21_600);
    ChannelDraft {
        id: None,
        kind,
        name: name(form, body, shown_kind, before.is_none()),
        topic: body.get("topic").map(|_| topic),
        parent: body.get("parent_id").map(|_| parent),
        position: form.integer(body, "position", 0..=i64::from(i32::MAX)),
        overwrites: overwrites(form, body),
        nsfw: form.boolean(body, "nsfw"),
        slowmode: slowmode.and_then(|seconds| u64::try_from(seconds).ok()),
    }
}

fn name(form: &mut Form, body: &Value, kind: u8, needed: bool) -> Option<String> {
    if !needed && body.get("name").is_none_or(Value::is_null) {
        return None;
    }
    let name = normal_name(kind, &form.needed_text(body, "name", 1..=100));
    if name.is_empty() && body["name"].as_str().is_some_and(|given| !given.is_empty()) {
        form.at("name", |form| form.error("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."));
    }
    Some(name)
}

fn overwrites(form: &mut Form, body: &Value) -> Option<Vec<Overwrite>> {
    let list = form.list(body, "permission_overwrites", 0..=100)?;
    form.at("permission_overwrites", |form| {
        let look = |(index, value)| form.at(index, |form| overwrite(form, value, None));
        Some(list.iter().enumerate().filter_map(look).collect())
    })
}

/// `id`: where the path says whose it is.
pub(in crate::sim) fn overwrite(form: &mut Form, value: &Value, id: Option<Id>) -> Option<Overwrite> {
    if !form.object(value) {
        return None;
    }
    let whose = id.or_else(|| form.id(value, "id"));
    if whose.is_none() && value["id"].is_null() {
        form.at("id", Form::required);
    }
    let kind = form.one_of(value, "type", &[0, 1]);
    if kind.is_none() && id.is_some() {
        form.at("type", Form::required);
    }
    let allow = Permissions(form.bits(value, "allow").unwrap_or(0));
    let deny = Permissions(form.bits(value, "deny").unwrap_or(0));
    Some(Overwrite { id: whose?, member: kind == Some(1), allow, deny })
}
