//! Every place of a file at which a mistake can be made: its keys, values, names, tags and lines.

use crate::bots::Bot;
use crate::schema::Part;
use crate::tags::{Tag, expression_words, tags};
use botwright::text::{Diagnostics, Entry, Kind, Node, Sources, Span, Style, parse};
use std::collections::HashSet;
use std::ops::Range;

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySort {
    /// A word of the language.
    Language,
    /// A word of the language that says what a step does.
    Verb,
    /// A name that the author gives; other places refer to it.
    Declared(&'static str),
    /// The name of a column, declared elsewhere.
    Column,
    /// The name of an argument, declared elsewhere.
    Argument,
    /// Any text.
    Free,
}

/// One `key: value`.
#[derive(Debug, Clone)]
pub struct Key {
    pub span: Range<usize>,
    pub name: String,
    /// From the key to the end of its value.
    pub entry: Range<usize>,
    pub value: Node,
    /// The value stands where the key does, and not at an anchor somewhere else.
    pub own_value: bool,
    pub sort: KeySort,
    /// The structure that it belongs to.
    pub of: &'static str,
    /// All words that would be right in its place, itself included.
    pub known: Vec<String>,
    pub required: bool,
    /// Whether a text would be right for its value, too.
    pub takes_text: bool,
    /// Between `{` and `}`.
    pub flow: bool,
    /// Where an owner would look for it, when it is missing: the key that its structure stands under, or its first line.
    pub owner: usize,
    /// The place of this entry among its neighbours, and how many there are.
    pub index: usize,
    pub count: usize,
    /// The next entry's key.
    pub next: Option<usize>,
    /// Which mapping it belongs to: by where that begins.
    pub mapping: Range<usize>,
    /// The keys from the top to this one.
    pub path: String,
}

/// What a scalar is there for.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    Text,
    Boolean,
    Integer,
    Number,
    Word(Vec<String>),
    /// The name of something in this section.
    Reference(&'static str),
    /// The name of a column.
    Column,
    Expression,
    Emoji,
    Color,
    Duration,
    Permission,
}

/// A scalar that is no key.
#[derive(Debug, Clone)]
pub struct Scalar {
    pub span: Range<usize>,
    /// Without its quotes.
    pub inner: Range<usize>,
    pub value: String,
    pub style: Style,
    pub role: Role,
    pub of: &'static str,
    /// The key that it stands under, directly or as an item of its list.
    pub key: String,
    pub path: String,
    /// A list, or a mapping, would be right here too.
    pub takes_list: bool,
    pub takes_mapping: bool,
    pub tags: Vec<Tag>,
}

pub struct Atlas<'a> {
    pub text: &'a str,
    pub keys: Vec<Key>,
    pub scalars: Vec<Scalar>,
    /// The steps: where each begins and ends.
    pub steps: Vec<Step>,
    /// What stands between `[` and `]` or `{` and `}`, brackets included.
    pub collections: Vec<Range<usize>>,
    seen: HashSet<Range<usize>>,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub range: Range<usize>,
    pub verb: Option<String>,
    pub path: String,
    /// The place of this step in its list.
    pub index: usize,
    pub count: usize,
}

/// What is known on the way down.
#[derive(Clone)]
struct Way {
    path: String,
    key: String,
    of: &'static str,
    owner: usize,
    flow: bool,
    /// Whether a list, and whether a mapping, would be right.
    takes: (bool, bool),
}

impl<'a> Atlas<'a> {
    pub fn of(bot: &'a Bot) -> Self {
        let mut sources = Sources::new();
        let id = sources.add(bot.name.clone(), &bot.text);
        let root = parse(&sources, id, &mut Diagnostics::new()).root;
        let mut atlas = Self {
            text: &bot.text,
            keys: Vec::new(),
            scalars: Vec::new(),
            steps: Vec::new(),
            collections: Vec::new(),
            seen: HashSet::new(),
        };
        let way =
            Way { path: String::new(), key: String::new(), of: "Bot", owner: 0, flow: false, takes: (false, false) };
        atlas.node(&root, Part::root(), &way);
        atlas.keys.sort_by_key(|key| key.span.start);
        atlas.scalars.sort_by_key(|scalar| scalar.span.start);
        atlas.steps.sort_by_key(|step| step.range.start);
        atlas
    }

    pub fn line_of(&self, at: usize) -> usize {
        line_of(self.text, at)
    }

    /// The line around an offset, without its line break.
    pub fn line(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |found| at + found);
        start..end
    }

    /// The names that are declared in a section.
    pub fn declared(&self, section: &str) -> Vec<String> {
        let fits = |key: &&Key| key.sort == KeySort::Declared(section_word(section));
        self.keys.iter().filter(fits).map(|key| key.name.clone()).collect()
    }

    fn node(&mut self, node: &Node, part: Part, way: &Way) {
        let alternatives = part.alternatives();
        let takes = |name: &str| alternatives.iter().any(|part| part.is_type(name));
        let way = &Way { takes: (takes("array"), takes("object")), ..way.clone() };
        let Some(part) = part.of_node(node) else { return };
        let span = range(node.span);
        let bracketed = self.text[span.clone()].starts_with(['[', '{']);
        let collection = bracketed && matches!(node.kind, Kind::Mapping(_) | Kind::Sequence(_));
        if collection && !self.collections.contains(&span) {
            self.collections.push(span);
        }
        match &node.kind {
            Kind::Mapping(mapping) => self.mapping(node.span, &mapping.entries, part, way),
            Kind::Sequence(items) => self.items(node, items, part, way),
            Kind::Scalar(_) => self.scalar(node, part, way),
            _ => {}
        }
    }

    fn items(&mut self, node: &Node, items: &[Node], part: Part, way: &Way) {
        let Some(item) = part.item() else { return };
        let flow = way.flow || self.text[range(node.span)].starts_with('[');
        let steps = item.alternatives().first().is_some_and(|first| first.of == "Step");
        for (index, node) in items.iter().enumerate() {
            let own = if steps { range(node.span).start } else { way.owner };
            let way = Way { path: format!("{}[{index}]", way.path), owner: own, flow, ..way.clone() };
            if steps {
                self.step(node, &way, index, items.len());
            }
            self.node(node, item, &way);
        }
    }

    fn step(&mut self, node: &Node, way: &Way, index: usize, count: usize) {
        let range = range(node.span);
        if self.steps.iter().any(|step| step.range == range) {
            return;
        }
        let verb = match &node.kind {
            Kind::Scalar(scalar) => Some(scalar.value.clone()),
            _ => node.entries().iter().map(|entry| entry.name().to_owned()).find(|name| !is_clause(name)),
        };
        self.steps.push(Step { range, verb, path: way.path.clone(), index, count });
    }

    fn mapping(&mut self, span: Span, entries: &[Entry], part: Part, way: &Way) {
        let range = range(span);
        let flow = way.flow || self.text[range.clone()].starts_with('{');
        let keys = part.keys();
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.name().to_owned();
            let path = format!("{}.{name}", way.path);
            let span = self::range(entry.key.span);
            let (of, owner) = (part.of, span.start);
            let next = entries.get(index + 1).map(|next| self::range(next.key.span).start);
            let of = if keys.is_empty() { way.of } else { of };
            let below = Way { path: path.clone(), key: name.clone(), of, owner, flow, takes: way.takes };
            let inner = part.key(&name).or_else(|| part.named());
            if self.seen.insert(span.clone()) {
                let texts = |part: &Part| !part.is_type("object") && !part.is_type("array") && !part.is_only("null");
                let sort = key_sort(part, way, &name);
                let known: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
                let own_value = self.is_own(entry);
                let end = if own_value { self::range(entry.value.span).end } else { self.token_end(span.end) };
                self.keys.push(Key {
                    entry: span.start..end.max(span.end),
                    span,
                    value: entry.value.clone(),
                    own_value,
                    sort,
                    of,
                    known,
                    required: part.requires(&name),
                    takes_text: inner.is_none_or(|inner| inner.alternatives().iter().any(texts)),
                    flow,
                    owner: way.owner,
                    index,
                    count: entries.len(),
                    next,
                    mapping: range.clone(),
                    path,
                    name: name.clone(),
                });
            }
            if let Some(inner) = inner {
                let below = if part.key(&name).is_some() { below } else { Way { key: way.key.clone(), ..below } };
                self.node(&entry.value, inner, &below);
            }
        }
    }

    /// An alias shows the value of its anchor, which stands elsewhere.
    fn is_own(&self, entry: &Entry) -> bool {
        let (key, value) = (range(entry.key.span), range(entry.value.span));
        value.start >= key.end && !self.text[key.end..value.start].contains('*')
    }

    fn token_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.find(['\n', ',', '}']).unwrap_or(rest.len())
    }

    fn scalar(&mut self, node: &Node, part: Part, way: &Way) {
        let Kind::Scalar(scalar) = &node.kind else { return };
        let span = range(node.span);
        if span.is_empty() || !self.seen.insert(span.clone()) {
            return;
        }
        let quoted = matches!(scalar.style, Style::Single | Style::Double);
        let inner = if quoted { span.start + 1..span.end - 1 } else { span.clone() };
        let role = role(part, way);
        let mut tags = if role == Role::Expression { Vec::new() } else { tags(self.text, inner.clone()) };
        if role == Role::Expression {
            let words = expression_words(self.text, inner.clone());
            tags.push(Tag { range: inner.clone(), inside: inner.clone(), words });
        }
        self.scalars.push(Scalar {
            span,
            inner,
            value: scalar.value.clone(),
            style: scalar.style,
            role,
            of: way.of,
            key: way.key.clone(),
            path: way.path.clone(),
            takes_list: way.takes.0 || matches!(way.of, "Where"),
            takes_mapping: way.takes.1,
            tags,
        });
    }
}

pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|&byte| byte == b'\n').count() + 1
}

pub fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

pub fn is_clause(word: &str) -> bool {
    ["as", "else", "on_refusal", "then", "with"].contains(&word)
}

const SECTIONS: [&str; 19] = [
    "settings",
    "access",
    "tables",
    "commands",
    "flows",
    "buttons",
    "selects",
    "modals",
    "tickets",
    "embeds",
    "schedules",
    "options",
    "subcommands",
    "columns",
    "args",
    "fields",
    "logs",
    "let",
    "as",
];

fn section_word(section: &str) -> &'static str {
    SECTIONS.iter().find(|known| **known == section).expect("a section")
}

fn key_sort(part: Part, way: &Way, name: &str) -> KeySort {
    if !part.keys().is_empty() {
        return if part.of == "Step" && !is_clause(name) { KeySort::Verb } else { KeySort::Language };
    }
    match (part.of, way.of, way.key.as_str()) {
        ("Row" | "Where", ..) | (_, _, "order_by") => KeySort::Column,
        ("Arguments", ..) => KeySort::Argument,
        ("Let", ..) => KeySort::Declared("let"),
        (_, "Logs", "entries") => KeySort::Declared("logs"),
        (_, "Modal", "fields") => KeySort::Declared("fields"),
        (_, _, section @ ("args" | "options" | "subcommands" | "columns")) => KeySort::Declared(section_word(section)),
        (_, "Bot", section) => KeySort::Declared(section_word(section)),
        _ => KeySort::Free,
    }
}

fn role(part: Part, way: &Way) -> Role {
    match (way.of, way.key.as_str()) {
        (_, "if" | "disabled") | ("Step", "let") => Role::Expression,
        ("Answer" | "Letter" | "Letter2" | "Message" | "Panel", "embed" | "embeds") => Role::Reference("embeds"),
        ("Answer" | "Letter" | "Letter2" | "Message", "buttons" | "rows") | ("ButtonUse", "button") => {
            Role::Reference("buttons")
        }
        ("Answer" | "Letter" | "Letter2" | "Message", "select") => Role::Reference("selects"),
        (_, "access" | "staff") | ("Access", "any" | "all" | "not") => Role::Reference("access"),
        ("Logs", "entries") => Role::Reference("embeds"),
        ("Step", "log") => Role::Reference("logs"),
        ("Step", "modal") => Role::Reference("modals"),
        ("Step", "panel" | "open_ticket") | ("Posting", "ticket") => Role::Reference("tickets"),
        ("Step", "flow") => Role::Reference("flows"),
        ("Step", "give_back") => Role::Reference("as"),
        ("Insert", "into") | ("Find" | "Count", "in") | ("Update", "table") | ("Delete" | "Take", "from") => {
            Role::Reference("tables")
        }
        ("Count", "by") | ("Table", "unique") => Role::Column,
        ("Access", "permissions") => Role::Permission,
        // Whatever a choice means, and whatever a setting holds.
        ("CommandOption", "choices") | ("Setting", "value") => Role::Text,
        ("Embed", "color") => Role::Color,
        (_, "emoji") => Role::Emoji,
        (_, "expires" | "delete_after" | "every") => Role::Duration,
        ("Column", "type") | ("Table", "columns") => {
            let words = ["text", "integer", "number", "boolean", "time", "user", "role", "channel"];
            Role::Word(words.map(str::to_owned).to_vec())
        }
        _ if !part.words().is_empty() && way.of != "Step" => Role::Word(part.words()),
        _ if part.is_only("boolean") => Role::Boolean,
        _ if part.is_only("integer") => Role::Integer,
        _ if part.is_only("number") => Role::Number,
        _ => Role::Text,
    }
}
