//! Longer, more or in another order than Discord takes.

use super::shape::entry_before;
use crate::atlas::{Atlas, Key, KeySort, Role, Scalar};
use crate::mutant::Mutant;
use botwright::text::{Kind, Style};

/// Source: "Embed limits", "Component reference", "Application command structure" and "Create message".
fn limit(scalar: &Scalar) -> Option<usize> {
    let field = scalar.path.split('.').rev().nth(1) == Some("fields");
    Some(match (scalar.of, scalar.key.as_str()) {
        ("Step", "reply" | "dm") => 2_000,
        ("Answer" | "Letter" | "Letter2" | "Message" | "Panel", "content") => 2_000,
        (_, "refused" | "expired" | "opened" | "already_open") | ("Close", "message") => 2_000,
        ("Embed", "title") | ("Author", "name") | ("Embed", "author") => 256,
        ("Embed", "description") => 4_096,
        ("Embed" | "Logs", "footer") | ("Footer", "text") => 2_048,
        ("Field", "value") => 1_024,
        ("Embed", "fields") if field => 1_024,
        ("Button" | "PlainButton", "label") => 80,
        ("SelectOption", "label" | "value" | "description") | ("Select", "options") => 100,
        ("Select", "placeholder") => 150,
        ("Modal", "title") | ("ModalField", "label") | ("Modal", "fields") => 45,
        ("ModalField", "placeholder") => 100,
        ("Command" | "CommandOption", "description" | "description_localizations") => 100,
        ("CommandOption", "choices") => 100,
        ("Ticket", "topic") => 1_024,
        ("Ticket", "channel") => 100,
        _ => return None,
    })
}

pub fn text_too_long(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let texts =
        atlas.scalars.iter().filter(|scalar| matches!(scalar.style, Style::Plain | Style::Double | Style::Single));
    let texts = texts.filter(|scalar| scalar.role == Role::Text).filter_map(|scalar| Some((scalar, limit(scalar)?)));
    texts.map(|(scalar, most)| Mutant::new(atlas, scalar.inner.end..scalar.inner.end, "x".repeat(most + 1))).collect()
}

pub fn name_too_long(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let named = |key: &&Key| {
        matches!(key.sort, KeySort::Declared("commands" | "subcommands"))
            || key.sort == KeySort::Free && key.path.contains(".choices.")
            || key.sort == KeySort::Free && key.path.contains(".fields.") && !key.name.contains("{{")
    };
    let long = |key: &Key| {
        let quoted = atlas.text[key.span.clone()].starts_with(['"', '\'']);
        let at = key.span.end - usize::from(quoted);
        Mutant::new(atlas, at..at, "x".repeat(257))
    };
    atlas.keys.iter().filter(named).map(long).collect()
}

/// Some 26 entries where 25 are taken at the most.
pub fn too_many_entries(atlas: &Atlas<'_>) -> Vec<Mutant> {
    atlas.keys.iter().filter(|key| key.own_value).filter_map(|key| too_many(atlas, key)).collect()
}

fn too_many(atlas: &Atlas<'_>, key: &Key) -> Option<Mutant> {
    let (count, entry): (usize, fn(usize) -> String) = match (key.of, key.name.as_str()) {
        ("Embed", "fields") => (25, |at| format!("field {at}: x")),
        ("CommandOption", "choices") => (25, |at| format!("choice{at}: {at}")),
        ("Command", "options") => (25, |at| format!("zz{at}: {{ type: string, description: x, required: true }}")),
        ("Modal", "fields") => (5, |at| format!("zz{at}: Label")),
        _ => return list_too_long(atlas, key),
    };
    let first = first_key(atlas, key)?;
    let column = atlas.text[atlas.line(first.span.start).start..first.span.start].chars().count();
    let between = if first.flow { ", ".to_owned() } else { format!("\n{}", " ".repeat(column)) };
    let more: String = (0..count).map(|at| entry(at) + between.as_str()).collect();
    Some(Mutant::new(atlas, first.span.start..first.span.start, more).or_at(atlas, key.span.start))
}

fn list_too_long(atlas: &Atlas<'_>, key: &Key) -> Option<Mutant> {
    let Kind::Sequence(items) = &key.value.kind else { return None };
    let (of, name) = (key.of, key.name.as_str());
    let count = match (of, name) {
        ("Answer" | "Letter" | "Letter2" | "Message", "buttons") => 25,
        ("Answer" | "Letter" | "Letter2" | "Message", "embeds") => 10,
        ("Select", "options") | ("CommandOption", "choices") => 25,
        _ => return None,
    };
    let first = crate::atlas::range(items.first()?.span);
    let written = &atlas.text[first.clone()];
    let block = atlas.text[..first.start].ends_with("- ");
    let column = atlas.text[atlas.line(first.start).start..first.start].chars().count();
    let between = if block { format!("\n{}- ", " ".repeat(column - 2)) } else { ", ".to_owned() };
    let more: String = (0..count).map(|_| format!("{written}{between}")).collect();
    Some(Mutant::new(atlas, first.start..first.start, more).or_at(atlas, key.span.start))
}

fn first_key<'a>(atlas: &'a Atlas<'_>, key: &Key) -> Option<&'a Key> {
    let range = crate::atlas::range(key.value.span);
    atlas.keys.iter().find(|inner| inner.mapping == range && inner.index == 0)
}

/// An optional option before a required one.
pub fn optional_before_required(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let options = atlas.keys.iter().filter(|key| key.sort == KeySort::Declared("options") && key.index == 0);
    let required = options.filter(|key| key.value.get("required").is_some_and(|value| value.as_str() == Some("true")));
    let mutant = |key: &Key| {
        let entry = "wobble: { type: string, description: x }";
        entry_before(atlas, key, entry).or_at(atlas, key.span.start)
    };
    required.map(mutant).collect()
}
