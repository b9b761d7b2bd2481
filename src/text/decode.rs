//! Decodes a tree into a type and reports every mistake of its shape, not only the first.
//!
//! The decoder knows what each value is asked to be, so it reports a wrong one itself and hands out a harmless
//! stand-in. What only the decoded type can see (a missing field, a refused value) ends the attempt; it is noted, and
//! the next attempt steps over it. A missing field is learned once for its type, so the number of attempts depends on
//! the types, not on the size of the file.

use super::code;
use super::decoder::Decoder;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::failure::{Failure, Identity, Owner, Reason};
use super::node::Node;
use super::phrase::{Subject, with_article, words};
use super::source::Span;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;

/// Help for keys that are unknown where they stand but known elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    pub keys: &'static [&'static str],
    /// The structure they were found in, by its name in Rust; empty for any.
    pub of: &'static str,
    /// "`{key}` belongs inside `reply`"
    pub help: &'static str,
}

/// How to speak of what is decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoding<'a> {
    hints: &'a [Hint],
    further: &'a [Hint],
    things: &'a [(&'a str, &'a str)],
    name: Option<(&'a str, Span)>,
    part: bool,
}

impl<'a> Decoding<'a> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Help for keys that stand in the wrong place.
    #[must_use]
    pub fn hints(self, hints: &'a [Hint]) -> Self {
        Self { hints, ..self }
    }

    /// More of them, asked when the others know nothing.
    #[must_use]
    pub fn further_hints(self, further: &'a [Hint]) -> Self {
        Self { further, ..self }
    }

    /// What structures are called where their names in Rust do not say it: `("CloseRule", "rule of closing")`.
    #[must_use]
    pub fn things(self, things: &'a [(&'a str, &'a str)]) -> Self {
        Self { things, ..self }
    }

    /// The key under which the value stands, and where: for a value that is decoded apart from its surroundings.
    #[must_use]
    pub fn called(self, name: &'a str, span: Span) -> Self {
        Self { name: Some((name, span)), ..self }
    }

    /// The value is a part of a file, and nothing is known of the key that it stands under.
    #[must_use]
    pub fn part(self) -> Self {
        Self { part: true, ..self }
    }

    /// Decodes `node`, with stand-ins for what is wrong with it; nothing only when no stand-in would do.
    pub fn decode<T: DeserializeOwned>(&self, node: &Node, diagnostics: &mut Diagnostics) -> Option<T> {
        let context = Context { decoding: *self, state: RefCell::default() };
        let whole = if self.part { Subject::This } else { Subject::Whole };
        let subject = self.name.map_or(whole, |(name, span)| Subject::Named(name, span));
        let decoder = Decoder::new(node, subject, &context);
        let value = loop {
            let mark = context.mark();
            match decoder.feed(PhantomData::<T>) {
                Ok(value) => break Some(value),
                Err(failure) if context.repair(&failure, mark) => {}
                Err(failure) => {
                    context.give_up(&failure, node.span);
                    break None;
                }
            }
        };
        diagnostics.extend(context.state.into_inner().diagnostics);
        value
    }
}

/// Decodes `node` with nothing special to say; see [`Decoding::decode`].
pub fn decode<T: DeserializeOwned>(node: &Node, diagnostics: &mut Diagnostics) -> Option<T> {
    Decoding::default().decode(node, diagnostics)
}

/// What is known across the attempts of one decoding.
pub(super) struct Context<'a> {
    decoding: Decoding<'a>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    diagnostics: Vec<Diagnostic>,
    /// Values that their types refused, with what there is to say about it.
    refused: HashMap<Identity, Option<Diagnostic>>,
    /// Fields that a structure turned out to need, by the type that reads it.
    needed: HashMap<Owner, Vec<&'static str>>,
}

impl Context<'_> {
    pub fn report(&self, diagnostic: Diagnostic) {
        self.state.borrow_mut().diagnostics.push(diagnostic);
    }

    /// How many mistakes were found so far.
    pub fn mark(&self) -> usize {
        self.state.borrow().diagnostics.len()
    }

    /// Whether a value was refused before; what there is to say about it is said again for this attempt.
    pub fn is_refused(&self, identity: Identity) -> bool {
        let mut state = self.state.borrow_mut();
        if state.refused.is_empty() {
            return false;
        }
        let Some(told) = state.refused.get(&identity).cloned() else { return false };
        state.diagnostics.extend(told);
        true
    }

    /// The fields that this reader of a structure is known to need.
    pub fn needed(&self, owner: Owner) -> Vec<&'static str> {
        self.state.borrow().needed.get(&owner).cloned().unwrap_or_default()
    }

    /// Notes what ended an attempt that began at `mark`; says whether another attempt can get further.
    pub fn repair(&self, failure: &Failure, mark: usize) -> bool {
        let details = &failure.0;
        let mut state = self.state.borrow_mut();
        if let (Reason::Missing(field), Some(owner)) = (&details.reason, details.owner) {
            state.diagnostics.truncate(mark);
            let needed = state.needed.entry(owner).or_default();
            let new = !needed.contains(field);
            if new {
                needed.push(field);
            }
            return new;
        }
        if !details.silent {
            state.diagnostics.truncate(mark);
        }
        let Some(index) = details.trail.iter().position(|identity| !state.refused.contains_key(identity)) else {
            return false;
        };
        let told = match index {
            0 if details.silent => None,
            0 => Some(refusal(failure, details.trail[0].0)),
            _ => state.refused.get(&details.trail[index - 1]).cloned().flatten(),
        };
        state.refused.insert(details.trail[index], told);
        true
    }

    fn give_up(&self, failure: &Failure, root: Span) {
        if !failure.0.silent {
            let span = failure.0.trail.first().map_or(root, |identity| identity.0);
            self.report(refusal(failure, span));
        }
    }

    /// What a structure is called: "command".
    pub fn thing(&self, structure: &str) -> String {
        let told = self.decoding.things.iter().find(|(name, _)| *name == structure);
        told.map_or_else(|| words(structure), |(_, thing)| (*thing).to_owned())
    }

    /// What a structure is called: "a command".
    pub fn a_thing(&self, structure: &str) -> String {
        with_article(&self.thing(structure))
    }

    pub fn hint(&self, key: &str, structure: &str) -> Option<String> {
        let fits = |hint: &&Hint| hint.keys.contains(&key) && (hint.of.is_empty() || hint.of == structure);
        self.decoding.hints.iter().chain(self.decoding.further).find(fits).map(|hint| hint.help.replace("{key}", key))
    }
}

fn refusal(failure: &Failure, span: Span) -> Diagnostic {
    Diagnostic::new(code::BAD_VALUE, span, failure.message())
}
