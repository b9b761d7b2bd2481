//! Checking one call: how many arguments, of which types, and what comes of it.

use super::function::{Function, Wanted};
use crate::flow::note::Notes;
use crate::flow::template::names::{Dialect, describe, part_of};
use crate::flow::template::nearest::nearest;
use crate::flow::template::problem::{Problem, ProblemKind};
use crate::flow::types::Type;
use serde_json::Value;
use std::ops::Range;

/// An argument as the check knows it.
pub(crate) struct Given {
    pub kind: Type,
    pub range: Range<usize>,
    /// Its value, when the author wrote the value itself.
    pub literal: Option<Value>,
}

/// The type of the result; problems go to `problems`, and after one the result is open.
pub(crate) fn check_call(
    function: &Function,
    arguments: &[Given],
    name: Range<usize>,
    dialect: Dialect,
    problems: &mut Vec<Problem>,
) -> Type {
    let before = problems.len();
    problems.extend(count(function, arguments, name, dialect));
    for (index, given) in arguments.iter().enumerate() {
        let Some(parameter) = function.parameter(index) else { continue };
        let rows = arguments.first().map(|given| &given.kind);
        problems.extend(
            wrong_type(function, parameter.kind, given)
                .or_else(|| wrong_word(parameter.kind, given))
                .or_else(|| wrong_field(parameter.kind, given, rows)),
        );
    }
    if problems.len() > before {
        return Type::Any;
    }
    (function.result)(&narrowed(function, arguments))
}

fn count(function: &Function, arguments: &[Given], name: Range<usize>, dialect: Dialect) -> Option<Problem> {
    let (fewest, most) = function.arity();
    let written = written(function, dialect);
    let message =
        |words: String| Problem::new(name.clone(), ProblemKind::Arguments, words).help(format!("write `{written}`"));
    if arguments.len() < fewest {
        let missing = &function.parameters[arguments.len()];
        let label = format!("its {} is missing", missing.name);
        return Some(message(format!("`{}` needs {}", function.name, many(fewest))).label(label));
    }
    if arguments.len() > most {
        let label = format!("{} are given", arguments.len());
        return Some(message(format!("`{}` takes {}", function.name, at_most(fewest, most))).label(label));
    }
    None
}

fn written(function: &Function, dialect: Dialect) -> String {
    match dialect {
        Dialect::Template => function.signature(),
        Dialect::Expression => {
            let names: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name).collect();
            format!("{}({})", function.name, names.join(", "))
        }
    }
}

fn many(count: usize) -> String {
    match count {
        1 => "an argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}

fn at_most(fewest: usize, most: usize) -> String {
    if fewest == most { many(most) } else { format!("at most {}", many(most)) }
}

fn wrong_type(function: &Function, wanted: Wanted, given: &Given) -> Option<Problem> {
    let missing = given.literal.as_ref().is_some_and(Value::is_null);
    if missing || wanted.takes(&given.kind) {
        return None;
    }
    let message = format!("`{}` takes {}, not {}", function.name, wanted.describe(), describe(&given.kind));
    Some(Problem::new(given.range.clone(), ProblemKind::Type, message).label(describe(&given.kind)))
}

fn wrong_word(wanted: Wanted, given: &Given) -> Option<Problem> {
    let (Wanted::Word(words), Some(Value::String(word))) = (wanted, &given.literal) else { return None };
    if words.contains(&word.as_str()) {
        return None;
    }
    let problem =
        Problem::new(given.range.clone(), ProblemKind::Arguments, format!("`{word}` is not one of the words"))
            .label(format!("one of {}", words.join(", ")))
            .known(words.iter().map(|word| (*word).to_owned()));
    Some(problem)
}

fn wrong_field(wanted: Wanted, given: &Given, rows: Option<&Type>) -> Option<Problem> {
    if !matches!(wanted, Wanted::Field | Wanted::Key) {
        return None;
    }
    let (Some(Value::String(name)), Some(Type::List(of))) = (&given.literal, rows.map(Type::present)) else {
        return None;
    };
    let Type::Record(record) = of.present() else { return None };
    if name.contains('.') || record.fields.contains_key(name) {
        return None;
    }
    let near = nearest(name, record.fields.keys().map(String::as_str));
    let part = part_of(&record.name);
    let problem = Problem::new(given.range.clone(), ProblemKind::UnknownField, format!("the rows have no `{name}`"))
        .label(format!("not {part}"))
        .known(record.fields.keys().cloned())
        .instead_of(near.map(|near| format!("\"{near}\"")));
    Some(problem)
}

/// Notes the fields of rows that a call names in quotes.
pub(crate) fn note_fields(function: &Function, arguments: &[Given], notes: &Notes) {
    let Some(Type::List(of)) = arguments.first().map(|rows| rows.kind.present()) else { return };
    for (index, given) in arguments.iter().enumerate() {
        let names = function.parameter(index).is_some_and(|one| matches!(one.kind, Wanted::Field | Wanted::Key));
        if let (true, Some(Value::String(name))) = (names, &given.literal)
            && given.range.len() >= 2
        {
            notes.field(of, name, given.range.start + 1..given.range.end - 1);
        }
    }
}

/// The types that the result is made from: where a field is named, its own type stands for the whole row.
fn narrowed(function: &Function, arguments: &[Given]) -> Vec<Type> {
    let mut kinds: Vec<Type> = arguments.iter().map(|given| given.kind.clone()).collect();
    for (index, given) in arguments.iter().enumerate() {
        let is_field = function.parameter(index).is_some_and(|parameter| parameter.kind == Wanted::Field);
        if let (true, Some(Value::String(name)), Some(Type::List(of))) =
            (is_field, &given.literal, kinds.first().map(|kind| kind.present().clone()))
            && let Type::Record(record) = of.present()
            && let Some(field) = record.fields.get(name)
        {
            kinds[0] = Type::list(field.kind.clone());
        }
    }
    kinds
}

/// What a literal is.
pub(crate) fn literal_type(value: &Value) -> Type {
    match value {
        Value::Null => Type::optional(Type::TEXT),
        Value::Bool(_) => Type::Boolean,
        Value::Number(number) if number.is_f64() => Type::Number,
        Value::Number(_) => Type::Integer,
        Value::String(_) => Type::TEXT,
        Value::Array(items) => {
            let of = items.iter().map(literal_type).reduce(|a, b| a.either(&b));
            Type::list(of.unwrap_or(Type::TEXT))
        }
        Value::Object(_) => Type::Any,
    }
}
