//! Names that steps give: whether a later step reads them, and where those are known that are not known here.

use crate::action::binder::Binder;
use crate::flow::template::{Problem, ProblemKind, Template};
use crate::flow::types::Type;
use crate::text::{Diagnostic, Named, Span, Text, code};
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

/// Names that hold what the file or a user gives, each under a name of its own.
const ROOTS: [&str; 4] = ["settings", "options", "fields", "args"];

/// The words of a text, each with the place behind it.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        at = start + text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
        Some((at, &text[start..at]))
    })
}

impl Binder<'_> {
    /// Something reads these names.
    pub fn reads(&mut self, names: &[String]) {
        names.iter().for_each(|name| self.given.read(name));
    }

    /// The words of a text are names that something reads.
    pub fn reads_words(&mut self, text: &str) {
        words(text).for_each(|(_, word)| self.given.read(word));
    }

    /// Settings, options and the like that stand in a text, whatever else is wrong with it.
    pub fn reads_paths(&mut self, text: &str) {
        for (end, word) in words(text) {
            if !self.words.contains(word) {
                self.words.insert(word.to_owned());
            }
            let Some(root) = ROOTS.into_iter().find(|root| *root == word) else { continue };
            let rest = &text[end..];
            let name = rest.strip_prefix("?.").or(rest.strip_prefix('.')).unwrap_or_default();
            let name = words(name).next().filter(|(end, word)| *end == word.len()).map_or("", |(_, word)| word);
            match root {
                "settings" => drop(self.used.insert((root, name.to_owned()))),
                _ => drop(self.asked.insert((root, name.to_owned()))),
            }
        }
    }

    /// Warns of what the user gives and no step reads.
    pub fn warn_unasked<T>(&mut self, root: &'static str, what: &str, of: &str, things: &Named<T>) {
        if self.asked.contains(&(root, String::new())) {
            return;
        }
        for (name, _) in things.iter() {
            if !self.asked.contains(&(root, name.value.clone())) {
                let message = format!("the {what} `{}` of {of} is never used", name.value);
                self.report(Diagnostic::new(code::UNUSED_NAME, name.span, message).label("given, and read by no step"));
            }
        }
    }

    /// `reply: options.note` is sent as it stands: warns of a text that is the path of something and nothing else.
    pub fn bare_path(&mut self, text: &Text, template: &Template) {
        let Some(path) = template.constant().filter(|path| path.contains('.') && !text.poisoned) else { return };
        let mut segments = path.split('.');
        let Some(root) = segments.next().and_then(|root| self.names.roots.get(root)) else { return };
        let mut kind = &root.kind;
        for segment in segments {
            let Type::Record(record) = kind.present() else { return };
            let Some(field) = record.fields.get(segment) else { return };
            kind = &field.kind;
        }
        let right = format!("{{{{{path}}}}}");
        let diagnostic = Diagnostic::new(code::UNESCAPED, text.span, format!("`{path}` is copied as it stands"))
            .label("a name stands in two braces")
            .help(format!("write `\"{right}\"`"))
            .propose(text.rewrite(0..path.len(), &right, false));
        self.report(diagnostic);
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
