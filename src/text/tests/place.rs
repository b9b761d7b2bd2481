//! Places: of characters inside texts, through every way to write a text in YAML.

use super::*;
use proptest::prelude::*;

fn text_of(yaml: &str) -> (Text, Read) {
    let read = read(yaml);
    assert!(read.diagnostics.is_empty(), "{:?}\n{yaml}", read.told());
    let node = read.parsed.root.get("key").expect("the text stands under `key`");
    (Text::of(node).expect("a scalar"), read)
}

/// Every character that is written as itself is found where it is written.
fn finds_itself(yaml: &str) {
    let (text, read) = text_of(yaml);
    for (at, c) in text.value.char_indices() {
        let written = read.written(text.locate(at..at + c.len_utf8()));
        if !c.is_whitespace() && !matches!(written, "\\\"" | "\\\\" | "''") && !written.starts_with("\\u") {
            assert_eq!(written, c.to_string(), "byte {at} of {:?} in {yaml:?}", text.value);
        }
    }
}

fn place_of(yaml: &str, part: &str) -> String {
    let (text, read) = text_of(yaml);
    let at = text.value.find(part).expect("the part stands in the text");
    let span = text.locate(at..at + part.len());
    format!("{} {:?}", read.at(span), read.written(span))
}

#[test]
fn plain_and_quoted_texts() {
    assert_eq!(place_of("key: one two", "two"), "1:10 \"two\"");
    assert_eq!(place_of("key: one\n  two\n\n  three", "three"), "4:3 \"three\"");
    assert_eq!(place_of("key: 'it''s {{x}}'", "{{x}}"), "1:13 \"{{x}}\"");
    assert_eq!(place_of("key: 'it''s'", "'"), "1:9 \"''\"");
    assert_eq!(place_of(r#"key: "a\n\u00e9\U0001F600\x41 {{x}}""#, "{{x}}"), "1:31 \"{{x}}\"");
    assert_eq!(place_of("key: \"one\n  two \\\n  three\"", "three"), "3:3 \"three\"");
    assert_eq!(place_of(r#"key: "\uD83D\uDE00{{x}}""#, "{{x}}"), "1:19 \"{{x}}\"");
    assert_eq!(place_of("key: \"a\\\n\n  b\"", "b"), "3:3 \"b\"");
}

#[test]
fn block_texts() {
    assert_eq!(place_of("key: |\n  one\n  two\n", "two"), "3:3 \"two\"");
    assert_eq!(place_of("key: |\n\n\n  one\n    two\n", "two"), "5:5 \"two\"");
    assert_eq!(place_of("key: |2\n    one\n  two\n", "two"), "3:3 \"two\"");
    assert_eq!(place_of("key: >-\n  one\n  two\n\n  three\n", "three"), "5:3 \"three\"");
    assert_eq!(place_of("key: >\n\n  one\n   deep\n   deeper\n\n  two\n  three\n", "three"), "8:3 \"three\"");
    assert_eq!(place_of("a:\n  key: |\r\n    one\r\n    two\r\n".strip_prefix("a:\n").unwrap(), "two"), "3:5 \"two\"");
    assert_eq!(place_of("key: | # comment\n  héé {{x}}", "{{x}}"), "2:7 \"{{x}}\"");
}

#[test]
fn a_range_over_several_lines_covers_them() {
    assert_eq!(place_of("key: |\n  {{#if x}}\n  y\n", "x}}\ny"), "2:9 \"x}}\\n  y\"");
}

#[test]
fn a_folded_line_break_is_the_empty_line_that_made_it() {
    for yaml in ["key: one\n\n  two\n", "key: >-\n  one\n\n  two\n", "key: \"one\n\n  two\"\n"] {
        let (text, read) = text_of(yaml);
        assert_eq!(text.value, "one\ntwo");
        let line = if yaml.contains('>') { 3 } else { 2 };
        assert_eq!(read.at(text.locate(3..4)), format!("{line}:1"), "{yaml:?}");
    }
}

#[test]
fn empty_ranges_are_points_and_wild_ones_are_clamped() {
    let (text, read) = text_of("key: \"a\\nb\"");
    assert_eq!(read.at(text.locate(2..2)), "1:10");
    assert!(text.locate(2..2).is_empty());
    assert_eq!(read.at(text.locate(3..3)), "1:11");
    let wild = text.locate(99..120);
    assert!(wild.start <= text.span.end && wild.end <= text.span.end);
}

#[test]
fn lines_and_columns_count_characters() {
    let mut sources = Sources::new();
    let id = sources.add("x", "é🎫a\r\nb\rc\n");
    let source = sources.get(id);
    assert_eq!(source.line_column(6), (1, 3));
    assert_eq!(source.line_column(9), (2, 1));
    assert_eq!(source.line_column(11), (3, 1));
    assert_eq!((source.line(1), source.line(2), source.line(3), source.line(9)), ("é🎫a", "b", "c", ""));
    assert_eq!(source.line_column(5), (1, 2), "inside a character is its start");
}

#[test]
fn spans_cover_what_is_written() {
    let read = read("a: 'x y' # c\nb:\n  - one\n  - { k: v }\n\nc: |\n  text\n\n\nd: 1\n");
    let written = |key: &str| read.written(read.parsed.root.get(key).unwrap().span);
    assert_eq!(written("a"), "'x y'");
    assert_eq!(written("b"), "- one\n  - { k: v }");
    assert_eq!(written("c"), "text");
    assert_eq!(read.written(read.parsed.root.entries()[3].key.span), "d");
}

fn double_quoted(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        c if c.is_control() => format!("\\u{:04x}", c as u32),
        c => c.to_string(),
    };
    format!("key: \"{}\"\n", text.chars().map(escape).collect::<String>())
}

fn block(sign: &str, text: &str) -> String {
    let lines: String =
        text.split('\n').map(|line| if line.is_empty() { "\n".to_owned() } else { format!("   {line}\n") }).collect();
    format!("key: {sign}\n{lines}after: x\n")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_double_quoted_text_finds_its_characters(text in "[ -~é🎫\\n\"\\\\]{0,60}") {
        let yaml = double_quoted(&text);
        prop_assert_eq!(&text_of(&yaml).0.value, &text);
        finds_itself(&yaml);
    }

    #[test]
    fn a_single_quoted_text_finds_its_characters(text in "[ -&(-~é🎫']{0,60}") {
        let yaml = format!("key: '{}'\n", text.replace('\'', "''"));
        prop_assert_eq!(&text_of(&yaml).0.value, &text);
        finds_itself(&yaml);
    }

    #[test]
    fn a_literal_text_finds_its_characters(text in "[!-~é🎫]([ -~é🎫\\n]{0,60}[!-~])?") {
        let yaml = block("|-", &text);
        prop_assert_eq!(&text_of(&yaml).0.value, &text);
        finds_itself(&yaml);
    }

    #[test]
    fn a_folded_text_finds_its_characters(text in "[!-~é🎫]([ -~é🎫\\n]{0,60}[!-~])?") {
        finds_itself(&block(">", &text));
        finds_itself(&block(">-", &text).replace('\n', "\r\n"));
    }

    #[test]
    fn a_folded_plain_text_finds_its_characters(words in prop::collection::vec("[a-zé]{1,6}", 1..8), breaks in prop::collection::vec(0_usize..4, 8)) {
        let joined: String = words.iter().zip(&breaks).map(|(word, &lines)| format!("{word}{}", if lines == 0 { " ".to_owned() } else { "\n".repeat(lines) + "  " })).collect();
        finds_itself(&format!("key: {joined}\n"));
    }
}
