//! What could stand at the cursor: a word is put there, the one check reads the file with it, and says what it would know.

use crate::action::index::{Candidate, Choices, What};
use crate::compile::Environment;
use crate::flow::template::BLOCKS;
use crate::lsp::analysis::{Analysis, touches};
use crate::lsp::document::Document;
use crate::lsp::hover;
use crate::lsp::repair::{Attempt, WORD, attempts, word_at};
use crate::lsp::shape::{Shape, Word};
use crate::lsp::trail::{End, Trail};
use crate::text::{Entry, code};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit,
};
use std::collections::HashSet;
use std::ops::Range;

/// Of how many names it is shown how they are declared.
const DOCUMENTED: usize = 200;

/// One thing that could stand there.
struct Offer {
    label: String,
    kind: CompletionItemKind,
    /// A word or two beside it: its type.
    detail: String,
    /// Markdown.
    doc: String,
    /// What is written, where it is more than the label.
    insert: Option<String>,
}

/// Everything that could stand at a byte of the text.
pub fn complete(document: &Document, at: usize, environment: &Environment) -> Vec<CompletionItem> {
    let text = document.body();
    let mut offers: Vec<Offer> = Vec::new();
    let mut labels = HashSet::new();
    for attempt in attempts(text, at) {
        if offers.is_empty() || attempt.also {
            for offer in attempted(document.name(), &attempt, environment) {
                if labels.insert(offer.label.clone()) {
                    offers.push(offer);
                }
            }
        }
    }
    let word = word_at(text, at);
    let colon = text[word.end..].trim_start_matches(' ').starts_with(':');
    offers.into_iter().enumerate().map(|(index, offer)| item(document, &word, colon, index, offer)).collect()
}

fn item(document: &Document, word: &Range<usize>, colon: bool, index: usize, offer: Offer) -> CompletionItem {
    let insert =
        offer.insert.filter(|insert| !(colon && insert.ends_with(": "))).unwrap_or_else(|| offer.label.clone());
    let doc = MarkupContent { kind: MarkupKind::Markdown, value: offer.doc };
    CompletionItem {
        kind: Some(offer.kind),
        detail: (!offer.detail.is_empty()).then_some(offer.detail),
        documentation: (!doc.value.is_empty()).then_some(Documentation::MarkupContent(doc)),
        sort_text: Some(format!("{index:04}")),
        filter_text: Some(offer.label.clone()),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(document.range_of(word.clone()), insert))),
        label: offer.label,
        ..CompletionItem::default()
    }
}

/// What the check knows of one attempt.
fn attempted(name: &str, attempt: &Attempt, environment: &Environment) -> Vec<Offer> {
    let analysis = Analysis::wanting(name, &attempt.text, environment, Some(WORD));
    if let Some(choices) = analysis.index.choices.as_ref().filter(|choices| touches(choices.span, attempt.at)) {
        return chosen(&analysis, attempt, choices);
    }
    let before = &attempt.text[..attempt.at];
    if in_tag(before) {
        return if before.trim_end().ends_with("{{#") { blocks() } else { Vec::new() };
    }
    let Some(trail) = Trail::to(&analysis.root, attempt.at) else { return Vec::new() };
    let shape = Shape::at(&trail.steps);
    match trail.end {
        End::Key(entry, entries) if entry.name().contains(WORD) => keys(&analysis, attempt, &shape, entries),
        End::Value(node) if node.as_str().is_some_and(|value| value.contains(WORD)) => {
            let whole = node.as_str().is_some_and(|value| !value.contains(char::is_whitespace));
            if whole { values(&analysis, attempt, &shape) } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// Whether a place is inside of `{{ … }}`.
fn in_tag(before: &str) -> bool {
    before.rfind("{{").is_some_and(|open| !before[open..].contains("}}"))
}

/// Names of the file, of the run, and functions.
fn chosen(analysis: &Analysis, attempt: &Attempt, choices: &Choices) -> Vec<Offer> {
    let is_key = is_key(analysis, choices);
    let mut labels = HashSet::new();
    let new = choices.candidates.iter().filter(|candidate| labels.insert(candidate.name.as_str()));
    // To show how something is declared takes a walk through the file; nobody reads hundreds of them.
    let offer =
        |(at, candidate)| candidate_offer(analysis, attempt, is_key, Candidate::clone(candidate), at < DOCUMENTED);
    let mut offers: Vec<Offer> = new.enumerate().map(offer).collect();
    if !choices.begins {
        // What the engine adds by itself, such as the column `id`.
        let known = known(analysis, attempt).unwrap_or_default();
        let new: Vec<String> = known
            .into_iter()
            .filter(|name| !name.contains('.') && !offers.iter().any(|offer| offer.label == *name))
            .collect();
        offers.extend(new.into_iter().map(|name| engines(is_key, name)));
    }
    if choices.begins {
        let before = attempt.text[..choices.span.start as usize].trim_end();
        let template = in_tag(before);
        match template {
            true if before.ends_with("{{#") => return blocks(),
            true if before.ends_with("{{") || before.ends_with('(') => offers.extend(functions("")),
            true => {}
            false => offers.extend(functions("(")),
        }
    }
    offers
}

fn candidate_offer(
    analysis: &Analysis,
    attempt: &Attempt,
    is_key: bool,
    candidate: Candidate,
    documented: bool,
) -> Offer {
    let (kind, detail, doc) = match candidate.what {
        What::Value { kind, doc } => (CompletionItemKind::VARIABLE, hover::described(&kind), doc),
        What::Thing(what) => {
            let doc = documented.then(|| hover::thing(analysis, &attempt.text, what, candidate.declared));
            (CompletionItemKind::REFERENCE, what.to_owned(), doc.unwrap_or_default())
        }
        What::Function(name) => (CompletionItemKind::FUNCTION, String::new(), hover::function(&name)),
    };
    let insert = is_key.then(|| format!("{}: ", candidate.name));
    Offer { label: candidate.name, kind, detail, doc, insert }
}

fn engines(is_key: bool, name: String) -> Offer {
    let insert = is_key.then(|| format!("{name}: "));
    Offer { label: name, kind: CompletionItemKind::VALUE, detail: String::new(), doc: String::new(), insert }
}

/// A column or an argument may be the key of a mapping.
fn is_key(analysis: &Analysis, choices: &Choices) -> bool {
    let trail = Trail::to(&analysis.root, choices.span.start as usize);
    matches!(trail, Some(Trail { end: End::Key(..), .. }))
}

fn functions(behind: &str) -> Vec<Offer> {
    let functions = hover::functions().iter();
    functions
        .map(|function| Offer {
            label: function.name.to_string(),
            kind: CompletionItemKind::FUNCTION,
            detail: function.signature(),
            doc: hover::function(&function.name),
            insert: (!behind.is_empty()).then(|| format!("{}{behind}", function.name)),
        })
        .collect()
}

fn blocks() -> Vec<Offer> {
    let offer = |(word, about): (&str, &str)| Offer {
        label: word.to_owned(),
        kind: CompletionItemKind::KEYWORD,
        detail: "block".to_owned(),
        doc: about.to_owned(),
        insert: None,
    };
    BLOCKS.into_iter().map(offer).collect()
}

/// The keys that may stand there and do not yet: the schema tells their meaning, the check which of them.
fn keys(analysis: &Analysis, attempt: &Attempt, shape: &Shape, entries: &[Entry]) -> Vec<Offer> {
    let mut words = shape.keys();
    if let Some(known) = known(analysis, attempt) {
        if words.is_empty() {
            words = known.iter().map(|word| Word { word: word.clone(), doc: String::new(), required: false }).collect();
        }
        words.retain(|word| known.contains(&word.word));
    }
    words.retain(|word| !entries.iter().any(|entry| entry.name() == word.word));
    let offer = |word: Word| Offer {
        kind: CompletionItemKind::PROPERTY,
        detail: if word.required { "needed".to_owned() } else { String::new() },
        doc: word.doc,
        insert: Some(format!("{}: ", word.word)),
        label: word.word,
    };
    words.into_iter().map(offer).collect()
}

/// The words that may stand there: those of the schema, and those that the check would have known.
fn values(analysis: &Analysis, attempt: &Attempt, shape: &Shape) -> Vec<Offer> {
    let mut words = shape.values();
    for word in known(analysis, attempt).unwrap_or_default() {
        if !words.iter().any(|known| known.word == word) {
            let doc = shape.keys().into_iter().find(|key| key.word == word).map_or_else(String::new, |key| key.doc);
            words.push(Word { word, doc, required: false });
        }
    }
    let verb = analysis
        .diagnostics
        .iter()
        .any(|found| found.code == code::UNKNOWN_VERB && is_here(found.primary.span, attempt));
    let bare = shape.values();
    let offer = |word: Word| Offer {
        kind: CompletionItemKind::VALUE,
        detail: String::new(),
        doc: word.doc,
        insert: (verb && !bare.iter().any(|known| known.word == word.word)).then(|| format!("{}: ", word.word)),
        label: word.word,
    };
    words.into_iter().map(offer).collect()
}

/// What the check would have known in the place of the word.
fn known(analysis: &Analysis, attempt: &Attempt) -> Option<Vec<String>> {
    let mut found = analysis.diagnostics.iter().filter(|found| is_here(found.primary.span, attempt));
    found.find(|found| !found.known.is_empty()).map(|found| found.known.clone())
}

fn is_here(span: crate::text::Span, attempt: &Attempt) -> bool {
    touches(span, attempt.at) && span.len() < WORD.len() + 64
}
