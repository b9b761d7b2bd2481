//! What README, docs and examples say is held to what the code does.

use crate::cli::examined::Examined;
use crate::compile::{Environment, check};
use crate::text::{Fence, fences, render};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Without scenarios: these are held by their own tests.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().ends_with(ending) && !path.to_str().unwrap().ends_with(".test.yaml"));
    files.sort();
    files
}

fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", ".md");
    pages.push(root().join("README.md"));
    pages
}

fn read(page: &Path) -> String {
    std::fs::read_to_string(page).unwrap()
}

/// `README.md:12`
fn place(page: &Path, fence: &Fence<'_>) -> String {
    format!("{}:{}", page.file_name().unwrap().to_str().unwrap(), fence.first_line())
}

/// What `botwright check` would show of a file.
fn shown(name: &str, text: &str) -> String {
    let checked = check(name, text.as_bytes(), &Environment::default());
    render(&checked.sources, &checked.diagnostics, false)
}

#[test]
fn every_bot_has_no_mistake_and_no_warning() {
    let bots: Vec<PathBuf> = files("bots", ".yaml").into_iter().chain(files("examples", ".yaml")).collect();
    assert!(bots.len() >= 7, "{bots:?}");
    for bot in bots {
        let shown = shown(bot.to_str().unwrap(), &std::fs::read_to_string(&bot).unwrap());
        assert!(shown.is_empty(), "{shown}");
    }
}

#[test]
fn every_example_is_short_and_has_a_script_to_play() {
    for example in files("examples", ".yaml") {
        let lines = std::fs::read_to_string(&example).unwrap().lines().count();
        assert!(lines <= 60, "{} has {lines} lines", example.display());
        assert!(example.with_extension("play.txt").exists(), "{} has no script", example.display());
    }
}

#[test]
fn every_bot_of_the_pages_has_no_mistake_and_every_fragment_is_yaml() {
    let mut bots = 0;
    for page in pages().into_iter().chain(files("docs/codes", ".md")) {
        let examined = Examined::of(page.display().to_string(), read(&page).into_bytes(), &Environment::default());
        bots += examined.parts.len();
        let shown: String = examined.parts.iter().map(|part| render(&part.sources, &part.diagnostics, false)).collect();
        assert!(shown.is_empty(), "{shown}");
        for fence in fences(&read(&page)).iter().filter(|fence| fence.info.starts_with("yaml") && !fence.is_bot()) {
            let place = place(&page, fence);
            if fence.info == "yaml fragment" {
                let parsed = serde_yaml::from_str::<serde_json::Value>(fence.text());
                assert!(parsed.is_ok(), "{place}: {parsed:?}");
            } else {
                assert!(fence.info.starts_with("yaml fails"), "{place}: what is `{}`?", fence.info);
            }
        }
    }
    assert!(bots > 60, "only {bots} bots were found in the pages");
}

#[test]
fn the_mistakes_that_the_pages_show_are_what_the_tool_says() {
    let mut seen = 0;
    for page in pages() {
        let text = read(&page);
        for pair in fences(&text).windows(2) {
            if let Some(name) = pair[0].info.strip_prefix("yaml fails ") {
                seen += 1;
                assert_eq!(
                    pair[1].text().trim_end(),
                    shown(name, pair[0].text()).trim_end(),
                    "{}",
                    place(&page, &pair[1])
                );
            }
        }
    }
    assert!(seen > 0, "README shows no mistake");
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for page in pages().into_iter().chain(files("docs/codes", ".md")) {
        let text = read(&page);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            if file.contains("://") {
                continue;
            }
            let path = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(path.exists(), "{}: {target}", page.display());
            if !anchor.is_empty() {
                let there = std::fs::read_to_string(&path).unwrap();
                assert!(there.lines().any(|line| slug(line) == anchor), "{}: {target}", page.display());
            }
        }
    }
}

/// The anchor of a heading.
fn slug(line: &str) -> String {
    let words = line.trim_start_matches('#').trim().to_lowercase();
    words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}
