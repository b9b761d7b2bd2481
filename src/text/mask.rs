//! Secrets that an author wrote into a file never leave it: tokens are covered with dots.

use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// What covers each character of a secret.
const DOT: &str = "•";

/// The token of a webhook's URL, or a bot's token: id, time and signature, separated by dots.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"/webhooks/[0-9]+/(?<webhook>[A-Za-z0-9_.-]+)|\b(?<bot>(?:mfa\.[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}))")
        .expect("the pattern is a constant")
});

/// Covers the tokens in a text, character by character.
pub fn mask(text: &str) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cover(text, &secrets)) }
}

/// Where tokens stand in a text, from left to right; tokens are ASCII.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let found = SECRETS.captures_iter(text);
    found
        .filter_map(|captures| captures.name("webhook").or_else(|| captures.name("bot")))
        .map(|secret| secret.range())
        .collect()
}

pub(super) fn cover(text: &str, secrets: &[Range<usize>]) -> String {
    let mut covered = String::with_capacity(text.len() + secrets.len() * 64);
    let mut from = 0;
    for secret in secrets {
        covered.push_str(&text[from..secret.start]);
        covered.push_str(&DOT.repeat(secret.len()));
        from = secret.end;
    }
    covered.push_str(&text[from..]);
    covered
}

/// Where a byte of a text is once its secrets are covered.
pub(super) fn shifted(offset: usize, secrets: &[Range<usize>]) -> usize {
    let covered: usize = secrets.iter().map(|secret| offset.clamp(secret.start, secret.end) - secret.start).sum();
    offset + covered * (DOT.len() - 1)
}
