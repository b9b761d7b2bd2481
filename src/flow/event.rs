//! What happens on Discord, read from the gateway's raw JSON, so that nothing is lost on the way.

use crate::flow::effect::InteractionRef;
use crate::flow::entity;
use serde_json::{Map, Value, json};

/// One dispatch of the gateway, as far as a bot can act on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Interaction(Box<Interaction>),
    /// The bot sees a server: at start, after an outage, or when it was invited. Raw `GUILD_CREATE`.
    GuildSeen {
        guild: String,
        data: Value,
    },
    GuildLost {
        guild: String,
    },
    MemberJoined {
        guild: String,
        data: Value,
    },
    MemberLeft {
        guild: String,
        data: Value,
    },
    /// `data` is the raw `MESSAGE_CREATE`.
    Message {
        guild: Option<String>,
        data: Value,
    },
    ChannelChanged {
        guild: String,
        data: Value,
    },
    ChannelDeleted {
        guild: String,
        channel: String,
    },
    /// Only comes to bots that read messages.
    MessageDeleted {
        guild: String,
        channel: String,
        message: String,
    },
    RoleChanged {
        guild: String,
        data: Value,
    },
    RoleDeleted {
        guild: String,
        role: String,
    },
    /// Of a kind that nothing here acts on.
    Other {
        kind: String,
    },
}

/// A command, a click, a choice, a modal or a request for completions.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    pub reference: InteractionRef,
    pub kind: InteractionKind,
    pub guild: Option<String>,
    /// Raw partial channel.
    pub channel: Value,
    /// Raw user.
    pub user: Value,
    /// Raw member; null in a DM.
    pub member: Value,
    /// The member's permission bits in that channel.
    pub permissions: u64,
    /// The bot's permission bits in that channel.
    pub app_permissions: u64,
    /// The raw message a component stands on.
    pub message: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum InteractionKind {
    /// `path` is the name, and those of the group and subcommand, parted by blanks.
    Command {
        path: String,
        options: Map<String, Value>,
    },
    /// `typed` is what stands in the focused option so far.
    Autocomplete {
        path: String,
        focused: String,
        typed: String,
        options: Map<String, Value>,
    },
    Component {
        custom_id: String,
        values: Vec<String>,
    },
    Modal {
        custom_id: String,
        fields: Map<String, Value>,
    },
    /// A kind that Discord added later.
    Unknown {
        number: u64,
    },
}

impl Event {
    /// Reads one dispatch; an unknown or misshapen one is [`Event::Other`], never an error.
    pub fn read(kind: &str, data: Value) -> Self {
        Self::known(kind, data).unwrap_or_else(|| Self::Other { kind: kind.to_owned() })
    }

    fn known(kind: &str, data: Value) -> Option<Self> {
        let guild = || text(&data, "guild_id");
        Some(match kind {
            "INTERACTION_CREATE" => Self::Interaction(Box::new(Interaction::read(&data)?)),
            "GUILD_CREATE" => Self::GuildSeen { guild: text(&data, "id")?, data },
            // An unavailable guild is an outage of Discord's, not a farewell.
            "GUILD_DELETE" if data.get("unavailable").and_then(Value::as_bool) != Some(true) => {
                Self::GuildLost { guild: text(&data, "id")? }
            }
            "GUILD_MEMBER_ADD" => Self::MemberJoined { guild: guild()?, data },
            "GUILD_MEMBER_REMOVE" => Self::MemberLeft { guild: guild()?, data },
            "MESSAGE_CREATE" => Self::Message { guild: guild(), data },
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" => Self::ChannelChanged { guild: guild()?, data },
            "CHANNEL_DELETE" => Self::ChannelDeleted { guild: guild()?, channel: text(&data, "id")? },
            "MESSAGE_DELETE" => Self::MessageDeleted {
                guild: guild()?,
                channel: text(&data, "channel_id")?,
                message: text(&data, "id")?,
            },
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => Self::RoleChanged { guild: guild()?, data },
            "GUILD_ROLE_DELETE" => Self::RoleDeleted { guild: guild()?, role: text(&data, "role_id")? },
            _ => return None,
        })
    }
}

fn text(json: &Value, key: &str) -> Option<String> {
    json.get(key)?.as_str().map(str::to_owned)
}

fn bits(json: &Value, key: &str) -> u64 {
    json.get(key).and_then(Value::as_str).and_then(|bits| bits.parse().ok()).unwrap_or(0)
}

impl Interaction {
    fn read(json: &Value) -> Option<Self> {
        let member = json.get("member").cloned().unwrap_or_default();
        let user = member.get("user").or_else(|| json.get("user"))?.clone();
        let channel = json.get("channel").cloned().unwrap_or_else(|| json!({ "id": json["channel_id"] }));
        Some(Self {
            reference: InteractionRef {
                id: text(json, "id")?,
                application: text(json, "application_id")?,
                token: text(json, "token")?,
            },
            kind: InteractionKind::read(json),
            guild: text(json, "guild_id"),
            channel,
            permissions: bits(&member, "permissions"),
            app_permissions: bits(json, "app_permissions"),
            user,
            member,
            message: json.get("message").cloned().unwrap_or_default(),
        })
    }
}

impl InteractionKind {
    /// Source: "Interaction types" of Discord's published API documentation.
    fn read(json: &Value) -> Self {
        let number = json.get("type").and_then(Value::as_u64).unwrap_or(0);
        let data = json.get("data").unwrap_or(&Value::Null);
        let custom_id = || text(data, "custom_id").unwrap_or_default();
        match number {
            2 => {
                let (path, options, _) = command(data);
                Self::Command { path, options }
            }
            3 => Self::Component { custom_id: custom_id(), values: strings(data.get("values")) },
            4 => {
                let (path, options, focused) = command(data);
                let (focused, typed) = focused.unwrap_or_default();
                Self::Autocomplete { path, focused, typed, options }
            }
            5 => Self::Modal { custom_id: custom_id(), fields: modal_fields(data) },
            number => Self::Unknown { number },
        }
    }
}

fn strings(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The path, the options with resolved users, roles, channels and attachments, and the focused option with its text.
fn command(data: &Value) -> (String, Map<String, Value>, Option<(String, String)>) {
    let mut path = text(data, "name").unwrap_or_default();
    let mut level = data;
    // 1 is a subcommand, 2 a group of them: at most one of these stands there, alone.
    while let Some(inner) = first_option(level).filter(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
        path = format!("{path} {}", inner["name"].as_str().unwrap_or_default());
        level = inner;
    }
    let mut options = Map::new();
    let mut focused = None;
    for option in level.get("options").and_then(Value::as_array).into_iter().flatten() {
        let name = text(option, "name").unwrap_or_default();
        if option["focused"].as_bool() == Some(true) {
            focused = Some((
                name.clone(),
                option["value"].as_str().map_or_else(|| option["value"].to_string(), str::to_owned),
            ));
        }
        options.insert(name, option_value(option, &data["resolved"]));
    }
    (path, options, focused)
}

fn first_option(level: &Value) -> Option<&Value> {
    level.get("options")?.as_array()?.first()
}

/// Source: "Application command option types": 6 user, 7 channel, 8 role, 9 mentionable, 11 attachment.
fn option_value(option: &Value, resolved: &Value) -> Value {
    let value = &option["value"];
    let id = value.as_str().unwrap_or_default();
    match option["type"].as_u64() {
        Some(6) => entity::user(&resolved["users"][id], resolved["members"][id]["nick"].as_str()),
        Some(7) => entity::channel(&resolved["channels"][id]),
        Some(8) => entity::role(&resolved["roles"][id]),
        Some(9) if resolved["roles"].get(id).is_some() => entity::role_ref(id),
        Some(9) => json!({ "id": id, "mention": format!("<@{id}>") }),
        Some(11) => entity::attachment(&resolved["attachments"][id]),
        _ => value.clone(),
    }
}

/// Fields of a modal by `custom_id`: in rows (type 1) or behind labels (type 18).
fn modal_fields(data: &Value) -> Map<String, Value> {
    fn walk(component: &Value, fields: &mut Map<String, Value>) {
        if let Some(id) = component.get("custom_id").and_then(Value::as_str) {
            let value = component.get("value").or_else(|| component.get("values")).cloned().unwrap_or_default();
            fields.insert(id.to_owned(), value);
        }
        if let Some(inner) = component.get("component") {
            walk(inner, fields);
        }
        for inner in component.get("components").and_then(Value::as_array).into_iter().flatten() {
            walk(inner, fields);
        }
    }
    let mut fields = Map::new();
    for component in data.get("components").and_then(Value::as_array).into_iter().flatten() {
        walk(component, &mut fields);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interaction(kind: u64, data: Value) -> Interaction {
        let raw = json!({
            "id": "1", "application_id": "2", "token": "t", "type": kind, "guild_id": "3", "channel": { "id": "4", "name": "general" },
            "member": { "user": { "id": "5", "username": "ana" }, "permissions": "8", "roles": [] }, "app_permissions": "1024", "data": data,
        });
        match Event::read("INTERACTION_CREATE", raw) {
            Event::Interaction(interaction) => *interaction,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_of_a_subcommand_arrive_resolved_under_its_path() {
        let data = json!({
            "name": "shop", "options": [{ "type": 1, "name": "give", "options": [
                { "type": 6, "name": "to", "value": "9" }, { "type": 4, "name": "amount", "value": 3 }] }],
            "resolved": { "users": { "9": { "id": "9", "username": "bo" } }, "members": { "9": { "nick": "Bobby" } } },
        });
        let InteractionKind::Command { path, options } = interaction(2, data).kind else { panic!() };
        assert_eq!(path, "shop give");
        assert_eq!(options["to"]["display_name"], "Bobby");
        assert_eq!(options["amount"], 3);
    }

    #[test]
    fn the_focused_option_is_told_with_what_was_typed() {
        let data =
            json!({ "name": "stock", "options": [{ "type": 3, "name": "product", "value": "Al", "focused": true }] });
        let InteractionKind::Autocomplete { focused, typed, .. } = interaction(4, data).kind else { panic!() };
        assert_eq!((focused.as_str(), typed.as_str()), ("product", "Al"));
    }

    #[test]
    fn fields_of_a_modal_arrive_from_rows_and_from_labels() {
        let data = json!({ "custom_id": "m:form", "components": [
            { "type": 1, "components": [{ "type": 4, "custom_id": "name", "value": "Ana" }] },
            { "type": 18, "component": { "type": 3, "custom_id": "colour", "values": ["red"] } }] });
        let InteractionKind::Modal { fields, .. } = interaction(5, data).kind else { panic!() };
        assert_eq!(fields["name"], "Ana");
        assert_eq!(fields["colour"], json!(["red"]));
    }

    #[test]
    fn a_kind_nobody_knows_is_told_and_not_an_error() {
        assert_eq!(interaction(77, json!({})).kind, InteractionKind::Unknown { number: 77 });
        assert_eq!(Event::read("NEW_THING", json!({})), Event::Other { kind: "NEW_THING".into() });
    }

    #[test]
    fn an_outage_is_not_a_farewell() {
        assert!(matches!(Event::read("GUILD_DELETE", json!({ "id": "1", "unavailable": true })), Event::Other { .. }));
    }
}
