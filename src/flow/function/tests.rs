//! Every function does what its reference says, in templates and in expressions alike.

use super::{Function, Functions, Wanted};
use crate::flow::expression::Expression;
use crate::flow::template::{Place, Scope, Template};
use crate::flow::types::{Names, Type};
use serde_json::{Value, json};

/// A value as somebody would write it in a template, or the name it is bound to.
fn in_template(index: usize, value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Array(_) => format!("value{index}"),
        other => other.to_string(),
    }
}

fn in_expression(index: usize, value: &Value) -> String {
    match value {
        Value::Null => "()".to_owned(),
        other => in_template(index, other),
    }
}

fn bound(arguments: &[Value]) -> (Names, Scope) {
    let mut names = Names::default();
    let mut scope = Scope::default();
    for (index, value) in arguments.iter().enumerate() {
        names.bind(&format!("value{index}"), Type::Any, "");
        scope.bind(&format!("value{index}"), value.clone());
    }
    (names, scope)
}

fn written(arguments: &[Value], write: fn(usize, &Value) -> String) -> Vec<String> {
    arguments.iter().enumerate().map(|(index, value)| write(index, value)).collect()
}

#[test]
fn every_example_holds_in_templates_and_in_expressions() {
    let functions = Functions::standard();
    for function in functions.iter() {
        assert!(!function.examples.is_empty(), "`{}` has no example", function.name);
        for example in &function.examples {
            let (names, scope) = bound(&example.arguments);
            let text = format!("{{{{{} {}}}}}", function.name, written(&example.arguments, in_template).join(" "));
            let compiled = Template::compile(&text, Place::Markdown, &names, &functions);
            let template = compiled.template.unwrap_or_else(|| panic!("{text}: {:?}", compiled.problems));
            assert_eq!(template.value(&scope), Ok(example.result.clone()), "{text}");

            let text = format!("{}({})", function.name, written(&example.arguments, in_expression).join(", "));
            let compiled = Expression::compile(&text, &names, &functions);
            let expression = compiled.expression.unwrap_or_else(|| panic!("{text}: {:?}", compiled.problems));
            assert_eq!(expression.evaluate(&scope), Ok(example.result.clone()), "{text}");
        }
    }
}

#[test]
fn every_function_says_what_it_does() {
    for function in Functions::standard().iter() {
        assert!(function.doc.ends_with('.'), "{}: {}", function.name, function.doc);
        let required = function.parameters.iter().map(|parameter| parameter.required);
        assert!(required.is_sorted_by(|a, b| a >= b), "{}: what is required comes first", function.name);
    }
}

#[test]
fn a_missing_value_is_never_an_error() {
    let functions = Functions::standard();
    for function in functions.iter() {
        let (fewest, _) = function.arity();
        let missing = vec![&Value::Null; fewest];
        let result = (function.work)(&missing);
        let division = matches!(function.name.as_ref(), "div" | "mod");
        assert!(result.is_ok() || division, "{}: {result:?}", function.name);
    }
}

#[test]
fn no_function_panics_on_values_of_any_kind() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!("💥 ünï"),
        json!(""),
        json!([1, "a", null, [2.5]]),
        json!({"a": {"b": 1}}),
    ];
    for function in Functions::standard().iter() {
        let (_, most) = function.arity();
        for a in &odd {
            for b in &odd {
                for c in &odd {
                    let arguments = [a, b, c];
                    drop((function.work)(&arguments[..most.min(3)]));
                }
            }
        }
    }
}

#[test]
fn texts_cannot_be_made_to_grow_without_end() {
    let functions = Functions::standard();
    let replace = functions.get("replace").unwrap();
    let (a, many) = (json!("a".repeat(60_000)), json!("aa"));
    let error = (replace.work)(&[&a, &json!("a"), &many]).unwrap_err();
    assert_eq!(error, "the text would be longer than 65536 bytes");
}

#[test]
fn a_further_function_is_known_everywhere() {
    let double = Function::new(
        "double",
        "Twice a number.",
        |_| Type::Integer,
        |arguments| Ok(Value::from(arguments[0].as_i64().unwrap_or(0) * 2)),
    )
    .takes("number", Wanted::Integer);
    let functions = Functions::with(vec![double]);
    let names = Names::default();
    let template = Template::compile("{{double 4}}", Place::Plain, &names, &functions).template.unwrap();
    assert_eq!((template.render(&Scope::default()).unwrap().as_str(), template.kind()), ("8", &Type::Integer));
    let expression = Expression::compile("double(4) + 1", &names, &functions).expression.unwrap();
    assert_eq!(expression.evaluate(&Scope::default()), Ok(json!(9)));
}
