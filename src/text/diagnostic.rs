//! A mistake of the author's: what is wrong, where, what would be right.

use super::code::{Code, Severity};
use super::nearest::{is_certain, nearest};
use super::source::Span;
use super::suggestion::{Suggestion, is_plain};

/// How many diagnostics are shown; the rest is counted.
pub const SHOWN: usize = 100;

/// How many known names a diagnostic lists.
const KNOWN: usize = 64;

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    pub primary: Label,
    pub related: Vec<Label>,
    /// What would have been known at this place.
    pub known: Vec<String>,
    pub help: Option<String>,
    pub suggestion: Option<Suggestion>,
    /// Words whose absence is complained of: where one of them stands in something that is wrong itself, this mistake is
    /// only its echo.
    pub leans_on: Vec<String>,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            known: Vec::new(),
            help: None,
            suggestion: None,
            leans_on: Vec::new(),
        }
    }

    /// What is missing; nothing need be said of it where it stands in something that is wrong itself.
    #[must_use]
    pub fn leans_on<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.leans_on = words.into_iter().map(Into::into).collect();
        self
    }

    /// A few words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place that matters; may stand in another file.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// What is known at this place, in the order to show it.
    #[must_use]
    pub fn known<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.known = names.into_iter().take(KNOWN).map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// A fix that nobody has to think about; `check --fix` applies it.
    #[must_use]
    pub fn suggest(self, span: Span, replacement: impl Into<String>) -> Self {
        self.propose(Some(Suggestion { span, replacement: replacement.into(), certain: true }))
    }

    /// A fix to look at before it is applied.
    #[must_use]
    pub fn guess(self, span: Span, replacement: impl Into<String>) -> Self {
        self.propose(Some(Suggestion { span, replacement: replacement.into(), certain: false }))
    }

    #[must_use]
    pub fn propose(mut self, suggestion: Option<Suggestion>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// The same with its fix as a guess.
    #[must_use]
    pub fn doubtful(mut self) -> Self {
        if let Some(fix) = &mut self.suggestion {
            fix.certain = false;
        }
        self
    }

    /// All that is known here, and the one of it that `word` was probably meant to be; `word` is the scalar at `span`.
    #[must_use]
    pub fn among<S: AsRef<str>>(self, word: &str, span: Span, candidates: impl IntoIterator<Item = S>) -> Self {
        let names: Vec<S> = candidates.into_iter().collect();
        let all = || names.iter().map(AsRef::as_ref);
        let close = nearest(word, all()).map(str::to_owned);
        let told = self.known(all());
        let Some(name) = close else { return told };
        let certain = is_certain(word, &name, all());
        let suggestion = is_plain(&name).then(|| Suggestion { span, replacement: name.clone(), certain });
        told.help(format!("did you mean `{name}`?")).propose(suggestion)
    }

    fn order(&self) -> (Span, Code, &str) {
        (self.primary.span, self.code, &self.message)
    }
}

/// All mistakes found so far.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many were pushed, duplicates included.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// In the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// In the order to show them: by file, place and code, each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.list.iter().collect();
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        all.dedup_by(|a, b| a.order() == b.order());
        all
    }

    /// The first `SHOWN` of [`Self::sorted`], errors before warnings when not all fit, and how many are left.
    pub fn shown(&self) -> (Vec<&Diagnostic>, usize) {
        let mut all = self.sorted();
        let left = all.len().saturating_sub(SHOWN);
        if left > 0 {
            all.sort_by_key(|diagnostic| diagnostic.severity);
            all.truncate(SHOWN);
            all.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        (all, left)
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.list.extend(diagnostics);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
