//! How diagnostics are shown: to people, to tools, and never with a secret.

use super::*;

#[test]
fn the_look_of_rustc() {
    let text = "steps:\n  - reply: \"You gave {{options.raiting}} stars\"\n";
    let read = read(text);
    let node = read.parsed.root.get("steps").unwrap().items()[0].get("reply").unwrap().clone();
    let said = Text::of(&node).unwrap();
    let at = said.value.find("raiting").unwrap();
    let span = said.locate(at..at + 7);
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(
        Diagnostic::new(code::UNKNOWN_PATH, span, "`options` has no `raiting`")
            .label("not an option of `/review`")
            .among("raiting", span, ["rating", "review"])
            .known(["options.rating", "options.review"]),
    );
    assert_eq!(
        render(&read.sources, &diagnostics, false),
        "\
error[E0302]: `options` has no `raiting`
 --> bot.yaml:2:32
  |
2 |   - reply: \"You gave {{options.raiting}} stars\"
  |                                ^^^^^^^ not an option of `/review`
  |
  = known here: options.rating, options.review
help: did you mean `rating`?
  |
2 -   - reply: \"You gave {{options.raiting}} stars\"
2 +   - reply: \"You gave {{options.rating}} stars\"
  |
"
    );
    assert!(render(&read.sources, &diagnostics, true).contains('\u{1b}'));
    assert_eq!(
        json_lines(&read.sources, &diagnostics),
        "{\"code\":\"E0302\",\"severity\":\"error\",\"message\":\"`options` has no `raiting`\",\"file\":\"bot.yaml\",\"line\":2,\
         \"column\":32,\"end_line\":2,\"end_column\":39,\"help\":\"did you mean `rating`?\",\"suggestion\":\"rating\",\
         \"fix\":{\"certain\":true,\"replacement\":\"rating\",\"file\":\"bot.yaml\",\"line\":2,\"column\":32,\"end_line\":2,\
         \"end_column\":39}}\n"
    );
}

#[test]
fn two_places_in_two_files() {
    let mut sources = Sources::new();
    let a = sources.add("a.yaml", "one: 1\n");
    let b = sources.add("b.yaml", "two: 2\ntwo: 3\n");
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(
        Diagnostic::new(code::DUPLICATE_KEY, Span::new(b, 7, 10), "twice")
            .label("again")
            .related(Span::new(a, 0, 3), "first"),
    );
    let shown = render(&sources, &diagnostics, false);
    assert!(shown.contains("--> b.yaml:2:1") && shown.contains("::: a.yaml:1:1"), "{shown}");
}

#[test]
fn a_place_that_is_nowhere_is_shown_without_a_snippet() {
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::new(code::UNREADABLE, Span::NONE, "`x.yaml` cannot be read"));
    assert_eq!(render(&Sources::new(), &diagnostics, false), "error[E0001]: `x.yaml` cannot be read\n");
    assert!(json_lines(&Sources::new(), &diagnostics).contains("\"file\":null,\"line\":null"));
}

#[test]
fn a_stable_order_each_once_and_no_more_than_a_hundred() {
    let mut sources = Sources::new();
    let id = sources.add("x", &"a\n".repeat(300));
    let mut diagnostics = Diagnostics::new();
    for line in (0..150).rev() {
        for _ in 0..2 {
            diagnostics.push(Diagnostic::new(code::UNUSED_NAME, Span::new(id, line * 2, line * 2 + 1), "unused"));
        }
    }
    diagnostics.push(Diagnostic::new(code::UNKNOWN_NAME, Span::new(id, 590, 591), "the last, but an error"));
    let (shown, left) = diagnostics.shown();
    assert_eq!((shown.len(), left), (100, 51));
    assert!(shown.windows(2).all(|pair| pair[0].primary.span < pair[1].primary.span));
    let text = render(&sources, &diagnostics, false);
    assert!(text.contains("the last, but an error") && text.ends_with("and 51 more\n"));
    assert_eq!(json_lines(&sources, &diagnostics).lines().count(), 151);
}

/// Put together here, so that no scanner takes this file for a leak.
fn bot_token() -> String {
    ["MTQ2MjM4MTk3MjQ3NDE2NzQ5MQ", "GabcdE", "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-"].join(".")
}

#[test]
fn secrets_are_covered_everywhere() {
    let webhook = "https://discord.com/api/webhooks/1462381972474167491/abc-DEF_123";
    let token = bot_token();
    let (_, mut read) = bot(&format!("bot: {token}\nlog: {webhook} # here\n"));
    let at = read.parsed.root.get("bot").unwrap().span;
    read.diagnostics.push(
        Diagnostic::new(code::SECRET_TO_LOG, at, format!("{token} is a secret"))
            .help(webhook)
            .suggest(at, token.clone()),
    );
    for shown in [render(&read.sources, &read.diagnostics, false), json_lines(&read.sources, &read.diagnostics)] {
        assert!(!shown.contains(&token) && !shown.contains("abc-DEF_123"), "{shown}");
        assert!(shown.contains("/api/webhooks/1462381972474167491/•••••••••••"), "{shown}");
    }
    let shown = render(&read.sources, &read.diagnostics, false);
    assert!(shown.contains(&format!("bot: {}", "•".repeat(token.len()))), "{shown}");
    assert!(shown.contains(&format!("     {}\n", "^".repeat(token.len()))), "{shown}");
    assert!(shown.contains("/••••••••••• # here"), "{shown}");
}

#[test]
fn masking_leaves_other_texts_alone() {
    for text in ["a.b.c", "{{options.rating}}", "https://discord.com/channels/1/2/3", "1.2.3", ""] {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn the_nearest_name() {
    let names = ["rating", "review", "ticket_opened", "ticket_closed", "id"];
    for (word, near) in [
        ("raiting", Some("rating")),
        ("Rating", Some("rating")),
        ("reveiw", Some("review")),
        ("ticket-opened", Some("ticket_opened")),
        ("ticket_close", Some("ticket_closed")),
        ("tick", Some("ticket_opened")),
        ("banana", None),
        ("ic", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, names), near, "{word}");
    }
}

#[test]
fn codes_are_unique_and_in_order() {
    let mut ids: Vec<&str> = code::ALL.iter().map(|code| code.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), code::ALL.len());
    for code in code::ALL {
        let letter = if code.severity == Severity::Error { 'E' } else { 'W' };
        assert!(code.id.starts_with(letter) && code.id.len() == 5 && !code.title.is_empty(), "{code}");
    }
}
