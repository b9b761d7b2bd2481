//! What the words of a file turned out to mean: recorded while the file is bound, so that editors need no second reader.

use crate::action::binder::Binder;
use crate::flow::note::{Meaning, Notes};
use crate::flow::types::{Field, Type};
use crate::text::{Named, Node, Sources, Span, Text};

/// The record of one file.
#[derive(Debug, Default)]
pub struct Index {
    /// A word that stands where somebody wants to know what could stand.
    wanted: Option<String>,
    /// By place; a word that means several things, because it is bound several times, is there several times.
    pub mentions: Vec<Mention>,
    /// In the order of the file.
    pub declarations: Vec<Declaration>,
    pub choices: Option<Choices>,
}

/// A word that means something.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    pub span: Span,
    pub what: What,
    /// Where the file declares it; nowhere for what the engine knows by itself.
    pub declared: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Something with a name of its own: "embed", "column".
    Thing(&'static str),
    /// A name, or a field of one, in a template or an expression.
    Value {
        kind: Type,
        doc: String,
    },
    Function(String),
}

/// A name that the file gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub span: Span,
    pub name: String,
    pub what: &'static str,
}

/// What could stand in the place of the wanted word.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub span: Span,
    pub candidates: Vec<Candidate>,
    /// It begins a path in a template or an expression: functions are known there too.
    pub begins: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub name: String,
    pub what: What,
    pub declared: Span,
}

impl Index {
    pub fn wanting(word: Option<&str>) -> Self {
        Self { wanted: word.map(str::to_owned), ..Self::default() }
    }

    pub fn declare(&mut self, span: Span, name: &str, what: &'static str) {
        self.declarations.push(Declaration { span, name: name.to_owned(), what });
    }

    /// Adds what was recorded apart from it.
    pub fn append(&mut self, other: Self) {
        self.mentions.extend(other.mentions);
        self.declarations.extend(other.declarations);
        self.choices = self.choices.take().or(other.choices);
    }

    /// Puts everything in order, each once.
    pub fn sort(&mut self) {
        self.mentions.sort_by_key(|mention| (mention.span, mention.declared));
        self.mentions.dedup();
        self.declarations.sort_by_key(|declaration| declaration.span);
        self.declarations.dedup();
    }

    fn wants(&self, word: &str) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| word.contains(wanted))
    }

    fn choose(&mut self, span: Span, candidates: Vec<Candidate>, begins: bool) {
        self.choices.get_or_insert(Choices { span, candidates, begins });
    }

    /// Takes over what a text's own check has noted.
    fn take(&mut self, sources: &Sources, text: &Text, notes: Notes) {
        let taken = notes.into_taken();
        for word in taken.words {
            let (span, written) = (text.locate(word.range.clone()), text.value.get(word.range).unwrap_or_default());
            if !is_written(sources, span, written) {
                continue;
            }
            let (what, declared) = match word.meaning {
                Meaning::Value(Field { kind, doc, declared }) => (What::Value { kind, doc }, declared.0),
                Meaning::Item(kind, given) => (What::Value { kind, doc: "The item.".into() }, text.locate(given)),
                Meaning::Function(name) => (What::Function(name), Span::NONE),
            };
            self.mentions.push(Mention { span, what, declared });
        }
        if let Some(choices) = taken.choices {
            let candidates = choices.names.into_iter().map(|(name, field)| {
                let Field { kind, doc, declared } = field;
                Candidate { name, what: What::Value { kind, doc }, declared: declared.0 }
            });
            self.choose(text.locate(choices.range), candidates.collect(), choices.begins);
        }
    }
}

/// Whether a word stands in the file as it is: not in brackets, not behind an escape, and not made up by the engine.
fn is_written(sources: &Sources, span: Span, word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    plain && sources.find(span.source).is_some_and(|source| source.slice(span) == word)
}

impl Binder<'_> {
    /// Records that a word names one of these things.
    pub fn mention<T>(&mut self, what: &'static str, things: &Named<T>, name: &Text) {
        if what == "column" {
            self.words.insert(name.value.clone());
        }
        let Some(index) = &mut self.index else { return };
        if let Some(declared) = things.place(&name.value) {
            index.mentions.push(Mention { span: name.span, what: What::Thing(what), declared });
        } else if index.wants(&name.value) {
            let candidates = things.iter().map(|(name, _)| Candidate {
                name: name.value.clone(),
                what: What::Thing(what),
                declared: name.span,
            });
            index.choose(name.span, candidates.collect(), false);
        }
    }

    /// The same for a word that is a key.
    pub fn mention_key<T>(&mut self, what: &'static str, things: &Named<T>, key: &Node) {
        if self.index.is_some()
            && let Some(name) = Text::of(key)
        {
            self.mention(what, things, &name);
        }
    }

    /// Records that a word names something in scope.
    pub fn mention_name(&mut self, name: &str, span: Span) {
        let Some(index) = &mut self.index else { return };
        if let Some(Field { kind, doc, declared }) = self.names.roots.get(name).cloned() {
            index.mentions.push(Mention { span, what: What::Value { kind, doc }, declared: declared.0 });
        }
    }

    /// Records that the file gives a name here.
    pub fn declare(&mut self, name: &Text, what: &'static str) {
        if let Some(index) = &mut self.index {
            index.declare(name.span, &name.value, what);
        }
    }

    /// Somebody to read along with a text, when anybody wants to know.
    pub fn reader(&self) -> Option<Notes> {
        self.index.as_ref().map(|index| Notes::wanting(index.wanted.as_deref()))
    }

    pub fn take_notes(&mut self, text: &Text, notes: Option<Notes>) {
        if let (Some(index), Some(notes)) = (&mut self.index, notes) {
            index.take(self.sources, text, notes);
        }
    }
}
