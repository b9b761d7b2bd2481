//! Options of commands: what Discord is told, and what templates know of them.

use crate::action::binder::Binder;
use crate::flow::types::{Field, Record, Type};
use crate::flow::{entity, limit};
use crate::lang::command::{CommandOption, OptionType};
use crate::text::{Diagnostic, Kind, Named, Node, Span, Spanned, Text, code};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Source: "Application command naming" of Discord's published API documentation.
static NAME: LazyLock<regex::Regex> = LazyLock::new(|| {
    regex::Regex::new(r"^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$").expect("the pattern is valid")
});

/// Source: "Application command option types" of Discord's published API documentation: integers and numbers between
/// -2^53 and 2^53.
const GREATEST: f64 = 9_007_199_254_740_992.0;

/// Where a value stands, if one was written that could be read.
fn place<T>(value: &Option<Spanned<T>>) -> Option<Span> {
    value.as_ref().filter(|value| !value.poisoned).map(|value| value.span)
}

impl Binder<'_> {
    /// The name of a command or an option.
    pub fn command_name(&mut self, name: &Spanned<String>, what: &str) {
        let length = name.value.chars().count();
        if length > limit::COMMAND_NAME {
            let message =
                format!("the name of {what} is {length} characters long; Discord takes {}", limit::COMMAND_NAME);
            let diagnostic = Diagnostic::new(code::TOO_LONG, name.span, message);
            self.report(diagnostic.label(format!("{} too many", length - limit::COMMAND_NAME)));
            return;
        }
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

    /// What something is called in other languages, which follows the same rules as its own name.
    pub fn localized_names(&mut self, texts: &Named<Text>, what: &str) -> Option<Value> {
        for (_, text) in texts.iter().filter(|(_, text)| !text.poisoned && !text.value.contains("${")) {
            self.command_name(&Spanned::new(text.value.clone(), text.span), what);
        }
        self.localizations(texts)
    }

    /// What Discord shows beside a name in other languages.
    pub fn localized_descriptions(&mut self, texts: &Named<Text>) -> Option<Value> {
        for (_, text) in texts.iter() {
            self.shown_description(text);
        }
        self.localizations(texts)
    }

    fn localizations(&mut self, texts: &Named<Text>) -> Option<Value> {
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
        if let Some(names) = self.localized_names(&option.name_localizations, "an option") {
            told["name_localizations"] = names;
        }
        if let Some(texts) = self.localized_descriptions(&option.description_localizations) {
            told["description_localizations"] = texts;
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
                option.choices.as_ref().filter(|raw| !raw.0.is_poison()).map(|raw| raw.0.span),
                text_or_number,
                "`string`, `integer` and `number`",
            ),
            (
                "autocomplete",
                option.autocomplete.as_ref().filter(|raw| !raw.0.is_poison()).map(|raw| raw.0.span),
                text_or_number,
                "`string`, `integer` and `number`",
            ),
            ("min_value", place(&option.min_value), number, "`integer` and `number`"),
            ("max_value", place(&option.max_value), number, "`integer` and `number`"),
            ("min_length", place(&option.min_length), kind == String, "`string`"),
            ("max_length", place(&option.max_length), kind == String, "`string`"),
            (
                "channel_types",
                option.channel_types.first().filter(|value| !value.poisoned).map(|value| value.span),
                kind == Channel,
                "`channel`",
            ),
        ];
        for (key, span, fits, kinds) in spans {
            if let Some(span) = span.filter(|_| !fits) {
                wrong.push((span, format!("`{key}` is for options of type {kinds}")));
            }
        }
        if let (Some(choices), Some(others)) = (&option.choices, &option.autocomplete)
            && !choices.0.is_poison()
            && !others.0.is_poison()
        {
            wrong.push((choices.0.span, "an option has `choices` or `autocomplete`, not both".into()));
        }
        if let Some(default) = option.default.as_ref().filter(|default| option.required && !default.text.poisoned) {
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
                if value.value.abs() > GREATEST {
                    let message = format!("`{key}` is at most {GREATEST:.0} and at least -{GREATEST:.0}");
                    self.mistake(code::OUT_OF_RANGE, value.span, message);
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
        let mut shown: HashMap<String, Span> = HashMap::new();
        for (name, value) in pairs {
            let (Some(name), Some(value)) = (self.decode::<Text>(name), self.decode::<Text>(value)) else { continue };
            self.refuse_variable(&name);
            if name.value.is_empty() && !name.poisoned {
                self.mistake(code::BAD_VALUE, name.span, "a choice cannot be empty");
            } else if let Some(first) = shown.insert(name.value.clone(), name.span).filter(|_| !name.poisoned) {
                let diagnostic = Diagnostic::new(
                    code::NAME_TAKEN,
                    name.span,
                    format!("the choice `{}` is there already", name.value),
                );
                self.report(diagnostic.related(first, "here"));
            }
            self.measure(&name, &name.value.clone(), "the choice", limit::CHOICE_NAME);
            choices.push(json!({ "name": name.value, "value": self.choice_value(&option.kind, &value, name.span == value.span) }));
        }
        Value::Array(choices)
    }

    fn choice_value(&mut self, told_type: &Spanned<OptionType>, text: &Text, same: bool) -> Value {
        let kind = told_type.value;
        let value = match kind {
            OptionType::Integer => {
                let number = text.value.parse::<i64>().ok();
                if number.is_some_and(|number| number.unsigned_abs() > GREATEST as u64) {
                    let message = format!("a whole number of Discord's has {GREATEST:.0} at most");
                    self.mistake(code::OUT_OF_RANGE, text.span, message);
                }
                number.map(|number| json!(number))
            }
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

    /// What nobody could choose is hardly meant to be the default.
    fn default_among_choices(&mut self, text: &Text, option: &CommandOption) {
        let values: Vec<&str> = choice_values(option).into_iter().filter_map(Node::as_str).collect();
        if !values.is_empty() && !values.contains(&text.value.as_str()) {
            let message = format!("`{}` is none of the choices", text.value);
            let diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, text.span, message).label("nobody could choose it");
            self.report(diagnostic.among(&text.value, text.span, values));
        }
    }

    fn default_in_bounds(&mut self, text: &Text, value: Option<&Value>, option: &CommandOption) {
        let Some(number) = value.and_then(Value::as_f64) else { return };
        let below = option.min_value.as_ref().filter(|least| !least.poisoned && number < least.value);
        let above = option.max_value.as_ref().filter(|most| !most.poisoned && number > most.value);
        for (bound, key) in [(below, "min_value"), (above, "max_value")] {
            if let Some(bound) = bound {
                let message = format!("the default {} is beyond `{key}`", text.value);
                let diagnostic = Diagnostic::new(code::OUT_OF_RANGE, text.span, message);
                self.report(diagnostic.related(bound.span, format!("`{key}`")));
            }
        }
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
        } else if !text.poisoned {
            self.default_among_choices(text, option);
            self.default_in_bounds(text, value.as_ref(), option);
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
        OptionType::String if option.choices.is_some() => Type::TEXT.up_to(longest_choice(option)),
        OptionType::String => written_type(option),
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

fn written_type(option: &CommandOption) -> Type {
    match option.max_length.as_ref().and_then(|most| usize::try_from(most.value).ok()) {
        Some(most) => Type::USER_TEXT.up_to(most),
        None => Type::USER_TEXT.up_to_discord(limit::OPTION_TEXT),
    }
}

fn longest_choice(option: &CommandOption) -> usize {
    let lengths = choice_values(option).into_iter().filter_map(Node::as_str).map(|value| value.chars().count());
    lengths.max().unwrap_or_default()
}

fn choice_values(option: &CommandOption) -> Vec<&Node> {
    match option.choices.as_ref().map(|choices| &choices.0.kind) {
        Some(Kind::Mapping(mapping)) => mapping.entries.iter().map(|entry| &entry.value).collect(),
        Some(Kind::Sequence(items)) => items.iter().collect(),
        _ => Vec::new(),
    }
}

/// Source: "Locales" of Discord's published API documentation.
const LOCALES: [&str; 33] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko", "ar",
];
