//! `botwright test`: the scenarios of every bot pass, and notice what they are there to notice.

use crate::harness::{Finished, Folder, botwright, shell, store_bot};
use std::path::{Path, PathBuf};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn store_scenarios() -> String {
    std::fs::read_to_string(repository().join("bots/store.test.yaml")).expect("the store has scenarios")
}

/// The store with other words, and its scenarios.
fn store_with(changes: &[(&str, &str)]) -> Folder {
    let mut bot = store_bot();
    for (from, to) in changes {
        assert_eq!(bot.matches(from).count(), 1, "`{from}` stands once in the file");
        bot = bot.replace(from, to);
    }
    let folder = Folder::new();
    folder.write("store.yaml", &bot);
    folder.write("store.test.yaml", &store_scenarios());
    folder
}

fn cafe(scenarios: &str) -> Folder {
    let folder = Folder::new();
    let bot = "\
bot: cafe
tables:
  orders: { columns: { guest: user, drink: text } }
commands:
  order:
    description: Order a drink
    options:
      drink: { type: string, description: Which one, required: true, max_length: 50 }
    steps:
      - insert: { into: orders, row: { guest: \"{{user}}\", drink: \"{{options.drink}}\" } }
      - dm: { to: \"{{user}}\", content: \"Your receipt: {{options.drink}}\" }
        as: receipt
      - if: receipt.ok
        then: [{ reply: \"One {{options.drink}} for {{user.mention}}!\" }]
        else: [{ reply: No receipt for you. }]
";
    folder.write("cafe.yaml", bot);
    folder.write("cafe.test.yaml", scenarios);
    folder
}

fn test(folder: &Folder, arguments: &[&str]) -> Finished {
    let all: Vec<&str> = std::iter::once("test").chain(arguments.iter().copied()).collect();
    botwright(folder.path(), &all)
}

/// Every scenario file of the repository.
fn all_files() -> Vec<PathBuf> {
    let folders = ["bots", "examples"].map(|folder| repository().join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(".test.yaml"))
        .collect()
}

#[test]
fn every_bot_has_scenarios_that_reach_all_of_it() {
    let tested = botwright(repository(), &["test", "bots", "examples", "--coverage", "--min-coverage", "100"]);
    assert_eq!(tested.code, Some(0), "{}{}", tested.stdout, tested.stderr);
    let bots =
        ["bots", "examples"].iter().flat_map(|folder| std::fs::read_dir(repository().join(folder)).expect("a folder"));
    let bots = bots.map(|entry| entry.expect("an entry").path()).filter(|path| {
        let name = path.to_string_lossy();
        name.ends_with(".yaml") && !name.ends_with(".test.yaml")
    });
    for bot in bots {
        assert!(all_files().contains(&bot.with_extension("test.yaml")), "{} has no scenarios", bot.display());
    }
}

/// What is planted, and the scenario that has to notice.
struct Bug {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
    noticed_by: &'static str,
}

const BUGS: [Bug; 12] = [
    Bug {
        name: "a second ticket",
        changes: &[("limit: { per_user: 1 }", "limit: { per_user: 2 }")],
        noticed_by: "a second click",
    },
    Bug {
        name: "tickets that strangers close",
        changes: &[("staff: staff\n", "staff: { not: { user: \"1\" } }\n")],
        noticed_by: "who only sees a ticket",
    },
    Bug {
        name: "a key that is not given back",
        changes: &[("          - give_back: key\n", "          - let: { kept: 'key.state' }\n")],
        noticed_by: "with closed DMs",
    },
    Bug {
        name: "a log entry that is missing",
        changes: &[("      - log: key_sent\n", "")],
        noticed_by: "a key goes to the customer",
    },
    Bug {
        name: "another colour",
        changes: &[("title: New Review\n    color: gold", "title: New Review\n    color: red")],
        noticed_by: "a review is posted",
    },
    Bug {
        name: "a panel that everybody can post",
        changes: &[("panel in this channel\n    access: admin", "panel in this channel")],
        noticed_by: "only administrators",
    },
    Bug {
        name: "duplicates that are miscounted",
        changes: &[("{{add stocked.repeated (length stocked.conflicts)}}", "{{stocked.repeated}}")],
        noticed_by: "keys are stocked",
    },
    Bug {
        name: "a channel that goes at once",
        changes: &[("delete_after: 5s", "delete_after: 0s")],
        noticed_by: "a ticket is opened, and closed",
    },
    Bug {
        name: "a command that everybody can use",
        changes: &[("What is in stock\n    access: admin", "What is in stock")],
        noticed_by: "only administrators",
    },
    Bug {
        // Nothing that an owner writes switches the escape off; between backticks it is another one.
        name: "a review that is not escaped",
        changes: &[("Review: \"{{options.review}}\" }", "Review: \"`{{options.review}}`\" }")],
        noticed_by: "a review is posted",
    },
    Bug {
        name: "a key in the log",
        changes: &[
            ("key:          { type: text, secret: true }", "key:          text"),
            ("DM status: \"{{#if", "Key: \"{{key.key}}\"\n        DM status: \"{{#if"),
        ],
        noticed_by: "a key goes to the customer",
    },
    Bug {
        name: "the history of another server",
        changes: &[("  keys:\n    columns:", "  keys:\n    scope: global\n    columns:")],
        noticed_by: "what was delivered on another server",
    },
];

#[test]
fn a_bug_that_is_planted_in_the_store_fails_a_scenario_that_is_about_it() {
    for Bug { name, changes, noticed_by } in BUGS {
        let tested = test(&store_with(changes), &[]);
        assert_eq!(tested.code, Some(1), "{name}: {}{}", tested.stdout, tested.stderr);
        let failed = tested.stderr.split("failed: ").find(|part| part.starts_with(noticed_by));
        let failed = failed.unwrap_or_else(|| panic!("{name}: `{noticed_by}…` notices:\n{}", tested.stderr));
        assert!(failed.contains("--> store.test.yaml:"), "{name}: {failed}");
    }
}

#[test]
fn a_failure_shows_the_line_of_the_scenario_and_that_of_the_bot() {
    let folder = cafe(
        "scenarios:\n  - scenario: tea\n    steps:\n      - ana: /order drink:tea\n        expect:\n          - dm: { to: ana }\n          - reply: Two tea for @ana!\n",
    );
    let tested = test(&folder, &["--trace"]);
    assert_eq!(tested.code, Some(1));
    for words in [
        "failed: tea (cafe.test.yaml:2)",
        "error[E0804]: content of this `reply` is different",
        "--> cafe.test.yaml:7:20",
        "::: cafe.yaml:14:18",
        "expected: \"Two tea for @ana!\"",
        "  actual: \"One tea for @ana!\"",
        "cafe.yaml:13 ",
        "→ then",
    ] {
        assert!(tested.stderr.contains(words), "{words}:\n{}", tested.stderr);
    }
}

#[test]
fn mistakes_of_a_scenario_file_are_told_apart_from_failures() {
    let folder = cafe(
        "scenarios:\n  - scenario: tea\n    steps:\n      - anna: /order drink:tea\n      - ana: /ordre drink:tea\n        expects: []\n",
    );
    let tested = test(&folder, &[]);
    assert_eq!(tested.code, Some(3), "{}", tested.stderr);
    for words in ["there is nobody called `anna`", "did you mean `ana`?", "did you mean `order`?", "not played"] {
        assert!(tested.stderr.contains(words), "{words}:\n{}", tested.stderr);
    }
}

#[test]
fn a_mistake_of_the_bot_is_told_and_nothing_of_it_is_played() {
    let folder = cafe("scenarios: []\n");
    folder.write("cafe.yaml", "bot: cafe\ncommandos: {}\n");
    let tested = test(&folder, &[]);
    assert_eq!(tested.code, Some(3));
    assert!(tested.stderr.contains("--> cafe.yaml:2:1"), "{}", tested.stderr);
}

#[test]
fn what_happens_can_be_taken_over_into_the_file() {
    let folder = cafe(
        "# Tea\nscenarios:\n  - scenario: tea   # of the day\n    steps:\n      - ana: /order drink:tea\n        expect: []\n      - bo: /order drink:tea\n        expect: [reply: x]\n",
    );
    let blessed = test(&folder, &["--bless"]);
    assert_eq!(blessed.code, Some(0), "{}", blessed.stderr);
    // A step behind one that fails was not reached the first time.
    assert_eq!(test(&folder, &["--bless"]).code, Some(0));
    let text = std::fs::read_to_string(folder.path().join("cafe.test.yaml")).expect("the file");
    let expected = "# Tea\nscenarios:\n  - scenario: tea   # of the day\n    steps:\n      - ana: /order drink:tea\n        expect:\n          - dm: { to: ana, content: \"Your receipt: tea\" }\n          - reply: { to: ana, content: \"One tea for @ana!\" }\n      - bo: /order drink:tea\n        expect:\n          - reply: { to: bo, content: No receipt for you. }\n";
    assert_eq!(text, expected);
    assert_eq!(test(&folder, &[]).code, Some(0));
}

#[test]
fn the_outcome_is_there_for_programs_too() {
    let folder = cafe(
        "scenarios:\n  - scenario: tea\n    steps:\n      - ana: /order drink:tea\n  - scenario: \"<none> & nothing\"\n    steps:\n      - ana: /order drink:tea\n        expect: []\n  - scenario: later\n    skip: not yet\n    steps: []\n",
    );
    let json = test(&folder, &["--format", "json"]);
    assert_eq!(json.code, Some(1));
    let lines: Vec<serde_json::Value> =
        json.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let verdicts: Vec<&str> = lines.iter().filter_map(|line| line["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["passed", "failed", "skipped"]);
    assert_eq!(lines[1]["failures"][0]["code"], "E0803");
    assert_eq!(lines[3]["bot"], "cafe.yaml");
    let junit = test(&folder, &["--format", "junit"]).stdout;
    for words in [
        "<testsuite name=\"cafe.test.yaml\" tests=\"3\" failures=\"1\" skipped=\"1\"",
        "&lt;none&gt; &amp; nothing",
        "<skipped message=\"not yet\"/>",
    ] {
        assert!(junit.contains(words), "{words}:\n{junit}");
    }
}

#[test]
fn what_no_scenario_reaches_is_listed_by_line() {
    let folder = cafe("scenarios:\n  - scenario: tea\n    steps:\n      - ana: /order drink:tea\n");
    let tested = test(&folder, &["--coverage"]);
    assert_eq!(tested.code, Some(0), "{}", tested.stderr);
    assert!(tested.stdout.contains("cafe.yaml:13: the condition of this `if` always holds"), "{}", tested.stdout);
    assert_eq!(test(&folder, &["--min-coverage", "90"]).code, Some(1));
}

#[test]
fn every_order_of_what_happens_at_the_same_time_is_tried() {
    let bot = "\
bot: prize
tables:
  winners: { columns: { who: user } }
commands:
  win:
    description: The first wins
    steps:
      - count: { in: winners }
        as: so_far
      - if: so_far == 0
        then:
          - insert: { into: winners, row: { who: \"{{user}}\" } }
          - reply: You win!
        else:
          - reply: Too late.
";
    let folder = Folder::new();
    folder.write("prize.yaml", bot);
    let scenario = |orders: &str| {
        format!(
            "scenarios:\n  - scenario: one wins\n    steps:\n      - parallel: [ana /win, bo /win]\n        orders: {orders}\n    rows: {{ winners: 1 }}\n"
        )
    };
    // Both may count before either is written down: some order shows it.
    folder.write("prize.test.yaml", &scenario("all"));
    let tested = test(&folder, &[]);
    assert_eq!(tested.code, Some(1), "{}", tested.stdout);
    assert!(tested.stderr.contains("`winners` has 2 rows, not 1"), "{}", tested.stderr);
}

#[test]
fn a_thousand_scenarios_are_independent_of_each_other() {
    let mut text = "scenarios:\n".to_owned();
    for number in 0..1_000 {
        text.push_str(&format!(
            "  - scenario: number {number}\n    steps:\n      - ana: /order drink:tea{number}\n    rows: {{ orders: [{{ drink: tea{number} }}] }}\n"
        ));
    }
    let tested = test(&cafe(&text), &[]);
    assert_eq!(tested.code, Some(0), "{}", tested.stderr);
    assert!(tested.stdout.contains("1000 scenarios: 1000 passed"), "{}", tested.stdout);
}

#[test]
fn what_was_played_at_the_prompt_is_kept_as_a_scenario() {
    let folder = cafe("# By hand\nscenarios:\n  - scenario: nothing\n    steps: []\n");
    let lines = "/order drink:tea\nas bo\n/order drink:\"hot: milk\"\n! /ordr\njoin zoe\nas zoe\n/order drink:tea\nadvance 5s\nsave cafe.test.yaml two guests\nsave new.test.yaml\n";
    let played = shell(folder.path(), &format!("printf '%s' '{lines}' | botwright play cafe.yaml"));
    assert_eq!(played.code, Some(0), "{}{}", played.stdout, played.stderr);
    let kept = std::fs::read_to_string(folder.path().join("cafe.test.yaml")).expect("the file");
    for words in [
        "# By hand\n",
        "  - scenario: two guests\n",
        "      - ana: /order drink:tea\n        expect:\n          - dm: { to: ana, content: \"Your receipt: tea\" }\n",
        "      - zoe: joins\n        expect: []\n",
        "      - bo: \"/order drink:\\\"hot: milk\\\"\"\n",
        "      - advance: 5000ms\n",
    ] {
        assert!(kept.contains(words), "{words}:\n{kept}");
    }
    let new = std::fs::read_to_string(folder.path().join("new.test.yaml")).expect("the file");
    assert!(new.starts_with("bot: cafe.yaml\n\nscenarios:\n"), "{new}");
    let tested = test(&folder, &[]);
    assert_eq!(tested.code, Some(0), "{}{}\n{kept}", tested.stdout, tested.stderr);
    assert!(tested.stdout.contains("3 scenarios: 3 passed"), "{}", tested.stdout);
}
