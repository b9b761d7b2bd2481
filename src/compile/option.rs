//! Options of commands: what Discord is told, and what templates know of them.

use crate::action::binder::Binder;
use crate::flow::types::{Field, Record, Type};
use crate::flow::{entity, limit};
use crate::lang::command::{CommandOption, OptionType};
use crate::text::{Diagnostic, Kind, Named, Node, Spanned, Text, code};
use serde_json::{Map, Value, json};
use std::sync::{Arc, LazyLock};

/// Source: "Application command naming" of Discord's published API documentation.
static NAME: LazyLock<regex::Regex> = LazyLock::new(|| {
    regex::Regex::new(r"^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$").expect("the pattern is valid")
});

impl Binder<'_> {
    /// The name of a command or an option.
    pub fn command_name(&mut self, name: &Spanned<String>, what: &str) {
        if NAME.is_match(&name.value) && name.value.to_lowercase() == name.value {
            return;
        }
        let lower = name.value.to_lowercase().replace(' ', "-");
        let message = format!(
            "`{}` cannot be the name of {what}: 1 to {} lower-case letters, digits, `-` and `_`",
            name.value,
            limit::COMMAND_NAME
        );
        let diagnostic = Diagnostic::new(code::BAD_NAME, name.span, message);
        self.report(if NAME.is_match(&lower) {
            diagnostic.help(format!("did you mean `{lower}`?")).guess(name.span, lower)
        } else {
            diagnostic
        });
    }

    /// What Discord shows beside a name.
    pub fn shown_description(&mut self, text: &Text) -> String {
        if text.poisoned {
            return "-".into();
        }
        if text.value.is_empty() {
            self.mistake(code::BAD_VALUE, text.span, "a description cannot be empty");
        }
        self.refuse_variable(text);
        if text.value.contains("{{") {
            self.report(
                Diagnostic::new(
                    code::TEMPLATE_AS_EXPRESSION,
                    text.span,
                    "Discord is told this once, so it cannot be a template",
                )
                .help("write it out"),
            );
        }
        self.measure(text, &text.value.clone(), "the description", limit::COMMAND_DESCRIPTION);
        text.value.clone()
    }

    pub fn localizations(&mut self, texts: &Named<Text>, most: usize) -> Option<Value> {
        let mut map = Map::new();
        for (locale, text) in texts.iter() {
            if !LOCALES.contains(&locale.value.as_str()) {
                let diagnostic = Diagnostic::new(
                    code::UNKNOWN_VALUE,
                    locale.span,
                    format!("Discord has no locale `{}`", locale.value),
                );
                self.report(diagnostic.among(&locale.value, locale.span, LOCALES));
            }
            self.refuse_variable(text);
            self.measure(text, &text.value.clone(), "this text", most);
            map.insert(locale.value.clone(), json!(text.value));
        }
        (!map.is_empty()).then_some(Value::Object(map))
    }

    /// What Discord is told of an option.
    pub fn option(&mut self, name: &Spanned<String>, option: &CommandOption) -> Value {
        self.command_name(name, "an option");
        let mut told = json!({
            "type": option.kind.value.number(),
            "name": name.value,
            "description": self.shown_description(&option.description),
        });
        if option.required {
            told["required"] = json!(true);
        }
        if let Some(choices) = &option.choices {
            told["choices"] = self.choices(option, &choices.0);
        }
        if option.autocomplete.is_some() {
            told["autocomplete"] = json!(true);
        }
        self.bounds(option, &mut told);
        if !option.channel_types.is_empty() {
            told["channel_types"] = option.channel_types.iter().map(|kind| json!(kind.value.number())).collect();
        }
        for (key, texts, most) in [
            ("name_localizations", &option.name_localizations, limit::COMMAND_NAME),
            ("description_localizations", &option.description_localizations, limit::COMMAND_DESCRIPTION),
        ] {
            if let Some(texts) = self.localizations(texts, most) {
                told[key] = texts;
            }
        }
        self.fits_type(name, option);
        told
    }

    /// Keys that belong to options of other types.
    fn fits_type(&mut self, name: &Spanned<String>, option: &CommandOption) {
        use OptionType::{Channel, Integer, Number, String};
        if option.kind.poisoned {
            return;
        }
        let kind = option.kind.value;
        let text_or_number = matches!(kind, String | Integer | Number);
        let mut wrong = Vec::new();
        let number = matches!(kind, Integer | Number);
        let spans = [
            (
                "choices",
                option.choices.as_ref().map(|raw| raw.0.span),
                text_or_number,
                "`string`, `integer` and `number`",
            ),
            (
                "autocomplete",
                option.autocomplete.as_ref().map(|raw| raw.0.span),
                text_or_number,
                "`string`, `integer` and `number`",
            ),
            ("min_value", option.min_value.as_ref().map(|value| value.span), number, "`integer` and `number`"),
            ("max_value", option.max_value.as_ref().map(|value| value.span), number, "`integer` and `number`"),
            ("min_length", option.min_length.as_ref().map(|value| value.span), kind == String, "`string`"),
            ("max_length", option.max_length.as_ref().map(|value| value.span), kind == String, "`string`"),
            ("channel_types", option.channel_types.first().map(|value| value.span), kind == Channel, "`channel`"),
        ];
        for (key, span, fits, kinds) in spans {
            if let Some(span) = span.filter(|_| !fits) {
                wrong.push((span, format!("`{key}` is for options of type {kinds}")));
            }
        }
        if let (Some(choices), Some(_)) = (&option.choices, &option.autocomplete) {
            wrong.push((choices.0.span, "an option has `choices` or `autocomplete`, not both".into()));
        }
        if let Some(default) = option.default.as_ref().filter(|_| option.required) {
            wrong.push((default.text.span, format!("`{}` is required, so its `default` is never used", name.value)));
        }
        for (span, message) in wrong {
            self.mistake(code::BAD_VALUE, span, message);
        }
    }

    fn bounds(&mut self, option: &CommandOption, told: &mut Value) {
        let integer = option.kind.value == OptionType::Integer;
        let number = |value: f64| if integer && value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
        for (key, value) in [("min_value", &option.min_value), ("max_value", &option.max_value)] {
            if let Some(value) = value.as_ref().filter(|value| !value.poisoned) {
                if integer && value.value.fract() != 0.0 {
                    self.mistake(code::OUT_OF_RANGE, value.span, format!("`{key}` of an integer is a whole number"));
                }
                told[key] = number(value.value);
            }
        }
        for (key, value) in [("min_length", &option.min_length), ("max_length", &option.max_length)] {
            if let Some(value) = value.as_ref().filter(|value| !value.poisoned) {
                let least = u32::from(key == "max_length");
                if !(least..=limit::OPTION_TEXT as u32).contains(&value.value) {
                    self.mistake(
                        code::OUT_OF_RANGE,
                        value.span,
                        format!("`{key}` is {least} to {}", limit::OPTION_TEXT),
                    );
                }
                told[key] = json!(value.value);
            }
        }
        self.ordered(option.min_value.as_ref(), option.max_value.as_ref(), "min_value", "max_value");
        let fits = |length: &&Spanned<u32>| length.value <= limit::OPTION_TEXT as u32;
        let (least, most) = (option.min_length.as_ref().filter(fits), option.max_length.as_ref().filter(fits));
        self.ordered(least, most, "min_length", "max_length");
    }

    fn ordered<T: PartialOrd>(
        &mut self,
        least: Option<&Spanned<T>>,
        most: Option<&Spanned<T>>,
        least_key: &str,
        most_key: &str,
    ) {
        if let (Some(least), Some(most)) = (least, most)
            && !(least.poisoned || most.poisoned)
            && least.value > most.value
        {
            let message = format!("`{least_key}` is greater than `{most_key}`: nothing could be given");
            self.report(
                Diagnostic::new(code::OUT_OF_RANGE, least.span, message).related(most.span, format!("`{most_key}`")),
            );
        }
    }

    fn choices(&mut self, option: &CommandOption, node: &Node) -> Value {
        let mut choices = Vec::new();
        let pairs: Vec<(&Node, &Node)> = match &node.kind {
            Kind::Mapping(mapping) => mapping.entries.iter().map(|entry| (&entry.key, &entry.value)).collect(),
            Kind::Sequence(items) => items.iter().map(|item| (item, item)).collect(),
            Kind::Poison => Vec::new(),
            _ => {
                self.mistake(
                    code::WRONG_TYPE,
                    node.span,
                    "`choices` is a map of what is shown to what is meant, or a list",
                );
                Vec::new()
            }
        };
        if let Some((name, _)) = pairs.get(limit::CHOICES) {
            let message = format!("an option has at most {} choices; this is the first too many", limit::CHOICES);
            self.report(
                Diagnostic::new(code::TOO_MANY, name.span, message).help("`autocomplete` offers as many as you like"),
            );
        }
        for (name, value) in pairs {
            let (Some(name), Some(value)) = (self.decode::<Text>(name), self.decode::<Text>(value)) else { continue };
            self.refuse_variable(&name);
            self.measure(&name, &name.value.clone(), "the choice", limit::CHOICE_NAME);
            choices.push(json!({ "name": name.value, "value": self.choice_value(&option.kind, &value, name.span == value.span) }));
        }
        Value::Array(choices)
    }

    fn choice_value(&mut self, told_type: &Spanned<OptionType>, text: &Text, same: bool) -> Value {
        let kind = told_type.value;
        let value = match kind {
            OptionType::Integer => text.value.parse::<i64>().ok().map(|number| json!(number)),
            OptionType::Number => text.value.parse::<f64>().ok().map(|number| json!(number)),
            _ => {
                // In a list, what is shown is what is meant, and is measured already.
                if !same {
                    self.measure(text, &text.value.clone(), "the choice's value", limit::CHOICE_VALUE);
                }
                Some(json!(text.value))
            }
        };
        if value.is_none() && !text.poisoned && !told_type.poisoned {
            let wanted = if kind == OptionType::Integer { "a whole number" } else { "a number" };
            self.mistake(code::WRONG_TYPE, text.span, format!("this choice is {wanted}, found `{}`", text.value));
        }
        value.unwrap_or_default()
    }

    /// What an option is when the user leaves it out.
    pub fn option_default(&mut self, name: &str, option: &CommandOption) -> Option<Value> {
        let default = option.default.as_ref()?;
        let text = &default.text;
        let value = match option.kind.value {
            OptionType::String => Some(json!(text.value)),
            OptionType::Integer => text.value.parse::<i64>().ok().map(|number| json!(number)),
            OptionType::Number => text.value.parse::<f64>().ok().map(|number| json!(number)),
            OptionType::Boolean => text.value.parse::<bool>().ok().map(|value| json!(value)),
            _ => None,
        };
        if value.is_none() && !text.poisoned && !option.kind.poisoned {
            self.mistake(code::WRONG_TYPE, text.span, format!("`{}` cannot be the default of `{name}`", text.value));
        }
        value
    }
}

/// The type of the name `options`; while the user types, everything may still be missing.
pub fn options_type(command: &str, options: &Named<CommandOption>, typing: bool) -> Type {
    if options.incomplete {
        return Type::Any;
    }
    let fields: indexmap::IndexMap<String, Field> = options
        .iter()
        .map(|(name, option)| {
            let kind = if option.kind.poisoned { Type::Any } else { type_of(option) };
            let missing = typing || (!option.required && option.default.is_none());
            let doc = option.description.value.clone();
            (name.value.clone(), Field::new(if missing { Type::optional(kind) } else { kind }, doc).declared(name.span))
        })
        .collect();
    Type::Record(Arc::new(Record { name: format!("options of `/{command}`"), fields }))
}

fn type_of(option: &CommandOption) -> Type {
    match option.kind.value {
        // Of the author's choices, so the author's text.
        OptionType::String if option.choices.is_some() => Type::TEXT,
        OptionType::String => Type::USER_TEXT,
        OptionType::Integer => Type::Integer,
        OptionType::Number => Type::Number,
        OptionType::Boolean => Type::Boolean,
        OptionType::User => entity::user_type(),
        OptionType::Channel => entity::channel_type(),
        OptionType::Role => entity::role_type(),
        OptionType::Mentionable => entity::mentionable_type(),
        OptionType::Attachment => entity::attachment_type(),
    }
}

/// Source: "Locales" of Discord's published API documentation.
const LOCALES: [&str; 33] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko", "ar",
];
