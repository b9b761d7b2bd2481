//! Functions that make something to look at: stars, times, bars, code.

use super::function::{Function, Wanted, joined, text};
use super::value::{self, bounded, integer, printed, size};
use crate::flow::types::{Text, Type};
use serde_json::{Value, json};

const MOST_STARS: usize = 20;
const MOST_CELLS: usize = 50;

pub fn all() -> Vec<Function> {
    vec![stars(), time(), plural(), number(), percent(), bar(), code(), mask(), json_text()]
}

fn stars() -> Function {
    Function::new("stars", "As many stars as a rating has.", text, |arguments| {
        let count = size(arguments, 0, 0)?.min(MOST_STARS);
        Ok(Value::String("⭐".repeat(count)))
    })
    .takes("rating", Wanted::Integer)
    .example(json!([4]), json!("⭐⭐⭐⭐"))
    .example(json!([0]), json!(""))
}

/// Discord's timestamp styles; f is its own default.
/// Source: "Timestamp styles" in the message formatting reference of Discord's published API documentation.
const STYLES: &[&str] = &["t", "T", "d", "D", "f", "F", "R"];

fn time() -> Function {
    Function::new(
        "time",
        "A time, shown to each reader in their own zone; the style is one of t, T, d, D, f, F and R (\"in 5 minutes\").",
        text,
        |arguments| {
            let style = match value::text(arguments, 1) {
                style if style.is_empty() => "f".into(),
                style => style,
            };
            if !STYLES.contains(&style.as_ref()) {
                return Err(format!("the style of a time is one of {}", STYLES.join(", ")));
            }
            let shown = integer(arguments, 0)?.map(|at| format!("<t:{}:{style}>", at.div_euclid(1000)));
            Ok(Value::String(shown.unwrap_or_default()))
        },
    )
    .takes("time", Wanted::Time)
    .may_take("style", Wanted::Word(STYLES))
    .example(json!([1_767_603_600_000_i64]), json!("<t:1767603600:f>"))
    .example(json!([1_767_603_600_000_i64, "R"]), json!("<t:1767603600:R>"))
}

fn plural() -> Function {
    let counted = |arguments: &[Type]| joined(arguments.get(1..).unwrap_or_default());
    Function::new(
        "plural",
        "A count with its noun; without a plural of its own the noun gets an s.",
        counted,
        |arguments| {
            let count = value::number(arguments, 0)?.unwrap_or(0.0);
            let noun = value::text(arguments, 1);
            let noun = match value::given(arguments, 2) {
                _ if count == 1.0 => noun.into_owned(),
                Some(plural) => printed(plural).into_owned(),
                None => format!("{noun}s"),
            };
            bounded(format!("{} {noun}", printed(&value::numeric(count)?)))
        },
    )
    .takes("count", Wanted::Number)
    .takes("noun", Wanted::Text)
    .may_take("plural", Wanted::Text)
    .example(json!([1, "key"]), json!("1 key"))
    .example(json!([3, "key"]), json!("3 keys"))
    .example(json!([2, "reply", "replies"]), json!("2 replies"))
}

fn number() -> Function {
    Function::new("number", "A number with commas between its thousands.", text, |arguments| {
        let Some(number) = value::number(arguments, 0)? else { return Ok(Value::String(String::new())) };
        let shown = printed(&value::numeric(number)?).into_owned();
        let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |digits| ("-", digits));
        let (whole, rest) = digits.split_at(digits.find(['.', 'e']).unwrap_or(digits.len()));
        Ok(Value::String(format!("{sign}{}{rest}", grouped(whole))))
    })
    .takes("number", Wanted::Number)
    .example(json!([1_234_567]), json!("1,234,567"))
    .example(json!([-1234.5]), json!("-1,234.5"))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How much of the whole a part is, from 0 to 1 and beyond; 0 of nothing.
fn share(arguments: &[&Value]) -> Result<f64, String> {
    let part = value::number(arguments, 0)?.unwrap_or(0.0);
    let whole = value::number(arguments, 1)?.unwrap_or(0.0);
    Ok(if whole == 0.0 { 0.0 } else { part / whole })
}

fn percent() -> Function {
    Function::new("percent", "How many of a hundred a part is of a whole.", text, |arguments| {
        Ok(Value::String(format!("{:.0}%", (share(arguments)? * 100.0).round())))
    })
    .takes("part", Wanted::Number)
    .takes("whole", Wanted::Number)
    .example(json!([21, 50]), json!("42%"))
    .example(json!([1, 0]), json!("0%"))
}

fn bar() -> Function {
    Function::new(
        "bar",
        "A bar that is as full as the part is of the whole, ten cells wide unless told.",
        text,
        |arguments| {
            let width = size(arguments, 2, 10)?.min(MOST_CELLS);
            let full = (share(arguments)?.clamp(0.0, 1.0) * width as f64).round() as usize;
            Ok(Value::String(["▰".repeat(full), "▱".repeat(width - full)].concat()))
        },
    )
    .takes("part", Wanted::Number)
    .takes("whole", Wanted::Number)
    .may_take("width", Wanted::Integer)
    .example(json!([3, 5, 5]), json!("▰▰▰▱▱"))
    .example(json!([1, 2]), json!("▰▰▰▰▰▱▱▱▱▱"))
}

fn code() -> Function {
    Function::new("code", "A text as inline code, exact and unable to end the code.", joined, |arguments| {
        let text = value::text(arguments, 0);
        if text.is_empty() {
            return Ok(Value::String(String::new()));
        }
        bounded(format!("`{}`", text.replace('`', "\u{2cb}").replace(['\n', '\r'], " ")))
    })
    .takes("text", Wanted::Text)
    .safely()
    .example(json!(["AAAA-BBBB"]), json!("`AAAA-BBBB`"))
    .example(json!(["a`b"]), json!("`aˋb`"))
}

fn mask() -> Function {
    let shown = |arguments: &[Type]| {
        let traces = arguments.first().map(Type::traces).unwrap_or_default();
        Type::Text(Text { secret: false, ..traces })
    };
    Function::new(
        "mask",
        "The beginning of a secret text, four characters and never more than half.",
        shown,
        |arguments| {
            let text = value::text(arguments, 0);
            let length = text.chars().count();
            let shown: String = text.chars().take(4.min(length / 2)).collect();
            Ok(Value::String(if length == 0 { shown } else { shown + "…" }))
        },
    )
    .takes("text", Wanted::Text)
    .example(json!(["ABCDEFGH"]), json!("ABCD…"))
    .example(json!(["abc"]), json!("a…"))
}

fn json_text() -> Function {
    Function::new("json", "Any value as JSON.", joined, |arguments| {
        bounded(arguments.first().map(|value| value.to_string()).unwrap_or_default())
    })
    .takes("value", Wanted::Anything)
    .example(json!([["a", 1]]), json!("[\"a\",1]"))
}
