//! Diagnostics on a terminal or for a program.

use crate::cli::arguments::Format;
use crate::text::{Code, Diagnostic, Diagnostics, Severity, Sources, github, json_lines, render, sarif};
use std::io::IsTerminal;

/// How many codes are worth naming for those who want to know more.
const NAMED: usize = 4;

/// Prints diagnostics: for people to standard error, for programs to standard output.
pub fn show(sources: &Sources, diagnostics: &Diagnostics, format: Format) {
    match format {
        Format::Human => eprint!("{}", render(sources, diagnostics, std::io::stderr().is_terminal())),
        Format::Json => print!("{}", json_lines(sources, diagnostics)),
        Format::Github => print!("{}", github(sources, diagnostics)),
        Format::Sarif => print!("{}", sarif([(sources, diagnostics)])),
    }
}

/// "3 mistakes and 1 warning", each counted once.
pub fn count<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let (mut errors, mut warnings) = (0, 0);
    for diagnostic in diagnostics {
        match diagnostic.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
    }
    match (errors, warnings) {
        (0, 0) => "no mistakes".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "mistake"),
        (errors, warnings) => format!("{} and {}", plural(errors, "mistake"), plural(warnings, "warning")),
    }
}

pub fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Says on standard error where there is more about these mistakes, if there are any.
pub fn more<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) {
    let mut codes: Vec<Code> = Vec::new();
    for diagnostic in diagnostics {
        if !codes.contains(&diagnostic.code) {
            codes.push(diagnostic.code);
        }
    }
    let named: Vec<&str> = codes.iter().take(NAMED).map(|code| code.id).collect();
    if !named.is_empty() {
        eprintln!(
            "for more about {}: botwright explain {}",
            if codes.len() == 1 { "it" } else { "them" },
            named.join(" ")
        );
    }
}
