//! How things are drawn.

use super::room::NOW;
use crate::playground::screen::{Ink, Screen, table};
use crate::sim::Playground;
use crate::stage::StageClock;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

fn screen(colour: bool) -> (Screen, Playground) {
    let ground = Playground::new(StageClock::standing(NOW)).expect("a server");
    let world = ground.world.clone();
    (Screen { world, ink: Ink { colour }, width: 60, zone: TimeZone::UTC }, ground)
}

fn embed(value: &Value) -> String {
    screen(false).0.embed(value, 40).join("\n")
}

#[test]
fn marks_become_looks_and_what_is_no_mark_stays() {
    let (screen, _) = screen(false);
    let cases = [
        ("**bold** and __under__ and ~~gone~~", "bold and under and gone"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("_so_ *so*", "so so"),
        (r"\*not\* \_this\_", "*not* _this_"),
        ("`<@1> **raw**` **`x`**", "<@1> **raw** x"),
        ("```yaml\na: 1\n```", "a: 1"),
        ("**open", "**open"),
        ("**a *b* c**", "a b c"),
        ("é**ü**", "éü"),
    ];
    for (text, shown) in cases {
        assert_eq!(screen.marked(text), shown, "{text}");
    }
}

#[test]
fn mentions_and_times_are_read_as_names_and_times() {
    let (screen, ground) = screen(false);
    let (ana, staff, general, guild) = (ground.ana, ground.staff, ground.general, ground.guild);
    let text = format!("<@{ana}> <@!{ana}> <@&{staff}> <#{general}> <#{guild}> </order:1> <:ok:1>");
    assert_eq!(screen.marked(&text), "@ana @ana @Staff #general #deleted-channel /order :ok:");
    let seconds = NOW / 1_000;
    let times = [
        (seconds + 90, "R", "in 1 minute"),
        (seconds - 7_200, "R", "2 hours ago"),
        (seconds, "R", "now"),
        (seconds, "d", "2026-01-05"),
        (seconds, "F", "Monday, 5 January 2026 09:00"),
    ];
    for (at, style, shown) in times {
        assert_eq!(screen.marked(&format!("<t:{at}:{style}>")), shown);
    }
    assert_eq!(screen.marked(&format!("<t:{seconds}>")), "5 January 2026 09:00");
    assert_eq!(screen.marked("<t:99999999999999999> <@x> a < b > c"), "<t:99999999999999999> <@x> a < b > c");
}

#[test]
fn fields_stand_side_by_side_as_long_as_they_fit() {
    let field = |name: &str, value: &str| json!({ "name": name, "value": value, "inline": true });
    let short = json!({ "fields": [field("A", "1"), field("B", "2"), field("C", "3"), field("D", "4")] });
    assert_eq!(embed(&short), "▌ A   B   C\n▌ 1   2   3\n▌ D: 4");
    let wide = json!({ "fields": [field("A", &"x".repeat(30)), field("B", &"y".repeat(30))] });
    assert_eq!(embed(&wide).lines().count(), 2);
    let tall = json!({ "fields": [{ "name": "List", "value": "one\ntwo" }] });
    assert_eq!(embed(&tall), "▌ List\n▌   one\n▌   two");
}

#[test]
fn long_text_is_broken_at_blanks_and_long_words_anywhere() {
    let text = json!({ "description": format!("{} {}", "word ".repeat(10).trim(), "z".repeat(50)) });
    let shown = embed(&text);
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
    assert_eq!(shown.matches('z').count(), 50);
}

#[test]
fn colours_come_only_where_they_are_asked_for() {
    let value = json!({ "title": "T", "color": 0x00FF00 });
    assert_eq!(embed(&value), "▌ T");
    let coloured = screen(true).0.embed(&value, 40).join("\n");
    assert_eq!(coloured, "\x1b[38;2;0;255;0m▌\x1b[39m \x1b[1mT\x1b[22m");
}

#[test]
fn buttons_links_and_selects() {
    let (screen, _) = screen(false);
    let row = |components: Value| json!({ "type": 1, "components": components });
    let lines = screen.components(
        &[
            row(json!([
                { "type": 2, "style": 3, "label": "Go", "emoji": { "name": "🚀" }, "custom_id": "a" },
                { "type": 2, "style": 1, "label": "No", "custom_id": "b", "disabled": true },
                { "type": 2, "style": 5, "label": "Site", "url": "https://example.org" },
            ])),
            row(json!([{ "type": 3, "custom_id": "c", "placeholder": "Pick", "options": [{ "label": "One" }, { "label": "Two" }] }])),
            row(json!([{ "type": 5, "custom_id": "d" }])),
        ],
        80,
    );
    assert_eq!(
        lines,
        ["[ 🚀 Go ]  [ No ] (disabled)  [ Site ] → https://example.org", "[ Pick ▾ ]: One, Two", "[ d ▾ ]: a member"]
    );
}

#[test]
fn tables_are_aligned_by_what_is_seen() {
    let rows =
        [vec!["1".to_owned(), "⭐⭐".to_owned(), "x".to_owned()], vec!["10".to_owned(), String::new(), "y".to_owned()]];
    assert_eq!(table(&["id", "s", "t"], &rows), ["  id  s     t", "  1   ⭐⭐  x", "  10        y"]);
}
