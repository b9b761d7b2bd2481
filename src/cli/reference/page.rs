//! The page itself: keys, verbs, names, functions and codes, each in a table.

use crate::action::binder::Binder;
use crate::action::embed::COLORS;
use crate::action::schema::schema;
use crate::action::verbs;
use crate::cli::reference::shape::{Shapes, reference, title};
use crate::cli::reference::value::{list, written};
use crate::flow::expression::LISTS;
use crate::flow::function::{Function, Functions};
use crate::flow::types::{Field, Type};
use crate::flow::{entity, permission};
use crate::lang::bot::Bot;
use crate::text::{self, Diagnostics, Sources, code};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    print!("{}", text());
    Ok(ExitCode::SUCCESS)
}

/// The page as it is printed and as `docs/reference.md` holds it.
fn text() -> String {
    let schema = schema();
    let empty = Map::new();
    let shapes = Shapes { definitions: schema["$defs"].as_object().unwrap_or(&empty) };
    let parts =
        [INTRODUCTION.to_owned(), file(&schema, &shapes), steps(&shapes), names(), functions(), words(), codes()];
    parts.join("\n")
}

const INTRODUCTION: &str = "\
# Reference

Every key, verb, name, function and code of the language. `botwright reference` prints this page from the descriptions
in the code, and a test holds the two together; [language.md](language.md) explains how it all belongs together.

[Keys](#keys) · [Verbs](#verbs) · [Names](#names) · [Functions](#functions) · [Words](#words) · [Codes](#codes)
";

/// A table, with the line that Markdown wants between head and body.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(head.iter().map(|cell| (*cell).to_owned()).collect());
    out.push_str(&line(vec!["---".to_owned(); head.len()]));
    for row in rows {
        out.push_str(&line(row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect()));
    }
    out
}

fn file(schema: &Value, shapes: &Shapes<'_>) -> String {
    let mut out = String::from("## Keys\n\n**Bold** keys must be there.\n\n### the file\n\n");
    out.push_str(&keys(schema, shapes, |_, _| true));
    let mut nouns = Vec::new();
    shapes.nouns(&schema["properties"], &mut nouns);
    for verb in verbs::ALL {
        shapes.nouns(&taken_by(verb.word, shapes)["properties"], &mut nouns);
    }
    for name in nouns {
        let definition = &shapes.definitions[&name];
        out.push_str(&format!("\n### {}\n\n{}\n\n", title(&name), about(definition)));
        out.push_str(&keys(definition, shapes, |_, _| true));
    }
    out
}

fn about(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn keys(definition: &Value, shapes: &Shapes<'_>, shown: impl Fn(&str, &Value) -> bool) -> String {
    let none = Map::new();
    let properties = definition["properties"].as_object().unwrap_or(&none);
    let required: Vec<&str> =
        definition["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let rows = properties.iter().filter(|(name, schema)| shown(name, schema)).map(|(name, schema)| {
        let key = if required.contains(&name.as_str()) { format!("**`{name}`**") } else { format!("`{name}`") };
        vec![key, shapes.words(schema), about(schema).to_owned()]
    });
    table(&["key", "takes", "meaning"], rows)
}

fn steps(shapes: &Shapes<'_>) -> String {
    let mut out =
        String::from("## Verbs\n\nA step is one verb with its value, and the clauses that stand beside it.\n\n");
    let clauses = verbs::CLAUSES.iter().map(|(word, about)| vec![format!("`{word}`"), (*about).to_owned()]);
    out.push_str(&table(&["clause", "meaning"], clauses));
    for verb in verbs::ALL {
        out.push_str(&format!("\n### `{}`\n\n{}\n", verb.word, verb.doc));
        let beside: Vec<String> = verb.clauses.words().iter().map(|word| format!("`{word}`")).collect();
        if !beside.is_empty() {
            out.push_str(&format!("\nBeside it: {}.\n", beside.join(", ")));
        }
        out.push_str(&value_of(verb.word, shapes));
    }
    out
}

/// The schema of a verb's value: a definition, or a choice of a text and one.
fn schema_of<'s>(verb: &str, shapes: &Shapes<'s>) -> &'s Value {
    &shapes.definitions["Step"]["anyOf"][1]["properties"][verb]
}

/// The definition of what a verb takes.
fn taken_by<'s>(verb: &str, shapes: &Shapes<'s>) -> &'s Value {
    let schema = schema_of(verb, shapes);
    let nested = schema["anyOf"].as_array().into_iter().flatten().find_map(reference);
    reference(schema).or(nested).and_then(|name| shapes.definitions.get(name)).unwrap_or(&Value::Null)
}

/// What stands behind a verb's colon.
fn value_of(verb: &str, shapes: &Shapes<'_>) -> String {
    let several = schema_of(verb, shapes)["anyOf"].as_array();
    let short = several.is_some_and(|several| several.iter().any(|one| one["type"].is_array()));
    let definition = taken_by(verb, shapes);
    if definition.get("properties").is_none() {
        return format!("\nIts value: {}\n", about(definition));
    }
    let message = &shapes.definitions["Message"]["properties"];
    let of_message = |key: &str, schema: &Value| message.get(key).is_some_and(|other| about(other) == about(schema));
    let mut out = String::from("\n");
    if short {
        out.push_str("It may be a text alone.\n\n");
    }
    out.push_str(&keys(definition, shapes, |key, schema| !of_message(key, schema)));
    if definition["properties"].get("content").is_some() {
        out.push_str("\nAnd the keys of a [message](#message).\n");
    }
    out
}

fn names() -> String {
    let mut out = String::from(
        "## Names\n\nWhat every run knows. Which names a trigger adds is told in [language.md](language.md#names).\n\n",
    );
    out.push_str(&fields(&base_names(), true));
    let things = [
        entity::user_type(),
        entity::member_type(),
        entity::channel_type(),
        entity::role_type(),
        entity::guild_type(),
        entity::message_type(),
        entity::attachment_type(),
        entity::ticket_type(),
        entity::delivery_type(),
        entity::bot_type(),
        entity::run_type(),
    ];
    for thing in &things {
        let Type::Record(record) = thing else { continue };
        out.push_str(&format!("\n### {}\n\n{}", a_or_an(&record.name), fields(&record.fields, false)));
    }
    out.push_str("\nA user, channel or role that comes from a table or a setting has its `id` and `mention` only (a user also `created_at`).\n");
    out
}

fn a_or_an(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// The names at the beginning of every run, from the very code that checks them.
fn base_names() -> IndexMap<String, Field> {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let source = sources.add_bytes("reference.yaml", b"bot: reference\n", &mut diagnostics);
    let parsed = text::parse(&sources, source, &mut diagnostics);
    let Some(bot) = text::decode::<Bot>(&parsed.root, &mut diagnostics) else { return IndexMap::new() };
    let (functions, tables) = (Functions::standard(), IndexMap::new());
    Binder::new(&sources, &bot, &functions, &tables, Type::Any).base_names().roots
}

fn fields(fields: &IndexMap<String, Field>, names: bool) -> String {
    let rows = fields.iter().map(|(name, field)| {
        let missing = if matches!(field.kind, Type::Optional(_)) { ", or missing" } else { "" };
        let kind = match (&field.kind, name.as_str()) {
            (Type::Any, _) => "record".to_owned(),
            (kind, _) => format!("{kind}{missing}"),
        };
        vec![format!("`{name}`"), kind, field.doc.clone()]
    });
    table(&[if names { "name" } else { "field" }, "type", "meaning"], rows)
}

fn functions() -> String {
    let mut out = String::from(
        "## Functions\n\nIn a template `{{truncate options.text 20}}`, in an expression `truncate(options.text, 20)`. \
         What stands in [brackets] may be left out.\n\n",
    );
    let all = Functions::standard();
    out.push_str(&table(&["function", "meaning", "example"], all.iter().map(function)));
    out.push_str("\nIn expressions, lists also understand closures:\n\n");
    let lists = LISTS
        .iter()
        .map(|(name, about, example)| vec![format!("`{name}`"), (*about).to_owned(), format!("`{example}`")]);
    out.push_str(&table(&["on a list", "meaning", "example"], lists));
    out
}

fn function(function: &Function) -> Vec<String> {
    let example = function.examples.first().map_or_else(String::new, |example| {
        code_cell(&format!("{}({}) = {}", function.name, list(&example.arguments), written(&example.result)))
    });
    vec![format!("`{}`", function.signature()), function.doc.to_string(), example]
}

/// Inline code that may itself hold a backtick.
fn code_cell(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn words() -> String {
    let quoted = |words: Vec<&str>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let colors = quoted(COLORS.iter().map(|(name, _)| *name).collect());
    let permissions = quoted(permission::ALL.iter().map(|(name, _)| *name).collect());
    format!("## Words\n\n**Colours**: {colors}, or `\"#RRGGBB\"` in quotes.\n\n**Permissions**: {permissions}.\n")
}

fn codes() -> String {
    let rows = code::ALL
        .iter()
        .map(|code| vec![format!("[{code}](codes/{code}.md)"), code.severity.name().to_owned(), code.title.to_owned()]);
    format!(
        "## Codes\n\nA mistake is shown with its code; the numbers never change their meaning. `botwright explain CODE` tells more.\n\n{}",
        table(&["code", "severity", "meaning"], rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_page_in_docs_is_what_the_code_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, text()).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = kept
            .lines()
            .zip(text().lines())
            .find(|(kept, made)| kept != made)
            .map(|(kept, made)| format!("\n- {kept}\n+ {made}"));
        assert!(
            kept == text(),
            "docs/reference.md is not what the code says: run `BLESS=1 cargo test reference`{}",
            differs.unwrap_or_default()
        );
    }

    #[test]
    fn every_verb_and_function_is_on_the_page() {
        let page = text();
        for verb in verbs::ALL {
            assert!(page.contains(&format!("### `{}`", verb.word)), "{}", verb.word);
        }
        for function in Functions::standard().iter() {
            assert!(page.contains(&format!("| `{}` |", function.signature())), "{}", function.name);
        }
    }

    #[test]
    fn every_link_on_the_page_leads_to_a_heading() {
        let page = text();
        let headings: Vec<String> = page
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-").replace('`', ""))
            .collect();
        for part in page.split("](#").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            assert!(headings.iter().any(|heading| heading == target), "#{target} is no heading");
        }
    }
}
