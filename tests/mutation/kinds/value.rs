//! Values that make no sense where they stand: colours, emoji, durations, permissions, what does not fit a column.

use crate::atlas::{Atlas, Key, KeySort, Role, Scalar};
use crate::mutant::Mutant;
use crate::typo::typo;

fn with_role<'a>(atlas: &'a Atlas<'_>, role: &'a Role) -> impl Iterator<Item = &'a Scalar> {
    atlas.scalars.iter().filter(move |scalar| scalar.role == *role)
}

fn misspelt(atlas: &Atlas<'_>, role: &Role) -> Vec<Mutant> {
    let words = with_role(atlas, role).filter(|scalar| scalar.value.starts_with(|c: char| c.is_ascii_alphabetic()));
    let mutant = |scalar: &Scalar| {
        let wrong = typo(&scalar.value, &[], scalar.span.start)?;
        Some(Mutant::new(atlas, scalar.inner.clone(), wrong).meant(&scalar.value))
    };
    words.filter_map(mutant).collect()
}

fn replaced(atlas: &Atlas<'_>, role: &Role, by: &str) -> Vec<Mutant> {
    with_role(atlas, role).map(|scalar| Mutant::new(atlas, scalar.span.clone(), by)).collect()
}

pub fn color_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    misspelt(atlas, &Role::Color)
}

pub fn color_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, &Role::Color, "\"#12\"")
}

/// `#FFAA00` without quotes is a comment.
pub fn color_without_quotes(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, &Role::Color, "#FFAA00")
}

pub fn permission_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    misspelt(atlas, &Role::Permission)
}

pub fn emoji_in_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, &Role::Emoji, "\":ticket:\"")
}

pub fn duration_in_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, &Role::Duration, "soon")
}

fn keyed<'a>(atlas: &'a Atlas<'_>, of: &'a str, keys: &'a [&str]) -> impl Iterator<Item = &'a Scalar> {
    atlas.scalars.iter().filter(move |scalar| scalar.of == of && keys.contains(&scalar.key.as_str()))
}

pub fn address_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let pictures = keyed(atlas, "Embed", &["url", "image", "thumbnail"]);
    let all = pictures.chain(keyed(atlas, "Author", &["url", "icon"])).chain(keyed(atlas, "Footer", &["icon"]));
    let all = all.chain(keyed(atlas, "Button", &["url"]));
    all.map(|scalar| Mutant::new(atlas, scalar.span.clone(), "somewhere")).collect()
}

pub fn time_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    keyed(atlas, "Embed", &["timestamp"]).map(|scalar| Mutant::new(atlas, scalar.span.clone(), "later")).collect()
}

pub fn cron_pattern_out_of_range(atlas: &Atlas<'_>) -> Vec<Mutant> {
    keyed(atlas, "Schedule", &["cron"]).map(|scalar| Mutant::new(atlas, scalar.span.clone(), "0 25 * * *")).collect()
}

pub fn time_of_the_day_in_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    keyed(atlas, "Schedule", &["at"]).map(|scalar| Mutant::new(atlas, scalar.span.clone(), "9am")).collect()
}

pub fn time_zone_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mutant = |scalar: &Scalar| {
        let wrong = typo(&scalar.value, &[], scalar.span.start)?;
        Some(Mutant::new(atlas, scalar.inner.clone(), wrong).meant(&scalar.value))
    };
    keyed(atlas, "Schedule", &["timezone"]).filter_map(mutant).collect()
}

/// Values of columns, with the type that the column was declared with; only where all of that name agree.
fn column_values<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Key, String, &'a Key)> {
    let written = atlas.keys.iter().filter(|key| key.sort == KeySort::Column && key.own_value);
    let scalars = written.filter(|key| key.value.as_str().is_some() && !key.path.contains("order_by"));
    scalars.filter_map(|key| {
        let declared = |other: &&Key| other.sort == KeySort::Declared("columns") && other.name == key.name;
        let mut kinds = atlas.keys.iter().filter(declared);
        let first = kinds.next()?;
        let kind =
            |key: &Key| key.value.get("type").or(Some(&key.value)).and_then(|node| node.as_str().map(str::to_owned));
        let of = kind(first)?;
        kinds.all(|other| kind(other) == Some(of.clone())).then_some((key, of, first))
    })
}

/// A text where a column takes a number, a time or true and false.
pub fn text_for_a_column(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let strict =
        column_values(atlas).filter(|(_, of, _)| matches!(of.as_str(), "integer" | "number" | "boolean" | "time"));
    strict.map(|(key, ..)| Mutant::new(atlas, crate::atlas::range(key.value.span), "\"{{user.name}}\"")).collect()
}

pub fn word_for_a_column(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let strict = column_values(atlas).filter(|(_, of, _)| of != "text");
    strict.map(|(key, ..)| Mutant::new(atlas, crate::atlas::range(key.value.span), "wobble")).collect()
}

/// A value that is none of its column's `one_of`.
pub fn value_of_a_column_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let listed = column_values(atlas).filter(|(_, _, column)| column.value.get("one_of").is_some());
    let mutant = |(key, ..): (&Key, String, &Key)| {
        let value = key.value.as_str()?;
        let plain = value.chars().all(char::is_alphanumeric).then_some(value)?;
        let range = crate::atlas::range(key.value.span);
        Some(Mutant::new(atlas, range.clone(), typo(plain, &[], range.start)?).meant(plain))
    };
    listed.filter_map(mutant).collect()
}
