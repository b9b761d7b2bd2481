//! Mistakes of names: misspelt, missing, declared nowhere, impossible.

use super::shape::without;
use crate::atlas::{Atlas, Key, KeySort, Role, Scalar};
use crate::mutant::Mutant;
use crate::typo::typo;
use std::ops::Range;

fn references<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Scalar, &'static str)> {
    atlas.scalars.iter().filter_map(|scalar| match scalar.role {
        Role::Reference(section) => Some((scalar, section)),
        _ => None,
    })
}

pub fn reference_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mutant = |(scalar, section): (&Scalar, &str)| {
        let wrong = typo(&scalar.value, &atlas.declared(section), scalar.span.start)?;
        Some(Mutant::new(atlas, scalar.inner.clone(), wrong).meant(&scalar.value))
    };
    references(atlas).filter_map(mutant).collect()
}

pub fn reference_to_nothing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    references(atlas).map(|(scalar, _)| Mutant::new(atlas, scalar.inner.clone(), "wobble")).collect()
}

/// Where something of a section is referred to.
fn uses(atlas: &Atlas<'_>, section: &str, name: &str) -> Vec<usize> {
    let direct = references(atlas).filter(|(scalar, of)| *of == section && scalar.value == name);
    let mut places: Vec<usize> = direct.map(|(scalar, _)| scalar.span.start).collect();
    let mut text = |range: &Range<usize>| places.push(range.start);
    match section {
        "tables" => {
            let offers = atlas.scalars.iter().filter(|scalar| scalar.of == "ColumnOffer" && scalar.key == "column");
            offers.filter(|scalar| scalar.value.starts_with(&format!("{name}."))).for_each(|scalar| text(&scalar.span));
        }
        // Names that texts speak of: every place that says the word.
        "settings" | "options" | "columns" | "args" | "fields" | "let" | "as" => {
            let words = atlas.scalars.iter().flat_map(|scalar| &scalar.tags).flat_map(|tag| &tag.words);
            let says = |range: &&Range<usize>| {
                let mut parts = atlas.text[(*range).clone()].split('.');
                match section {
                    "columns" => parts.any(|part| part == name),
                    "let" | "as" => parts.next() == Some(name),
                    root => parts.next() == Some(root) && parts.next() == Some(name),
                }
            };
            words.map(|word| &word.range).filter(says).for_each(&mut text);
            let sort = if section == "args" { KeySort::Argument } else { KeySort::Column };
            let keys = atlas.keys.iter().filter(|key| key.sort == sort && matches!(section, "args" | "columns"));
            keys.filter(|key| key.name == name).for_each(|key| text(&key.span));
            if section != "columns" {
                return places;
            }
            let columns = atlas.scalars.iter().filter(|scalar| scalar.role == Role::Column && scalar.value == name);
            columns.for_each(|scalar| places.push(scalar.span.start));
            let mut text = |range: &Range<usize>| places.push(range.start);
            let ends = format!(".{name}");
            let offers =
                atlas.scalars.iter().filter(|scalar| scalar.of == "ColumnOffer" && scalar.value.ends_with(&ends));
            offers.for_each(|scalar| text(&scalar.span));
            let quoted = atlas.scalars.iter().filter(|scalar| scalar.value.contains(&format!("\"{name}\"")));
            quoted.for_each(|scalar| text(&scalar.span));
        }
        _ => {}
    }
    places
}

/// What is declared, with its section and where it is used; what nothing uses may be called anything.
fn declarations<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Key, &'static str, Vec<usize>)> {
    let declared = atlas.keys.iter().filter_map(|key| match key.sort {
        KeySort::Declared(section) => Some((key, section, uses(atlas, section, &key.name))),
        _ => None,
    });
    declared.filter(|(_, _, uses)| !uses.is_empty())
}

/// Names that texts use: another thing of the same name may be meant by some of the places.
fn is_spoken(section: &str) -> bool {
    ["options", "columns", "args", "fields", "let", "as"].contains(&section)
}

pub fn declaration_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mutant = |(key, section, uses): (&Key, &str, Vec<usize>)| {
        let twins = atlas.keys.iter().filter(|other| other.name == key.name && other.sort == key.sort).count();
        if is_spoken(section) && twins > 1 {
            return None;
        }
        let wrong = typo(&key.name, &atlas.declared(section), key.span.start)?;
        let places = uses.into_iter().chain([key.span.start]);
        Some(Mutant::new(atlas, key.span.clone(), wrong.clone()).at(atlas, places).meant(wrong).many())
    };
    declarations(atlas).filter_map(mutant).collect()
}

pub fn declaration_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mutant = |(key, section, uses): (&Key, &str, Vec<usize>)| {
        let inside = |place: &usize| key.entry.contains(place);
        let twins = atlas.keys.iter().filter(|other| other.name == key.name && other.sort == key.sort).count();
        if is_spoken(section) && twins > 1 || uses.iter().all(inside) {
            return None;
        }
        let places: Vec<usize> = uses.into_iter().filter(|place| !inside(place)).chain([key.owner]).collect();
        Some(without(atlas, key)?.at(atlas, places).many())
    };
    declarations(atlas).filter_map(mutant).collect()
}

fn columns(atlas: &Atlas<'_>) -> Vec<(Range<usize>, String)> {
    let keys = atlas.keys.iter().filter(|key| key.sort == KeySort::Column);
    let keys = keys.map(|key| (key.span.clone(), key.name.clone()));
    let words = atlas.scalars.iter().filter(|scalar| scalar.role == Role::Column);
    keys.chain(words.map(|scalar| (scalar.span.clone(), scalar.value.clone()))).collect()
}

pub fn column_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let declared = atlas.declared("columns");
    let mutant = |(span, name): (Range<usize>, String)| {
        let wrong = typo(&name, &declared, span.start)?;
        Some(Mutant::new(atlas, span, wrong).meant(name))
    };
    columns(atlas).into_iter().filter_map(mutant).collect()
}

pub fn column_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    columns(atlas).into_iter().map(|(span, _)| Mutant::new(atlas, span, "wobble")).collect()
}

/// A column that a new row must have.
pub fn column_missing_in_a_row(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let needed = |key: &&Key| {
        let declared = atlas.keys.iter().filter(|other| other.sort == KeySort::Declared("columns"));
        let mut declared = declared.filter(|other| other.name == key.name);
        declared.all(|other| !["optional", "default"].iter().any(|word| other.value.get(word).is_some()))
    };
    let row = atlas.keys.iter().filter(|key| key.sort == KeySort::Column && key.path.contains(".row."));
    row.filter(needed).filter_map(|key| Some(without(atlas, key)?.at(atlas, [key.mapping.start, key.owner]))).collect()
}

fn arguments<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Key> {
    atlas.keys.iter().filter(|key| key.sort == KeySort::Argument)
}

pub fn argument_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let declared = atlas.declared("args");
    let mutant = |key: &Key| {
        let wrong = typo(&key.name, &declared, key.span.start)?;
        Some(Mutant::new(atlas, key.span.clone(), wrong).meant(&key.name))
    };
    arguments(atlas).filter_map(mutant).collect()
}

/// All of `with:`, or one of its entries.
pub fn argument_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let step =
        |at: usize| atlas.steps.iter().filter(|step| step.range.contains(&at)).map(|step| step.range.start).max();
    let removed = |key: &Key| {
        let places = [Some(key.mapping.start), Some(key.owner), step(key.span.start)];
        Some(without(atlas, key)?.at(atlas, places.into_iter().flatten()))
    };
    let whole = atlas.keys.iter().filter(|key| key.name == "with" && key.value.entries().len() == 1);
    arguments(atlas).chain(whole).filter_map(removed).collect()
}

pub fn name_with_a_blank(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let sections = ["commands", "subcommands", "settings", "options", "columns", "tables"];
    let named = atlas.keys.iter().filter_map(|key| match key.sort {
        KeySort::Declared(section) if sections.contains(&section) => Some((key, section)),
        _ => None,
    });
    let mutant = |(key, section): (&Key, &str)| {
        let places = uses(atlas, section, &key.name).into_iter().chain([key.span.start]);
        Mutant::new(atlas, key.span.clone(), format!("Our {}", key.name)).at(atlas, places).many()
    };
    named.map(mutant).collect()
}

/// `as: user`
pub fn name_that_is_taken(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let bound = atlas.scalars.iter().filter(|scalar| ["Step", "ForEach"].contains(&scalar.of) && scalar.key == "as");
    let mutant = |scalar: &Scalar| {
        let places = uses(atlas, "as", &scalar.value).into_iter().chain([scalar.span.start]);
        Mutant::new(atlas, scalar.span.clone(), "user").at(atlas, places).many()
    };
    bound.map(mutant).collect()
}

/// `${HOME}` means something in settings only.
pub fn variable_outside_of_settings(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let outside = |scalar: &&Scalar| {
        scalar.role == Role::Text
            && !["Bot", "Setting", "Table", "Column", "Flow", "Schedule"].contains(&scalar.of)
            && !scalar.tags.iter().any(|tag| tag.range == scalar.inner)
    };
    let texts = atlas.scalars.iter().filter(outside).filter(|scalar| scalar.key != "as");
    texts.map(|scalar| Mutant::new(atlas, scalar.inner.end..scalar.inner.end, "${HOME}")).collect()
}
