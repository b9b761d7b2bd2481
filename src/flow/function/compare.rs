//! Functions that compare and decide; an expression has operators for the same.

use super::function::{Function, Wanted, boolean};
use super::value::{equal, order, truthy};
use serde_json::{Value, json};
use std::cmp::Ordering;

pub fn all() -> Vec<Function> {
    vec![eq(), ne(), lt(), lte(), gt(), gte(), and(), or(), not()]
}

fn pair(name: &'static str, doc: &'static str, holds: fn(&Value, &Value) -> bool) -> Function {
    Function::new(name, doc, boolean, move |arguments| match arguments {
        [a, b] => Ok(Value::Bool(holds(a, b))),
        _ => Err("two values are compared".to_owned()),
    })
    .takes("a", Wanted::Anything)
    .takes("b", Wanted::Anything)
}

fn eq() -> Function {
    pair("eq", "Whether two values are the same.", equal)
        .example(json!(["stocked", "stocked"]), json!(true))
        .example(json!([5, 4]), json!(false))
}

fn ne() -> Function {
    pair("ne", "Whether two values differ.", |a, b| !equal(a, b)).example(json!([5, 4]), json!(true))
}

fn lt() -> Function {
    pair("lt", "Whether the first is less than the second; never when one is missing.", |a, b| {
        order(a, b) == Some(Ordering::Less)
    })
    .example(json!([3, 4]), json!(true))
}

fn lte() -> Function {
    pair("lte", "Whether the first is at most the second; never when one is missing.", |a, b| {
        order(a, b).is_some_and(Ordering::is_le)
    })
    .example(json!([4, 4]), json!(true))
}

fn gt() -> Function {
    pair("gt", "Whether the first is more than the second; never when one is missing.", |a, b| {
        order(a, b) == Some(Ordering::Greater)
    })
    .example(json!([3, 4]), json!(false))
    .example(json!([null, 4]), json!(false))
}

fn gte() -> Function {
    pair("gte", "Whether the first is at least the second; never when one is missing.", |a, b| {
        order(a, b).is_some_and(Ordering::is_ge)
    })
    .example(json!([4, 4]), json!(true))
}

fn and() -> Function {
    Function::new("and", "Whether all of them hold.", boolean, |arguments| {
        Ok(Value::Bool(arguments.iter().all(|value| truthy(value))))
    })
    .takes("a", Wanted::Anything)
    .takes("b", Wanted::Anything)
    .and_more()
    .example(json!([true, true, false]), json!(false))
}

fn or() -> Function {
    Function::new("or", "Whether one of them holds.", boolean, |arguments| {
        Ok(Value::Bool(arguments.iter().any(|value| truthy(value))))
    })
    .takes("a", Wanted::Anything)
    .takes("b", Wanted::Anything)
    .and_more()
    .example(json!([false, true]), json!(true))
}

fn not() -> Function {
    Function::new("not", "Whether it does not hold.", boolean, |arguments| {
        Ok(Value::Bool(!arguments.first().is_some_and(|value| truthy(value))))
    })
    .takes("value", Wanted::Anything)
    .example(json!([false]), json!(true))
    .example(json!(["text"]), json!(false))
}
