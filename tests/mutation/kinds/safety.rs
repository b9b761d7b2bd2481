//! What would do harm, or never do anything.

use super::shape::entry_before;
use crate::atlas::{Atlas, Key, KeySort, Scalar, Step};
use crate::mutant::Mutant;
use botwright::text::Kind;

pub fn destination_from_a_user(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let to = atlas.scalars.iter().filter(|scalar| scalar.key == "to" && matches!(scalar.of, "Letter" | "Letter2"));
    to.map(|scalar| Mutant::new(atlas, scalar.span.clone(), "\"{{user.name}}\"")).collect()
}

pub fn credential_in_the_file(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let logs = atlas.scalars.iter().filter(|scalar| scalar.key == "to" && scalar.of == "Logs");
    let address = "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop";
    logs.map(|scalar| Mutant::new(atlas, scalar.span.clone(), address)).collect()
}

/// A log entry that shows a secret setting.
pub fn secret_in_a_log(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let kind = |key: &Key| key.value.get("type").and_then(|node| node.as_str()) == Some("secret");
    let secret = atlas.keys.iter().find(|key| key.sort == KeySort::Declared("settings") && kind(key));
    let entries =
        atlas.scalars.iter().filter(|scalar| scalar.path.starts_with(".logs.entries") && !scalar.tags.is_empty());
    let mutant = |scalar: &Scalar| {
        let name = &secret?.name;
        Some(Mutant::new(atlas, scalar.tags[0].inside.clone(), format!("settings.{name}")))
    };
    entries.filter_map(mutant).collect()
}

fn lines_of_steps<'a>(atlas: &'a Atlas<'_>) -> impl Iterator<Item = (&'a Step, String)> {
    atlas.steps.iter().filter_map(|step| {
        let line = atlas.line(step.range.start).start;
        let before = &atlas.text[line..step.range.start];
        (before.trim() == "-").then(|| (step, format!("\n{before}")))
    })
}

fn step_before(atlas: &Atlas<'_>, step: &Step, between: &str, verb: &str) -> Mutant {
    let mut mutant = Mutant::new(atlas, step.range.start..step.range.start, format!("{verb}{between}"));
    mutant.lines.truncate(1);
    mutant
}

pub fn step_behind_a_stop(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let steps = lines_of_steps(atlas);
    steps.map(|(step, between)| step_before(atlas, step, &between, "stop").or_at(atlas, step.range.start)).collect()
}

pub fn answer_that_nobody_waits_for(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let quiet = |step: &Step| [".events", ".schedules"].iter().any(|part| step.path.starts_with(part));
    let steps = lines_of_steps(atlas).filter(|(step, _)| quiet(step));
    steps.map(|(step, between)| step_before(atlas, step, &between, "reply: Hi")).collect()
}

pub fn modal_behind_an_answer(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let steps = lines_of_steps(atlas).filter(|(step, _)| step.verb.as_deref() == Some("modal"));
    steps
        .map(|(step, between)| step_before(atlas, step, &between, "reply: Hi").or_at(atlas, step.range.start))
        .collect()
}

pub fn flow_that_calls_itself(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let steps = lines_of_steps(atlas).filter_map(|(step, between)| {
        let name = step.path.strip_prefix(".flows.")?.strip_suffix(".steps[0]")?;
        let flow = atlas.keys.iter().find(|key| key.path == format!(".flows.{name}"))?;
        let no_arguments = flow.value.get("args").is_none();
        no_arguments.then(|| step_before(atlas, step, &between, &format!("flow: {name}")).or_at(atlas, flow.span.start))
    });
    steps.collect()
}

pub fn rule_that_refers_to_itself(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let rules = atlas.keys.iter().filter(|key| key.sort == KeySort::Declared("access"));
    let mutant = |key: &Key| {
        let range = crate::atlas::range(key.value.span);
        let mutant = Mutant::new(atlas, range, format!("{{ any: [{}] }}", key.name)).or_at(atlas, key.span.start);
        mutant.first_line()
    };
    rules.filter(|key| key.own_value).map(mutant).collect()
}

pub fn nobody_can_close(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let close = atlas.keys.iter().filter(|key| key.of == "Close" && key.name == "by" && key.own_value);
    close.map(|key| Mutant::new(atlas, crate::atlas::range(key.value.span), "[]").or_at(atlas, key.owner)).collect()
}

/// A message with nothing in it.
pub fn empty_message(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let verbs =
        atlas.keys.iter().filter(|key| key.sort == KeySort::Verb && matches!(key.name.as_str(), "reply" | "send"));
    let mutant = |key: &Key| {
        let range = crate::atlas::range(key.value.span);
        let to = key.value.get("to").map(|to| &atlas.text[crate::atlas::range(to.span)]);
        let by = to.map_or("{ ephemeral: true }".to_owned(), |to| format!("{{ to: {to} }}"));
        Mutant::new(atlas, range, by).at(atlas, [key.span.start])
    };
    verbs.filter(|key| matches!(key.value.kind, Kind::Mapping(_))).map(mutant).collect()
}

/// A button without a look.
pub fn button_without_a_label(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let labels = atlas.keys.iter().filter(|key| matches!(key.of, "Button" | "PlainButton") && key.name == "label");
    let alone =
        labels.filter(|key| !atlas.keys.iter().any(|other| other.mapping == key.mapping && other.name == "emoji"));
    alone.filter_map(|key| Some(super::shape::without(atlas, key)?.at(atlas, [key.owner, key.mapping.start]))).collect()
}

pub fn needless_key(atlas: &Atlas<'_>) -> Vec<Mutant> {
    let users = atlas.keys.iter().filter(|key| key.sort == KeySort::Declared("options") && key.own_value);
    let strict = users.filter(|key| {
        matches!(key.value.get("type").and_then(|node| node.as_str()), Some("user" | "attachment" | "boolean" | "role"))
    });
    let first = |key: &Key| {
        let range = crate::atlas::range(key.value.span);
        atlas.keys.iter().find(|inner| inner.mapping == range && inner.index == 0)
    };
    strict.filter_map(|key| Some(entry_before(atlas, first(key)?, "max_length: 10"))).collect()
}
