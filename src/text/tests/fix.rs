//! Which fixes are certain, and how they have to be written where they stand.

use super::*;

#[test]
fn a_slip_is_certain_and_a_choice_is_not() {
    for (word, meant, others, certain) in [
        ("stesp", "steps", &["options"][..], true),
        ("Sub-Commands", "subcommands", &[], true),
        ("descripton", "description", &["description_localizations"], true),
        ("page2", "page1", &[], false),
        ("embd", "embed", &["embeds"], false),
        ("id", "is", &[], false),
        ("colour", "color", &[], true),
        ("revue", "review", &[], false),
    ] {
        let known = std::iter::once(meant).chain(others.iter().copied());
        assert_eq!(is_certain(word, meant, known), certain, "{word} for {meant} among {others:?}");
    }
}

/// The value of `a`, with `xx` in it replaced.
fn rewritten(text: &str, by: &str) -> Option<String> {
    let read = read(text);
    let said = Text::of(read.parsed.root.get("a").unwrap()).unwrap();
    let at = said.value.find("xx").unwrap();
    let fix = said.rewrite(at..at + 2, by, true)?;
    Some(mend(text, &[&fix]).text)
}

#[test]
fn a_part_of_a_text_is_escaped_as_its_quotes_want_it() {
    assert_eq!(rewritten("a: \"é xx\" # c\n", "say \"\\\"").unwrap(), "a: \"é say \\\"\\\\\\\"\" # c\n");
    assert_eq!(rewritten("a: 'xx'\n", "it's").unwrap(), "a: 'it''s'\n");
    assert_eq!(rewritten("a: b xx\n", "c > \"d\"").unwrap(), "a: b c > \"d\"\n");
    assert_eq!(rewritten("a: |\n  b: xx #\n", "c: 'd'").unwrap(), "a: |\n  b: c: 'd' #\n");
    assert_eq!(rewritten("a: b xx\n", "c: d"), None, "a colon would end it");
    assert_eq!(rewritten("a: xx\n", "'b'"), None, "it would begin with a quote");
}

/// What the first fix of a file would put in its place, and whether it is certain.
fn offered(text: &str) -> Option<(String, bool)> {
    let read = read(text);
    let fix = read.diagnostics.iter().find_map(|diagnostic| diagnostic.suggestion.clone())?;
    Some((mend(text, &[&fix]).text, fix.certain))
}

#[test]
fn quotes_fit_what_stands_between_them() {
    let certain = |text: &str| Some((text.to_owned(), true));
    assert_eq!(offered("a: {{x}} # c\n"), certain("a: \"{{x}}\" # c\n"));
    assert_eq!(offered("a: {{f \"it's\"}}\n"), certain("a: '{{f \"it''s\"}}'\n"));
    assert_eq!(offered("a: Today: \\o/\n"), certain("a: 'Today: \\o/'\n"));
    assert_eq!(offered("a: @you\n"), certain("a: \"@you\"\n"));
}

#[test]
fn what_may_be_more_than_a_text_is_a_guess() {
    assert_eq!(offered("a: role: x\n").map(|(_, certain)| certain), Some(false), "two keys on a line");
    assert_eq!(offered("a: {{x}} and\n  more\n").map(|(_, certain)| certain), Some(false), "it goes on below");
    assert_eq!(offered("- a: {{x}}\n  b: y\n").map(|(_, certain)| certain), Some(true), "its neighbour is no part");
}

#[test]
fn tabs_become_spaces_only_where_nothing_else_indents() {
    assert_eq!(offered("a:\n\tb:\n\t\tc: 1\n"), Some(("a:\n  b:\n    c: 1\n".to_owned(), true)));
    assert_eq!(offered("a:\n\tb:\n\t  c: 1\n"), None);
    assert_eq!(offered("a:\n\tb: |\n\t\tc\n"), None);
}
