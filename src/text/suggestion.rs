//! A fix that can be offered: which bytes to replace by what, and whether anybody has to look at it first.

use super::source::Span;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suggestion {
    pub span: Span,
    /// As it has to be written in the file, with the quotes and escapes that it needs there.
    pub replacement: String,
    /// Nothing else can have been meant: `check --fix` applies it. Otherwise it is only shown.
    pub certain: bool,
}

/// Whether a text means itself in YAML without quotes, wherever it stands.
pub(super) fn is_plain(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !text.ends_with(' ') && text.chars().all(fits)
}

/// A text between quotes, as YAML needs it: double ones, or single ones when it holds `"` or `\`.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('"') || text.contains('\\') {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}
