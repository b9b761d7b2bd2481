//! Diagnostics for people, in the look of rustc.

use super::Severity;
use super::diagnostic::{Diagnostic, Diagnostics, Label};
use super::mask::{cover, mask, secrets, shifted};
use super::source::{Source, SourceId, Sources};
use super::suggestion::Suggestion;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet, normalize_untrusted_str,
};
use std::ops::Range;

/// All diagnostics in order, with the lines they speak of; ends with how many more there are.
pub fn render(sources: &Sources, diagnostics: &Diagnostics, colour: bool) -> String {
    let (shown, left) = diagnostics.shown();
    let mut all: Vec<String> = shown.iter().map(|diagnostic| one(sources, diagnostic, colour)).collect();
    if left > 0 {
        all.push(format!("and {left} more\n"));
    }
    all.join("\n")
}

fn one(sources: &Sources, diagnostic: &Diagnostic, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let message = mask(&diagnostic.message).into_owned();
    let title = level(diagnostic.severity).primary_title(message).id(diagnostic.code.id);
    let mut main = Group::with_title(title).elements(snippets(sources, diagnostic));
    if let Some(source) = sources.find(diagnostic.primary.span.source).filter(|source| source.unread) {
        main = main.element(Origin::path(source.name.as_str()));
    }
    if !diagnostic.known.is_empty() {
        let known = trusted(&diagnostic.known.join(", "));
        main = main.element(Level::NOTE.with_name("known here").message(known));
    }
    let mut report = vec![main];
    let patch = diagnostic.suggestion.as_ref().and_then(|suggestion| patch(sources, suggestion));
    let help = diagnostic.help.as_deref().or(patch.as_ref().map(|_| "write it like this"));
    if let Some(help) = help {
        report.push(Group::with_title(Level::HELP.secondary_title(trusted(help))).elements(patch));
    }
    renderer.decor_style(DecorStyle::Ascii).render(&report) + "\n"
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// A text that may hold what somebody wrote, without control characters and secrets.
fn trusted(text: &str) -> String {
    normalize_untrusted_str(&mask(text))
}

/// One snippet for each file that has a label, the primary one first.
fn snippets<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Vec<Snippet<'a, Annotation<'a>>> {
    let mut ids: Vec<SourceId> = Vec::new();
    let read = |id: &SourceId| sources.find(*id).is_some_and(|source| !source.unread);
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
        if !ids.contains(&label.span.source) {
            ids.push(label.span.source);
        }
    }
    ids.into_iter()
        .filter(read)
        .filter_map(|id| sources.find(id).map(|source| snippet(source, id, diagnostic)))
        .collect()
}

fn snippet<'a>(source: &'a Source, id: SourceId, diagnostic: &'a Diagnostic) -> Snippet<'a, Annotation<'a>> {
    let primary = std::iter::once((&diagnostic.primary, AnnotationKind::Primary));
    let related = diagnostic.related.iter().map(|label| (label, AnnotationKind::Context));
    let labels: Vec<(&Label, AnnotationKind)> =
        primary.chain(related).filter(|(label, _)| label.span.source == id).collect();
    let excerpt = Excerpt::around(source, labels.iter().map(|(label, _)| *label));
    let annotations: Vec<_> = labels.iter().map(|(label, kind)| annotation(label, *kind, &excerpt)).collect();
    Snippet::source(excerpt.text).path(source.name.as_str()).line_start(excerpt.first_line).annotations(annotations)
}

/// How the lines look with the fix; nothing for one of many lines, which would push the mistake off the screen.
fn patch<'a>(sources: &'a Sources, suggestion: &'a Suggestion) -> Option<Snippet<'a, Patch<'a>>> {
    let source = sources.find(suggestion.span.source)?;
    let label = Label { span: suggestion.span, text: String::new() };
    let excerpt = Excerpt::around(source, std::iter::once(&label));
    if excerpt.text.contains('\n') || suggestion.replacement.contains('\n') {
        return None;
    }
    let patch = Patch::new(excerpt.place(&label), mask(&suggestion.replacement));
    Some(Snippet::source(excerpt.text).path(source.name.as_str()).line_start(excerpt.first_line).patch(patch))
}

fn annotation<'a>(label: &'a Label, kind: AnnotationKind, excerpt: &Excerpt) -> Annotation<'a> {
    let annotation = kind.span(excerpt.place(label));
    if label.text.is_empty() { annotation } else { annotation.label(trusted(&label.text)) }
}

/// The lines of a file that labels speak of, with secrets covered.
struct Excerpt {
    text: String,
    first_line: usize,
    start: usize,
    end: usize,
    secrets: Vec<Range<usize>>,
}

impl Excerpt {
    fn around<'a>(source: &Source, labels: impl Iterator<Item = &'a Label> + Clone) -> Self {
        let first = labels.clone().map(|label| label.span.start).min().unwrap_or(0);
        let last = labels.map(|label| last_of(source, label)).max().unwrap_or(first);
        let first_line = source.line_column(first).0;
        let last_line = source.line_column(last).0;
        let start = source.line_start(first_line) as usize;
        let end = source.line_start(last_line) as usize + source.line(last_line).len();
        let written = &source.text[start..end.max(start)];
        let secrets = secrets(written);
        Self { text: cover(written, &secrets), first_line, start, end: end.max(start), secrets }
    }

    /// What the label covers, in whole characters.
    fn place(&self, label: &Label) -> Range<usize> {
        let at = |offset: u32| shifted((offset as usize).clamp(self.start, self.end) - self.start, &self.secrets);
        let start = self.text.floor_char_boundary(at(label.span.start));
        start..self.text.ceil_char_boundary(at(label.span.end)).max(start)
    }
}

/// The last byte that a label covers, so that a span that ends with a line break does not drag the next line in.
fn last_of(source: &Source, label: &Label) -> u32 {
    let span = label.span;
    let written = source.slice(span).trim_end();
    span.start + written.len() as u32
}
