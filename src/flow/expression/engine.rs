//! Rhai with our functions and narrow limits: no scripts, no clock, no printing, no waiting.

use super::convert::{dynamic, json};
use crate::flow::function::{Budget, Function, MAX_ITEMS, MAX_TEXT, printed};
use rhai::packages::{ArithmeticPackage, LogicPackage, Package};
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, NativeCallContext, OptimizationLevel, Token,
};
use std::any::TypeId;

/// Operations of one evaluation.
const MAX_OPERATIONS: u64 = 100_000;

type Outcome = Result<Dynamic, Box<EvalAltResult>>;

/// Words of the engine that lead out of an expression, or to functions by their names.
const REFUSED: [&str; 20] = [
    "eval",
    "print",
    "debug",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_fn",
    "is_def_var",
    "type_of",
    "this",
    "let",
    "const",
    "fn",
    "import",
    "export",
    "throw",
    "return",
    "try",
    "switch",
];

/// What a list does with a closure: name, what the closure is asked, an example.
pub const LISTS: [(&str, &str, &str); 6] = [
    ("filter", "The items for which the closure holds.", "keys.filter(|row| row.state == \"stocked\")"),
    ("map", "What the closure makes of each item.", "keys.map(|row| row.product)"),
    ("any", "Whether the closure holds for an item.", "keys.any(|row| row.state == \"cleared\")"),
    ("all", "Whether the closure holds for every item.", "keys.all(|row| row.state == \"stocked\")"),
    ("find", "The first item for which the closure holds.", "keys.find(|row| row.product == \"Alpha\")"),
    ("count", "For how many items the closure holds.", "keys.count(|row| row.state == \"stocked\")"),
];

/// Made once for a table of functions.
pub fn engine<'f>(functions: impl Iterator<Item = &'f Function>) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    limit(&mut engine);
    names(&mut engine);
    texts(&mut engine);
    missing(&mut engine);
    closures(&mut engine);
    for function in functions {
        register(&mut engine, function);
    }
    engine
}

fn limit(engine: &mut Engine) {
    engine
        .set_max_operations(MAX_OPERATIONS)
        .set_max_call_levels(8)
        .set_max_expr_depths(64, 32)
        .set_max_string_size(MAX_TEXT)
        .set_max_array_size(MAX_ITEMS)
        .set_max_map_size(1_000)
        .set_max_variables(64)
        .set_max_functions(16)
        .set_optimization_level(OptimizationLevel::None)
        .set_allow_looping(false)
        .set_allow_switch_expression(false)
        .set_fail_on_invalid_map_property(false);
    engine.on_progress(|_| Budget::time().err().map(|spent| spent.reason().into()));
}

/// In the scope of an evaluation, this says that the expression has closures. No author can write such a name.
pub const CLOSURES: &str = "has closures";

fn names(engine: &mut Engine) {
    // A closure shares the variables around it, and the engine refuses a list whose own closure reads the same
    // variable ("data race"). So where closures are, variables are handed out as copies.
    #[allow(deprecated)]
    engine.on_var(|name, _, context| {
        let by_value = context.call_level() > 0 || context.scope().contains(CLOSURES);
        Ok(if by_value { context.scope().get(name).map(|value| value.clone().flatten()) } else { None })
    });
    for word in REFUSED {
        engine.disable_symbol(word);
    }
    // Reserved by the engine for later, but the name of one of our functions.
    #[allow(deprecated)]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if word.as_str() == "default" => Token::Identifier(word),
        other => other,
    });
}

/// Text joins with anything that can stand in a text.
fn texts(engine: &mut Engine) {
    let text = |value: Dynamic| json(&value).map(|value| printed(&value).into_owned()).unwrap_or_default();
    engine
        .register_fn("+", move |a: ImmutableString, b: Dynamic| -> String { format!("{a}{}", text(b)) })
        .register_fn("+", move |a: Dynamic, b: ImmutableString| -> String { format!("{}{b}", text(a)) })
        .register_fn("to_string", move |value: Dynamic| -> String { text(value) })
        .register_fn("len", |value: Dynamic| length(&value))
        .register_get("len", |text: &mut ImmutableString| text.chars().count() as i64)
        .register_get("length", |text: &mut ImmutableString| text.chars().count() as i64)
        .register_get("len", |list: &mut Array| list.len() as i64)
        .register_get("length", |list: &mut Array| list.len() as i64);
}

fn length(value: &Dynamic) -> i64 {
    let items = value.as_array_ref().map(|items| items.len());
    let length = items.or_else(|_| value.as_immutable_string_ref().map(|text| text.chars().count()));
    length.map_or(0, |length| length as i64)
}

/// What is missing has no fields and no items, and asking for one is no mistake.
fn missing(engine: &mut Engine) {
    engine
        .register_indexer_get(|(): &mut (), _: ImmutableString| Dynamic::UNIT)
        .register_indexer_get(|(): &mut (), _: i64| Dynamic::UNIT)
        .register_get("len", |(): &mut ()| 0_i64)
        .register_get("length", |(): &mut ()| 0_i64)
        .register_fn("!", |(): ()| true);
    #[allow(deprecated)]
    engine.on_invalid_array_index(|_, _, _| Ok(Dynamic::UNIT.into()));
}

fn register(engine: &mut Engine, function: &Function) {
    let (fewest, most) = function.arity();
    for count in fewest..=most {
        let own = function.clone();
        let types = vec![TypeId::of::<Dynamic>(); count];
        engine.register_raw_fn(own.name.to_string(), types, move |_, arguments| call(&own, arguments));
    }
}

fn call(function: &Function, arguments: &mut [&mut Dynamic]) -> Outcome {
    Budget::step().map_err(|spent| failed(spent.reason().to_owned()))?;
    let values: Option<Vec<_>> = arguments.iter().map(|argument| json(argument)).collect();
    let values = values.ok_or_else(|| failed(format!("`{}`: a closure is no value", function.name)))?;
    let result = (function.work)(&values.iter().collect::<Vec<_>>());
    result.map(|value| dynamic(&value)).map_err(|reason| failed(format!("`{}`: {reason}", function.name)))
}

fn failed(reason: String) -> Box<EvalAltResult> {
    reason.into()
}

/// The items of a list; of what is missing, none.
fn taken(list: &Dynamic) -> Result<Array, Box<EvalAltResult>> {
    if list.is_unit() {
        return Ok(Array::new());
    }
    list.clone().flatten().into_array().map_err(|_| failed("this is no list".to_owned()))
}

fn closures(engine: &mut Engine) {
    on_list(engine, "filter", |items, holds| {
        let mut kept = Array::new();
        for item in items {
            if holds(item.clone())? {
                kept.push(item);
            }
        }
        Ok(kept.into())
    });
    on_list(engine, "any", |items, holds| {
        for item in items {
            if holds(item)? {
                return Ok(true.into());
            }
        }
        Ok(false.into())
    });
    on_list(engine, "all", |items, holds| {
        for item in items {
            if !holds(item)? {
                return Ok(false.into());
            }
        }
        Ok(true.into())
    });
    on_list(engine, "find", |items, holds| {
        for item in items {
            if holds(item.clone())? {
                return Ok(item);
            }
        }
        Ok(Dynamic::UNIT)
    });
    on_list(engine, "count", |items, holds| {
        let mut count = 0_i64;
        for item in items {
            count += i64::from(holds(item)?);
        }
        Ok(count.into())
    });
    let types = [TypeId::of::<Dynamic>(), TypeId::of::<FnPtr>()];
    engine.register_raw_fn("map", types, |context, arguments| -> Outcome {
        let closure = arguments[1].clone().cast::<FnPtr>();
        let made = taken(arguments[0])?.into_iter().map(|item| ask(&closure, &context, item));
        made.collect::<Result<Array, _>>().map(Dynamic::from)
    });
}

type Holds<'a> = &'a dyn Fn(Dynamic) -> Result<bool, Box<EvalAltResult>>;

fn on_list(engine: &mut Engine, name: &str, work: fn(Array, Holds<'_>) -> Outcome) {
    let types = [TypeId::of::<Dynamic>(), TypeId::of::<FnPtr>()];
    engine.register_raw_fn(name.to_owned(), types, move |context, arguments| {
        let closure = arguments[1].clone().cast::<FnPtr>();
        let holds = |item: Dynamic| {
            let answer = ask(&closure, &context, item)?;
            answer.as_bool().map_err(|_| failed("the closure must say true or false".to_owned()))
        };
        work(taken(arguments[0])?, &holds)
    });
}

fn ask(closure: &FnPtr, context: &NativeCallContext<'_>, item: Dynamic) -> Outcome {
    Budget::step().map_err(|spent| failed(spent.reason().to_owned()))?;
    closure.call_raw(context, None, [item])
}
