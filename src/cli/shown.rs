//! Diagnostics on a terminal or for a program.

use crate::cli::arguments::Format;
use crate::text::{Diagnostics, Severity, Sources, github, json_lines, render, sarif};
use std::io::IsTerminal;

/// Prints diagnostics: for people to standard error, for programs to standard output.
pub fn show(sources: &Sources, diagnostics: &Diagnostics, format: Format) {
    match format {
        Format::Human => eprint!("{}", render(sources, diagnostics, std::io::stderr().is_terminal())),
        Format::Json => print!("{}", json_lines(sources, diagnostics)),
        Format::Github => print!("{}", github(sources, diagnostics)),
        Format::Sarif => print!("{}", sarif([(sources, diagnostics)])),
    }
}

/// "3 mistakes and 1 warning".
pub fn count(diagnostics: &Diagnostics) -> String {
    let sorted = diagnostics.sorted();
    let errors = sorted.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = sorted.len() - errors;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no mistakes".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "mistake"),
        (errors, warnings) => format!("{} and {}", plural(errors, "mistake"), plural(warnings, "warning")),
    }
}
