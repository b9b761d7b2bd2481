//! Mistakes inside of templates.

use crate::atlas::{Atlas, Role, Scalar};
use crate::mutant::Mutant;
use crate::tags::{Sort, Tag, Word, segments};
use crate::typo::typo;
use std::ops::Range;

fn templates<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Scalar, &'a Tag)> {
    let texts = atlas.scalars.iter().filter(|scalar| scalar.role != Role::Expression);
    texts.flat_map(|scalar| scalar.tags.iter().map(move |tag| (scalar, tag)))
}

fn words<'a>(atlas: &'a Atlas<'_>, sort: Sort) -> impl Iterator<Item = &'a Word> {
    templates(atlas).flat_map(|(_, tag)| &tag.words).filter(move |word| word.sort == sort)
}

pub fn misspelt(atlas: &Atlas<'_>, span: Range<usize>) -> Option<Mutant> {
    let word = &atlas.text[span.clone()];
    let wrong = typo(word, &[], span.start)?;
    Some(Mutant::new(atlas, span, wrong).meant(word))
}

/// `usre.name`
pub fn name_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let paths = words(atlas, Sort::Path).map(|word| segments(atlas.text, word.range.clone()).swap_remove(0));
    paths
        .filter(|first| !matches!(&atlas.text[first.clone()], "this"))
        .filter_map(|first| misspelt(atlas, first))
        .collect()
}

/// `user.nmae`
pub fn field_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let parts = words(atlas, Sort::Path).flat_map(|word| segments(atlas.text, word.range.clone()).into_iter().skip(1));
    parts.filter_map(|part| misspelt(atlas, part)).collect()
}

pub fn function_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    words(atlas, Sort::Function).filter_map(|word| misspelt(atlas, word.range.clone())).collect()
}

pub fn name_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    words(atlas, Sort::Path).map(|word| Mutant::new(atlas, word.range.clone(), "wobble")).collect()
}

pub fn one_closing_brace(atlas: &Atlas<'_>) -> Vec<Mutant> {
    templates(atlas).map(|(_, tag)| Mutant::new(atlas, tag.range.end - 1..tag.range.end, "")).collect()
}

pub fn one_opening_brace(atlas: &Atlas<'_>) -> Vec<Mutant> {
    templates(atlas).map(|(_, tag)| Mutant::new(atlas, tag.range.start..tag.range.start + 1, "")).collect()
}

pub fn no_closing_braces(atlas: &Atlas<'_>) -> Vec<Mutant> {
    templates(atlas).map(|(_, tag)| Mutant::new(atlas, tag.inside.end..tag.range.end, "")).collect()
}

pub fn no_opening_braces(atlas: &Atlas<'_>) -> Vec<Mutant> {
    templates(atlas).map(|(_, tag)| Mutant::new(atlas, tag.range.start..tag.inside.start, "")).collect()
}

/// `{user.name}`
pub fn single_braces(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let single = |tag: &Tag| format!("{{{}}}", &atlas.text[tag.inside.clone()]);
    templates(atlas).map(|(_, tag)| Mutant::new(atlas, tag.range.clone(), single(tag))).collect()
}

fn blocks<'a>(atlas: &'a Atlas<'_>, sign: char) -> impl Iterator<Item = &'a Tag> {
    let begins = move |tag: &&Tag| atlas.text[tag.inside.clone()].starts_with(sign);
    templates(atlas).map(|(_, tag)| tag).filter(begins)
}

pub fn block_never_closed(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let opening = |close: &Tag| blocks(atlas, '#').filter(|open| open.range.end <= close.range.start).last();
    let mutant = |tag: &Tag| {
        let mutant = Mutant::new(atlas, tag.range.clone(), "");
        opening(tag).map_or(mutant.clone(), |open| mutant.or_at(atlas, open.range.start))
    };
    blocks(atlas, '/').map(mutant).collect()
}

pub fn block_never_opened(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let closing = |open: &Tag| blocks(atlas, '/').find(|close| close.range.start >= open.range.end);
    let mutant = |tag: &Tag| {
        let mutant = Mutant::new(atlas, tag.range.clone(), "");
        // Whatever only makes sense inside of it is a place to look at.
        closing(tag).map_or(mutant.clone(), |close| mutant.up_to(atlas, close.range.start))
    };
    blocks(atlas, '#').map(mutant).collect()
}

pub fn block_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let word = |tag: &Tag| tag.words.first().map(|word| word.range.clone());
    blocks(atlas, '#').filter_map(|tag| misspelt(atlas, word(tag)?)).collect()
}

/// `{{truncate}}`
pub fn no_arguments(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let called = templates(atlas).filter_map(|(_, tag)| {
        let first = tag.words.first().filter(|word| word.sort == Sort::Function)?;
        (first.range.start == tag.inside.start).then_some(first.range.end..tag.inside.end)
    });
    called.map(|range| Mutant::new(atlas, range, "")).collect()
}

/// `{{truncate options.review 200 300 400 …}}`
pub fn too_many_arguments(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let called = templates(atlas).filter(|(_, tag)| tag.words.first().is_some_and(|word| word.sort == Sort::Function));
    called.map(|(_, tag)| Mutant::new(atlas, tag.inside.end..tag.inside.end, " 1 2 3 4 5 6 7 8 9")).collect()
}

fn plain_tags<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Scalar, &'a Tag, &'a Word)> {
    templates(atlas).filter_map(|(scalar, tag)| match &tag.words[..] {
        [word] if word.sort == Sort::Path && word.range == tag.inside => Some((scalar, tag, word)),
        _ => None,
    })
}

pub fn operator_in_a_template(atlas: &Atlas<'_>) -> Vec<Mutant> {
    plain_tags(atlas).map(|(_, tag, _)| Mutant::new(atlas, tag.inside.end..tag.inside.end, " >= 4")).collect()
}

/// `{{user name}}`
pub fn blank_for_a_dot(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let dots = plain_tags(atlas).filter_map(|(_, _, word)| {
        let dot = word.range.start + atlas.text[word.range.clone()].find('.')?;
        Some(dot..dot + 1)
    });
    dots.map(|dot| Mutant::new(atlas, dot, " ")).collect()
}

/// A thing in the middle of a text: `You are {{user}}.`
pub fn thing_in_a_text(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let inside = plain_tags(atlas).filter(|(scalar, tag, _)| tag.range != scalar.inner);
    inside.map(|(_, tag, _)| Mutant::new(atlas, tag.inside.clone(), "user")).collect()
}

/// `{{ }}`
pub fn empty_tag(atlas: &Atlas<'_>) -> Vec<Mutant> {
    plain_tags(atlas).map(|(_, tag, _)| Mutant::new(atlas, tag.inside.clone(), " ")).collect()
}
