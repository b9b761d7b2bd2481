//! No text, however wild, crashes, hangs or lets a user's words act.

use super::tests::{functions, names, scope};
use super::{MAX_LENGTH, Place, ProblemKind, Scope, Template, escape_markdown};
use crate::flow::types::{Names, Type};
use proptest::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};

fn refused(text: &str) -> Vec<ProblemKind> {
    let compiled = Template::compile(text, Place::Markdown, &names(), functions());
    assert!(compiled.template.is_none());
    compiled.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn texts_too_long_or_too_deep_are_refused() {
    assert_eq!(refused(&"{{remaining}}".repeat(MAX_LENGTH)), [ProblemKind::TooDeep]);
    let deep = |count: usize| "{{#if remaining}}".repeat(count) + "{{/if}}".repeat(count).as_str();
    assert!(refused(&deep(2_000)).contains(&ProblemKind::TooDeep));
    assert!(refused(&deep(33)).contains(&ProblemKind::TooDeep));
    let template = Template::compile(&deep(32), Place::Markdown, &names(), functions()).template.unwrap();
    assert_eq!(template.render(&scope()), Ok(String::new()));
    let brackets = |count: usize| format!("{{{{upper {}remaining{}}}}}", "(upper ".repeat(count), ")".repeat(count));
    assert!(refused(&brackets(500)).contains(&ProblemKind::TooDeep));
    assert_eq!(Template::compile(&brackets(32), Place::Markdown, &names(), functions()).problems, []);
    let chain = "{{#if remaining}}".to_owned() + "{{else if remaining}}".repeat(900).as_str() + "{{/if}}";
    assert!(refused(&chain).contains(&ProblemKind::TooDeep));
    let literals = format!("{{{{json {}{}}}}}", "[".repeat(3_000), "]".repeat(3_000));
    assert!(!refused(&literals).is_empty());
}

fn rows(count: usize) -> (Names, Scope) {
    let names =
        Names::default().with("rows", Type::list(Type::Integer), "").with("empty", Type::optional(Type::TEXT), "");
    (names, Scope::from(json!({"rows": (0..count).collect::<Vec<_>>()})))
}

fn fails(text: &str, count: usize) -> String {
    let (names, scope) = rows(count);
    let compiled = Template::compile(text, Place::Markdown, &names, functions());
    let template = compiled.template.unwrap_or_else(|| panic!("{:?}", compiled.problems));
    let began = Instant::now();
    let error = template.render(&scope).unwrap_err().0;
    assert!(began.elapsed() < Duration::from_secs(5));
    error
}

#[test]
fn loops_come_to_an_end_even_when_they_write_nothing() {
    let nested = "{{#each rows}}{{#each rows}}{{#each rows}}{{/each}}{{/each}}{{/each}}";
    let error = fails(nested, 1_000);
    assert!(["it takes too many steps", "it takes too long"].contains(&error.as_str()), "{error}");
    let idle = format!("{{{{#each rows}}}}{{{{#if empty}}}}{}{{{{/if}}}}{{{{/each}}}}", "{{empty}}".repeat(1_500));
    let (names, scope) = rows(5_000);
    let template = Template::compile(&idle, Place::Markdown, &names, functions()).template.unwrap();
    assert_eq!(template.render(&scope), Ok(String::new()));
}

#[test]
fn output_is_bounded() {
    let error = fails("{{#each rows}}0123456789{{/each}}", 10_000);
    assert_eq!(error, "the text would be longer than 65536 bytes");
}

#[test]
fn functions_in_functions_cannot_grow_a_text_without_end() {
    let mut call = "\"a\"".to_owned();
    for _ in 0..12 {
        call = format!("(replace {call} \"a\" \"aaaaaaaaaa\")");
    }
    assert_eq!(fails(&format!("{{{{upper {call}}}}}"), 0), "`replace`: the text would be longer than 65536 bytes");
}

/// What Discord shows of an escaped text.
fn shown(escaped: &str) -> String {
    let mut out = String::new();
    let mut chars = escaped.chars().filter(|c| *c != '\u{200b}');
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// The escaped text without everything a backslash made inert.
fn active(escaped: &str) -> String {
    let mut out = String::new();
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
                out.push('x');
            }
            _ => out.push(c),
        }
    }
    out
}

fn formats(active: &str) -> bool {
    let words: Vec<&str> = active.split_whitespace().filter(|word| !word.contains("://")).collect();
    let inline = words.iter().any(|word| word.contains('_')) || active.contains(['*', '~', '|', '`', '[', ']', '<']);
    let line = |line: &str| {
        let line = line.trim_start();
        let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['#', '>', '-', '+']) || (after_digits.len() < line.len() && after_digits.starts_with('.'))
    };
    inline || active.lines().any(line)
}

proptest! {
    #[test]
    fn any_text_compiles_or_says_why(text in "[ -~\\n`{}#/@.|\u{2b50}]{0,60}") {
        check_any(&text);
    }

    #[test]
    fn any_mixture_of_tags_compiles_or_says_why(parts in prop::collection::vec(prop::sample::select(vec![
        "{{", "}}", "{{{", "}}}", "{{{{raw}}}}", "{{{{/raw}}}}", "#if ", "#each ", "#with ", "/if", "/each", "/with", "else", "else if ", "^",
        "user", ".name", "keys", "options.rating", "this", "../", "@index", "@root.", " as |x i|", "x", "(", ")", "upper ", "gte ", "\"", "'", "4",
        "-", "~", "&", ">", "*", "!", "!--", "--}}", "\\", "`", "\n", " ", "=", "null", "[1]", "[", "é", "{\"a\":1}", "true", "|",
    ]), 0..24)) {
        check_any(&parts.concat());
    }

    #[test]
    fn well_formed_mixtures_render(parts in prop::collection::vec(prop::sample::select(vec![
        "{{user.name}}", "{{#if options.note}}a{{else}}b{{/if}}", "{{#each keys as |k i|}}{{k.product}}{{i}}{{user.id}}{{/each}}", "{{{user.id}}}",
        "{{~ remaining ~}}", "{{!-- c --}}", "{{! c }}", "\\{{x}}", "\\\\{{now}}", " ", "\n", "`", "*", "{{{{raw}}}}{{x}}{{{{/raw}}}}",
        "{{#with options as |o|}}{{o.rating}}{{/with}}", "{{#unless (gt remaining 1)}}\n{{/unless}}", "{{ stars 3 }}", "{{&user.name}}", "é",
        "{{#each keys}}{{product}}{{#if @last}}.{{else if @first}}!{{else}}?{{/if}}{{/each}}",
    ]), 0..12)) {
        let text = parts.concat();
        let compiled = Template::compile(&text, Place::Markdown, &names(), functions());
        prop_assert!(compiled.template.is_some(), "{:?}: {:?}", text, compiled.problems);
        let rendered = compiled.template.unwrap().render(&scope());
        prop_assert!(rendered.is_ok(), "{:?}", rendered);
    }

    #[test]
    fn what_a_user_wrote_shows_as_it_was_written_and_does_nothing(text in "([ -~\\n]|@everyone|<@1>|<@&1>|<#1>|https://a_b.de/_x|1\\. |> |\\|\\||\u{e9}){0,30}") {
        let escaped = escape_markdown(&text);
        prop_assert_eq!(shown(&escaped), text);
        let active = active(&escaped);
        prop_assert!(!formats(&active), "{:?}", escaped);
        prop_assert!(!active.to_lowercase().contains("@everyone") && !active.to_lowercase().contains("@here"), "{:?}", escaped);
    }

    #[test]
    fn a_value_in_code_cannot_end_the_code(value in "[ -~`]{0,20}") {
        let names = Names::default().with("value", Type::USER_TEXT, "");
        let template = Template::compile("`{{value}}`", Place::Markdown, &names, functions()).template.unwrap();
        let rendered = template.render(&Scope::from(json!({"value": value}))).unwrap();
        prop_assert_eq!(rendered.matches('`').count(), 2);
        prop_assert_eq!(rendered.trim_matches('`').replace('\u{2cb}', "`"), if value.is_empty() { " ".to_owned() } else { value });
    }
}

/// Problems stand inside of the text, and a template without problems renders.
fn check_any(text: &str) {
    for place in [Place::Markdown, Place::Plain] {
        let compiled = Template::compile(text, place, &names(), functions());
        for problem in &compiled.problems {
            assert!(text.get(problem.range.clone()).is_some(), "{text:?}: {problem:?}");
            if let Some((range, _)) = &problem.nearest {
                assert!(text.get(range.clone()).is_some(), "{text:?}: {problem:?}");
            }
            assert_ne!(problem.message, "this text cannot be read", "{text:?}");
        }
        match compiled.template {
            Some(template) => drop(template.render(&scope())),
            None => assert!(!compiled.problems.is_empty(), "{text:?}"),
        }
    }
}
