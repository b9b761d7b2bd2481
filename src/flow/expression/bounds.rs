//! No expression, however wild, crashes, hangs or reaches anything but its names.

use super::{Expression, MAX_LENGTH};
use crate::flow::template::tests::{functions, names, scope};
use crate::flow::template::{ProblemKind, Scope};
use crate::flow::types::{Names, Type};
use proptest::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};

fn refused(text: &str) -> Vec<ProblemKind> {
    let compiled = Expression::compile(text, &names(), functions());
    assert!(compiled.expression.is_none(), "{text}");
    compiled.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    assert_eq!(refused(&"1".repeat(MAX_LENGTH + 1)), [ProblemKind::TooDeep]);
    let brackets = |count: usize| "(".repeat(count) + "1" + ")".repeat(count).as_str();
    assert_eq!(refused(&brackets(1_900)), [ProblemKind::TooDeep]);
    assert_eq!(refused(&("!".repeat(3_000) + "true")), [ProblemKind::TooDeep]);
    assert_eq!(refused(&("-".repeat(3_000) + "1")), [ProblemKind::TooDeep]);
    assert_eq!(refused(&("1+".repeat(1_900) + "1")), [ProblemKind::TooDeep]);
    assert_eq!(refused(&("true&&".repeat(600) + "true")), [ProblemKind::TooDeep]);
    for text in ["user".to_owned() + ".a".repeat(1_900).as_str(), "answer".to_owned() + "[0]".repeat(1_200).as_str()] {
        drop(Expression::compile(&text, &names(), functions()));
    }
    let ifs = "if true { 1 } else ".repeat(200) + "{ 2 }";
    drop(Expression::compile(&ifs, &names(), functions()));
    let closures = "keys.filter(|a| ".repeat(200) + "true" + ")".repeat(200).as_str();
    assert!(!refused(&closures).is_empty());
    assert_eq!(Expression::compile(&("1+".repeat(40) + "1"), &names(), functions()).problems, []);
    assert_eq!(Expression::compile(&brackets(20), &names(), functions()).problems, []);
}

#[test]
fn nothing_of_the_engine_leads_out() {
    let texts = [
        "sleep(10)",
        "sleep(10.0)",
        "eval(\"1\")",
        "print(1)",
        "debug(1)",
        "timestamp()",
        "Fn(\"upper\")",
        "call(\"upper\")",
        "Fn(\"upper\").call(\"a\")",
        "import \"x\" as y",
        "loop { }",
        "while true { }",
        "for i in 0..9 { }",
        "do { } while true",
        "{ loop { } }",
        "exit()",
        "throw 1",
        "fn f() { f() }",
        "let a = 1; a",
        "is_def_var(\"user\")",
        "type_of(1)",
        "this",
        "rand()",
        "parse_json(\"1\")",
        "x::y()",
        "keys.filter(|r| { let a = 1; loop { } })",
        "keys.filter(|r| loop { })",
        "range(0, 1000000000)",
        "0..1000000000",
    ];
    for text in texts {
        assert!(!refused(text).is_empty());
    }
}

#[test]
fn much_work_comes_to_an_end() {
    let names = Names::default().with("rows", Type::list(Type::Integer), "");
    let scope = Scope::from(json!({"rows": (0..2_000).collect::<Vec<_>>()}));
    let texts = [
        "rows.filter(|a| rows.all(|b| a + b >= 0)).len > 0",
        "rows.map(|a| rows.map(|b| a * b))",
        "rows.map(|a| sort(rows))",
        "rows.map(|a| rows)",
    ];
    for text in texts {
        let compiled = Expression::compile(text, &names, functions());
        let expression = compiled.expression.unwrap_or_else(|| panic!("{text}: {:?}", compiled.problems));
        let began = Instant::now();
        let error = expression.evaluate(&scope).unwrap_err().0;
        assert!(began.elapsed() < Duration::from_secs(5), "{text}");
        let known = ["it takes too long", "it takes too many steps", "a text or list becomes too large"];
        assert!(known.contains(&error.as_str()), "{text}: {error}");
    }
}

#[test]
fn errors_of_a_run_name_no_value() {
    let names = Names::default().with("a", Type::Any, "").with("b", Type::Any, "");
    let scope = Scope::from(json!({"a": "secret", "b": {"secret": 1}}));
    for text in [
        "a - 1",
        "a.secret.x",
        "b[1]",
        "a / b",
        "-a",
        "a && b",
        "stars(a)",
        "a[\"secret\"]",
        "a.filter(|x| x)",
        "1 / 0",
        "join(a)",
        "b + 1",
    ] {
        let expression = Expression::compile(text, &names, functions()).expression.unwrap();
        if let Err(error) = expression.evaluate(&scope) {
            assert!(!error.0.contains("secret"), "{text}: {error}");
        }
    }
}

#[test]
fn what_is_missing_stays_missing() {
    let names = Names::default().with("a", Type::Any, "");
    for scope in [Scope::default(), Scope::from(json!({"a": null}))] {
        for (text, expected) in [
            ("a", json!(null)),
            ("a.b.c", json!(null)),
            ("a[0].b", json!(null)),
            ("a.len", json!(0)),
            ("a == ()", json!(true)),
            ("a == 1", json!(false)),
            ("a > 1", json!(false)),
            ("a ?? 5", json!(5)),
            ("a.b ?? \"x\"", json!("x")),
            ("a.filter(|x| x.y)", json!([])),
            ("length(a)", json!(0)),
            ("\"x\" + a", json!("x")),
            ("1 in a", json!(false)),
        ] {
            let expression = Expression::compile(text, &names, functions()).expression.unwrap();
            assert_eq!(expression.evaluate(&scope), Ok(expected), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_compiles_or_says_why(text in "[ -~\\n\u{e9}]{0,50}") {
        check_any(&text);
    }

    #[test]
    fn any_mixture_compiles_or_says_why(parts in prop::collection::vec(prop::sample::select(vec![
        "user", ".name", "keys", "options.rating", "[0]", "[", "]", "(", ")", "{", "}", "|x|", "||", "&&", "!", "==", ">=", "<", "+", "-", "*", "/",
        " if ", " else ", "\"a\"", "\"", "'", "`", "${", "4", "2.5", ".filter(|r| r.product == \"x\")", ".map(", ".len", "upper(", ",", "()", "??", "?.",
        " in ", " and ", " not ", "null", " ", "\n", "#{", "a:", "{{", "}}", "x", "é", "answer", ";", "=", "let ", "now", "first", "..", "//", "/*",
    ]), 0..16)) {
        check_any(&parts.concat());
    }
}

fn check_any(text: &str) {
    let compiled = Expression::compile(text, &names(), functions());
    for problem in &compiled.problems {
        assert!(text.get(problem.range.clone()).is_some(), "{text:?}: {problem:?}");
        if let Some((range, _)) = &problem.nearest {
            assert!(text.get(range.clone()).is_some(), "{text:?}: {problem:?}");
        }
    }
    match compiled.expression {
        Some(expression) => drop(expression.evaluate(&scope())),
        None => assert!(!compiled.problems.is_empty(), "{text:?}"),
    }
}
