//! Mistakes inside of expressions.

use super::template::misspelt;
use crate::atlas::{Atlas, Role, Scalar};
use crate::mutant::Mutant;
use crate::tags::{Sort, Word, segments};
use botwright::text::Style;

fn expressions<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Scalar> {
    atlas.scalars.iter().filter(|scalar| scalar.role == Role::Expression)
}

fn words<'a>(atlas: &'a Atlas<'_>, sort: Sort) -> impl Iterator<Item = &'a Word> {
    let all = expressions(atlas).flat_map(|scalar| scalar.tags.iter().flat_map(|tag| &tag.words));
    all.filter(move |word| word.sort == sort)
}

pub fn name_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let firsts = words(atlas, Sort::Path).map(|word| segments(atlas.text, word.range.clone()).swap_remove(0));
    firsts.filter_map(|first| misspelt(atlas, first)).collect()
}

pub fn field_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let parts = words(atlas, Sort::Path).flat_map(|word| segments(atlas.text, word.range.clone()).into_iter().skip(1));
    parts.filter_map(|part| misspelt(atlas, part)).collect()
}

pub fn function_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    words(atlas, Sort::Function).filter_map(|word| misspelt(atlas, word.range.clone())).collect()
}

fn appended(atlas: &Atlas<'_>, by: &str) -> Vec<Mutant> {
    expressions(atlas).map(|scalar| Mutant::new(atlas, scalar.inner.end..scalar.inner.end, by)).collect()
}

pub fn operator_without_a_right_side(atlas: &Atlas<'_>) -> Vec<Mutant> {
    appended(atlas, " >=")
}

pub fn and_in_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    appended(atlas, " and true")
}

fn character(atlas: &Atlas<'_>, which: char, by: &str) -> Vec<Mutant> {
    let found = expressions(atlas).filter_map(|scalar| {
        let at = scalar.inner.start + atlas.text[scalar.inner.clone()].rfind(which)?;
        Some(at..at + 1)
    });
    found.map(|range| Mutant::new(atlas, range, by)).collect()
}

pub fn closing_bracket_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    character(atlas, ')', "")
}

pub fn opening_bracket_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    character(atlas, '(', " ")
}

/// `if: "{{options.to}}"`
pub fn braces_in_an_expression(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mutant = |scalar: &Scalar| {
        let written = &atlas.text[scalar.inner.clone()];
        let quote = match scalar.style {
            Style::Double => "\"",
            Style::Single => "'",
            _ if written.contains('"') => "'",
            _ => "\"",
        };
        Mutant::new(atlas, scalar.span.clone(), format!("{quote}{{{{{written}}}}}{quote}"))
    };
    expressions(atlas).map(mutant).collect()
}

pub fn single_equals_sign(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let found = expressions(atlas).filter_map(|scalar| {
        let at = scalar.inner.start + atlas.text[scalar.inner.clone()].find("==")?;
        Some(at..at + 2)
    });
    found.map(|range| Mutant::new(atlas, range, "=")).collect()
}

/// `value == Delivery`
pub fn text_without_quotes(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let quoted = expressions(atlas).filter(|scalar| scalar.style != Style::Double).filter_map(|scalar| {
        let start = scalar.inner.start + atlas.text[scalar.inner.clone()].find('"')?;
        let end = start + 1 + atlas.text[start + 1..scalar.inner.end].find('"')?;
        let inner = &atlas.text[start + 1..end];
        inner.starts_with(char::is_alphabetic).then(|| Mutant::new(atlas, start..end + 1, inner))
    });
    quoted.collect()
}
