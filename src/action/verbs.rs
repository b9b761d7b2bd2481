//! The table of verbs, and the part of the schema that they make.

use crate::action::verb::Entry;
use crate::action::{
    add_role, close_ticket, count, defer, delete, dm, find, r#flow, for_each, give_back, r#if, insert, r#let, log,
    modal, open_ticket, panel, read, remove_role, reply, send, stop, take, update, wait,
};
use crate::text::Hint;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// Every verb, in the order of the reference.
pub const ALL: &[Entry] = &[
    Entry::of::<reply::Reply>(),
    Entry::of::<send::Send>(),
    Entry::of::<dm::Dm>(),
    Entry::of::<log::Log>(),
    Entry::of::<r#if::If>(),
    Entry::of::<for_each::ForEach>(),
    Entry::of::<r#let::Let>(),
    Entry::of::<r#flow::Call>(),
    Entry::of::<wait::Wait>(),
    Entry::of::<stop::Stop>(),
    Entry::of::<insert::Insert>(),
    Entry::of::<update::Update>(),
    Entry::of::<delete::Delete>(),
    Entry::of::<take::Take>(),
    Entry::of::<give_back::GiveBack>(),
    Entry::of::<find::Find>(),
    Entry::of::<count::Count>(),
    Entry::of::<read::Read>(),
    Entry::of::<modal::OpenModal>(),
    Entry::of::<panel::Panel>(),
    Entry::of::<open_ticket::OpenTicket>(),
    Entry::of::<close_ticket::CloseTicket>(),
    Entry::of::<add_role::AddRole>(),
    Entry::of::<remove_role::RemoveRole>(),
    Entry::of::<defer::Defer>(),
];

/// The words of all verbs, in the same order.
pub const WORDS: [&str; ALL.len()] = {
    let mut words = [""; ALL.len()];
    let mut at = 0;
    while at < ALL.len() {
        words[at] = ALL[at].word;
        at += 1;
    }
    words
};

/// Help for steps that stand where no step belongs.
pub const MISPLACED: &[Hint] = &[
    Hint { keys: &WORDS, of: "Command", help: "`{key}` is a step: it belongs below `steps`" },
    Hint { keys: &WORDS, of: "Bot", help: "`{key}` is a step: it belongs below the `steps` of a command" },
];

/// The words that may stand beside verbs, with their meaning.
pub const CLAUSES: [(&str, &str); 5] = [
    ("as", "The name under which later steps know what this one gave."),
    ("else", "Steps for when there is nothing to do it with, or the condition does not hold."),
    ("on_refusal", "Steps for when Discord says no."),
    ("then", "Steps for when the condition holds."),
    ("with", "A value for each argument."),
];

/// The schema of one step: a bare word, or one verb with its clauses.
pub fn step_schema(generator: &mut SchemaGenerator) -> Value {
    let bare: Vec<&str> = ALL
        .iter()
        .filter(|verb| ["stop", "defer", "close_ticket"].contains(&verb.word))
        .map(|verb| verb.word)
        .collect();
    let mut properties = Map::new();
    for verb in ALL {
        let mut schema = Value::from((verb.schema)(generator));
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), json!(verb.doc));
        }
        properties.insert(verb.word.to_owned(), schema);
    }
    for (word, doc) in CLAUSES {
        let schema = match word {
            "as" => json!({ "type": "string", "description": doc }),
            "with" => json!({ "$ref": "#/$defs/Arguments", "description": doc }),
            _ => json!({ "$ref": "#/$defs/Steps", "description": doc }),
        };
        properties.insert(word.to_owned(), schema);
    }
    let verbs: Vec<Value> = ALL.iter().map(|verb| json!({ "required": [verb.word] })).collect();
    json!({
        "description": "One step: a verb, and what stands beside it.",
        "anyOf": [
            { "enum": bare },
            { "type": "object", "additionalProperties": false, "properties": properties, "anyOf": verbs },
        ],
    })
}
