//! Mistakes of shape: keys, types of values, what stands in the wrong place.

use crate::atlas::{Atlas, Key, KeySort, Role, Scalar, is_clause};
use crate::mutant::Mutant;
use crate::schema::is_number;
use crate::typo::typo;
use botwright::text::Kind;

fn language_keys<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Key> {
    atlas.keys.iter().filter(|key| key.sort == KeySort::Language)
}

fn misspelt<'a>(atlas: &Atlas<'_>, keys: impl Iterator<Item = &'a Key>) -> Vec<Mutant> {
    let mutant = |key: &Key| {
        let wrong = typo(&key.name, &key.known, key.span.start)?;
        Some(Mutant::new(atlas, key.span.clone(), wrong).meant(&key.name))
    };
    keys.filter_map(mutant).collect()
}

pub fn key_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    misspelt(atlas, language_keys(atlas))
}

pub fn verb_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let bare = atlas.steps.iter().filter(|step| atlas.text[step.range.clone()].chars().all(char::is_alphanumeric));
    let word = |range: &std::ops::Range<usize>| {
        let word = &atlas.text[range.clone()];
        Some(Mutant::new(atlas, range.clone(), typo(word, &[], range.start)?).meant(word))
    };
    let mut all = misspelt(atlas, atlas.keys.iter().filter(|key| key.sort == KeySort::Verb));
    all.extend(bare.filter_map(|step| word(&step.range)));
    all
}

/// `maxLength`, `Description`
pub fn key_in_another_spelling(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let keys = atlas.keys.iter().filter(|key| matches!(key.sort, KeySort::Language | KeySort::Verb));
    keys.map(|key| Mutant::new(atlas, key.span.clone(), respelt(&key.name)).meant(&key.name)).collect()
}

fn respelt(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let rest: Vec<String> = words.map(capital).collect();
    if rest.is_empty() { capital(&first) } else { first + rest.concat().as_str() }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// One more entry at the beginning of a mapping.
pub fn entry_before(atlas: &Atlas<'_>, key: &Key, entry: &str) -> Mutant {
    let column = atlas.text[atlas.line(key.span.start).start..key.span.start].chars().count();
    let between = if key.flow { ", ".to_owned() } else { format!("\n{}", " ".repeat(column)) };
    let mut mutant = Mutant::new(atlas, key.span.start..key.span.start, format!("{entry}{between}"));
    mutant.lines.truncate(1);
    mutant
}

pub fn unknown_key(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let first = language_keys(atlas).filter(|key| key.index == 0 && key.of != "Step");
    first.map(|key| entry_before(atlas, key, "wobble: 1")).collect()
}

/// The text without an entry; nothing for the only entry of a block, and for the one behind a dash.
pub fn without(atlas: &Atlas<'_>, key: &Key) -> Option<Mutant> {
    if key.count == 1 {
        return None;
    }
    let range = match (key.flow, key.next) {
        (_, Some(next)) => key.span.start..next,
        (true, None) => {
            let before = atlas.text[..key.span.start].trim_end().strip_suffix(',')?.len();
            before..key.entry.end
        }
        (false, None) => atlas.text[..key.span.start].trim_end_matches(' ').len() - 1..key.entry.end,
    };
    Some(Mutant::new(atlas, range, ""))
}

pub fn required_key_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let required = atlas.keys.iter().filter(|key| key.required);
    required.filter_map(|key| Some(without(atlas, key)?.at(atlas, [key.owner, key.mapping.start]))).collect()
}

fn own_scalars<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = &'a Key> {
    atlas.keys.iter().filter(|key| key.own_value && matches!(key.value.kind, Kind::Scalar(_)))
}

fn value_range(key: &Key) -> std::ops::Range<usize> {
    crate::atlas::range(key.value.span)
}

pub fn required_value_missing(atlas: &Atlas<'_>) -> Vec<Mutant> {
    // A setting without a value is one that is not set.
    let required = own_scalars(atlas).filter(|key| key.required && key.of != "Setting");
    required.map(|key| Mutant::new(atlas, value_range(key), "")).collect()
}

fn scalars_of<'a>(atlas: &'a Atlas<'_>, fits: impl Fn(&Scalar) -> bool) -> Vec<&'a Scalar> {
    atlas.scalars.iter().filter(|scalar| fits(scalar)).collect()
}

fn replaced(atlas: &Atlas<'_>, scalars: Vec<&Scalar>, by: &str) -> Vec<Mutant> {
    scalars.into_iter().map(|scalar| Mutant::new(atlas, scalar.span.clone(), by)).collect()
}

pub fn boolean_in_other_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let booleans = scalars_of(atlas, |scalar| scalar.role == Role::Boolean);
    let mutant = |scalar: &&Scalar| {
        let word = if scalar.value == "true" { "yes" } else { "no" };
        Mutant::new(atlas, scalar.span.clone(), word).meant(&scalar.value)
    };
    booleans.iter().map(mutant).collect()
}

pub fn boolean_no_more(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, scalars_of(atlas, |scalar| scalar.role == Role::Boolean), "sometimes")
}

pub fn number_in_words(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, scalars_of(atlas, |scalar| matches!(scalar.role, Role::Integer | Role::Number)), "ten")
}

const BOUNDED: [&str; 5] = ["min_length", "max_length", "per_user", "min_values", "max_values"];

pub fn number_out_of_range(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let bounded = scalars_of(atlas, |scalar| BOUNDED.contains(&scalar.key.as_str()));
    replaced(atlas, bounded, "99999")
}

pub fn list_for_a_value(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let single = scalars_of(atlas, |scalar| !scalar.takes_list && scalar.of != "Step");
    let mutant = |scalar: &&Scalar| {
        Mutant::new(atlas, scalar.span.clone(), format!("[{}]", quoted(&atlas.text[scalar.span.clone()])))
    };
    // In `where:`, a list means any of its values.
    let where_one_belongs = |scalar: &&&Scalar| !scalar.path.split('.').any(|key| key == "where");
    let single = single.iter().filter(where_one_belongs);
    single.filter(|scalar| !atlas.text[scalar.span.clone()].contains('\n')).map(mutant).collect()
}

pub fn mapping_for_a_value(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let single = scalars_of(atlas, |scalar| !scalar.takes_mapping && scalar.of != "Step");
    let mutant = |scalar: &&Scalar| {
        let written = format!("{{ wobble: {} }}", quoted(&atlas.text[scalar.span.clone()]));
        Mutant::new(atlas, scalar.span.clone(), written)
    };
    single.iter().filter(|scalar| !atlas.text[scalar.span.clone()].contains('\n')).map(mutant).collect()
}

fn quoted(written: &str) -> String {
    if written.starts_with(['"', '\'']) { written.to_owned() } else { format!("\"{written}\"") }
}

/// Structures and lists of structures of which a text is no short form.
pub fn text_for_a_mapping(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let mappings = atlas.keys.iter().filter(|key| key.own_value && matches!(key.value.kind, Kind::Mapping(_)));
    let strict = mappings.filter(|key| !key.takes_text);
    strict.map(|key| Mutant::new(atlas, key.span.end..key.entry.end, ": wobble").first_line()).collect()
}

pub fn text_for_a_list(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let lists = atlas.keys.iter().filter(|key| key.own_value && matches!(key.value.kind, Kind::Sequence(_)));
    let strict = lists.filter(|key| !key.takes_text || matches!(key.name.as_str(), "steps" | "then" | "else"));
    strict.map(|key| Mutant::new(atlas, key.span.end..key.entry.end, ": wobble").first_line()).collect()
}

impl Mutant {
    pub fn first_line(mut self) -> Self {
        self.lines.truncate(1);
        self
    }
}

pub fn choice_misspelt(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let choices = atlas.scalars.iter().filter_map(|scalar| match &scalar.role {
        Role::Word(words) => Some((scalar, words)),
        _ => None,
    });
    let mutant = |(scalar, words): (&Scalar, &Vec<String>)| {
        let wrong = typo(&scalar.value, words, scalar.span.start)?;
        Some(Mutant::new(atlas, scalar.span.clone(), wrong).meant(&scalar.value))
    };
    choices.filter_map(mutant).collect()
}

pub fn choice_that_is_none(atlas: &Atlas<'_>) -> Vec<Mutant> {
    replaced(atlas, scalars_of(atlas, |scalar| matches!(scalar.role, Role::Word(_))), "wobble")
}

/// A key of a verb that stands beside it.
pub fn key_one_step_left(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let inner = language_keys(atlas).filter(|key| key.of != "Step" && !key.required && key.count > 1);
    let mutant = |key: &Key| {
        let verb = verb_of(atlas, key)?;
        let entry = &atlas.text[key.entry.clone()];
        let rest = without(atlas, key)?;
        if entry.contains('\n') || !key.own_value {
            return None;
        }
        let separator = if verb.flow { ", ".to_owned() } else { newline(atlas, verb) };
        moved(atlas, &rest, verb.entry.end, &format!("{separator}{entry}"), !verb.flow)
    };
    inner.filter_map(mutant).collect()
}

/// `as:` and the like inside of the verb that they belong beside.
pub fn clause_inside_its_verb(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let clauses = language_keys(atlas).filter(|key| key.of == "Step" && is_clause(&key.name));
    let mutant = |key: &Key| {
        let fits =
            |verb: &&Key| verb.sort == KeySort::Verb && verb.mapping == key.mapping && verb.span.start < key.span.start;
        let verb = atlas.keys.iter().find(fits)?;
        let entry = &atlas.text[key.entry.clone()];
        let inner = atlas
            .keys
            .iter()
            .find(|inner| inner.mapping == crate::atlas::range(verb.value.span) && inner.index == 0)?;
        if entry.contains('\n') || inner.sort != KeySort::Language {
            return None;
        }
        let rest = without(atlas, key)?;
        let added = entry_before(atlas, inner, entry);
        let both = format!("{}{}", added.by, &atlas.text[added.range.start..rest.range.start]);
        let range = added.range.start..rest.range.end;
        let mut mutant = Mutant::new(atlas, range, both);
        mutant.lines = added.lines;
        Some(mutant)
    };
    clauses.filter_map(mutant).collect()
}

fn verb_of<'a>(atlas: &'a Atlas<'_>, inner: &Key) -> Option<&'a Key> {
    let holds = |key: &&Key| key.sort == KeySort::Verb && crate::atlas::range(key.value.span) == inner.mapping;
    atlas.keys.iter().find(holds)
}

fn newline(atlas: &Atlas<'_>, key: &Key) -> String {
    let column = atlas.text[atlas.line(key.span.start).start..key.span.start].chars().count();
    format!("\n{}", " ".repeat(column))
}

/// Takes one part out and adds another further behind.
fn moved(atlas: &Atlas<'_>, removed: &Mutant, to: usize, added: &str, below: bool) -> Option<Mutant> {
    let kept = atlas.text.get(removed.range.end..to)?;
    let mut mutant = Mutant::new(atlas, removed.range.start..to, format!("{kept}{added}"));
    let last = *mutant.lines.last()?;
    mutant.lines = if below || last == mutant.lines[0] { vec![last] } else { mutant.lines };
    Some(mutant)
}

pub fn step_without_verb(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let verbs = atlas.keys.iter().filter(|key| key.sort == KeySort::Verb && key.count > 1);
    verbs.filter_map(|key| Some(without(atlas, key)?.at(atlas, [key.mapping.start, key.span.start]))).collect()
}

/// Only what the verb is given.
pub fn text_for_a_step(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let verbs = atlas.keys.iter().filter(|key| key.sort == KeySort::Verb && key.count == 1 && !key.flow);
    let short = verbs.filter(|key| matches!(key.value.kind, Kind::Scalar(_)) && !is_number(&key.value));
    short.map(|key| Mutant::new(atlas, key.span.start..value_range(key).start, "")).collect()
}

pub fn two_verbs(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let verbs = atlas.keys.iter().filter(|key| key.sort == KeySort::Verb && key.name != "stop");
    let mutant = |key: &Key| entry_before(atlas, key, "stop:").or_at(atlas, key.span.start);
    verbs.map(mutant).collect()
}

pub fn no_steps(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let blocks = atlas.keys.iter().filter(|key| matches!(key.name.as_str(), "steps" | "then" | "else" | "on_refusal"));
    let own = blocks.filter(|key| key.own_value && matches!(key.sort, KeySort::Language));
    own.map(|key| {
        let mut mutant = Mutant::new(atlas, key.span.end..key.entry.end, ": []");
        mutant.lines.truncate(1);
        mutant
    })
    .collect()
}
