//! Did you mean: the known name that a word was probably meant to be.

use strsim::{damerau_levenshtein, jaro_winkler};

/// The candidate nearest to `word`, or nothing when none is near enough to be worth a guess.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let Some(score) = likeness(word, candidate) else { continue };
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `word` can hardly have been meant as anything but `meant`: a slip or two of the finger, no digit among them,
/// and no other candidate nearly as near.
pub fn is_certain<'a>(word: &str, meant: &str, candidates: impl IntoIterator<Item = &'a str>) -> bool {
    let bare_word = bare(word);
    let away = |candidate: &str| damerau_levenshtein(&bare_word, &bare(candidate));
    let edits = away(meant);
    let allowed = match bare_word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let alone = candidates.into_iter().all(|other| other == meant || away(other) > edits + 1);
    edits <= allowed && alone && digits(word) == digits(meant)
}

fn digits(word: &str) -> String {
    word.chars().filter(char::is_ascii_digit).collect()
}

/// The candidate that differs from `word` in nothing but case, `-`, `_` and spaces.
pub fn same_but_for_spelling<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bare = bare(word);
    candidates.into_iter().find(|candidate| self::bare(candidate) == bare)
}

/// How like two words are, up to 3; nothing when a guess would be a bad joke.
fn likeness(word: &str, candidate: &str) -> Option<f64> {
    let (a, b) = (bare(word), bare(candidate));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a == b {
        return Some(3.0);
    }
    let (short, long) = (a.chars().count().min(b.chars().count()), a.chars().count().max(b.chars().count()));
    let begins = short >= 3 && (a.starts_with(&b) || b.starts_with(&a));
    if !begins && long - short > allowed_edits(long) {
        return None;
    }
    let edits = damerau_levenshtein(&a, &b);
    if (short, long, edits) == (2, 2, 1) && a.chars().rev().eq(b.chars()) {
        return Some(1.0);
    }
    if edits <= allowed_edits(long) && edits < short {
        return Some(1.0 + jaro_winkler(&a, &b) - edits as f64 / long as f64);
    }
    begins.then(|| short as f64 / long as f64)
}

fn allowed_edits(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => length / 3,
    }
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}
