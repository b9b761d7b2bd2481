//! Diagnostics for tools: one JSON object a line.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::mask::mask;
use super::source::{Position, Sources};
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    help: Option<&'a str>,
    suggestion: Option<&'a str>,
    fix: Option<Fix<'a>>,
}

/// What to put where, and whether nobody has to look at it first.
#[derive(Serialize)]
struct Fix<'a> {
    certain: bool,
    replacement: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// All diagnostics in order, not capped; lines and columns from 1, columns in characters, null for what is in no file.
pub fn json_lines(sources: &Sources, diagnostics: &Diagnostics) -> String {
    diagnostics.sorted().into_iter().map(|diagnostic| line(sources, diagnostic) + "\n").collect()
}

fn fix<'a>(sources: &'a Sources, diagnostic: &Diagnostic, replacement: Option<&'a str>) -> Option<Fix<'a>> {
    let suggestion = diagnostic.suggestion.as_ref()?;
    let Position { file, line, column, end_line, end_column } = sources.position(suggestion.span)?;
    Some(Fix { certain: suggestion.certain, replacement: replacement?, file, line, column, end_line, end_column })
}

fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let position = sources.position(diagnostic.primary.span);
    let help = diagnostic.help.as_deref().map(mask);
    let suggestion = diagnostic.suggestion.as_ref().map(|suggestion| mask(&suggestion.replacement));
    let line = Line {
        code: diagnostic.code.id,
        severity: diagnostic.severity.name(),
        message: &mask(&diagnostic.message),
        file: position.map(|position| position.file),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        end_line: position.map(|position| position.end_line),
        end_column: position.map(|position| position.end_column),
        help: help.as_deref(),
        suggestion: suggestion.as_deref(),
        fix: fix(sources, diagnostic, suggestion.as_deref()),
    };
    serde_json::to_string(&line).expect("strings and numbers always make JSON")
}
