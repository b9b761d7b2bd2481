//! What was expected beside what happened.

use crate::scenario::expected::{Channel, Embed, Expected, Log, Message, Modal, Role};
use crate::scenario::names::Names;
use crate::scenario::observed::{Observed, What};
use crate::scenario::pattern::Pattern;
use crate::scenario::yaml;
use crate::text::{Named, OneOrMany, OrText, Span, Spanned, Text};
use regex::{Captures, Regex};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$([A-Za-z_][A-Za-z0-9_-]*(?:\.(?:id|mention))?)").expect("the pattern is valid"));

/// What earlier steps gave names to, without the `$`.
pub type Known = BTreeMap<String, String>;

/// A text with the values of its `$names`; what nothing is known of stays as it is.
pub fn fill(known: &Known, text: &str) -> String {
    if !text.contains('$') {
        return text.to_owned();
    }
    let value = |found: &Captures<'_>| known.get(&found[1]).cloned().unwrap_or_else(|| found[0].to_owned());
    NAME.replace_all(text, value).into_owned()
}

/// The `$names` of a text.
pub fn names_in(text: &str) -> Vec<String> {
    NAME.captures_iter(text).map(|found| found[1].split('.').next().unwrap_or_default().to_owned()).collect()
}

/// Something that is not as it should be.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Where what was expected is written.
    pub span: Span,
    /// What is different: `content`.
    pub what: String,
    pub expected: String,
    pub actual: String,
}

/// One thing that was expected, beside one that happened.
pub struct Comparison<'a> {
    names: &'a Names,
    known: &'a Known,
    pub differences: Vec<Difference>,
    /// What the two give names to.
    pub bound: Vec<(String, String)>,
}

/// The kind of what is expected, and where it is written.
pub fn kind(expected: &Expected) -> Option<What> {
    let kinds = [
        (What::Reply, expected.reply.is_some()),
        (What::Update, expected.update.is_some()),
        (What::Message, expected.message.is_some()),
        (What::Dm, expected.dm.is_some()),
        (What::Edit, expected.edit.is_some()),
        (What::Delete, expected.delete.is_some()),
        (What::Log, expected.log.is_some()),
        (What::ChannelCreate, expected.channel_create.is_some()),
        (What::ChannelDelete, expected.channel_delete.is_some()),
        (What::ChannelChange, expected.channel_change.is_some()),
        (What::RoleAdd, expected.role_add.is_some()),
        (What::RoleRemove, expected.role_remove.is_some()),
        (What::Modal, expected.modal.is_some()),
        (What::Suggestions, expected.suggestions.is_some()),
        (What::Unable, expected.unable.is_some()),
        (What::NoAnswer, expected.no_answer.is_some()),
        (What::Commands, expected.commands.is_some()),
    ];
    let mut given = kinds.into_iter().filter(|(_, given)| *given);
    given.next().map(|(what, _)| what).filter(|_| given.next().is_none())
}

/// Compares one with the other; both are of one kind.
pub fn compare<'a>(expected: &Expected, observed: &Observed, names: &'a Names, known: &'a Known) -> Comparison<'a> {
    let mut look = Comparison { names, known, differences: Vec::new(), bound: Vec::new() };
    expected.messages().for_each(|message| look.message(message, observed));
    expected.channels().for_each(|channel| look.channel(channel, observed));
    [&expected.role_add, &expected.role_remove].into_iter().flatten().for_each(|role| look.role(role, observed));
    if let Some(log) = &expected.log {
        look.log(log, observed);
    }
    if let Some(modal) = &expected.modal {
        look.modal(modal, observed);
    }
    if let Some(wanted) = &expected.suggestions {
        look.suggestions(wanted, observed);
    }
    if let Some(wanted) = &expected.unable {
        look.pattern("what they are told", wanted, observed.readable.as_str(), observed.raw.as_str());
    }
    if let Some(person) = expected.no_answer.as_ref().and_then(|person| person.to.as_ref()) {
        look.exact("to", person, observed.readable["to"].as_str());
    }
    if let Some(wanted) = &expected.commands {
        look.names_of("the commands", wanted, &observed.readable);
    }
    look
}

impl Comparison<'_> {
    fn differs(&mut self, span: Span, what: &str, expected: String, actual: String) {
        self.differences.push(Difference { span, what: what.to_owned(), expected, actual });
    }

    fn pattern(&mut self, what: &str, pattern: &Pattern, readable: Option<&str>, raw: Option<&str>) {
        let known = self.known;
        let fill = |text: &str| fill(known, text);
        for (wanted, text) in pattern.wanted() {
            let fits = |actual: Option<&str>| wanted.fits(actual?, &fill);
            match fits(readable).or_else(|| fits(raw)) {
                Some(bound) => self.bound.extend(bound),
                None => {
                    let actual = readable.map_or_else(|| "there is none".to_owned(), yaml::quoted);
                    let expected = wanted.words(&fill);
                    self.differs(text.span, what, expected, actual);
                }
            }
        }
    }

    fn maybe(&mut self, what: &str, pattern: Option<&OrText<Pattern>>, observed: (&Value, &Value)) {
        if let Some(pattern) = pattern {
            self.pattern(what, pattern, observed.0.as_str(), observed.1.as_str());
        }
    }

    fn exact(&mut self, what: &str, text: &Text, actual: Option<&str>) {
        let expected = fill(self.known, &text.value);
        let bare = expected.trim_start_matches(['#', '@']);
        if actual != Some(bare) {
            let actual = actual.map_or_else(|| "there is none".to_owned(), yaml::word);
            self.differs(text.span, what, yaml::word(bare), actual);
        }
    }

    /// All of a list, in order.
    fn names_of(&mut self, what: &str, wanted: &OneOrMany<Text>, actual: &Value) {
        let expected: Vec<String> = wanted.iter().map(|text| fill(self.known, &text.value)).collect();
        let actual: Vec<&str> = actual.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if expected != actual {
            let span = wanted.iter().map(|text| text.span).next().unwrap_or(Span::NONE);
            self.differs(span, what, list(&expected), list(&actual));
        }
    }

    fn maybe_names(&mut self, what: &str, wanted: Option<&OneOrMany<Text>>, actual: &Value) {
        if let Some(wanted) = wanted {
            self.names_of(what, wanted, actual);
        }
    }

    fn visible_to(&mut self, wanted: Option<&OneOrMany<Text>>, actual: &Value) {
        let Some(wanted) = wanted else { return };
        let names: Vec<String> = wanted.iter().map(|text| fill(self.known, &text.value)).collect();
        let below = self.names.people(&names).into_iter().filter(|id| !self.names.is_above(*id));
        let expected: BTreeSet<String> = below.map(|id| self.names.person(id)).collect();
        let actual: BTreeSet<String> =
            actual.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        if expected != actual {
            let span = wanted.iter().map(|text| text.span).next().unwrap_or(Span::NONE);
            let words = |people: &BTreeSet<String>| list(&people.iter().collect::<Vec<_>>());
            self.differs(span, "who sees it", words(&expected), words(&actual));
        }
    }

    fn bind(&mut self, name: Option<&Text>, value: &str, id: Option<&str>, mention: Option<String>) {
        let Some(name) = name else { return };
        let name = name.value.trim_start_matches('$');
        self.bound.push((name.to_owned(), value.to_owned()));
        self.bound.extend(id.map(|id| (format!("{name}.id"), id.to_owned())));
        self.bound.extend(mention.map(|mention| (format!("{name}.mention"), mention)));
    }

    fn message(&mut self, wanted: &Message, observed: &Observed) {
        let (readable, raw) = (&observed.readable, &observed.raw);
        if let Some(to) = &wanted.to {
            self.exact("to", to, readable["to"].as_str());
        }
        if let Some(place) = &wanted.place {
            self.exact("in", place, readable["in"].as_str());
        }
        if let Some(ephemeral) = &wanted.ephemeral {
            let actual = readable["ephemeral"].as_bool().unwrap_or(false);
            if actual != ephemeral.value {
                self.differs(ephemeral.span, "ephemeral", ephemeral.value.to_string(), actual.to_string());
            }
        }
        self.maybe("content", wanted.content.as_ref(), (&readable["content"], &raw["content"]));
        if let Some(wanted) = &wanted.embed {
            let of = |value: &Value| {
                if value["embed"].is_object() { value["embed"].clone() } else { value["embeds"][0].clone() }
            };
            self.embed(wanted, (&of(readable), &of(raw)));
        }
        if let Some(list) = &wanted.embeds {
            let of = |value: &Value| match &value["embed"] {
                Value::Object(_) => vec![value["embed"].clone()],
                _ => value["embeds"].as_array().cloned().unwrap_or_default(),
            };
            let (readable, raw) = (of(readable), of(raw));
            let count = list.values().count();
            for (index, wanted) in list.values().enumerate() {
                let none = Value::Null;
                self.embed(wanted, (readable.get(index).unwrap_or(&none), raw.get(index).unwrap_or(&none)));
            }
            if count != readable.len() {
                let span = list.values().find_map(|embed| embed.title.as_ref()?.written.as_ref().map(|text| text.span));
                self.differs(
                    span.unwrap_or(Span::NONE),
                    "the number of embeds",
                    count.to_string(),
                    readable.len().to_string(),
                );
            }
        }
        self.maybe_names("the buttons", wanted.buttons.as_ref(), &readable["buttons"]);
        self.maybe_names("the select menus", wanted.selects.as_ref(), &readable["selects"]);
        self.maybe_names("the files", wanted.files.as_ref(), &readable["files"]);
        self.maybe_names("whom it pings", wanted.pings.as_ref(), &readable["pings"]);
        self.visible_to(wanted.visible_to.as_ref(), &readable["visible_to"]);
        self.bind(wanted.name.as_ref(), readable["content"].as_str().unwrap_or_default(), observed.id.as_deref(), None);
    }

    fn embed(&mut self, wanted: &Embed, (readable, raw): (&Value, &Value)) {
        let mut text = |what: &str, pattern: &Option<OrText<Pattern>>, key: &str| {
            self.maybe(what, pattern.as_ref(), (&readable[key], &raw[key]));
        };
        text("the title", &wanted.title, "title");
        text("the description", &wanted.description, "description");
        text("the author", &wanted.author, "author");
        text("the footer", &wanted.footer, "footer");
        text("the address", &wanted.url, "url");
        text("the image", &wanted.image, "image");
        text("the thumbnail", &wanted.thumbnail, "thumbnail");
        self.color(wanted.color.as_ref(), readable);
        if let Some(timestamp) = &wanted.timestamp {
            let actual = readable["timestamp"].as_bool().unwrap_or(false);
            if actual != timestamp.value {
                self.differs(timestamp.span, "the timestamp", timestamp.value.to_string(), actual.to_string());
            }
        }
        self.fields((&wanted.fields, wanted.other_fields), (readable, raw));
    }

    /// Where any is written down, all are.
    fn fields(&mut self, (wanted, others): (&Named<OrText<Pattern>>, bool), (readable, raw): (&Value, &Value)) {
        for (name, pattern) in wanted.iter() {
            self.field(name, pattern, (readable, raw));
        }
        let more = readable["fields"].as_object().into_iter().flatten().find(|(name, _)| !wanted.contains(name));
        if let (Some((last, _)), Some((more, _)), false) = (wanted.iter().next_back(), more, others) {
            let expected = list(&wanted.names().collect::<Vec<_>>());
            self.differs(
                last.span,
                "the fields",
                format!("only {expected}"),
                format!("there is {} too", yaml::quoted(more)),
            );
        }
    }

    fn field(&mut self, name: &Spanned<String>, pattern: &Pattern, (readable, raw): (&Value, &Value)) {
        let actual = &readable["fields"][name.value.as_str()];
        if actual.is_null() {
            let fields: Vec<&String> =
                readable["fields"].as_object().map(|fields| fields.keys().collect()).unwrap_or_default();
            let there = if fields.is_empty() { "there are no fields".to_owned() } else { list(&fields) };
            return self.differs(name.span, "the field", yaml::quoted(&name.value), there);
        }
        let what = format!("the field {}", yaml::quoted(&name.value));
        self.pattern(&what, pattern, actual.as_str(), raw["fields"][name.value.as_str()].as_str());
    }

    fn color(&mut self, wanted: Option<&Text>, readable: &Value) {
        let Some(wanted) = wanted else { return };
        let actual = readable["color"].as_str().unwrap_or("none");
        if !wanted.value.eq_ignore_ascii_case(actual) {
            self.differs(wanted.span, "the colour", wanted.value.clone(), actual.to_owned());
        }
    }

    fn log(&mut self, wanted: &Log, observed: &Observed) {
        let (readable, raw) = (&observed.readable, &observed.raw);
        if let Some(entry) = &wanted.entry {
            self.exact("the entry", entry, readable["entry"].as_str());
        }
        let mut text = |what: &str, pattern: &Option<OrText<Pattern>>, key: &str| {
            self.maybe(what, pattern.as_ref(), (&readable[key], &raw[key]));
        };
        text("the title", &wanted.title, "title");
        text("the description", &wanted.description, "description");
        text("the footer", &wanted.footer, "footer");
        self.color(wanted.color.as_ref(), readable);
        self.fields((&wanted.fields, wanted.other_fields), (readable, raw));
    }

    fn channel(&mut self, wanted: &Channel, observed: &Observed) {
        let (readable, raw) = (&observed.readable, &observed.raw);
        self.maybe("the name", wanted.name.as_ref(), (&readable["name"], &raw["name"]));
        if let Some(category) = &wanted.category {
            self.exact("the category", category, readable["category"].as_str());
        }
        self.maybe("the topic", wanted.topic.as_ref(), (&readable["topic"], &raw["topic"]));
        self.visible_to(wanted.visible_to.as_ref(), &readable["visible_to"]);
        let mention = observed.id.as_ref().map(|id| format!("<#{id}>"));
        let name = readable["name"].as_str().unwrap_or_default();
        self.bind(wanted.bound.as_ref(), name, observed.id.as_deref(), mention);
    }

    fn role(&mut self, wanted: &Role, observed: &Observed) {
        for (what, text) in [("to", &wanted.to), ("role", &wanted.role)] {
            if let Some(text) = text {
                self.exact(what, text, observed.readable[what].as_str());
            }
        }
    }

    fn modal(&mut self, wanted: &Modal, observed: &Observed) {
        let (readable, raw) = (&observed.readable, &observed.raw);
        if let Some(to) = &wanted.to {
            self.exact("to", to, readable["to"].as_str());
        }
        self.maybe("the title", wanted.title.as_ref(), (&readable["title"], &raw["title"]));
        self.maybe_names("the fields", wanted.fields.as_ref(), &readable["fields"]);
    }

    fn suggestions(&mut self, wanted: &OneOrMany<OrText<Pattern>>, observed: &Observed) {
        let actual: Vec<&str> = observed.readable.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (index, pattern) in wanted.iter().enumerate() {
            let one = actual.get(index).copied();
            self.pattern(&format!("suggestion {}", index + 1), pattern, one, one);
        }
        if actual.len() > wanted.len() {
            let span = wanted.last().and_then(|last| last.wanted().first().map(|(_, text)| text.span));
            let more = list(&actual[wanted.len()..]);
            self.differs(
                span.unwrap_or(Span::NONE),
                "the suggestions",
                format!("{} of them", wanted.len()),
                format!("{more} too"),
            );
        }
    }
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    if names.is_empty() {
        return "nobody and nothing".to_owned();
    }
    names.iter().map(|name| yaml::word(name.as_ref())).collect::<Vec<_>>().join(", ")
}
