//! Binding a list of steps: which verb each is, what may stand beside it, and which names it adds.

use crate::action::binder::Binder;
use crate::action::patience::Waited;
use crate::action::verb::{Bound, Entry, Written};
use crate::action::verbs;
use crate::flow::step::{Block, Step};
use crate::flow::types::Type;
use crate::text::{Diagnostic, Entry as YamlEntry, Kind, Mapping, Node, Span, Text, code, nearest};
use schemars::SchemaGenerator;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A bound block, and whether the run can go on behind it.
#[derive(Default)]
pub struct BoundBlock {
    pub block: Block,
    pub ends: bool,
    /// A run that goes on behind it may have answered.
    pub answered: bool,
    /// How long a run that goes on behind it has waited.
    pub waited: Waited,
}

impl Binder<'_> {
    /// Binds steps; the names that they bind stay in scope.
    pub fn steps(&mut self, node: &Node) -> BoundBlock {
        let around = std::mem::replace(&mut self.broken, false);
        let mark = self.given.mark();
        let bound = self.steps_in_order(node);
        self.warn_unread(mark);
        self.broken = around;
        bound
    }

    fn steps_in_order(&mut self, node: &Node) -> BoundBlock {
        let mut bound = BoundBlock::default();
        let single = std::slice::from_ref(node);
        let nodes = match &node.kind {
            Kind::Poison => return bound,
            Kind::Sequence(items) => items.as_ref(),
            _ => single,
        };
        if nodes.is_empty() || matches!(node.kind, Kind::Null) {
            self.mistake(code::MISSING_STEP, node.span, "there are no steps here");
            return bound;
        }
        let mut told = false;
        for node in nodes {
            if bound.ends && !told {
                told = true;
                self.report(
                    Diagnostic::new(code::UNREACHABLE_STEP, node.span, "this step is never reached")
                        .label("the run ends before it"),
                );
            }
            let Some((step, ends)) = self.step(node) else { continue };
            bound.ends |= ends;
            bound.block.steps.push(step);
        }
        bound
    }

    /// Binds steps of a branch: what they bind is not known behind it.
    pub fn branch(&mut self, node: &Node) -> BoundBlock {
        let mark = self.names.mark();
        let bound = self.way(node);
        self.leave_branch(mark);
        bound
    }

    /// Binds steps that are one way among others; what stands behind all of them asks `answered` of each.
    fn way(&mut self, node: &Node) -> BoundBlock {
        let before = (self.answered, self.waited);
        let mut bound = self.steps(node);
        bound.answered = self.answered && !bound.ends;
        bound.waited = if bound.ends { Waited::default() } else { self.waited };
        (self.answered, self.waited) = before;
        bound
    }

    fn step(&mut self, node: &Node) -> Option<(Step, bool)> {
        let (verb, value, written) = match &node.kind {
            Kind::Mapping(_) => self.verb_of(node)?,
            Kind::Scalar(_) => self.bare_verb(node)?,
            Kind::Poison => return None,
            _ => {
                self.mistake(code::WRONG_TYPE, node.span, "a step is a verb with its value, such as `reply: Thanks!`");
                return None;
            }
        };
        Some(self.bind(verb, &value, &written))
    }

    fn bind(&mut self, verb: &'static Entry, value: &Node, written: &Written) -> (Step, bool) {
        // Of several verbs in one step, each is checked in its place, and what it names is known behind it.
        let (before, behind): (Vec<_>, Vec<_>) =
            written.others.iter().partition(|(_, span, _)| span.start < written.span.start);
        self.bind_others(&before);
        let Bound { action, gives, ends } = (verb.bind)(value, written, self);
        let owns_else = verb.clauses.then;
        let otherwise = written.otherwise.as_ref().filter(|_| !owns_else).map(|node| self.branch(node));
        let missing_ends = otherwise.as_ref().is_some_and(|block| block.ends);
        // A name beside what may be refused says that the run goes on all the same, and is of use unread.
        if let Some(name) = written.name.as_ref().filter(|_| !verb.clauses.refusal) {
            self.given.add(name);
        }
        let on_refusal = written.refusal.as_ref().map(|node| self.refusal_branch(node, written, &gives));
        for way in [&otherwise, &on_refusal].into_iter().flatten() {
            self.answered |= way.answered;
            self.waited = self.waited.or(way.waited);
        }
        if let Some(name) = &written.name {
            let optional = verb.clauses.otherwise && !owns_else && !missing_ends;
            self.bind_name(name, if optional { Type::optional(gives) } else { gives });
        }
        self.bind_others(&behind);
        let ends = ends && !written.broken;
        let step = Step {
            word: verb.word,
            place: self.place(written.span),
            span: written.span,
            action,
            bind: written.name.as_ref().map(|name| name.value.clone()),
            otherwise: otherwise.map(|bound| bound.block),
            on_refusal: on_refusal.map(|bound| bound.block),
        };
        (step, ends)
    }

    fn bind_others(&mut self, others: &[&(&'static Entry, Span, Node)]) {
        for (other, span, value) in others {
            (other.bind)(value, &Written { span: *span, broken: true, ..Written::default() }, self);
        }
    }

    /// Inside `on_refusal`, `as:` tells why.
    fn refusal_branch(&mut self, node: &Node, written: &Written, gives: &Type) -> BoundBlock {
        let mark = self.names.mark();
        if let Some(name) = &written.name {
            self.names.declare(&name.value, gives.clone(), "What became of it.", name.span);
        }
        let bound = self.way(node);
        self.names.back_to(mark);
        bound
    }

    /// Puts a name in scope for the steps behind.
    pub fn bind_name(&mut self, name: &Text, kind: Type) {
        if name.poisoned {
            return;
        }
        if !is_name(&name.value) {
            let message = format!("`{}` cannot be a name: letters, digits and `_`, and no digit at first", name.value);
            self.mistake(code::BAD_NAME, name.span, message);
            return;
        }
        if self.base.roots.contains_key(&name.value) {
            let message = format!("`{}` is a name that the engine gives already", name.value);
            self.report(Diagnostic::new(code::NAME_TAKEN, name.span, message).help("choose another name"));
            return;
        }
        self.declare(name, "name");
        self.names.declare(&name.value, kind, "Bound by a step before.", name.span);
    }

    fn bare_verb(&mut self, node: &Node) -> Option<(&'static Entry, Node, Written)> {
        let word = node.as_str().unwrap_or_default();
        let written = Written { span: node.span, ..Written::default() };
        let verb = known(word).or_else(|| {
            let meant = self.unknown_verb(node);
            meant.filter(|verb| BARE.contains(&verb.word))
        })?;
        Some((verb, Node::null(node.span), written))
    }

    /// The verb of a step, its value, and what stands beside it; what is misplaced is reported and read as it was meant.
    fn verb_of(&mut self, node: &Node) -> Option<(&'static Entry, Node, Written)> {
        let mut written = Written { span: node.span, ..Written::default() };
        let Some((verb, key, value)) = self.chosen_verb(node, &mut written) else {
            self.step_without_verb(node);
            return None;
        };
        written.span = key.span;
        written.empty = matches!(value.kind, Kind::Null);
        let moved = self.clauses(node, verb, &mut written);
        let value = self.clauses_inside(verb, value, &mut written);
        Some((verb, with_entries(value, moved), written))
    }

    /// The verb, where its word stands, and its value.
    fn chosen_verb<'n>(
        &mut self,
        node: &'n Node,
        written: &mut Written,
    ) -> Option<(&'static Entry, &'n Node, &'n Node)> {
        let entries = node.entries().iter();
        let mut verbs: Vec<_> =
            entries.filter_map(|entry| Some((known(entry.name())?, &entry.key, &entry.value))).collect();
        if verbs.len() > 1 {
            let all = verbs.clone();
            verbs.retain(|(verb, _, value)| !all.iter().any(|(other, ..)| is_field(other, verb.word, value)));
        }
        if let [(first, key, _), (second, again, _), ..] = verbs[..] {
            let message = format!("one step does one thing: `{}` and `{}` are two", first.word, second.word);
            self.report(
                Diagnostic::new(code::TWO_VERBS, again.span, message)
                    .related(key.span, "the first")
                    .help(format!("write `- {}:` on a line of its own", second.word)),
            );
            written.broken = true;
            let clauses = node.entries().iter().map(YamlEntry::name).filter(|name| is_clause(name));
            let clauses: Vec<&str> = clauses.collect();
            let fits = |verb: &Entry| clauses.iter().all(|clause| verb.clauses.words().contains(clause));
            let chosen = verbs.iter().find(|(verb, ..)| fits(verb)).or(verbs.first()).copied()?;
            let others = verbs.iter().filter(|(_, key, _)| key.span != chosen.1.span);
            written.others = others.map(|(verb, key, value)| (*verb, key.span, (*value).clone())).collect();
            return Some(chosen);
        }
        if let Some(found) = verbs.first() {
            return Some(*found);
        }
        self.meant_verb(node)
    }

    /// No key is a verb: the one that was probably meant to be.
    fn meant_verb<'n>(&mut self, node: &'n Node) -> Option<(&'static Entry, &'n Node, &'n Node)> {
        let strange: Vec<_> = node.entries().iter().filter(|entry| !is_clause(entry.name())).collect();
        let near = strange.iter().find(|entry| near_verb(entry.name()).is_some());
        match near.or(strange.first()) {
            // Where a colon is missing, the verb's value is in its key.
            Some(entry) => {
                let meant = self.unknown_verb(&entry.key).filter(|_| !entry.name().contains(' '));
                meant.map(|verb| (verb, &entry.key, &entry.value))
            }
            None => {
                let incomplete = matches!(&node.kind, Kind::Mapping(mapping) if mapping.incomplete);
                if !incomplete {
                    let diagnostic = Diagnostic::new(code::UNKNOWN_VERB, node.span, "this step has no verb");
                    self.report(diagnostic.leans_on(verbs::ALL.iter().map(|verb| verb.word)));
                }
                None
            }
        }
    }

    /// Nobody knows what it does; what stands beside it is checked all the same, and its name is known.
    fn step_without_verb(&mut self, node: &Node) {
        for entry in node.entries() {
            match entry.name() {
                "as" => {
                    if let Some(name) = self.decode::<Text>(&entry.value) {
                        self.bind_name(&name, Type::Any);
                    }
                }
                "else" | "on_refusal" | "then" => drop(self.branch(&entry.value)),
                _ => {}
            }
        }
    }

    /// Reads what stands beside the verb; gives the entries that belong inside of it.
    fn clauses(&mut self, node: &Node, verb: &'static Entry, written: &mut Written) -> Vec<YamlEntry> {
        let mut moved = Vec::new();
        for entry in node.entries() {
            let name = entry.name();
            if entry.key.span == written.span || known(name).is_some() && !is_field(verb, name, &entry.value) {
                continue;
            }
            if written.put(verb, name, entry, self) {
                continue;
            }
            if fields(verb).iter().any(|field| field == name) {
                match written.empty {
                    false => self.belongs_inside(verb, &entry.key),
                    true if moved.is_empty() => self.belongs_below(verb, &entry.key),
                    true => {}
                }
                moved.push(entry.clone());
                continue;
            }
            if written.others.iter().any(|(other, ..)| other.clauses.words().contains(&name)) {
                continue;
            }
            written.broken = true;
            let words = verb.clauses.words();
            let message = format!("`{name}` cannot stand beside `{}`", verb.word);
            let span = entry.key.span;
            self.report(Diagnostic::new(code::UNKNOWN_KEY, span, message).among(name, span, words.iter().copied()));
            // What a colon is missing in is no whole value.
            if let Some(meant) = nearest(name, words).filter(|_| !name.contains(' ')) {
                written.put(verb, meant, entry, self);
            }
        }
        moved
    }

    /// `take: { from: keys, as: key }`: the clauses are taken out of the value and read.
    fn clauses_inside(&mut self, verb: &'static Entry, value: &Node, written: &mut Written) -> Node {
        let words = verb.clauses.words();
        let inside = |entry: &&YamlEntry| words.contains(&entry.name());
        let strays: Vec<&YamlEntry> = value.entries().iter().filter(inside).collect();
        if strays.is_empty() || fields(verb).iter().any(|field| strays.iter().any(|stray| stray.name() == field)) {
            return value.clone();
        }
        for stray in &strays {
            let name = stray.name();
            let message = format!("`{name}` stands beside `{}`, not inside of it", verb.word);
            let diagnostic = Diagnostic::new(code::UNKNOWN_KEY, stray.key.span, message);
            self.report(
                diagnostic.label("one step to the right").help(format!("write it below `{}:`, not within", verb.word)),
            );
            written.put(verb, name, stray, self);
        }
        let kept = value.entries().iter().filter(|entry| !inside(entry)).cloned().collect();
        let incomplete = matches!(&value.kind, Kind::Mapping(mapping) if mapping.incomplete);
        Node { span: value.span, kind: Kind::Mapping(Arc::new(Mapping { entries: kept, incomplete })) }
    }

    /// Reports a word that is no verb; gives the one that was probably meant.
    fn unknown_verb(&mut self, key: &Node) -> Option<&'static Entry> {
        let word = key.as_str().unwrap_or_default();
        if let Some((verb, missing)) = missing_space(word, key.span) {
            self.report(missing);
            return known(verb);
        }
        let diagnostic = Diagnostic::new(code::UNKNOWN_VERB, key.span, format!("`{word}` is not a verb"))
            .label("a step begins with a verb");
        self.report(diagnostic.among(word, key.span, verbs::ALL.iter().map(|verb| verb.word)));
        near_verb(word)
    }

    /// The first of the keys that stand as far to the left as the verb above them.
    fn belongs_below(&mut self, verb: &Entry, key: &Node) {
        let word = key.as_str().unwrap_or_default();
        let message = format!("`{word}` belongs to `{}`, and is not indented further than it", verb.word);
        let diagnostic = Diagnostic::new(code::INDENTATION, key.span, message);
        self.report(diagnostic.help(format!("put two more spaces before all that belongs to `{}`", verb.word)));
    }

    /// A key beside a verb that belongs inside of it.
    fn belongs_inside(&mut self, verb: &Entry, key: &Node) {
        let word = key.as_str().unwrap_or_default();
        let message = format!("`{word}` cannot stand beside `{}`", verb.word);
        let diagnostic = Diagnostic::new(code::UNKNOWN_KEY, key.span, message);
        self.report(diagnostic.label("one step to the left").help(format!("`{word}` belongs inside `{}`", verb.word)));
    }
}

impl Written {
    /// Keeps what stands under a clause of the verb; says whether it is one, and free.
    fn put(&mut self, verb: &Entry, clause: &str, entry: &YamlEntry, binder: &mut Binder<'_>) -> bool {
        if !verb.clauses.words().contains(&clause) {
            return false;
        }
        let place = match clause {
            "as" => {
                let free = self.name.is_none();
                if free {
                    self.name = binder.decode::<Text>(&entry.value);
                }
                return free;
            }
            "else" => &mut self.otherwise,
            "on_refusal" => &mut self.refusal,
            "then" => &mut self.then,
            _ => &mut self.with,
        };
        let free = place.is_none();
        place.get_or_insert_with(|| entry.value.clone());
        free
    }
}

/// `update: true` beside `reply` is one of its fields, and no verb.
fn is_field(verb: &Entry, word: &str, value: &Node) -> bool {
    verb.word != word && !matches!(value.kind, Kind::Mapping(_)) && fields(verb).iter().any(|field| field == word)
}

/// Verbs that need no value.
const BARE: [&str; 3] = ["stop", "close_ticket", "defer"];

fn known(word: &str) -> Option<&'static Entry> {
    verbs::ALL.iter().find(|verb| verb.word == word)
}

fn near_verb(word: &str) -> Option<&'static Entry> {
    nearest(word, verbs::ALL.iter().map(|verb| verb.word)).and_then(known)
}

/// The value with further entries; a value that has no entries stays as it is.
fn with_entries(value: Node, more: Vec<YamlEntry>) -> Node {
    match &value.kind {
        Kind::Mapping(mapping) if !more.is_empty() => {
            let entries = mapping.entries.iter().cloned().chain(more).collect();
            Node { kind: Kind::Mapping(Arc::new(Mapping { entries, incomplete: mapping.incomplete })), ..value }
        }
        Kind::Null if !more.is_empty() => {
            let span = more[0].key.span;
            Node { span, kind: Kind::Mapping(Arc::new(Mapping { entries: more, incomplete: false })) }
        }
        _ => value,
    }
}

/// `-reply: Hello` and `reply:Hello`, which YAML reads as one word: the verb, and what is wrong.
fn missing_space(word: &str, span: Span) -> Option<(&str, Diagnostic)> {
    let missing = |at: usize, behind: &str, right: &str| {
        let at = span.start + at as u32;
        let place = Span { start: at, end: at + 1, ..span };
        Diagnostic::new(code::MISSING_SPACE, place, format!("a space is missing behind `{behind}`"))
            .suggest(place, right)
    };
    if let Some(verb) = word.strip_prefix('-').filter(|verb| known(verb).is_some()) {
        return Some((verb, missing(0, "-", "- ").help(format!("write `- {verb}`"))));
    }
    let (verb, value) = word.split_once(':').filter(|(verb, _)| known(verb).is_some())?;
    let told = missing(verb.len(), &format!("{verb}:"), ": ").help(format!("write `{verb}: {value}`"));
    Some((verb, told))
}

fn is_clause(word: &str) -> bool {
    ["as", "else", "on_refusal", "then", "with"].contains(&word)
}

/// The keys that may stand inside a verb.
fn fields(verb: &Entry) -> &'static [String] {
    static FIELDS: LazyLock<HashMap<&str, Vec<String>>> =
        LazyLock::new(|| verbs::ALL.iter().map(|verb| (verb.word, described_fields(verb))).collect());
    FIELDS.get(verb.word).map_or(&[], Vec::as_slice)
}

fn described_fields(verb: &Entry) -> Vec<String> {
    let mut generator = SchemaGenerator::default();
    let schema = Value::from((verb.schema)(&mut generator));
    let mut names = Vec::new();
    keys(&schema, generator.definitions(), &mut names);
    names
}

/// The keys of a mapping by its schema, through references and alternatives.
fn keys(schema: &Value, definitions: &serde_json::Map<String, Value>, names: &mut Vec<String>) {
    names.extend(schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
    let referred =
        schema["$ref"].as_str().and_then(|path| definitions.get(path.rsplit('/').next().unwrap_or_default()));
    let alternatives = schema["anyOf"].as_array().into_iter().flatten();
    for inner in referred.into_iter().chain(alternatives) {
        keys(inner, definitions, names);
    }
}

/// Whether a text can be a name in templates and expressions.
pub fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
