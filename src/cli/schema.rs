//! `botwright schema`: the JSON Schema of bot files, told so that editors show it well.
//!
//! What is allowed is decided by the structs (`action::schema`). Here only the words change: the YAML language server makes
//! its suggestions and explanations of them, and each rule below mends one that was of no use to anybody.

use crate::action::verbs;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which files it is about.
    #[arg(value_enum, default_value_t = Of::Bot)]
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// Bots.
    Bot,
    /// Scenarios: `store.test.yaml`.
    Scenario,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let schema = match arguments.of {
        Of::Bot => of_bots(),
        Of::Scenario => of_scenarios(),
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(ExitCode::SUCCESS)
}

/// What refers to any scalar.
const TEXT: &str = "#/$defs/Text";

/// Words of a schema under which one schema stands, several in a list, or several by name.
const ONE: [&str; 2] = ["additionalProperties", "items"];
const LIST: [&str; 3] = ["anyOf", "oneOf", "allOf"];
const NAMED: [&str; 3] = ["properties", "patternProperties", "$defs"];

fn of_bots() -> Value {
    let mut schema = crate::action::schema::schema();
    bare_words(&mut schema["$defs"]["Step"]);
    for_editors(schema)
}

fn of_scenarios() -> Value {
    for_editors(crate::scenario::schema())
}

fn for_editors(mut schema: Value) -> Value {
    schema["$defs"]["Text"] = any_scalar();
    // It would stand above every explanation.
    schema.as_object_mut().map(|root| root.shift_remove("title"));
    reword(&mut schema);
    schema
}

/// Text may be written as any scalar. Said plainly, editors would suggest `true` and `false` for every text. The empty
/// descriptions keep the two ways from being taken for the ways of the key itself, whose explanation would be doubled.
fn any_scalar() -> Value {
    let others = ["string", "number", "object", "array"];
    json!({
        "anyOf": [
            { "type": ["string", "number"], "description": "" },
            { "not": { "type": others }, "description": "" },
        ],
    })
}

/// A verb that takes nothing is suggested as a bare word, and not as a key without a value. That a verb must be there is
/// not said: under a misspelled one it would come out as "`reply` is missing".
fn bare_words(step: &mut Value) {
    let bare: Vec<String> = step["anyOf"][0]["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let takes_something = |word: &String| step["anyOf"][1]["properties"][word].get("anyOf").is_some();
    let (keys, words): (Vec<String>, Vec<String>) = bare.into_iter().partition(takes_something);
    let docs: Vec<&str> =
        words.iter().filter_map(|word| verbs::ALL.iter().find(|verb| verb.word == word)).map(|verb| verb.doc).collect();
    if let Some(properties) = step["anyOf"][1]["properties"].as_object_mut() {
        properties.retain(|word, _| !words.contains(word));
    }
    step["anyOf"][1]["patternProperties"] = json!({ format!("^({})$", words.join("|")): { "type": "null" } });
    let mut mapping = step["anyOf"][1].take();
    mapping.as_object_mut().map(|mapping| mapping.shift_remove("anyOf"));
    step["anyOf"] = json!([
        mapping,
        { "type": "string", "enum": words, "enumDescriptions": docs },
        { "type": "string", "pattern": format!("^({})$", keys.join("|")) },
    ]);
}

/// Changes the words of a schema and of all in it.
fn reword(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    for word in ONE {
        map.get_mut(word).into_iter().for_each(reword);
    }
    for word in LIST {
        map.get_mut(word).and_then(Value::as_array_mut).into_iter().flatten().for_each(reword);
    }
    for word in NAMED {
        map.get_mut(word).and_then(Value::as_object_mut).into_iter().flatten().for_each(|(_, inner)| reword(inner));
    }
    without_nothing(map);
    words_with_meanings(map);
    as_text(map);
    map.retain(|word, value| word != "default" || !is_empty(value));
    in_markdown(map);
    told_once(map);
}

/// "Or nothing" is how a key is left out; editors would suggest `null`.
fn without_nothing(map: &mut Map<String, Value>) {
    if let Some(kinds) = map.get_mut("type").and_then(Value::as_array_mut).filter(|kinds| kinds.len() > 1) {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            map["type"] = only.clone();
        }
    }
    let Some(ways) = map.get_mut("anyOf").and_then(Value::as_array_mut) else { return };
    ways.retain(|way| way["type"] != "null");
    if let [only] = ways.as_mut_slice() {
        let only = only.take();
        map.shift_remove("anyOf");
        for (word, value) in only.as_object().into_iter().flatten() {
            map.entry(word.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// A choice of words, each with its meaning, in the form that is shown as a list.
fn words_with_meanings(map: &mut Map<String, Value>) {
    let Some(ways) = map.get("oneOf").and_then(Value::as_array) else { return };
    if !ways.iter().all(|way| way["const"].is_string()) {
        return;
    }
    let words: Vec<Value> = ways.iter().map(|way| way["const"].clone()).collect();
    let meanings: Vec<Value> = ways.iter().map(|way| json!(way["description"].as_str().unwrap_or_default())).collect();
    map.shift_remove("oneOf");
    map.insert("type".into(), json!("string"));
    map.insert("enum".into(), Value::Array(words));
    map.insert("enumDescriptions".into(), Value::Array(meanings));
}

fn as_text(map: &mut Map<String, Value>) {
    let scalar = json!(["string", "number", "boolean"]);
    if map.get("type") == Some(&scalar) {
        map.shift_remove("type");
        map.insert("$ref".into(), json!(TEXT));
    }
}

/// What is not set is suggested without a value.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Without this, editors show the signs of Markdown. Beside a reference it also stands in for what is referred to.
fn in_markdown(map: &mut Map<String, Value>) {
    let refers = map.contains_key("$ref");
    let marked = |about: &&Value| refers || about.to_string().contains('`');
    let about = map.get("description").filter(marked).cloned();
    map.extend(about.map(|about| ("markdownDescription".to_owned(), about)));
    let about = map.get("enumDescriptions").filter(marked).cloned();
    map.extend(about.map(|about| ("markdownEnumDescriptions".to_owned(), about)));
}

/// What is said of a key counts for each way to write its value, before what is said of that way.
fn told_once(map: &mut Map<String, Value>) {
    let told: Vec<(String, Value)> = ["description", "markdownDescription"]
        .iter()
        .filter_map(|word| Some(((*word).to_owned(), map.get(*word)?.clone())))
        .collect();
    for way in map.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(way) =
            way.as_object_mut().filter(|way| way.get("$ref").is_some_and(|to| to != TEXT) && !told.is_empty())
        {
            way.extend(told.iter().cloned());
        }
    }
}
