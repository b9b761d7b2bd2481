//! What the check made of a mutant, and the figures of a kind.

use crate::mutant::Mutant;
use botwright::compile::{Checked, Environment, check};
use botwright::text::Diagnostic;
use std::panic::catch_unwind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caught {
    /// Told on a line on which one would look.
    Right,
    /// Only a further label of a message stands there.
    Beside,
    Elsewhere,
    Missed,
    Panicked,
}

#[derive(Debug, Clone)]
pub struct Verdict {
    pub caught: Caught,
    /// Messages beyond the first one (beyond the lines that may be told of, where several may).
    pub more: usize,
    /// Whether the word that was meant is suggested; nothing where none is expected.
    pub suggested: Option<bool>,
    /// All messages, for reading.
    pub told: Vec<String>,
}

pub fn verdict(mutant: &Mutant, original: &str) -> Verdict {
    let text = mutant.text(original);
    let Ok(checked) = catch_unwind(|| check("bot.yaml", text.as_bytes(), &Environment::default())) else {
        return Verdict { caught: Caught::Panicked, more: 0, suggested: None, told: vec!["a panic".to_owned()] };
    };
    let found = checked.diagnostics.sorted();
    let line = |diagnostic: &Diagnostic| line(&checked, diagnostic.primary.span);
    let on_line: Vec<&&Diagnostic> = found.iter().filter(|one| mutant.lines.contains(&line(one))).collect();
    let beside =
        |one: &&Diagnostic| one.related.iter().any(|label| mutant.lines.contains(&self::line(&checked, label.span)));
    let caught = match () {
        () if !on_line.is_empty() => Caught::Right,
        () if found.is_empty() => Caught::Missed,
        () if found.iter().any(beside) => Caught::Beside,
        () => Caught::Elsewhere,
    };
    let more = if mutant.many { found.len() - on_line.len() } else { found.len().saturating_sub(1) };
    let names = |one: &&&Diagnostic, word: &str| {
        let suggested = one.suggestion.as_ref().map(|suggestion| suggestion.replacement.as_str());
        suggested.is_some_and(|text| text == word || text.split('.').any(|part| part == word))
    };
    let suggested = mutant.word.as_ref().map(|word| on_line.iter().any(|one| names(one, word)));
    let told = found.iter().map(|one| format!("{}: {} {}{}", line(one), one.code, one.message, hint(one))).collect();
    Verdict { caught, more, suggested, told }
}

fn hint(diagnostic: &Diagnostic) -> String {
    let suggestion = diagnostic.suggestion.as_ref();
    suggestion.map(|suggestion| format!(" → {}", suggestion.replacement)).unwrap_or_default()
}

fn line(checked: &Checked, span: botwright::text::Span) -> usize {
    checked.sources.position(span).map_or(0, |position| position.line)
}

#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub all: usize,
    pub right: usize,
    pub beside: usize,
    pub elsewhere: usize,
    pub missed: usize,
    pub panicked: usize,
    pub more: usize,
    pub asked: usize,
    pub suggested: usize,
}

impl Figures {
    pub fn add(&mut self, verdict: &Verdict) {
        self.all += 1;
        *match verdict.caught {
            Caught::Right => &mut self.right,
            Caught::Beside => &mut self.beside,
            Caught::Elsewhere => &mut self.elsewhere,
            Caught::Missed => &mut self.missed,
            Caught::Panicked => &mut self.panicked,
        } += 1;
        self.more += verdict.more;
        self.asked += usize::from(verdict.suggested.is_some());
        self.suggested += usize::from(verdict.suggested == Some(true));
    }

    pub fn and(&mut self, other: &Self) {
        self.all += other.all;
        self.right += other.right;
        self.beside += other.beside;
        self.elsewhere += other.elsewhere;
        self.missed += other.missed;
        self.panicked += other.panicked;
        self.more += other.more;
        self.asked += other.asked;
        self.suggested += other.suggested;
    }
}
