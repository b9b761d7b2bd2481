//! What templates promise, seen from outside.

use super::{Compiled, Place, Problem, Scope, Template};
use crate::flow::function::Functions;
use crate::flow::types::{Field, Names, Record, Text, Type};
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

pub fn functions() -> &'static Functions {
    static FUNCTIONS: LazyLock<Functions> = LazyLock::new(Functions::standard);
    &FUNCTIONS
}

fn record(name: &str, fields: &[(&str, Type)]) -> Type {
    let field = |kind: &Type| Field::new(kind.clone(), "");
    let fields = fields.iter().map(|(name, kind)| ((*name).to_owned(), field(kind))).collect::<IndexMap<_, _>>();
    Type::Record(Arc::new(Record { name: name.to_owned(), fields }))
}

/// What a `/review` command of a shop knows.
pub fn names() -> Names {
    let user = record("user", &[("id", Type::TEXT), ("name", Type::USER_TEXT), ("mention", Type::TEXT)]);
    let secret = Type::Text(Text { secret: true, ..Text::default() });
    let row = record(
        "row of `keys`",
        &[("key", secret), ("product", Type::USER_TEXT), ("at", Type::Time), ("owner", user.clone())],
    );
    let options = record(
        "options of `/review`",
        &[
            ("rating", Type::Integer),
            ("review", Type::USER_TEXT),
            ("note", Type::optional(Type::USER_TEXT)),
            ("friend", Type::optional(user.clone())),
        ],
    );
    let settings = record("settings", &[("products", Type::list(Type::TEXT)), ("greeting", Type::TEXT)]);
    Names::default()
        .with("user", user, "Who did it")
        .with("options", options, "What was given")
        .with("settings", settings, "What the file sets")
        .with("keys", Type::list(row), "Rows")
        .with("now", Type::Time, "The time")
        .with("remaining", Type::Integer, "How many are left")
        .with("share", Type::Number, "A number")
        .with("first", Type::TEXT, "A name like a function's")
        .with("answer", Type::Any, "Something open")
}

pub fn scope() -> Scope {
    Scope::from(json!({
        "user": {"id": "1462381972474167491", "name": "ana_*b*", "mention": "<@1462381972474167491>"},
        "options": {"rating": 4, "review": "**Great** @everyone", "friend": null, "note": null},
        "settings": {"products": ["Alpha", "Beta"], "greeting": "**Hello**"},
        "keys": [
            {"key": "A-1", "product": "Al*pha", "at": 1_767_603_600_000_i64, "owner": {"id": "1", "name": "bo", "mention": "<@1>"}},
            {"key": "B`2", "product": "Beta", "at": 1_767_603_601_999_i64, "owner": {"id": "2", "name": "cy", "mention": "<@2>"}},
        ],
        "now": 1_767_603_600_000_i64,
        "remaining": 3,
        "first": "one",
        "share": 4.0,
        "answer": "_x_",
    }))
}

fn compile(text: &str) -> Compiled {
    Template::compile(text, Place::Markdown, &names(), functions())
}

fn render_in(place: Place, text: &str) -> String {
    let compiled = Template::compile(text, place, &names(), functions());
    let template = compiled.template.unwrap_or_else(|| panic!("{text}: {:?}", compiled.problems));
    template.render(&scope()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn render(text: &str) -> String {
    render_in(Place::Markdown, text)
}

fn value(text: &str) -> (Value, Type) {
    let template = compile(text).template.unwrap();
    (template.value(&scope()).unwrap(), template.kind().clone())
}

#[test]
fn names_functions_and_blocks_render() {
    let cases = [
        ("Hi {{options.rating}}", "Hi 4"),
        ("{{stars options.rating}} ({{options.rating}}/5)", "⭐⭐⭐⭐ (4/5)"),
        ("{{#if options.note}}{{options.note}}{{else}}none{{/if}}", "none"),
        ("{{#if options.note}}a{{else if (gte options.rating 4)}}b{{else}}c{{/if}}", "b"),
        ("{{#unless options.note}}no note{{/unless}}", "no note"),
        ("{{options.friend.name}}", ""),
        ("{{#each settings.products}}{{@index}}:{{this}}{{#unless @last}}, {{/unless}}{{/each}}", "0:Alpha, 1:Beta"),
        ("{{#each settings.products as |p i|}}{{i}}{{p}} {{/each}}", "0Alpha 1Beta "),
        ("{{#each (split \"a b\" \" \")}}<{{this}}>{{/each}}", "<a><b>"),
        ("{{#with options}}{{rating}}{{/with}}", "4"),
        ("{{#with options as |o|}}{{o.rating}} {{../remaining}}{{/with}}", "4 3"),
        ("a {{~ remaining ~}} b", "a3b"),
        ("{{! note }}x{{!-- {{gone}} --}}y", "xy"),
        ("\\{{options.rating}} {{remaining}}", "{{options.rating}} 3"),
        ("\\\\{{remaining}}", "\\3"),
        ("{{{{raw}}}}{{kept}}{{{{/raw}}}}", "{{kept}}"),
        ("{{truncate settings.greeting 4}}", "**H…"),
        ("{{div remaining 2}} {{share}} `{{share}}`", "1.5 4 `4`"),
        ("{{join keys \", \" \"owner.name\"}}", "bo, cy"),
        ("{{plural remaining 'key'}} {{#if (and (eq remaining 3) (not options.note))}}yes{{/if}}", "3 keys yes"),
    ];
    for (text, expected) in cases {
        assert_eq!(render(text), expected, "{text}");
    }
}

#[test]
fn names_of_the_run_are_reached_from_inside_of_blocks() {
    assert_eq!(
        render("{{#each keys as |k|}}{{k.owner.id}}:{{user.id}} {{/each}}"),
        "1:1462381972474167491 2:1462381972474167491 "
    );
    assert_eq!(
        render("{{#each keys}}{{owner.id}}{{remaining}}{{@root.remaining}}{{../remaining}} {{/each}}"),
        "1333 2333 "
    );
    assert_eq!(render("{{#each keys}}{{#with owner}}{{id}}{{../owner.id}}{{owner.id}} {{/with}}{{/each}}"), "111 222 ");
    assert_eq!(
        render("{{#each keys}}{{#each ../settings.products}}{{this}}{{remaining}} {{/each}}{{/each}}"),
        "Alpha3 Beta3 Alpha3 Beta3 "
    );
    assert_eq!(
        render(
            "{{#each (reverse keys) as |k|}}{{k.owner.id}}{{#each settings.products as |p|}}{{p}}{{k.owner.id}}{{remaining}}{{/each}} {{/each}}"
        ),
        "2Alpha23Beta23 1Alpha13Beta13 "
    );
}

#[test]
fn a_name_like_a_function_is_the_name() {
    assert_eq!(render("{{first}} {{first settings.products}} {{upper first}}"), "one Alpha ONE");
    assert_eq!(render("{{#each settings.products as |length|}}{{length}}{{/each}}"), "AlphaBeta");
}

#[test]
fn a_text_that_is_one_tag_keeps_its_type() {
    assert_eq!(value("{{options.rating}}"), (json!(4), Type::Integer));
    assert_eq!(value("{{now}}"), (json!(1_767_603_600_000_i64), Type::Time));
    assert_eq!(value("{{user}}").0["name"], "ana_*b*");
    assert_eq!(value("{{settings.products}}"), (json!(["Alpha", "Beta"]), Type::list(Type::TEXT)));
    assert_eq!(value("{{options.review}}"), (json!("**Great** @everyone"), Type::USER_TEXT));
    assert_eq!(value("{{options.note}}"), (json!(null), Type::optional(Type::USER_TEXT)));
    assert_eq!(value("{{split options.review}}").0, json!(["**Great**", "@everyone"]));
    assert_eq!(value("{{add remaining 1}}"), (json!(4), Type::Integer));
    assert_eq!(value("{{first}}"), (json!("one"), Type::TEXT));
    assert_eq!(value("{{remaining}}!"), (json!("3!"), Type::TEXT));
    assert_eq!(value("plain"), (json!("plain"), Type::TEXT));
}

#[test]
fn the_whole_inherits_from_its_parts() {
    let kind = |text: &str| compile(text).template.unwrap().kind().clone();
    assert_eq!(kind("{{user.id}} {{remaining}}"), Type::TEXT);
    assert_eq!(kind("{{user.id}} {{user.name}}"), Type::USER_TEXT);
    assert_eq!(kind("x {{#if remaining}}{{else}}{{upper user.name}}{{/if}}"), Type::USER_TEXT);
    let is_secret = |text: &str| compile(text).template.unwrap().is_secret();
    assert!(is_secret("{{#each keys as |k|}}{{k.key}}{{/each}}"));
    assert!(is_secret("{{join keys ', ' 'key'}}"));
    assert!(!is_secret("{{join keys ', ' 'product'}}"));
    assert!(!is_secret("{{#each keys as |k|}}{{mask k.key}}{{/each}}"));
    assert!(!is_secret("{{length keys}}"));
}

#[test]
fn what_it_reads_is_known() {
    let template =
        compile("{{user.id}} {{#each keys as |k|}}{{k.product}}{{user.name}}{{remaining}}{{/each}}").template;
    assert_eq!(template.unwrap().reads(), ["user", "keys", "remaining"]);
    assert_eq!(compile("Thanks!").template.unwrap().constant(), Some("Thanks!"));
    assert_eq!(compile("Thanks {{user.id}}").template.unwrap().constant(), None);
}

#[test]
fn what_users_wrote_is_escaped_and_nothing_else_is() {
    let cases = [
        ("{{options.review}}", "\\*\\*Great\\*\\* @\u{200b}everyone"),
        ("{{upper user.name}}", "ANA\\_\\*B\\*"),
        ("{{settings.greeting}} {{user.mention}}", "**Hello** <@1462381972474167491>"),
        ("{{answer}}", "\\_x\\_"),
        ("{{{options.review}}}", "\\*\\*Great\\*\\* @\u{200b}everyone"),
        ("{{{settings.greeting}}}", "**Hello**"),
        ("{{#each keys as |k|}}{{k.product}} {{/each}}", "Al\\*pha Beta "),
        ("{{now}} {{time now 'R'}}", "<t:1767603600:f> <t:1767603600:R>"),
        ("{{default options.note user.name}}", "ana\\_\\*b\\*"),
    ];
    for (text, expected) in cases {
        assert_eq!(render(text), expected, "{text}");
    }
}

#[test]
fn where_no_markdown_is_rendered_nothing_is_escaped() {
    assert_eq!(render_in(Place::Plain, "{{options.review}} {{user.name}}"), "**Great** @everyone ana_*b*");
    assert_eq!(render_in(Place::Plain, "{{now}}"), "2026-01-05 09:00 UTC");
}

#[test]
fn code_of_the_text_shows_values_exactly() {
    let cases = [
        ("`{{user.name}}` {{user.name}}", "`ana_*b*` ana\\_\\*b\\*"),
        ("{{#each keys as |k|}}`{{k.key}}`\n{{/each}}", "`A-1`\n`B\u{2cb}2`\n"),
        ("```\n{{user.name}}\n```{{user.name}}", "```\nana_*b*\n```ana\\_\\*b\\*"),
        ("`{{#if remaining}}{{user.name}}{{/if}}x`", "`ana_*b*x`"),
        ("`{{options.note}}`", "` `"),
        ("{{code user.name}}", "`ana_*b*`"),
        ("{{upper (code user.name)}}", "\\`ANA\\_\\*B\\*\\`"),
        ("\\`{{user.name}}`", "\\`ana\\_\\*b\\*`"),
        ("` {{user.name}}", "` ana\\_\\*b\\*"),
        ("`{{#if options.note}}`{{/if}}{{user.name}}`", "`ana\\_\\*b\\*`"),
        ("`{{now}}`", "`2026-01-05 09:00 UTC`"),
    ];
    for (text, expected) in cases {
        assert_eq!(render(text), expected, "{text}");
    }
}

fn underlined(text: &str, problem: &Problem) -> String {
    let pad: String = text[..problem.range.start].chars().map(|_| ' ').collect();
    let marks: String = text[problem.range.clone()].chars().map(|_| '^').collect();
    let mut out = format!("{text}\n{pad}{marks} {}\n", problem.label);
    let level = if problem.warning { "warning" } else { "error" };
    out.push_str(&format!("  {level} {:?}: {}\n", problem.kind, problem.message));
    if let Some(help) = &problem.help {
        out.push_str(&format!("  help: {help}\n"));
    }
    if let Some((range, by)) = &problem.nearest {
        out.push_str(&format!("  fix: {}{by}{}\n", &text[..range.start], &text[range.end..]));
    }
    out
}

/// Every problem of every text, drawn.
pub fn drawn<'a>(cases: impl IntoIterator<Item = (&'a str, Vec<Problem>)>) -> String {
    let mut out = String::new();
    for (text, problems) in cases {
        if problems.is_empty() {
            out.push_str(&format!("{text}\n  nothing found\n"));
        }
        problems.iter().for_each(|problem| out.push_str(&underlined(text, problem)));
        out.push('\n');
    }
    out
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let texts = [
        "You gave {{options.raiting}} stars",
        "{{opions.rating}}",
        "{{rating}}",
        "{{username}}",
        "{{zzz}}",
        "{{user.name.first}}",
        "{{user.nick}}",
        "{{user}} did it",
        "keys: {{keys}}",
        "{{settings.product}}",
        "{{settings.products.length}} {{settings.products.foo}} {{user.name.length}}",
        "{{options}} x",
        "{{strs options.rating}}",
        "{{user name}}",
        "{{stars}}",
        "{{stars user.name}}",
        "{{stars options.rating 5}}",
        "{{truncate user.name}}",
        "{{time now 'X'}}",
        "{{join keys \", \" \"prodct\"}}",
        "{{upper text=user.name}}",
        "{{upper (user.name)}}",
        "{{options.rating >= 4}}",
        "{{#if options.rating >= 4}}x{{/if}}",
        "{{#if options.rating = 4}}x{{/if}}",
        "{{#if rating = 4}}x{{/if}}",
        "{{#if !options.note}}x{{/if}}",
        "{{remaining + 1}}",
        "{{user.name == 'x' && remaining > 3}}",
        "{{remaining ? 'yes' : 'no'}}",
        "{{stars(options.rating)}}",
        "{{user.name | upper}}",
        "{{\"text\"}}",
        "{{}}",
        "{{.}}",
        "{{options.}}",
        "{{user.name",
        "{{user.name}",
        "{options.rating} stars {not.known}",
        "{{#if user}}x",
        "x{{/if}}",
        "{{#if user}}x{{/each}}",
        "x{{else}}y",
        "{{#if user}}x{{else}}y{{else}}z{{/if}}",
        "{{#if}}x{{/if}}",
        "{{if user}}",
        "{{#keys}}x{{/keys}}",
        "{{#upper}}x{{/upper}}",
        "{{#foreach keys}}x{{/foreach}}",
        "{{#each user}}x{{/each}}",
        "{{#each keys as |k|}}{{k.prduct}}{{/each}}",
        "{{#each keys as k}}{{k}}{{/each}}",
        "{{#each keys}}{{prduct}}{{/each}}",
        "{{this}} {{@index}} {{../user}} {{@indx}}",
        "{{> header}}",
        "{{* deco}}",
        "{{#*inline \"x\"}}x{{/inline}}",
        "{{{options.review}}} {{{settings.greeting}}}",
        "{{lookup settings.products 0}}",
        "{{!-- never closed",
        "{{upper \"never closed}}",
        "{{{{foo}}}}x{{{{/foo}}}}",
        "{{options.rating}} {{a}} {{b}}",
    ];
    insta::assert_snapshot!(drawn(texts.map(|text| (text, compile(text).problems))));
}
