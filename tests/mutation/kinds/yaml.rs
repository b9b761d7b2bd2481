//! Mistakes of YAML: quotes, brackets, colons, dashes, indentation.

use crate::atlas::{Atlas, Key, KeySort, Role, Scalar};
use crate::mutant::Mutant;
use crate::typo::typo;
use botwright::text::{Kind, Style};

fn quoted(atlas: &Atlas<'_>, style: Style) -> Vec<Scalar> {
    atlas.scalars.iter().filter(|scalar| scalar.style == style).cloned().collect()
}

fn quoted_any(atlas: &Atlas<'_>) -> Vec<Scalar> {
    let mut all = quoted(atlas, Style::Double);
    all.extend(quoted(atlas, Style::Single));
    all
}

pub fn closing_quote_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    quoted_any(atlas).iter().map(|scalar| Mutant::new(atlas, scalar.inner.end..scalar.span.end, "")).collect()
}

pub fn opening_quote_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    quoted_any(atlas).iter().map(|scalar| Mutant::new(atlas, scalar.span.start..scalar.inner.start, "")).collect()
}

pub fn other_closing_quote(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let other = |scalar: &Scalar| if scalar.style == Style::Double { "'" } else { "\"" };
    let mutant = |scalar: &Scalar| Mutant::new(atlas, scalar.inner.end..scalar.span.end, other(scalar));
    quoted_any(atlas).iter().map(mutant).collect()
}

pub fn template_without_quotes(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let begins = |scalar: &&Scalar| atlas.text[scalar.inner.clone()].starts_with("{{");
    let mutant = |scalar: &Scalar| Mutant::new(atlas, scalar.span.clone(), &atlas.text[scalar.inner.clone()]);
    quoted_any(atlas).iter().filter(begins).map(mutant).collect()
}

fn plain_texts<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Scalar> {
    atlas.scalars.iter().filter(|scalar| scalar.style == Style::Plain && scalar.role == Role::Text)
}

pub fn colon_in_a_text(atlas: &Atlas<'_>) -> Vec<Mutant> {
    plain_texts(atlas).map(|scalar| Mutant::new(atlas, scalar.span.start..scalar.span.start, "Note: ")).collect()
}

/// `#general` behind a blank begins a comment.
pub fn number_sign_in_a_text(atlas: &Atlas<'_>) -> Vec<Mutant> {
    plain_texts(atlas).map(|scalar| Mutant::new(atlas, scalar.span.end..scalar.span.end, " #general")).collect()
}

pub fn sign_before_a_text(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let signs = ["@", "`", "%", "!", "*", "&", "- ", "? ", "|", ">"];
    let texts = plain_texts(atlas).filter(|scalar| atlas.text[scalar.span.clone()].starts_with(char::is_alphabetic));
    let mutant = |(at, scalar): (usize, &Scalar)| {
        Mutant::new(atlas, scalar.span.start..scalar.span.start, signs[at % signs.len()])
    };
    texts.enumerate().map(mutant).collect()
}

pub fn bad_escape(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let texts = quoted(atlas, Style::Double);
    texts.iter().map(|scalar| Mutant::new(atlas, scalar.inner.start..scalar.inner.start, "\\q")).collect()
}

/// Keys that a value follows on the same line.
fn keys_with_values<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Key> {
    atlas.keys.iter().filter(|key| atlas.text[key.span.end..].starts_with(": "))
}

fn behind_key(atlas: &Atlas<'_>, by: &str) -> Vec<Mutant> {
    keys_with_values(atlas).map(|key| Mutant::new(atlas, key.span.end..key.span.end + 2, by)).collect()
}

pub fn colon_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    behind_key(atlas, " ")
}

/// `key:value`; a quoted key needs no blank in a list of JSON's kind.
pub fn blank_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let fits = |key: &&Key| !(key.flow && atlas.text[key.span.clone()].starts_with(['"', '\'']));
    let keys = keys_with_values(atlas).filter(fits);
    let blanks = |key: &Key| {
        let rest = &atlas.text[key.span.end + 1..];
        rest.len() - rest.trim_start_matches(' ').len()
    };
    keys.map(|key| Mutant::new(atlas, key.span.end..key.span.end + 1 + blanks(key), ":")).collect()
}

pub fn equals_sign(atlas: &Atlas<'_>) -> Vec<Mutant> {
    behind_key(atlas, " = ")
}

/// Keys that begin their line, with the beginning of the line.
fn line_keys<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Key, usize)> {
    atlas.keys.iter().filter_map(|key| {
        let start = atlas.line(key.span.start).start;
        let blank = atlas.text[start..key.span.start].bytes().all(|byte| byte == b' ');
        (blank && !key.flow).then_some((key, start))
    })
}

pub fn tab_for_blanks(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let indented = line_keys(atlas).filter(|(key, start)| key.span.start > *start);
    indented.map(|(key, start)| Mutant::new(atlas, start..key.span.start, "\t")).collect()
}

/// The only entry of a mapping may stand anywhere.
fn with_neighbours<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Key, usize)> {
    line_keys(atlas).filter(|(key, _)| key.count > 1)
}

fn beside(atlas: &Atlas<'_>, key: &Key, mutant: Mutant) -> Mutant {
    let mutant = mutant.or_at(atlas, key.owner);
    match key.next {
        Some(next) if key.index == 0 => mutant.or_at(atlas, next),
        _ => mutant,
    }
}

pub fn one_blank_more(atlas: &Atlas<'_>) -> Vec<Mutant> {
    with_neighbours(atlas).map(|(key, start)| beside(atlas, key, Mutant::new(atlas, start..start, " "))).collect()
}

pub fn one_blank_less(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let indented = with_neighbours(atlas).filter(|(key, start)| key.span.start > *start);
    indented.map(|(key, start)| beside(atlas, key, Mutant::new(atlas, start..start + 1, ""))).collect()
}

pub fn closing_bracket_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let all = atlas.collections.iter();
    all.map(|range| Mutant::new(atlas, range.end - 1..range.end, "").or_at(atlas, range.start)).collect()
}

pub fn opening_bracket_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let all = atlas.collections.iter();
    all.map(|range| Mutant::new(atlas, range.start..range.start + 1, "").or_at(atlas, range.end - 1)).collect()
}

pub fn comma_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let flow = atlas.keys.iter().filter(|key| key.flow && atlas.text[key.mapping.clone()].starts_with('{'));
    let comma = |key: &Key| {
        let next = key.next?;
        let at = key.entry.end + atlas.text[key.entry.end..next].find(',')?;
        Some(Mutant::new(atlas, at..at + 1, "").or_at(atlas, next))
    };
    flow.filter_map(comma).collect()
}

pub fn key_written_twice(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let single = |key: &&Key| {
        let written = &atlas.text[key.entry.clone()];
        !written.contains(['\n', '&']) && !matches!(key.value.kind, Kind::Poison)
    };
    let twice = |key: &Key| {
        let written = &atlas.text[key.entry.clone()];
        let column = atlas.text[atlas.line(key.span.start).start..key.span.start].chars().count();
        let between = if key.flow { ", ".to_owned() } else { format!("\n{}", " ".repeat(column)) };
        Mutant::new(atlas, key.entry.end..key.entry.end, format!("{between}{written}"))
    };
    atlas.keys.iter().filter(single).map(twice).collect()
}

pub fn dash_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    block_steps(atlas)
        .filter(|(step, _)| step.count > 1)
        .map(|(step, dash)| {
            let mutant = Mutant::new(atlas, dash..step.range.start, " ".repeat(step.range.start - dash));
            let next =
                atlas.steps.iter().find(|next| next.range.start >= step.range.end && next.index == step.index + 1);
            next.map_or(mutant.clone(), |next| mutant.or_at(atlas, next.range.start))
        })
        .collect()
}

pub fn blank_behind_dash_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    block_steps(atlas).map(|(step, dash)| Mutant::new(atlas, dash + 1..step.range.start, "")).collect()
}

/// Steps of block lists, each with the place of its dash.
fn block_steps<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a crate::atlas::Step, usize)> {
    atlas.steps.iter().filter_map(|step| {
        let line = atlas.line(step.range.start).start;
        let before = &atlas.text[line..step.range.start];
        (before.trim() == "-").then(|| (step, line + before.find('-').expect("it was found")))
    })
}

pub fn unknown_alias(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let aliases = atlas.keys.iter().filter(|key| !key.own_value);
    let mutant = |(seed, key): (usize, &Key)| {
        let star = key.span.end + atlas.text[key.entry.clone()].get(key.span.len()..)?.find('*')?;
        let name = &atlas.text[star + 1..key.entry.end].trim_end();
        let wrong = typo(name, &[], seed)?;
        Some(Mutant::new(atlas, star + 1..star + 1 + name.len(), wrong).meant(*name))
    };
    aliases.enumerate().filter_map(mutant).collect()
}

fn before_sections(atlas: &Atlas<'_>, line: &str) -> Vec<Mutant> {
    let top = atlas.keys.iter().filter(|key| key.of == "Bot" && key.sort == KeySort::Language && key.index > 0);
    top.map(|key| Mutant::new(atlas, key.span.start..key.span.start, format!("{line}\n"))).collect()
}

pub fn second_document(atlas: &Atlas<'_>) -> Vec<Mutant> {
    before_sections(atlas, "---")
}

pub fn merge_conflict(atlas: &Atlas<'_>) -> Vec<Mutant> {
    before_sections(atlas, "<<<<<<< HEAD")
}
