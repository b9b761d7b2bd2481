//! Functions that reckon.

use super::function::{Function, Wanted, arithmetic, integer, number};
use super::value::{self, numeric};
use crate::flow::duration;
use crate::flow::types::Type;
use serde_json::{Value, json};

pub fn all() -> Vec<Function> {
    vec![add(), sub(), mul(), div(), modulo(), round(), min(), max(), milliseconds()]
}

/// Both sides; a missing one counts as 0.
fn sides(arguments: &[&Value]) -> Result<(f64, f64), String> {
    Ok((value::number(arguments, 0)?.unwrap_or(0.0), value::number(arguments, 1)?.unwrap_or(0.0)))
}

fn whole(
    arguments: &[&Value],
    exact: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Result<Value, String> {
    if let [Value::Number(a), Value::Number(b)] = arguments
        && let (Some(a), Some(b)) = (a.as_i64(), b.as_i64())
    {
        return exact(a, b).map(Value::from).ok_or_else(|| "the result is too large".to_owned());
    }
    let (a, b) = sides(arguments)?;
    numeric(float(a, b))
}

/// A time moves by milliseconds, and so many lie between two; everything else stays a number.
fn moved(arguments: &[Type]) -> Type {
    let times = arguments.iter().filter(|kind| *kind.present() == Type::Time).count();
    match times {
        0 => arithmetic(arguments),
        1 => Type::Time,
        _ => Type::Integer,
    }
}

fn pair(function: Function) -> Function {
    function.takes("a", Wanted::Number).takes("b", Wanted::Number)
}

fn amounts(function: Function) -> Function {
    function.takes("a", Wanted::Amount).takes("b", Wanted::Amount)
}

fn add() -> Function {
    let sum = Function::new("add", "The sum of two numbers; a time moves on by milliseconds.", moved, |arguments| {
        whole(arguments, i64::checked_add, |a, b| a + b)
    });
    amounts(sum).example(json!([2, 3]), json!(5)).example(json!([0.5, 1]), json!(1.5))
}

fn sub() -> Function {
    let difference = Function::new(
        "sub",
        "The first number less the second; a time moves back by milliseconds.",
        moved,
        |arguments| whole(arguments, i64::checked_sub, |a, b| a - b),
    );
    amounts(difference).example(json!([2, 3]), json!(-1))
}

fn mul() -> Function {
    let product = Function::new("mul", "The product of two numbers.", arithmetic, |arguments| {
        whole(arguments, i64::checked_mul, |a, b| a * b)
    });
    pair(product).example(json!([4, 3]), json!(12))
}

fn div() -> Function {
    let quotient = Function::new("div", "The first number divided by the second.", number, |arguments| {
        let (a, b) = sides(arguments)?;
        if b == 0.0 { Err("nothing can be divided by 0".to_owned()) } else { numeric(a / b) }
    });
    pair(quotient).example(json!([7, 2]), json!(3.5)).example(json!([6, 2]), json!(3))
}

fn modulo() -> Function {
    let rest = Function::new(
        "mod",
        "What remains of the first number after division by the second.",
        arithmetic,
        |arguments| {
            let (a, b) = sides(arguments)?;
            if b == 0.0 { Err("nothing can be divided by 0".to_owned()) } else { numeric(a.rem_euclid(b)) }
        },
    );
    pair(rest).example(json!([7, 3]), json!(1))
}

fn round() -> Function {
    let result = |arguments: &[Type]| if arguments.len() > 1 { Type::Number } else { integer(arguments) };
    Function::new("round", "A number rounded to a whole one, or to so many places.", result, |arguments| {
        let number = value::number(arguments, 0)?.unwrap_or(0.0);
        let places = value::size(arguments, 1, 0)?.min(10);
        let factor = 10f64.powi(places as i32);
        numeric((number * factor).round() / factor)
    })
    .takes("number", Wanted::Number)
    .may_take("places", Wanted::Integer)
    .example(json!([3.6]), json!(4))
    .example(json!([4.256, 1]), json!(4.3))
}

/// The extreme of all given numbers.
fn extreme(arguments: &[&Value], better: fn(f64, f64) -> bool) -> Result<Value, String> {
    let mut best = None;
    for index in 0..arguments.len() {
        if let Some(number) = value::number(arguments, index)?
            && best.is_none_or(|best| better(number, best))
        {
            best = Some(number);
        }
    }
    best.map_or(Ok(Value::Null), numeric)
}

fn min() -> Function {
    let least =
        Function::new("min", "The smallest of some numbers.", arithmetic, |arguments| extreme(arguments, |a, b| a < b));
    pair(least).and_more().example(json!([4, 2, 3]), json!(2))
}

fn max() -> Function {
    let most =
        Function::new("max", "The largest of some numbers.", arithmetic, |arguments| extreme(arguments, |a, b| a > b));
    pair(most).and_more().example(json!([4, 2]), json!(4))
}

fn milliseconds() -> Function {
    let optional = |_: &[Type]| Type::optional(Type::Integer);
    Function::new(
        "milliseconds",
        "How long a duration such as \"10m\" or \"1d 6h\" is, in milliseconds; nothing when the text is none.",
        optional,
        |arguments| Ok(duration::parse(&value::text(arguments, 0)).map_or(Value::Null, Value::from)),
    )
    .takes("duration", Wanted::Text)
    .example(json!(["10m"]), json!(600_000))
    .example(json!(["soon"]), json!(null))
}
