//! The command line: what is printed where, and the exit codes.

use crate::harness::{Folder, botwright, store_bot};
use serde_json::Value;

const MISTAKEN: &str =
    "bot: shop\ndescription: Sells.\ncommands:\n  hi:\n    description: Hi\n    setps: [{ reply: Hi }]\n";

#[test]
fn a_clean_file_is_0() {
    let folder = Folder::new();
    folder.write("store.yaml", &store_bot());
    let human = botwright(folder.path(), &["check", "store.yaml"]);
    assert_eq!((human.code, human.stdout.as_str()), (Some(0), ""), "{human:?}");
    assert_eq!(human.stderr.trim(), "store.yaml: no mistakes");
    let json = botwright(folder.path(), &["check", "--format", "json", "store.yaml"]);
    assert_eq!((json.code, json.stdout.as_str()), (Some(0), ""));
}

#[test]
fn a_mistake_is_1_and_shown_as_rustc_does() {
    let folder = Folder::new();
    folder.write("shop.yaml", MISTAKEN);
    let human = botwright(folder.path(), &["check", "shop.yaml"]);
    assert_eq!((human.code, human.stdout.as_str()), (Some(1), ""));
    for words in [
        "error[E0201]",
        "--> shop.yaml:6:5",
        "setps: [{ reply: Hi }]",
        "^^^^^",
        "did you mean `steps`?",
        "shop.yaml: 1 mistake",
    ] {
        assert!(human.stderr.contains(words), "{words}\n{}", human.stderr);
    }
}

#[test]
fn json_is_one_object_a_line() {
    let folder = Folder::new();
    folder.write("shop.yaml", MISTAKEN);
    let json = botwright(folder.path(), &["check", "--format", "json", "shop.yaml"]);
    assert_eq!(json.code, Some(1));
    let lines: Vec<Value> = json.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 1, "{}", json.stdout);
    let keys: Vec<&String> = lines[0].as_object().expect("an object").keys().collect();
    let wanted = [
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "help",
        "suggestion",
        "fix",
    ];
    assert_eq!(keys, wanted);
    let place = ["line", "column", "end_line", "end_column"].map(|key| lines[0][key].as_u64().unwrap_or_default());
    assert_eq!(place, [6, 5, 6, 10]);
    assert_eq!((&lines[0]["code"], &lines[0]["suggestion"]), (&Value::from("E0201"), &Value::from("steps")));
}

#[test]
fn all_files_of_a_folder_are_checked_but_for_scenarios() {
    let folder = Folder::new();
    folder.write("bots/a.yaml", MISTAKEN);
    folder.write("bots/b.yaml", MISTAKEN);
    folder.write("bots/a.test.yaml", "nonsense: [");
    folder.write("bots/readme.md", "nonsense: [");
    let both = botwright(folder.path(), &["check", "bots"]);
    assert_eq!(both.code, Some(1));
    for name in ["a", "b"] {
        assert!(both.stderr.contains(&format!("bots/{name}.yaml: 1 mistake")), "{}", both.stderr);
    }
    assert!(!both.stderr.contains("test.yaml"), "{}", both.stderr);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    for arguments in
        [&["check"][..], &["check", "--nonsense", "x.yaml"], &["nonsense"], &["check", "missing.yaml"], &[]]
    {
        let finished = botwright(folder.path(), arguments);
        assert_eq!(finished.code, Some(2), "{arguments:?}: {}", finished.stderr);
        assert!(!finished.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_0() {
    let folder = Folder::new();
    for (argument, words) in [("--help", "Check bot files"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let finished = botwright(folder.path(), &[argument]);
        assert_eq!(finished.code, Some(0));
        assert!(finished.stdout.contains(words), "{}", finished.stdout);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_others_are_checked() {
    let folder = Folder::new();
    folder.write("shop.yaml", MISTAKEN);
    let finished = botwright(folder.path(), &["check", "shpo.yaml", "shop.yaml"]);
    assert_eq!(finished.code, Some(2));
    for words in ["error[E0001]: `shpo.yaml` cannot be read", "did you mean `shop.yaml`?", "error[E0201]"] {
        assert!(finished.stderr.contains(words), "{words}\n{}", finished.stderr);
    }
}

#[test]
fn mistakes_end_with_where_there_is_more_about_them() {
    let folder = Folder::new();
    folder.write("a.yaml", MISTAKEN);
    folder.write(
        "b.yaml",
        "bot: b\ncommands: { hi: { description: Hi, steps: [{ reply: \"{{user.naem}}\" }, { rpely: x }] } }\n",
    );
    let finished = botwright(folder.path(), &["check", "a.yaml", "b.yaml"]);
    assert!(
        finished.stderr.ends_with("for more about them: botwright explain E0201 E0302 E0307\n"),
        "{}",
        finished.stderr
    );
    let one = botwright(folder.path(), &["check", "a.yaml"]);
    assert!(one.stderr.ends_with("for more about it: botwright explain E0201\n"), "{}", one.stderr);
    let json = botwright(folder.path(), &["check", "--format", "json", "a.yaml"]);
    assert!(!json.stdout.contains("for more") && json.stderr.is_empty(), "{json:?}");
}
