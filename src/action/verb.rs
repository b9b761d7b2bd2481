//! What a verb is: a word, the fields it takes, the clauses it understands, and how it is bound.

use crate::action::binder::Binder;
use crate::flow::step::Action;
use crate::flow::types::Type;
use crate::text::{Node, Span, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// The keys that may stand beside a verb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clauses {
    /// `as:` – it gives something.
    pub gives: bool,
    /// `else:` – there may be nothing to do it with.
    pub otherwise: bool,
    /// `on_refusal:` – the world may say no.
    pub refusal: bool,
    /// `then:` – steps of its own.
    pub then: bool,
    /// `with:` – arguments.
    pub with: bool,
}

impl Clauses {
    pub const NONE: Self = Self { gives: false, otherwise: false, refusal: false, then: false, with: false };

    /// The keys, for messages and for the schema.
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            ("as", self.gives),
            ("else", self.otherwise),
            ("on_refusal", self.refusal),
            ("then", self.then),
            ("with", self.with),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(word, _)| word).collect()
    }
}

/// The clauses of one step, as written.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Where the verb's word stands.
    pub span: Span,
    pub name: Option<Text>,
    pub otherwise: Option<Node>,
    pub refusal: Option<Node>,
    pub then: Option<Node>,
    pub with: Option<Node>,
    /// Something about the step is wrong and reported: what it lacks is no news, and what it gives is not known.
    pub broken: bool,
    /// Nothing stands behind the verb's word.
    pub empty: bool,
    /// Further verbs of the same step, which is a mistake.
    pub others: Vec<(&'static Entry, Span, Node)>,
}

/// A bound step: what it does, what `as:` binds, and whether the run can go on behind it.
pub struct Bound {
    pub action: Box<dyn Action>,
    pub gives: Type,
    pub ends: bool,
}

impl Bound {
    /// An action that gives nothing.
    pub fn new(action: impl Action + 'static) -> Self {
        Self { action: Box::new(action), gives: Type::Any, ends: false }
    }

    pub fn gives(mut self, gives: Type) -> Self {
        self.gives = gives;
        self
    }
}

/// A verb: its struct is what is decoded, documented and put into the schema.
pub trait Verb: DeserializeOwned + JsonSchema + 'static {
    const WORD: &'static str;
    const CLAUSES: Clauses = Clauses::NONE;
    /// One sentence for the reference and for editors.
    const DOC: &'static str;

    /// Checks the step against what is known and makes it ready to run.
    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound;
}

/// A verb in the table of verbs.
#[derive(Clone, Copy)]
pub struct Entry {
    pub word: &'static str,
    pub doc: &'static str,
    pub clauses: Clauses,
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    pub bind: fn(&Node, &Written, &mut Binder<'_>) -> Bound,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)
    }
}

impl Entry {
    pub const fn of<V: Verb>() -> Self {
        Self {
            word: V::WORD,
            doc: V::DOC,
            clauses: V::CLAUSES,
            schema: |generator| generator.subschema_for::<V>(),
            bind: bind::<V>,
        }
    }
}

/// Decodes and checks a verb; nothing leans on one that is known to be wrong.
fn bind<V: Verb>(node: &Node, written: &Written, binder: &mut Binder<'_>) -> Bound {
    if node.is_poison() {
        return Bound::new(crate::action::stop::Ending);
    }
    let before = binder.diagnostics.len();
    let decoding = crate::lang::wording::decoding().called(V::WORD, written.span);
    let Some(verb) = decoding.decode::<V>(node, &mut binder.diagnostics) else {
        return Bound::new(crate::action::stop::Ending);
    };
    let broken = written.broken || binder.diagnostics.len() > before;
    let around = std::mem::replace(&mut binder.broken, broken);
    let bound = verb.bind(written, binder);
    binder.broken = around;
    if broken { bound.gives(Type::Any) } else { bound }
}
