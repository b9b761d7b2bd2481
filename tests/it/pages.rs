//! The page of every code in `docs/codes`: its wrong example says exactly what the page shows, its right one says nothing.
//!
//! `BLESS=1 cargo test --test it pages` writes what is said now into the pages, and the index.

use crate::harness::{Folder, shell};
use botwright::compile::{Environment, check};
use botwright::text::code::{ALL, FAMILIES};
use botwright::text::{Code, Fence, Severity, fences, render};
use std::path::{Path, PathBuf};

/// What else is wrong where a code cannot be wrong alone.
const BESIDE: &[(&str, &str)] = &[("W0701", "W0301")];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("docs/codes/{name}: {error}"))
}

/// Holds a file to what it should be, or makes it so.
fn hold(name: &str, is: &str, should: &str) {
    if is == should {
        return;
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(folder().join(name), should).expect("the page can be written");
    }
    assert_eq!(is, should, "docs/codes/{name}: run `BLESS=1 cargo test --test it pages`");
}

/// What is said of an example, and the codes in it.
struct Said {
    shown: String,
    codes: Vec<String>,
}

/// An example is a bot file, or commands for a shell where no text can show the mistake.
fn said(example: &Fence<'_>, folder: &Folder) -> Said {
    if example.info.starts_with("sh") {
        let shown = shell(folder.path(), example.text()).stderr;
        let named = |line: &str| Some(line.split_once('[')?.1.split_once("]: ")?.0.to_owned());
        let codes = shown.lines().filter(|line| line.starts_with(['e', 'w'])).filter_map(named).collect();
        return Said { shown, codes };
    }
    // As for `run`: a variable that is not set is a mistake.
    let checked = check("bot.yaml", example.text().as_bytes(), &Environment::of_process(true));
    let codes = checked.diagnostics.sorted().iter().map(|diagnostic| diagnostic.code.id.to_owned()).collect();
    Said { shown: render(&checked.sources, &checked.diagnostics, false), codes }
}

fn hold_page(code: Code) {
    let name = format!("{code}.md");
    let page = read(&name);
    assert!(page.starts_with(&format!("# {code}: {}\n\n", code.title)), "{name} begins with its code and title");
    let found = fences(&page);
    let infos: Vec<&str> = found.iter().map(|fence| fence.info).collect();
    let known = [["yaml fails", "text", "yaml"], ["sh fails", "text", "sh"]];
    assert!(
        known.iter().any(|known| infos == known),
        "{name} has a wrong example, its output and a right one: {infos:?}"
    );
    let folder = Folder::new();
    let wrong = said(&found[0], &folder);
    let beside = BESIDE.iter().filter(|(of, _)| *of == code.id).map(|(_, other)| *other);
    let expected: Vec<&str> = std::iter::once(code.id).chain(beside).collect();
    assert_eq!(wrong.codes, expected, "{name}: the wrong example\n{}", wrong.shown);
    let right = said(&found[2], &folder);
    assert!(right.codes.is_empty(), "{name}: the right example\n{}", right.shown);
    let output = &found[1].range;
    hold(&name, &page, &format!("{}{}\n{}", &page[..output.start], wrong.shown.trim_end(), &page[output.end..]));
}

#[test]
fn every_code_has_a_page_that_tells_the_truth() {
    for code in ALL {
        hold_page(*code);
        let meaning = code.meaning();
        assert!(!meaning.is_empty() && !meaning.starts_with('#') && !meaning.starts_with("```"), "{code} means what?");
    }
}

#[test]
fn every_page_belongs_to_a_code() {
    let entries = std::fs::read_dir(folder()).expect("docs/codes can be read");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    let mut expected: Vec<String> = ALL.iter().map(|code| format!("{code}.md")).collect();
    expected.insert(ALL.partition_point(|code| code.severity == Severity::Error), "README.md".to_owned());
    assert_eq!(names, expected);
}

#[test]
fn the_index_lists_every_code() {
    let mut index = "# Codes\n\nEvery mistake and every warning has a code and a page here: what it means, an example, and how to mend it.\n\
                     `botwright explain E0302` shows the same page.\n"
        .to_owned();
    for (digit, family) in FAMILIES {
        index.push_str(&format!("\n## {family}\n\n| code | means |\n|---|---|\n"));
        for code in ALL.iter().filter(|code| code.id[2..].starts_with(*digit)) {
            let warning = if code.severity == Severity::Warning { " (warning)" } else { "" };
            index.push_str(&format!("| [{code}]({code}.md) | {}{warning} |\n", code.title));
        }
    }
    hold("README.md", &read("README.md"), &index);
}
