//! Binding a list of steps: which verb each is, what may stand beside it, and which names it adds.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Entry, Written};
use crate::action::verbs;
use crate::flow::step::{Block, Step};
use crate::flow::types::Type;
use crate::text::{Diagnostic, Kind, Node, Span, Text, code};
use schemars::SchemaGenerator;
use serde_json::Value;

/// A bound block, and whether the run can go on behind it.
#[derive(Default)]
pub struct BoundBlock {
    pub block: Block,
    pub ends: bool,
}

impl Binder<'_> {
    /// Binds steps; the names that they bind stay in scope.
    pub fn steps(&mut self, node: &Node) -> BoundBlock {
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
        let names = self.names.clone();
        let bound = self.steps(node);
        self.names = names;
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
        let Bound { action, gives, ends } = (verb.bind)(value, written, self);
        let owns_else = verb.clauses.then;
        let otherwise = written.otherwise.as_ref().filter(|_| !owns_else).map(|node| self.branch(node));
        let missing_ends = otherwise.as_ref().is_some_and(|block| block.ends);
        let on_refusal = written.refusal.as_ref().map(|node| self.refusal_branch(node, written, &gives));
        if let Some(name) = &written.name {
            let optional = verb.clauses.otherwise && !owns_else && !missing_ends;
            self.bind_name(name, if optional { Type::optional(gives) } else { gives });
        }
        let step = Step {
            word: verb.word,
            place: self.place(written.span),
            action,
            bind: written.name.as_ref().map(|name| name.value.clone()),
            otherwise: otherwise.map(|bound| bound.block),
            on_refusal: on_refusal.map(|bound| bound.block),
        };
        (step, ends)
    }

    /// Inside `on_refusal`, `as:` tells why.
    fn refusal_branch(&mut self, node: &Node, written: &Written, gives: &Type) -> BoundBlock {
        let names = self.names.clone();
        if let Some(name) = &written.name {
            self.names.declare(&name.value, gives.clone(), "What became of it.", name.span);
        }
        let bound = self.steps(node);
        self.names = names;
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
        if self.base_names().roots.contains_key(&name.value) {
            let message = format!("`{}` is a name that the engine gives already", name.value);
            self.report(Diagnostic::new(code::NAME_TAKEN, name.span, message).help("choose another name"));
        }
        self.declare(name, "name");
        self.names.declare(&name.value, kind, "Bound by a step before.", name.span);
    }

    fn bare_verb(&mut self, node: &Node) -> Option<(&'static Entry, Node, Written)> {
        let word = node.as_str().unwrap_or_default();
        let Some(verb) = verbs::ALL.iter().find(|verb| verb.word == word) else {
            self.unknown_verb(node);
            return None;
        };
        let written = Written { span: node.span, ..Written::default() };
        Some((verb, Node::null(node.span), written))
    }

    fn verb_of(&mut self, node: &Node) -> Option<(&'static Entry, Node, Written)> {
        let mut found: Option<(&'static Entry, Node)> = None;
        let mut written = Written { span: node.span, ..Written::default() };
        for entry in node.entries() {
            let Some(verb) = verbs::ALL.iter().find(|verb| verb.word == entry.name()) else { continue };
            if let Some((first, _)) = &found {
                let message = format!("one step does one thing: `{}` and `{}` are two", first.word, verb.word);
                self.report(
                    Diagnostic::new(code::TWO_VERBS, entry.key.span, message)
                        .related(written.span, "the first")
                        .help(format!("write `- {}:` on a line of its own", verb.word)),
                );
                continue;
            }
            written.span = entry.key.span;
            found = Some((verb, entry.value.clone()));
        }
        self.clauses(node, found.as_ref().map(|(verb, _)| *verb), &mut written);
        if found.is_none() && node.entries().iter().all(|entry| is_clause(entry.name())) {
            self.mistake(code::UNKNOWN_VERB, node.span, "this step has no verb");
        }
        found.map(|(verb, value)| (verb, value, written))
    }

    fn clauses(&mut self, node: &Node, verb: Option<&'static Entry>, written: &mut Written) {
        for entry in node.entries() {
            let name = entry.name();
            if verbs::ALL.iter().any(|verb| verb.word == name) {
                continue;
            }
            match verb {
                None if is_clause(name) => continue,
                None => self.unknown_verb(&entry.key),
                Some(verb) if !verb.clauses.words().contains(&name) => {
                    self.misplaced(verb, &entry.key);
                    continue;
                }
                Some(_) => {}
            }
            let value = Some(entry.value.clone());
            match name {
                "as" => written.name = self.decode::<Text>(&entry.value),
                "else" => written.otherwise = value,
                "on_refusal" => written.refusal = value,
                "then" => written.then = value,
                "with" => written.with = value,
                _ => {}
            }
        }
    }

    fn unknown_verb(&mut self, key: &Node) {
        let word = key.as_str().unwrap_or_default();
        if let Some(missing) = missing_space(word, key.span) {
            return self.report(missing);
        }
        let diagnostic = Diagnostic::new(code::UNKNOWN_VERB, key.span, format!("`{word}` is not a verb"))
            .label("a step begins with a verb");
        self.report(diagnostic.among(word, key.span, verbs::ALL.iter().map(|verb| verb.word)));
    }

    /// A key beside a verb that does not belong there.
    fn misplaced(&mut self, verb: &Entry, key: &Node) {
        let word = key.as_str().unwrap_or_default();
        let diagnostic =
            Diagnostic::new(code::UNKNOWN_KEY, key.span, format!("`{word}` cannot stand beside `{}`", verb.word));
        let diagnostic = if fields(verb).iter().any(|field| field == word) {
            diagnostic.label("one step to the left").help(format!("`{word}` belongs inside `{}`", verb.word))
        } else {
            diagnostic.among(word, key.span, verb.clauses.words())
        };
        self.report(diagnostic);
    }
}

/// `-reply: Hello` and `reply:Hello`, which YAML reads as one word.
fn missing_space(word: &str, span: Span) -> Option<Diagnostic> {
    let is_verb = |word: &str| verbs::ALL.iter().any(|verb| verb.word == word);
    let missing = |at: usize, behind: &str, right: &str| {
        let at = span.start + at as u32;
        let place = Span { start: at, end: at + 1, ..span };
        Diagnostic::new(code::MISSING_SPACE, place, format!("a space is missing behind `{behind}`"))
            .suggest(place, right)
    };
    if let Some(verb) = word.strip_prefix('-').filter(|verb| is_verb(verb)) {
        return Some(missing(0, "-", "- ").help(format!("write `- {verb}`")));
    }
    let (verb, value) = word.split_once(':').filter(|(verb, _)| is_verb(verb))?;
    Some(missing(verb.len(), &format!("{verb}:"), ": ").help(format!("write `{verb}: {value}`")))
}

fn is_clause(word: &str) -> bool {
    ["as", "else", "on_refusal", "then", "with"].contains(&word)
}

/// The keys that may stand inside a verb.
fn fields(verb: &Entry) -> Vec<String> {
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
