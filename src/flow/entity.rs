//! Discord's things as a bot file knows them: the fields of a user, a channel, a role, …, and their values.

use crate::flow::limit;
use crate::flow::types::{Field, Record, Type};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

/// Milliseconds between the Unix epoch and Discord's (the first second of 2015).
pub const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// When the thing with that id was made, in epoch milliseconds. An id's upper bits are its time.
/// Source: "Snowflakes" of Discord's published API documentation.
pub fn created_at(id: &str) -> i64 {
    id.parse::<u64>().map_or(0, |id| i64::try_from(id >> 22).unwrap_or(0) + DISCORD_EPOCH)
}

/// The lowest id that could be given at that time (epoch milliseconds).
pub fn first_id_at(time: i64) -> String {
    ((time - DISCORD_EPOCH).max(0) << 22).to_string()
}

/// Whether a text is the id of something on Discord.
pub fn is_id(text: &str) -> bool {
    (15..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok()
}

fn id() -> Type {
    Type::TEXT.up_to(limit::ID)
}

/// `<@&…>` at the longest.
fn mention() -> Type {
    Type::TEXT.up_to(limit::ID + 4)
}

fn user_name() -> Type {
    Type::USER_TEXT.up_to(limit::USER_NAME)
}

fn record(name: &str, fields: &[(&str, Type, &str)]) -> Type {
    let fields = fields.iter().map(|(name, kind, doc)| ((*name).to_owned(), Field::new(kind.clone(), *doc))).collect();
    Type::Record(Arc::new(Record { name: name.to_owned(), fields }))
}

macro_rules! entity {
    ($(#[$doc:meta])* $function:ident, $name:literal, [$(($field:literal, $kind:expr, $about:literal)),* $(,)?]) => {
        $(#[$doc])*
        pub fn $function() -> Type {
            static TYPE: LazyLock<Type> = LazyLock::new(|| record($name, &[$(($field, $kind, $about)),*]));
            TYPE.clone()
        }
    };
}

entity!(
    /// Somebody on Discord.
    user_type, "user", [
    ("id", id(), "The user's ID."),
    ("name", user_name(), "The unique user name."),
    ("display_name", user_name(), "The name that others see in this server."),
    ("mention", mention(), "Shows as @name; pings only where `mentions` allows it."),
    ("avatar_url", Type::TEXT, "The address of the avatar."),
    ("bot", Type::Boolean, "Whether this is a bot."),
    ("created_at", Type::Time, "When the account was made."),
]);

entity!(
    /// A user of whom only the id is known, such as one in a table.
    user_ref_type, "user", [
    ("id", id(), "The user's ID."),
    ("mention", mention(), "Shows as @name; pings only where `mentions` allows it."),
    ("created_at", Type::Time, "When the account was made."),
]);

entity!(
    member_type,
    "member",
    [
        ("nickname", Type::optional(user_name()), "The nickname in this server."),
        ("joined_at", Type::optional(Type::Time), "When they joined this server."),
        ("roles", Type::list(role_ref_type()), "The roles they have."),
    ]
);

entity!(
    channel_type,
    "channel",
    [
        ("id", id(), "The channel's ID."),
        ("name", Type::USER_TEXT.up_to(limit::CHANNEL_NAME), "The channel's name, without #."),
        ("mention", mention(), "Shows as a link to the channel."),
    ]
);

entity!(
    channel_ref_type,
    "channel",
    [("id", id(), "The channel's ID."), ("mention", mention(), "Shows as a link to the channel."),]
);

entity!(
    role_type,
    "role",
    [
        ("id", id(), "The role's ID."),
        ("name", Type::USER_TEXT.up_to(limit::ROLE_NAME), "The role's name."),
        ("mention", mention(), "Shows as @role; pings only where `mentions` allows it."),
    ]
);

entity!(
    role_ref_type,
    "role",
    [("id", id(), "The role's ID."), ("mention", mention(), "Shows as @role; pings only where `mentions` allows it."),]
);

entity!(
    mentionable_type,
    "user or role",
    [
        ("id", id(), "The ID of the user or role."),
        ("mention", mention(), "Shows as @name; pings only where `mentions` allows it."),
    ]
);

entity!(
    attachment_type,
    "attachment",
    [
        ("id", id(), "The attachment's ID."),
        ("name", Type::USER_TEXT, "The file's name."),
        ("url", Type::TEXT, "Where Discord keeps the file."),
        ("size", Type::Integer, "In bytes."),
        ("content_type", Type::optional(Type::TEXT), "The media type that Discord saw, such as text/plain."),
    ]
);

entity!(
    guild_type,
    "server",
    [("id", id(), "The server's ID."), ("name", Type::TEXT.up_to(limit::GUILD_NAME), "The server's name."),]
);

entity!(
    message_type,
    "message",
    [
        ("id", id(), "The message's ID."),
        ("url", Type::TEXT, "A link to the message."),
        ("content", Type::USER_TEXT.up_to(limit::WRITTEN), "Its text."),
        ("created_at", Type::Time, "When it was sent."),
    ]
);

entity!(
    bot_type,
    "bot",
    [
        ("id", id(), "The bot's user ID."),
        ("name", Type::TEXT.up_to(limit::USER_NAME), "The bot's user name."),
        ("mention", mention(), "Shows as @bot."),
    ]
);

entity!(run_type, "run", [("id", Type::TEXT, "Unique to this run; it stands in the log lines."),]);

entity!(
    ticket_type,
    "ticket",
    [
        ("number", Type::Integer, "Counts from 1; never used twice."),
        ("kind", Type::TEXT, "The name of the ticket in the file."),
        ("user", user_ticket_type(), "Who opened it."),
        ("channel", channel_ref_type(), "Its channel."),
        ("opened_at", Type::Time, "When it was opened."),
    ]
);

entity!(
    /// The opener of a ticket, as its row remembers them.
    user_ticket_type, "user", [
    ("id", id(), "The user's ID."),
    ("name", user_name(), "The user name when the ticket was opened."),
    ("mention", mention(), "Shows as @name; pings only where `mentions` allows it."),
]);

entity!(
    /// What became of an effect that may be refused, such as `dm`.
    delivery_type, "delivery", [
    ("ok", Type::Boolean, "Whether it happened."),
    ("reason", Type::optional(Type::TEXT), "Why it did not, in plain words."),
    ("message", Type::optional(message_ref_type()), "The message that was sent."),
]);

entity!(
    message_ref_type,
    "message",
    [("id", id(), "The message's ID."), ("channel", channel_ref_type(), "Where it stands."),]
);

fn text(json: &Value, key: &str) -> String {
    json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A user from Discord's `user` object; `nick` is the member's.
pub fn user(json: &Value, nick: Option<&str>) -> Value {
    let id = text(json, "id");
    let name = text(json, "username");
    let global = json.get("global_name").and_then(Value::as_str);
    let display = nick.or(global).unwrap_or(&name).to_owned();
    json!({
        "mention": format!("<@{id}>"),
        "avatar_url": avatar_url(&id, json.get("avatar").and_then(Value::as_str)),
        "bot": json.get("bot").and_then(Value::as_bool).unwrap_or(false),
        "created_at": created_at(&id),
        "display_name": display,
        "name": name,
        "id": id,
    })
}

/// Source: "CDN endpoints" of Discord's published API documentation.
fn avatar_url(id: &str, hash: Option<&str>) -> String {
    match hash {
        Some(hash) => format!("https://cdn.discordapp.com/avatars/{id}/{hash}.png"),
        None => {
            let index = id.parse::<u64>().map_or(0, |id| (id >> 22) % 6);
            format!("https://cdn.discordapp.com/embed/avatars/{index}.png")
        }
    }
}

pub fn user_ref(id: &str) -> Value {
    json!({ "id": id, "mention": format!("<@{id}>"), "created_at": created_at(id) })
}

/// The membership from Discord's `member` object.
pub fn member(json: &Value) -> Value {
    let joined = json.get("joined_at").and_then(Value::as_str).and_then(epoch_ms);
    let roles: Vec<Value> = json
        .get("roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(role_ref)
        .collect();
    json!({ "nickname": json.get("nick").cloned().unwrap_or_default(), "joined_at": joined, "roles": roles })
}

/// ISO 8601 to epoch milliseconds.
pub fn epoch_ms(iso: &str) -> Option<i64> {
    iso.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// Epoch milliseconds to ISO 8601, as Discord writes times.
pub fn iso(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

pub fn channel(json: &Value) -> Value {
    let id = text(json, "id");
    json!({ "mention": format!("<#{id}>"), "name": text(json, "name"), "id": id })
}

pub fn channel_ref(id: &str) -> Value {
    json!({ "id": id, "mention": format!("<#{id}>") })
}

pub fn role(json: &Value) -> Value {
    let id = text(json, "id");
    json!({ "mention": format!("<@&{id}>"), "name": text(json, "name"), "id": id })
}

pub fn role_ref(id: &str) -> Value {
    json!({ "id": id, "mention": format!("<@&{id}>") })
}

pub fn attachment(json: &Value) -> Value {
    json!({
        "id": text(json, "id"),
        "name": text(json, "filename"),
        "url": text(json, "url"),
        "size": json.get("size").cloned().unwrap_or(json!(0)),
        "content_type": json.get("content_type").cloned().unwrap_or_default(),
    })
}

pub fn message(json: &Value, guild: Option<&str>) -> Value {
    let (id, channel) = (text(json, "id"), text(json, "channel_id"));
    json!({
        "url": format!("https://discord.com/channels/{}/{channel}/{id}", guild.unwrap_or("@me")),
        "content": text(json, "content"),
        "created_at": created_at(&id),
        "id": id,
    })
}

pub fn message_ref(json: &Value) -> Value {
    json!({ "id": text(json, "id"), "channel": channel_ref(&text(json, "channel_id")) })
}

pub fn ticket(ticket: &crate::flow::memory::Ticket) -> Value {
    json!({
        "number": ticket.number,
        "kind": ticket.kind,
        "user": { "id": ticket.user, "name": ticket.user_name, "mention": format!("<@{}>", ticket.user) },
        "channel": ticket.channel.as_deref().map(channel_ref),
        "opened_at": ticket.opened_at,
    })
}

pub fn delivered(message: Option<Value>) -> Value {
    json!({ "ok": true, "reason": null, "message": message })
}

pub fn refused(reason: &str) -> Value {
    json!({ "ok": false, "reason": reason, "message": null })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kind: &Type) -> Vec<String> {
        let Type::Record(record) = kind else { panic!("{kind} has no fields") };
        let mut keys: Vec<String> = record.fields.keys().cloned().collect();
        keys.sort();
        keys
    }

    fn value_keys(value: &Value) -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    }

    #[test]
    fn every_value_has_exactly_the_fields_of_its_type() {
        let ticket_row = crate::flow::memory::Ticket {
            id: 1,
            kind: "support".into(),
            guild: "1".into(),
            number: 7,
            user: "2".into(),
            user_name: "ana".into(),
            channel: Some("3".into()),
            open: true,
            opened_at: 0,
            closed_at: None,
            closed_by: None,
        };
        for (kind, value) in [
            (user_type(), user(&json!({ "id": "175928847299117063", "username": "ana" }), None)),
            (user_ref_type(), user_ref("1")),
            (member_type(), member(&json!({}))),
            (channel_type(), channel(&json!({}))),
            (channel_ref_type(), channel_ref("1")),
            (role_type(), role(&json!({}))),
            (role_ref_type(), role_ref("1")),
            (attachment_type(), attachment(&json!({}))),
            (message_type(), message(&json!({}), None)),
            (message_ref_type(), message_ref(&json!({}))),
            (ticket_type(), ticket(&ticket_row)),
            (delivery_type(), delivered(None)),
            (delivery_type(), refused("no")),
        ] {
            assert_eq!(keys(&kind), value_keys(&value), "{kind}");
        }
    }

    #[test]
    fn an_id_tells_when_its_thing_was_made() {
        assert_eq!(created_at("175928847299117063"), 1_462_015_105_796);
    }
}
