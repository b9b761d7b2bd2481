//! `botwright explain`: the page of a code, on the command line.

use crate::harness::{Folder, botwright};

#[test]
fn a_page_is_shown_for_a_code_however_it_is_written() {
    let folder = Folder::new();
    let page = botwright(folder.path(), &["explain", "E0302"]);
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    assert!(page.stdout.starts_with("E0302: a template asks for what is not there\n\n"), "{}", page.stdout);
    assert!(page.stdout.contains("\n    error[E0302]: `options` has no `drnk`\n"), "{}", page.stdout);
    assert!(!page.stdout.contains("```") && !page.stdout.contains('\u{1b}'), "{}", page.stdout);
    for written in ["e0302", "e302", "302"] {
        assert_eq!(botwright(folder.path(), &["explain", written]).stdout, page.stdout, "{written}");
    }
}

#[test]
fn several_pages_follow_each_other() {
    let folder = Folder::new();
    let pages = botwright(folder.path(), &["explain", "W0301", "E0102"]);
    let (first, second) = (pages.stdout.find("W0301: "), pages.stdout.find("E0102: "));
    assert!(first == Some(0) && second > first, "{}", pages.stdout);
}

#[test]
fn an_unknown_code_is_2_and_its_neighbours_are_named() {
    let folder = Folder::new();
    let finished = botwright(folder.path(), &["explain", "E0390"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""));
    assert!(finished.stderr.starts_with("error: there is no code `E0390`; near it are E0309 ("), "{}", finished.stderr);
    let several = botwright(folder.path(), &["explain", "301"]);
    assert_eq!(several.code, Some(2));
    assert!(several.stderr.contains("can be E0301 (") && several.stderr.contains(", W0301 ("), "{}", several.stderr);
}

#[test]
fn without_a_code_all_are_listed() {
    let folder = Folder::new();
    let list = botwright(folder.path(), &["explain"]);
    assert_eq!(list.code, Some(0));
    for words in
        ["Names\n", "  E0302  a template asks for what is not there\n", "  W0301  a name that nothing uses (warning)\n"]
    {
        assert!(list.stdout.contains(words), "{words}\n{}", list.stdout);
    }
}
