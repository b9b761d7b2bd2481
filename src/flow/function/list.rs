//! Functions on lists and rows.

use super::function::{Function, Wanted, integer, item, joined, list_of_joined, same};
use super::value::{self, bounded, equal, field, fits, given, items, list, numeric, printed};
use crate::flow::types::Type;
use serde_json::{Value, json};
use std::cmp::Ordering;

pub fn all() -> Vec<Function> {
    vec![join(), first(), last(), slice(), sort(), unique(), reverse(), pluck(), count_where(), sum()]
}

fn join() -> Function {
    Function::new("join", "The items of a list in one text, or one field of each row.", joined, |arguments| {
        let separator = match given(arguments, 1) {
            None => ", ".into(),
            Some(separator) => printed(separator),
        };
        let name = given(arguments, 2).map(printed);
        let mut out = String::new();
        for (at, item) in list(arguments, 0)?.iter().enumerate() {
            if at > 0 {
                out.push_str(&separator);
            }
            out.push_str(&printed(field(item, name.as_deref())));
            fits(out.len())?;
        }
        bounded(out)
    })
    .takes("list", Wanted::List)
    .may_take("separator", Wanted::Text)
    .may_take("field", Wanted::Field)
    .example(json!([["Alpha", "Beta"], ", "]), json!("Alpha, Beta"))
    .example(json!([[{"key": "A"}, {"key": "B"}], "\n", "key"]), json!("A\nB"))
}

fn first() -> Function {
    Function::new("first", "The first item of a list; nothing of an empty one.", item, |arguments| {
        Ok(list(arguments, 0)?.first().cloned().unwrap_or_default())
    })
    .takes("list", Wanted::List)
    .example(json!([["Alpha", "Beta"]]), json!("Alpha"))
}

fn last() -> Function {
    Function::new("last", "The last item of a list; nothing of an empty one.", item, |arguments| {
        Ok(list(arguments, 0)?.last().cloned().unwrap_or_default())
    })
    .takes("list", Wanted::List)
    .example(json!([["Alpha", "Beta"]]), json!("Beta"))
}

fn slice() -> Function {
    Function::new(
        "slice",
        "A part of a list, or of a text by characters: where it begins, counted from 0, and how many.",
        same,
        |arguments| {
            let from = value::size(arguments, 1, 0)?;
            let count = value::size(arguments, 2, usize::MAX)?;
            match given(arguments, 0) {
                None => Ok(Value::Null),
                Some(Value::Array(all)) => items(all.iter().skip(from).take(count).cloned().collect()),
                Some(text) => bounded(printed(text).chars().skip(from).take(count).collect()),
            }
        },
    )
    .takes("value", Wanted::TextOrList)
    .takes("from", Wanted::Integer)
    .may_take("count", Wanted::Integer)
    .example(json!([["a", "b", "c"], 1]), json!(["b", "c"]))
    .example(json!(["AAAA-BBBB", 0, 4]), json!("AAAA"))
}

fn sort() -> Function {
    Function::new("sort", "A list in order, or its rows by one field.", same, |arguments| {
        let name = given(arguments, 1).map(printed);
        let mut all = list(arguments, 0)?.to_vec();
        all.sort_by(|a, b| in_order(field(a, name.as_deref()), field(b, name.as_deref())));
        items(all)
    })
    .takes("list", Wanted::List)
    .may_take("field", Wanted::Key)
    .example(json!([[3, 1, 2]]), json!([1, 2, 3]))
    .example(json!([[{"n": 2}, {"n": 1}], "n"]), json!([{"n": 1}, {"n": 2}]))
}

/// A total order, as sorting needs it: `1.0` and `1` are the same, and kinds stay together.
fn in_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().unwrap_or(f64::NAN).total_cmp(&b.as_f64().unwrap_or(f64::NAN))
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// What cannot be compared stands by its kind, so that every list has an order.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    }
}

fn unique() -> Function {
    Function::new("unique", "A list without repetitions.", same, |arguments| {
        let mut seen = std::collections::HashSet::new();
        let fresh = list(arguments, 0)?.iter().filter(|item| seen.insert(item.to_string()));
        items(fresh.cloned().collect())
    })
    .takes("list", Wanted::List)
    .example(json!([["a", "b", "a"]]), json!(["a", "b"]))
}

fn reverse() -> Function {
    Function::new("reverse", "A list from its end to its beginning.", same, |arguments| {
        items(list(arguments, 0)?.iter().rev().cloned().collect())
    })
    .takes("list", Wanted::List)
    .example(json!([[1, 2]]), json!([2, 1]))
}

fn pluck() -> Function {
    Function::new("pluck", "One field of every row, as a list.", column, |arguments| {
        let name = value::text(arguments, 1);
        items(list(arguments, 0)?.iter().map(|row| field(row, Some(&name)).clone()).collect())
    })
    .takes("rows", Wanted::List)
    .takes("field", Wanted::Field)
    .example(json!([[{"key": "A"}, {"key": "B"}], "key"]), json!(["A", "B"]))
}

fn count_where() -> Function {
    Function::new("count_where", "How many rows have a value in a field.", integer, |arguments| {
        let name = value::text(arguments, 1);
        let wanted = arguments.get(2).copied().unwrap_or(&Value::Null);
        let count = list(arguments, 0)?.iter().filter(|row| equal(field(row, Some(&name)), wanted)).count();
        Ok(Value::from(count))
    })
    .takes("rows", Wanted::List)
    .takes("field", Wanted::Key)
    .takes("value", Wanted::Anything)
    .example(json!([[{"state": "stocked"}, {"state": "cleared"}], "state", "stocked"]), json!(1))
}

fn sum() -> Function {
    Function::new("sum", "The sum of a list of numbers, or of one field of its rows.", total, |arguments| {
        let name = given(arguments, 1).map(printed);
        let mut total = 0.0;
        for item in list(arguments, 0)? {
            let value = field(item, name.as_deref());
            total += value::number(&[value], 0)?.unwrap_or(0.0);
        }
        numeric(total)
    })
    .takes("list", Wanted::List)
    .may_take("field", Wanted::Field)
    .example(json!([[1, 2, 3]]), json!(6))
    .example(json!([[{"n": 2}, {"n": 1}], "n"]), json!(3))
}

/// The check hands over the field's own type where it knows the field.
fn column(arguments: &[Type]) -> Type {
    match arguments.first().map(Type::present) {
        Some(Type::List(of)) if !matches!(of.present(), Type::Record(_)) => Type::List(of.clone()),
        _ => list_of_joined(arguments),
    }
}

fn total(arguments: &[Type]) -> Type {
    match arguments.first().map(Type::present) {
        Some(Type::List(of)) if *of.present() == Type::Integer => Type::Integer,
        Some(Type::List(of)) if *of.present() == Type::Any => Type::Any,
        Some(Type::Any) => Type::Any,
        _ => Type::Number,
    }
}
