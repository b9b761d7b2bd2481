//! Names that steps give: whether a later step reads them, and where those are known that are not known here.

use crate::action::binder::Binder;
use crate::flow::template::{Problem, ProblemKind};
use crate::text::{Diagnostic, Span, Text, code};
use std::collections::HashMap;

/// The names that the steps which are bound now have given.
#[derive(Debug, Default)]
pub struct Given {
    /// In the order of the steps.
    order: Vec<String>,
    /// By name, the latest last: where it is given, and whether something read it.
    names: HashMap<String, Vec<(Span, bool)>>,
    /// Names that were given on another way through the steps.
    elsewhere: HashMap<String, Span>,
}

impl Given {
    pub fn add(&mut self, name: &Text) {
        if !name.poisoned {
            self.order.push(name.value.clone());
            self.names.entry(name.value.clone()).or_default().push((name.span, false));
        }
    }

    pub fn read(&mut self, name: &str) {
        if let Some((_, read)) = self.names.get_mut(name).and_then(|all| all.last_mut()) {
            *read = true;
        }
    }

    pub fn mark(&self) -> usize {
        self.order.len()
    }

    /// Forgets what was given since the mark; tells what of it nothing has read.
    fn back_to(&mut self, mark: usize) -> Vec<(String, Span)> {
        let names = self.order.split_off(mark.min(self.order.len()));
        let unread = |name: String| {
            let (span, read) = self.names.get_mut(&name)?.pop()?;
            (!read).then_some((name, span))
        };
        names.into_iter().rev().filter_map(unread).collect()
    }
}

impl Binder<'_> {
    /// Something reads these names.
    pub fn reads(&mut self, names: &[String]) {
        names.iter().for_each(|name| self.given.read(name));
    }

    /// Settings that stand in a text, whatever else is wrong with it.
    pub fn reads_settings(&mut self, text: &str) {
        for (at, word) in text.match_indices("settings") {
            let rest = &text[at + word.len()..];
            let name = rest.strip_prefix("?.").or(rest.strip_prefix('.')).unwrap_or_default();
            let name = &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())];
            self.used.insert(("settings", name.to_owned()));
        }
    }

    /// Warns of names that were given since the mark and that no step has read.
    pub fn warn_unread(&mut self, mark: usize) {
        for (name, span) in self.given.back_to(mark) {
            let diagnostic = Diagnostic::new(code::UNUSED_NAME, span, format!("the name `{name}` is never used"));
            self.report(diagnostic.label("given here, and read nowhere behind"));
        }
    }

    /// Leaves a branch: what its steps have given is not known behind it.
    pub fn leave_branch(&mut self, mark: usize) {
        for name in self.names.since(mark) {
            let place = self.names.roots.get(&name).map(|field| field.declared.0).filter(|place| !place.is_none());
            if let Some(place) = place {
                self.given.elsewhere.insert(name, place);
            }
        }
        self.names.back_to(mark);
    }

    /// Begins with steps that know nothing of those before.
    pub fn begin_anew(&mut self) {
        self.given.elsewhere.clear();
    }

    /// A name that is known on one way only is no slip of another name.
    pub fn known_elsewhere(&self, text: &Text, problem: &Problem, diagnostic: Diagnostic) -> Diagnostic {
        let word = text.value.get(problem.range.clone()).unwrap_or_default();
        match self.given.elsewhere.get(word).filter(|_| problem.kind == ProblemKind::UnknownName) {
            Some(place) => Diagnostic { suggestion: None, ..diagnostic }
                .label("not known on every way to this place")
                .related(*place, "given here, on one way only")
                .help(format!("read `{word}` in the steps beside it, or give it before the ways part")),
            None => diagnostic,
        }
    }
}
