//! What expressions promise, seen from outside.

use super::{Compiled, Expression};
use crate::flow::template::tests::{drawn, functions, names, scope};
use crate::flow::types::{Text, Type};
use serde_json::{Value, json};

fn compile(text: &str) -> Compiled {
    Expression::compile(text, &names(), functions())
}

fn expression(text: &str) -> Expression {
    let compiled = compile(text);
    compiled.expression.unwrap_or_else(|| panic!("{text}: {:#?}", compiled.problems))
}

fn evaluate(text: &str) -> Value {
    expression(text).evaluate(&scope()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn expressions_come_to_their_values() {
    let cases = [
        ("options.rating >= 4", json!(true)),
        ("options.rating >= 4 && user.name != \"bo\"", json!(true)),
        ("!(options.rating > 4) || false", json!(true)),
        ("user.id == \"1462381972474167491\"", json!(true)),
        ("options.note == ()", json!(true)),
        ("options.note ?? \"none\"", json!("none")),
        ("options.friend.name", json!(null)),
        ("options.friend.name == \"bo\"", json!(false)),
        ("remaining + 1", json!(4)),
        ("remaining * 2.5", json!(7.5)),
        ("-remaining", json!(-3)),
        ("\"ticket-\" + remaining + \"-\" + options.rating", json!("ticket-3-4")),
        ("`${user.id}: ${remaining}`", json!("1462381972474167491: 3")),
        ("if remaining > 2 { \"many\" } else { \"few\" }", json!("many")),
        ("settings.products", json!(["Alpha", "Beta"])),
        ("settings.products[0]", json!("Alpha")),
        ("settings.products[-1]", json!("Beta")),
        ("settings.products[7]", json!(null)),
        ("settings.products.len", json!(2)),
        ("\"Beta\" in settings.products", json!(true)),
        ("\"Gamma\" !in settings.products", json!(true)),
        ("settings.products.contains(\"Beta\")", json!(true)),
        ("keys[1].owner.name.upper()", json!("CY")),
        ("keys.filter(|row| row.product == \"Beta\").len", json!(1)),
        ("keys.filter(|row| row.product == \"Beta\").len()", json!(1)),
        ("keys.map(|row| row.owner.id)", json!(["1", "2"])),
        ("keys.count(|row| row.owner.name != user.name)", json!(2)),
        ("keys.find(|row| row.owner.id == \"2\").product", json!("Beta")),
        ("keys.all(|row| row.at > 0)", json!(true)),
        ("length(keys)", json!(2)),
        ("split(\"a,b c\").join(\"+\")", json!("a+b+c")),
        ("truncate(settings.greeting, 4)", json!("**H…")),
        ("now + 1000", json!(1_767_603_601_000_i64)),
        ("first + \"!\"", json!("one!")),
        ("default(options.note, \"x\")", json!("x")),
        ("[1, 2, 3].sum()", json!(6)),
        ("round(7 / 2.0)", json!(4)),
        ("7 / 2", json!(3)),
    ];
    for (text, expected) in cases {
        assert_eq!(evaluate(text), expected, "{text}");
    }
}

#[test]
fn closures_know_the_names_around_them() {
    let text = "keys.filter(|row| row.owner.id != user.id && row.at <= now).map(|row| row.product)";
    assert_eq!(evaluate(text), json!(["Al*pha"]));
    assert_eq!(expression(text).reads(), ["keys", "user", "now"]);
    assert_eq!(evaluate("keys.filter(|row| row.owner.id == keys[1].owner.id).len"), json!(1));
    assert_eq!(evaluate("keys.filter(|row| settings.products.any(|p| p == row.product)).len"), json!(1));
    assert_eq!(evaluate("keys.map(|row| split(row.product).any(|part| row.product == part))"), json!([true, true]));
    assert_eq!(evaluate("[[1, 2], [3]].map(|user| user.map(|x| x + user.len))"), json!([[3, 4], [4]]));
}

#[test]
fn kinds_are_known_before_the_run() {
    let cases = [
        ("options.rating >= 4", Type::Boolean),
        ("options.rating", Type::Integer),
        ("options.rating + 1", Type::Integer),
        ("options.rating / 2.0", Type::Number),
        ("now - now", Type::Integer),
        ("now + 5", Type::Time),
        ("options.note", Type::optional(Type::USER_TEXT)),
        ("options.note ?? \"none\"", Type::USER_TEXT),
        ("\"a\" + user.name", Type::USER_TEXT),
        ("\"a\" + user.id", Type::TEXT),
        ("`${user.name}`", Type::USER_TEXT),
        ("settings.products[0]", Type::optional(Type::TEXT)),
        ("keys.len", Type::Integer),
        ("keys.map(|row| row.at)", Type::list(Type::Time)),
        ("keys.find(|row| row.at > 0).product", Type::optional(Type::USER_TEXT)),
        ("pluck(keys, \"at\")", Type::list(Type::Time)),
        ("if remaining > 1 { 1 } else { 2 }", Type::Integer),
        ("if remaining > 1 { user.name } else { \"x\" }", Type::USER_TEXT),
        ("answer.anything", Type::Any),
        ("stars(options.rating)", Type::TEXT),
        ("keys[0].key", Type::optional(Type::Text(Text { secret: true, ..Text::default() }))),
        ("mask(keys[0].key)", Type::TEXT),
    ];
    for (text, kind) in cases {
        assert_eq!(expression(text).kind(), &kind, "{text}");
    }
    assert!(expression("join(keys, \",\", \"key\")").is_secret());
    assert!(!expression("join(keys, \",\", \"product\")").is_secret());
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let texts = [
        "{{options.rating}} >= 4",
        "user.name == \"{{options.review}}\"",
        "{{stars options.rating}} == \"x\"",
        "options.raiting >= 4",
        "optins.rating >= 4",
        "rating >= 4",
        "zzz",
        "options.rating.foo",
        "user.name.length.foo",
        "options.rating = 4",
        "options.rating === 4",
        "options.rating <> 4",
        "remaining > 1 and remaining < 9",
        "not remaining > 1",
        "options.note == null",
        "user.name == 'ana'",
        "user.id == 14623819724741674910",
        "user.id == 1462381972474167491",
        "user == \"1\"",
        "user == options.friend",
        "options.rating == \"4\"",
        "options.rating > \"4\"",
        "options.rating == user.name",
        "user > 4",
        "options.note && true",
        "options.rating || false",
        "!options.rating",
        "if options.note { 1 } else { 2 }",
        "options.note + 1",
        "user.name - 1",
        "\"a\" + keys",
        "remaining + keys",
        "remaining > 1 ? \"a\" : \"b\"",
        "strs(options.rating)",
        "stars(user.name)",
        "stars()",
        "stars",
        "user.name.upper",
        "user.name.uper()",
        "truncate(user.name)",
        "keys.filter(|row| row.prduct == \"x\").len",
        "keys.filter(|row| roww.product == \"x\").len",
        "user.filter(|x| true)",
        "keys.each(|x| true)",
        "filter(keys)",
        "keys.product",
        "keys[0].prduct",
        "settings.products.first",
        "let x = 4",
        "while true { }",
        "options.rating >=",
        "(options.rating >= 4",
        "options.rating >= 4)",
        "options.",
        "user.name == \"ana",
        "eval(\"1\")",
        "sleep(10)",
        "print(1)",
        "this.x",
        "import \"x\"",
        "",
        "a b",
        "user.name @ 4",
        "sum(keys, \"prodct\")",
        "switch remaining { 1 => 2 }",
        "remaining += 1",
        "options.rating >= 4;",
    ];
    insta::assert_snapshot!(drawn(texts.map(|text| (text, compile(text).problems))));
}
