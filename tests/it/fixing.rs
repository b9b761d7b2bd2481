//! `botwright check --fix`: what is certain is mended in the file, and nothing else in it changes.

use crate::harness::{Folder, botwright};
use serde_json::Value;
use std::os::unix::fs::{PermissionsExt, symlink};

const WRONG: &str = "\u{feff}# Our shop\r\nbot: shop   # its name\r\ncommands:\r\n  hi:\r\n    descripton: Hi\r\n    steps:\r\n      - reply: {{user.name}}   # who\r\n";
const RIGHT: &str = "\u{feff}# Our shop\r\nbot: shop   # its name\r\ncommands:\r\n  hi:\r\n    description: Hi\r\n    steps:\r\n      - reply: \"{{user.name}}\"   # who\r\n";

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("the file can be read")
}

#[test]
fn comments_line_ends_and_the_mark_in_front_stay() {
    let folder = Folder::new();
    folder.write("shop.yaml", WRONG);
    let fixed = botwright(folder.path(), &["check", "--fix", "shop.yaml"]);
    assert_eq!((fixed.code, fixed.stdout.as_str()), (Some(0), ""), "{}", fixed.stderr);
    assert_eq!(read(&folder, "shop.yaml"), RIGHT);
    assert_eq!(
        fixed.stderr,
        "fixed 2 mistakes in shop.yaml:\n  line 5: E0201 `descripton` → `description`\n  line 7: E0105 `{{user.name}}` → `\"{{user.name}}\"`\nshop.yaml: no mistakes\n"
    );
    let again = botwright(folder.path(), &["check", "--fix", "shop.yaml"]);
    assert_eq!(again.stderr, "shop.yaml: no mistakes\n");
}

#[test]
fn without_fix_nothing_is_written() {
    let folder = Folder::new();
    folder.write("shop.yaml", WRONG);
    assert_eq!(botwright(folder.path(), &["check", "shop.yaml"]).code, Some(1));
    assert_eq!(read(&folder, "shop.yaml"), WRONG);
}

#[test]
fn what_is_left_is_shown_and_counts() {
    let folder = Folder::new();
    folder.write("shop.yaml", &format!("{WRONG}      - reply: {{ embed: nowhere }}\r\n"));
    let fixed = botwright(folder.path(), &["check", "--fix", "shop.yaml"]);
    assert_eq!(fixed.code, Some(1));
    assert!(fixed.stderr.starts_with("fixed 2 mistakes in shop.yaml:\n"), "{}", fixed.stderr);
    assert!(fixed.stderr.contains("error[E0301]: there is no embed named `nowhere`"), "{}", fixed.stderr);
    assert!(fixed.stderr.contains("\nshop.yaml: 1 mistake\n"), "{}", fixed.stderr);
}

#[test]
fn links_are_followed_and_permissions_stay() {
    let folder = Folder::new();
    let real = folder.write("real/shop.yaml", WRONG);
    std::fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).expect("its permissions can be set");
    symlink(&real, folder.path().join("link.yaml")).expect("a link can be made");
    let fixed = botwright(folder.path(), &["check", "--fix", "link.yaml"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.stderr);
    assert!(folder.path().join("link.yaml").is_symlink());
    assert_eq!(std::fs::read_to_string(&real).expect("the file can be read"), RIGHT);
    assert_eq!(std::fs::metadata(&real).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(folder.path().join("real")).expect("the folder is there").count(), 1);
}

#[test]
fn a_file_that_is_no_text_is_left_alone() {
    let folder = Folder::new();
    let path = folder.write("shop.yaml", "");
    let bytes = b"bot: shop\ncommnads: {}\n# caf\xe9\n";
    std::fs::write(&path, bytes).expect("the file can be written");
    let fixed = botwright(folder.path(), &["check", "--fix", "shop.yaml"]);
    assert_eq!(fixed.code, Some(1));
    assert!(fixed.stderr.starts_with("error["), "{}", fixed.stderr);
    assert_eq!(std::fs::read(&path).expect("the file can be read"), bytes);
}

#[test]
fn tools_are_told_what_is_certain() {
    let folder = Folder::new();
    let text = "bot: shop\nsettings: { page1: { type: text, value: x } }\ncommands:\n  hi: { description: Hi, steps: [{ rpely: \"{{settings.page2}}\" }] }\n  ho: { description: Hi, steps: [{ reply: \"{{settings.page2}}\" }] }\n";
    folder.write("shop.yaml", text);
    let json = botwright(folder.path(), &["check", "--format", "json", "shop.yaml"]);
    let lines: Vec<Value> = json.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let fixes: Vec<_> =
        lines.iter().map(|line| (&line["code"], &line["fix"]["certain"], &line["fix"]["column"])).collect();
    let told = |code: &str, certain: bool, column: u64| (Value::from(code), Value::from(certain), Value::from(column));
    let wanted = [told("E0307", true, 36), told("E0302", false, 55)];
    assert!(fixes.iter().copied().eq(wanted.iter().map(|(a, b, c)| (a, b, c))), "{}", json.stdout);
}
