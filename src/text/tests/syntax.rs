//! Broken YAML: what was probably meant, and everything else of the file all the same.

use super::*;

const REST: &str = "steps: [nope]\n";
const REST_TOLD: &str = "`nope` is not a step";

/// What is told of a broken text before a section with a mistake of its own.
fn broken(text: &str) -> Vec<String> {
    let mut all = told(&format!("{text}{REST}"));
    let last = all.pop().expect("the rest of the file has a mistake");
    assert!(last.ends_with(REST_TOLD), "the rest of the file is still read: {last} after {all:?}");
    all
}

#[test]
fn an_unquoted_template() {
    assert_eq!(
        broken(
            "bot: a\ncommands:\n  a: {{x}}\n  b: { description: {{x.y}}, limit: 999 }\n  c: { description: hi {{x}} }\n  d:\n    description: {{x}} more\n    limit: -1\n"
        ),
        [
            "E0105 3:6 a template must be quoted: `{{` without quotes begins a mapping in YAML",
            "E0105 4:21 a template must be quoted: `{{` without quotes begins a mapping in YAML",
            "E0204 4:37 `limit` takes a whole number from 0 to 255, found 999",
            "E0105 5:21 a template must be quoted: `{{` without quotes begins a mapping in YAML",
            "E0105 7:18 a template must be quoted: `{{` without quotes begins a mapping in YAML",
            "E0204 8:12 `limit` takes a whole number from 0 to 255, found -1",
        ]
    );
}

#[test]
fn a_template_suggests_its_quotes() {
    for (written, right) in [("{{x}}", "\"{{x}}\""), ("{{x}} and {{y \"z\"}}", "'{{x}} and {{y \"z\"}}'")] {
        let (_, read) = bot(&format!("bot: {written}\n"));
        assert_eq!(read.mended(), format!("bot: {right}\n"));
        good(&read.mended());
    }
}

#[test]
fn a_tab() {
    assert_eq!(broken("bot: a\ncommands:\n  a:\n\tdescription: x\n"), ["E0102 4:1 a tab cannot indent in YAML"]);
}

#[test]
fn an_unclosed_quote() {
    assert_eq!(broken("bot: \"a\ncommands:\n  a: { description: x }\n"), ["E0103 1:6 this `\"` is never closed"]);
    assert_eq!(
        broken("bot: a\ncommands:\n  a:\n    description: \"x\n  b: { description: \"y\", limit: 999 }\n"),
        ["E0103 4:18 this `\"` is never closed", "E0204 5:33 `limit` takes a whole number from 0 to 255, found 999"]
    );
    assert_eq!(
        broken("bot: a\ncommands:\n  a:\n    description: 'x\n    reply: 'y'\n    limit: 999\n"),
        ["E0103 4:18 this `'` is never closed", "E0204 6:12 `limit` takes a whole number from 0 to 255, found 999"]
    );
}

#[test]
fn a_quote_inside_a_quoted_text() {
    assert_eq!(broken("bot: 'it's'\n"), ["E0101 1:10 the quotes end before the text does"]);
}

#[test]
fn a_colon_in_a_text() {
    let text = "bot: a\ncommands:\n  a:\n    description: one: two\n    limit: 999\n";
    assert_eq!(
        broken(text),
        [
            "E0106 4:18 a text with a colon in it must be quoted",
            "E0204 5:12 `limit` takes a whole number from 0 to 255, found 999"
        ]
    );
    let (_, read) = bot("bot: one: two\n");
    assert_eq!(good(&read.mended()).bot, "one: two");
}

#[test]
fn a_line_between_two_levels() {
    let (_, read) = bot("bot: a\ncommands:\n  a:\n    description: x\n   limit: 9\n");
    assert_eq!(read.told(), ["E0104 5:4 this line is indented by 3, which fits no line above it"]);
    assert_eq!(read.only().help.as_deref(), Some("the lines above are indented by 0, 2, 4"));
    assert_eq!(broken("bot: a\ncommands:\n  a:\n    description: x\n   limit: 9\n").len(), 1);
}

#[test]
fn missing_spaces() {
    assert_eq!(
        broken("bot: a\ncommands:\n  a:\n    description:x\n    limit: 9\n"),
        ["E0115 4:16 a space is missing behind `description:`"]
    );
    assert_eq!(told("bot: a\nsteps:\n- stop\n-stop\n"), ["E0115 4:1 a space is missing behind `-`"]);
}

#[test]
fn signs_that_cannot_begin_a_text() {
    for sign in ['@', '`', '%'] {
        let (_, read) = bot(&format!("bot: {sign}a\n"));
        assert_eq!(read.told(), [format!("E0107 1:6 a text that begins with `{sign}` must be quoted")]);
        assert_eq!(good(&read.mended()).bot, format!("{sign}a").as_str());
    }
    assert_eq!(broken("bot: *a\n"), ["E0112 1:6 `*a` names no anchor: nothing above is marked `&a`"]);
    assert_eq!(broken("bot: !a b\n"), ["E0107 1:6 `!a` is a tag of YAML, and means nothing here"]);
}

#[test]
fn unclosed_brackets() {
    let text = "bot: a\ncommands:\n  a:\n    description: d\n    access: [a, b\n    limit: 999\n";
    assert_eq!(
        broken(text),
        ["E0103 5:13 this `[` is never closed", "E0204 6:12 `limit` takes a whole number from 0 to 255, found 999"]
    );
    assert_eq!(broken("bot: a\npairs: {a: 1\n"), ["E0103 2:8 this `{` is never closed"]);
}

#[test]
fn a_bad_escape() {
    assert_eq!(broken("bot: \"C:\\dir\"\n"), ["E0108 1:9 `\\d` is no escape"]);
}

#[test]
fn the_rest_of_a_value_behind_its_end() {
    assert_eq!(
        broken("bot: a\ncommands:\n  a: { description: d } x\n"),
        ["E0101 3:25 the value was complete before this"]
    );
}

#[test]
fn a_second_document() {
    let (bot, read) = bot("bot: a\n---\nbot: b\n");
    assert_eq!(read.only().code, code::SECOND_DOCUMENT);
    assert_eq!((bot.bot.as_str(), read.at(read.only().primary.span).as_str()), ("a", "2:1"));
}

#[test]
fn a_duplicate_key_names_both_places_and_the_first_counts() {
    let (bot, read) = bot("bot: a\nsteps: [stop]\nbot: b\n");
    assert_eq!(bot.bot, "a");
    let diagnostic = read.only();
    assert_eq!(read.at(diagnostic.primary.span), "3:1");
    assert_eq!(read.at(diagnostic.related[0].span), "1:1");
}

#[test]
fn names_of_an_unreadable_section_may_be_there() {
    let (bot, _) = bot("bot: a\ncommands:\n  a:\n\tb: c\n");
    assert!(bot.commands.get("a").is_none() && bot.commands.may_have("a") && bot.commands.incomplete);
    assert!(!good("bot: a\ncommands:\n").commands.may_have("a"));
}

#[test]
fn a_lost_key_is_not_missed() {
    assert_eq!(broken("bot:a\n"), ["E0115 1:4 a space is missing behind `bot:`"]);
}

#[test]
fn comments_are_kept() {
    let read = read("# top\nbot: a # beside\n\n# end\n");
    let comments = read.parsed.comments.iter().map(|comment| (comment.text.as_str(), read.written(comment.span)));
    assert_eq!(comments.collect::<Vec<_>>(), [(" top", "# top"), (" beside", "# beside"), (" end", "# end")]);
}

#[test]
fn a_long_comment_above_a_key_is_no_mistake() {
    assert_eq!(good(&format!("bot: a\n{}steps: [stop]\n", "# line\n".repeat(500))).steps.len(), 1);
}

#[test]
fn an_alias_within_itself() {
    assert_eq!(told("bot: a\nanything: &x [*x]\n"), ["E0112 2:15 an alias cannot stand inside what it names"]);
}

#[test]
fn a_billion_laughs() {
    let mut text = String::from("bot: a\nanything:\n  l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
    for level in 1..12 {
        let below = vec![format!("*l{}", level - 1); 10].join(", ");
        text += &format!("  l{level}: &l{level} [{below}]\n");
    }
    let (_, read) = bot(&text);
    assert!(
        read.diagnostics.iter().all(|diagnostic| diagnostic.code == code::TOO_MANY_NODES)
            && read.diagnostics.has_errors()
    );
}

#[test]
fn too_deep_nesting() {
    let text = format!("bot: a\nanything: {}{}\nsteps: [nope]\n", "[".repeat(200), "]".repeat(200));
    assert_eq!(
        told(&text),
        ["E0113 2:74 this is nested too deep; at most 64 levels are read", "E0205 3:9 `nope` is not a step"]
    );

    let mut read = read(&format!("{}{}", "[".repeat(64), "]".repeat(64)));
    let value: serde_json::Value = decode(&read.parsed.root, &mut read.diagnostics).unwrap();
    assert_eq!((value.to_string().len(), read.told().len()), (128, 0));
}

#[test]
fn a_mark_and_windows_line_ends() {
    let text = "\u{feff}bot: a\r\ncommands:\r\n  x:\r\n    limit: 1\r\n";
    assert_eq!(told(text), ["E0202 3:3 this command has no `description`"]);
    assert_eq!(told("\u{feff}bto: a\n"), ["E0201 1:1 `bto` is not a key of a bot"]);
}

#[test]
fn bytes_that_are_no_utf8() {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let id = sources.add_bytes("bot.yaml", b"bot: a\nsteps: \xff\n", &mut diagnostics);
    let diagnostic = diagnostics.iter().next().unwrap();
    assert_eq!(diagnostic.code, code::NOT_UTF8);
    assert_eq!(sources.get(id).line_column(diagnostic.primary.span.start), (2, 8));
}

#[test]
fn plain_words_of_yaml_1_1_are_texts() {
    let read = read("[no, on, yes, off, y, ~, null, true, 012, 1e3]");
    let kinds: Vec<Resolved> = read
        .parsed
        .root
        .items()
        .iter()
        .map(|node| match &node.kind {
            Kind::Scalar(scalar) => scalar.resolve(),
            _ => Resolved::Null,
        })
        .collect();
    use Resolved as R;
    assert_eq!(
        kinds,
        [
            R::Text,
            R::Text,
            R::Text,
            R::Text,
            R::Text,
            R::Null,
            R::Null,
            R::Bool(true),
            R::Integer(12),
            R::Float(1000.0)
        ]
    );
}
