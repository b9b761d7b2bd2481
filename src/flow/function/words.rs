//! Functions that change or look into a text.

use super::function::{Function, Wanted, boolean, integer, joined, list_of_joined};
use super::value::{self, bounded, equal, fits, given, items, printed, size};
use crate::flow::types::Type;
use serde_json::{Value, json};

pub fn all() -> Vec<Function> {
    vec![
        upper(),
        lower(),
        capitalize(),
        trim(),
        truncate(),
        replace(),
        split(),
        lines(),
        length(),
        contains(),
        starts_with(),
        ends_with(),
        spelled(),
        default(),
    ]
}

/// A function of one text.
fn of_text(name: &'static str, doc: &'static str, work: fn(&str) -> String) -> Function {
    Function::new(name, doc, joined, move |arguments| bounded(work(&value::text(arguments, 0))))
        .takes("text", Wanted::Text)
}

fn upper() -> Function {
    of_text("upper", "A text in capitals.", str::to_uppercase).example(json!(["beta"]), json!("BETA"))
}

fn lower() -> Function {
    of_text("lower", "A text in small letters.", str::to_lowercase).example(json!(["BETA"]), json!("beta"))
}

fn capitalize() -> Function {
    of_text("capitalize", "A text with its first letter as a capital.", |text| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
    .example(json!(["gold member"]), json!("Gold member"))
}

fn trim() -> Function {
    of_text("trim", "A text without the blanks at its ends.", |text| text.trim().to_owned())
        .example(json!(["  Alpha "]), json!("Alpha"))
}

fn truncate() -> Function {
    let kept = |arguments: &[Type]| joined(arguments.get(..1).unwrap_or_default());
    Function::new(
        "truncate",
        "A text cut to so many characters, the last being … where something was cut.",
        kept,
        |arguments| {
            let text = value::text(arguments, 0);
            let length = size(arguments, 1, 0)?;
            if text.chars().count() <= length {
                return bounded(text.into_owned());
            }
            let cut: String = text.chars().take(length.saturating_sub(1)).collect();
            bounded(if length == 0 { cut } else { cut.trim_end().to_owned() + "…" })
        },
    )
    .takes("text", Wanted::Text)
    .takes("length", Wanted::Integer)
    .example(json!(["Great service", 6]), json!("Great…"))
    .example(json!(["Great", 6]), json!("Great"))
}

fn replace() -> Function {
    Function::new("replace", "A text with every occurrence of one text replaced by another.", joined, |arguments| {
        let text = value::text(arguments, 0);
        let (from, to) = (value::text(arguments, 1), value::text(arguments, 2));
        if from.is_empty() {
            return bounded(text.into_owned());
        }
        fits(text.len() + text.matches(from.as_ref()).count() * to.len())?;
        bounded(text.replace(from.as_ref(), &to))
    })
    .takes("text", Wanted::Text)
    .takes("from", Wanted::Text)
    .takes("to", Wanted::Text)
    .example(json!(["1 Day", "Day", "day"]), json!("1 day"))
}

fn split() -> Function {
    let parts = |arguments: &[Type]| list_of_joined(arguments.get(..1).unwrap_or_default());
    Function::new(
        "split",
        "The parts of a text between any of the given characters, else between blanks, commas and line breaks; empty parts are left out.",
        parts,
        |arguments| {
            let text = value::text(arguments, 0);
            let separators = value::text(arguments, 1);
            let separates = |c: char| match separators.is_empty() {
                true => c.is_whitespace() || c == ',',
                false => separators.contains(c),
            };
            items(text.split(separates).filter(|part| !part.is_empty()).map(Value::from).collect())
        },
    )
    .takes("text", Wanted::Text)
    .may_take("separators", Wanted::Text)
    .example(json!(["AAA, BBB\nCCC"]), json!(["AAA", "BBB", "CCC"]))
    .example(json!(["1 Day|1 Week", "|"]), json!(["1 Day", "1 Week"]))
}

fn lines() -> Function {
    let parts = |arguments: &[Type]| list_of_joined(arguments.get(..1).unwrap_or_default());
    Function::new(
        "lines",
        "The lines of a text, without blanks at their ends and without empty ones.",
        parts,
        |arguments| {
            let text = value::text(arguments, 0);
            items(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect())
        },
    )
    .takes("text", Wanted::Text)
    .example(json!(["1 Day\n\n 1 Week"]), json!(["1 Day", "1 Week"]))
}

fn length() -> Function {
    Function::new("length", "How many items a list has, or characters a text.", integer, |arguments| {
        let length = match given(arguments, 0) {
            None => 0,
            Some(Value::Array(items)) => items.len(),
            Some(other) => printed(other).chars().count(),
        };
        Ok(Value::from(length))
    })
    .takes("value", Wanted::TextOrList)
    .example(json!(["Größe"]), json!(5))
    .example(json!([["a", "b"]]), json!(2))
}

fn contains() -> Function {
    Function::new("contains", "Whether a text has another in it, or a list an item.", boolean, |arguments| {
        let found = match given(arguments, 0) {
            None => false,
            Some(Value::Array(items)) => arguments.get(1).is_some_and(|item| items.iter().any(|one| equal(one, item))),
            Some(Value::Object(fields)) => fields.contains_key(value::text(arguments, 1).as_ref()),
            Some(text) => printed(text).contains(value::text(arguments, 1).as_ref()),
        };
        Ok(Value::Bool(found))
    })
    .takes("value", Wanted::TextOrList)
    .takes("item", Wanted::Anything)
    .example(json!(["Support Tickets", "Ticket"]), json!(true))
    .example(json!([["Alpha", "Beta"], "Gamma"]), json!(false))
}

fn starts_with() -> Function {
    Function::new("starts_with", "Whether a text begins with another.", boolean, |arguments| {
        Ok(Value::Bool(value::text(arguments, 0).starts_with(value::text(arguments, 1).as_ref())))
    })
    .takes("text", Wanted::Text)
    .takes("beginning", Wanted::Text)
    .example(json!(["ticket-7", "ticket-"]), json!(true))
}

fn ends_with() -> Function {
    Function::new("ends_with", "Whether a text ends with another.", boolean, |arguments| {
        Ok(Value::Bool(value::text(arguments, 0).ends_with(value::text(arguments, 1).as_ref())))
    })
    .takes("text", Wanted::Text)
    .takes("end", Wanted::Text)
    .example(json!(["rules.txt", ".png"]), json!(false))
}

fn spelled() -> Function {
    Function::new(
        "spelled",
        "A text as a list spells it, regardless of case; as it is when the list has none like it.",
        joined,
        |arguments| {
            let text = value::text(arguments, 0);
            let folded = text.trim().to_lowercase();
            let found = value::list(arguments, 1)?
                .iter()
                .map(|item| printed(item).into_owned())
                .find(|item| item.to_lowercase() == folded);
            Ok(Value::String(found.unwrap_or_else(|| text.trim().to_owned())))
        },
    )
    .takes("text", Wanted::Text)
    .takes("list", Wanted::List)
    .example(json!(["GOLD", ["Gold", "Silver"]]), json!("Gold"))
    .example(json!(["Bronze", ["Gold", "Silver"]]), json!("Bronze"))
}

fn default() -> Function {
    let either = |arguments: &[Type]| match arguments {
        [first, second] => first.present().either(second),
        _ => Type::Any,
    };
    Function::new("default", "The first value unless it is missing or empty; else the second.", either, |arguments| {
        let empty = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
        let first = arguments.first().filter(|value| !empty(value));
        Ok(first.or(arguments.get(1)).map_or(Value::Null, |value| (*value).clone()))
    })
    .takes("value", Wanted::Anything)
    .takes("otherwise", Wanted::Anything)
    .example(json!(["", "nobody"]), json!("nobody"))
    .example(json!(["ana", "nobody"]), json!("ana"))
}
