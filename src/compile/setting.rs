//! Settings: their values, with the environment's, and their types for templates.

use crate::action::binder::Binder;
use crate::compile::environment::{Environment, Expanded, variables};
use crate::flow::effect::WebhookUrl;
use crate::flow::entity;
use crate::flow::memory::ColumnKind;
use crate::flow::program::{Outside, OutsideKind};
use crate::flow::types::{self, Field, Record, Type};
use crate::lang::bot::Bot;
use crate::lang::setting::{Setting, SettingType};
use crate::text::{Decoding, Diagnostic, Diagnostics, Kind, Node, Spanned, Text, code};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// What the settings come to.
#[derive(Default)]
pub struct Settings {
    pub values: Map<String, Value>,
    pub named: Vec<(String, ColumnKind)>,
    pub webhooks: HashMap<String, WebhookUrl>,
    pub outside: Vec<Outside>,
}

/// The type of the name `settings`.
pub fn settings_type(bot: &Bot) -> Type {
    let fields = bot.settings.iter().map(|(name, setting)| {
        let doc = setting.description.as_ref().map_or("A setting.", |text| text.value.as_str());
        (name.value.clone(), Field::new(type_of(&setting.kind), doc).declared(name.span))
    });
    let fields: indexmap::IndexMap<String, Field> = fields.collect();
    if bot.settings.incomplete {
        return Type::Any;
    }
    Type::Record(Arc::new(Record { name: "settings".into(), fields }))
}

fn type_of(kind: &Spanned<SettingType>) -> Type {
    if kind.poisoned {
        return Type::Any;
    }
    match kind.value {
        SettingType::Text => Type::TEXT,
        SettingType::Integer => Type::Integer,
        SettingType::Number => Type::Number,
        SettingType::Boolean => Type::Boolean,
        SettingType::List => Type::list(Type::TEXT),
        SettingType::Channel => entity::channel_ref_type(),
        SettingType::Role => entity::role_ref_type(),
        SettingType::User => entity::user_ref_type(),
        SettingType::Webhook => {
            Type::Record(Arc::new(Record { name: "webhook".into(), fields: indexmap::IndexMap::new() }))
        }
        SettingType::Secret => Type::Text(types::Text { secret: true, ..types::Text::default() }),
    }
}

/// Reads the value of every setting.
pub fn settings(bot: &Bot, environment: &Environment, binder: &mut Binder<'_>) -> Settings {
    let mut settings = Settings::default();
    for (name, setting) in bot.settings.iter() {
        check_name(name, binder);
        let value = value(name, setting, environment, &mut binder.diagnostics);
        settings.put(&name.value, setting.kind.value, value);
        settings.outside.extend(outside(&name.value, setting));
    }
    settings
}

fn outside(name: &str, setting: &Setting) -> Option<Outside> {
    let kind = match setting.kind.value {
        SettingType::Channel => OutsideKind::Channel,
        SettingType::Role => OutsideKind::Role,
        SettingType::User => OutsideKind::User,
        SettingType::Webhook => OutsideKind::Webhook,
        _ => return None,
    };
    let variable = variables(setting.value.0.as_str().unwrap_or_default()).into_iter().next();
    Some(Outside { setting: name.to_owned(), kind, variable })
}

fn check_name(name: &Spanned<String>, binder: &mut Binder<'_>) {
    if !crate::action::binder::is_name(&name.value) {
        let message = format!("`{}` cannot be the name of a setting: letters, digits and `_`", name.value);
        binder.mistake(code::BAD_NAME, name.span, message);
    }
}

impl Settings {
    fn put(&mut self, name: &str, kind: SettingType, value: Value) {
        match (kind, value) {
            (SettingType::Webhook, Value::String(url)) => {
                self.webhooks.insert(name.to_owned(), WebhookUrl(url));
                self.values.insert(name.to_owned(), Value::Null);
            }
            (SettingType::Channel | SettingType::Role, value) if value.get("name").is_some() => {
                let kind = if kind == SettingType::Channel { ColumnKind::Channel } else { ColumnKind::Role };
                self.named.push((name.to_owned(), kind));
                self.values.insert(name.to_owned(), value);
            }
            (_, value) => {
                self.values.insert(name.to_owned(), value);
            }
        }
    }
}

fn value(name: &Spanned<String>, setting: &Setting, environment: &Environment, diagnostics: &mut Diagnostics) -> Value {
    let node = &setting.value.0;
    if setting.kind.poisoned {
        return Value::Null;
    }
    let written = node.as_str().unwrap_or_default();
    if setting.kind.value == SettingType::Webhook && written.contains("/webhooks/") && variables(written).is_empty() {
        let message = "the address of a webhook is a credential: it must not stand in the file";
        let diagnostic = Diagnostic::new(code::CREDENTIAL_IN_FILE, node.span, message);
        diagnostics.push(diagnostic.help("write `value: \"${WEBHOOK_URL:-}\"`, and set that variable"));
        return Value::Null;
    }
    if let Some(decided) = environment.decided(&name.value) {
        return scalar(setting, decided, node, diagnostics);
    }
    match &node.kind {
        Kind::Poison => Value::Null,
        Kind::Null => empty(setting.kind.value),
        Kind::Sequence(items) if setting.kind.value == SettingType::List => {
            items.iter().filter_map(|item| text(item, environment, diagnostics)).map(Value::String).collect()
        }
        Kind::Scalar(_) => match text(node, environment, diagnostics) {
            Some(text) => scalar(setting, &text, node, diagnostics),
            None => Value::Null,
        },
        _ => {
            let message = format!("a setting of type {} has another value", word(setting.kind.value));
            diagnostics.push(Diagnostic::new(code::WRONG_TYPE, node.span, message).label(expected(setting.kind.value)));
            Value::Null
        }
    }
}

/// The text of a scalar with its variables read.
pub fn text(node: &Node, environment: &Environment, diagnostics: &mut Diagnostics) -> Option<String> {
    let text: Text = Decoding::new().part().decode(node, diagnostics)?;
    match environment.expand(&text.value) {
        Expanded::Text(value) => Some(value),
        Expanded::Unset(names) => {
            for name in names {
                let message = format!("the environment variable `{name}` is not set");
                let help = format!("set it before you start the bot, or give it a default: `${{{name}:-…}}`");
                diagnostics.push(Diagnostic::new(code::VARIABLE_NOT_SET, text.span, message).help(help));
            }
            None
        }
    }
}

fn empty(kind: SettingType) -> Value {
    match kind {
        SettingType::Text | SettingType::Secret => json!(""),
        SettingType::List => json!([]),
        _ => Value::Null,
    }
}

fn scalar(setting: &Setting, text: &str, node: &Node, diagnostics: &mut Diagnostics) -> Value {
    let kind = setting.kind.value;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return empty(kind);
    }
    let value = match kind {
        SettingType::Text | SettingType::Secret => Some(json!(text)),
        SettingType::Integer => trimmed.parse::<i64>().ok().map(|number| json!(number)),
        SettingType::Number => {
            trimmed.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| json!(number))
        }
        SettingType::Boolean => trimmed.parse::<bool>().ok().map(|value| json!(value)),
        SettingType::List => Some(trimmed.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()),
        SettingType::Channel if entity::is_id(trimmed) => Some(entity::channel_ref(trimmed)),
        SettingType::Role if entity::is_id(trimmed) => Some(entity::role_ref(trimmed)),
        // A number that is no id was meant to be one.
        SettingType::Channel | SettingType::Role if trimmed.bytes().all(|byte| byte.is_ascii_digit()) => None,
        SettingType::Channel | SettingType::Role => Some(json!({ "id": trimmed, "mention": trimmed, "name": trimmed })),
        SettingType::User => entity::is_id(trimmed).then(|| entity::user_ref(trimmed)),
        SettingType::Webhook => WebhookUrl(trimmed.to_owned()).parts().is_some().then(|| json!(trimmed)),
    };
    value.unwrap_or_else(|| {
        diagnostics.push(bad_value(kind, node));
        Value::Null
    })
}

/// The value itself may be secret, so only where it comes from is told.
fn bad_value(kind: SettingType, node: &Node) -> Diagnostic {
    let from: Vec<String> =
        variables(node.as_str().unwrap_or_default()).iter().map(|name| format!("`{name}`")).collect();
    let place = if from.is_empty() { "this".to_owned() } else { format!("what {} holds", from.join(", ")) };
    Diagnostic::new(code::BAD_VALUE, node.span, format!("{place} is not {}", expected(kind)))
        .label(format!("a setting of type `{}`", word(kind)))
}

fn word(kind: SettingType) -> &'static str {
    match kind {
        SettingType::Text => "text",
        SettingType::Integer => "integer",
        SettingType::Number => "number",
        SettingType::Boolean => "boolean",
        SettingType::List => "list",
        SettingType::Channel => "channel",
        SettingType::Role => "role",
        SettingType::User => "user",
        SettingType::Webhook => "webhook",
        SettingType::Secret => "secret",
    }
}

fn expected(kind: SettingType) -> &'static str {
    match kind {
        SettingType::Text | SettingType::Secret => "text",
        SettingType::Integer => "a whole number",
        SettingType::Number => "a number",
        SettingType::Boolean => "`true` or `false`",
        SettingType::List => "a list",
        SettingType::Channel => "a channel's ID or name",
        SettingType::Role => "a role's ID or name",
        SettingType::User => "a user's ID",
        SettingType::Webhook => "the URL of a webhook (https://discord.com/api/webhooks/ID/TOKEN)",
    }
}
