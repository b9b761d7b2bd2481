//! What README, docs and examples say is held to what the code does.

use crate::compile::{Environment, check};
use crate::text::render;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().ends_with(ending));
    files.sort();
    files
}

fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", ".md");
    pages.push(root().join("README.md"));
    pages
}

/// A block of a page between two fences.
struct Fence {
    /// What stands behind the opening fence: `yaml fragment`.
    info: String,
    text: String,
    /// `README.md:12`
    place: String,
}

fn fences(page: &Path) -> Vec<Fence> {
    let text = std::fs::read_to_string(page).unwrap();
    let mut fences: Vec<Fence> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                let place = format!("{}:{}", page.file_name().unwrap().to_str().unwrap(), index + 1);
                fences.push(Fence { info: info.trim().to_owned(), text: String::new(), place });
            }
            None if open => {
                let fence = fences.last_mut().unwrap();
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            None => {}
        }
    }
    fences
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
fn every_yaml_block_of_the_pages_is_a_bot_without_mistakes() {
    let mut bots = 0;
    for fence in pages().iter().flat_map(|page| fences(page)).filter(|fence| fence.info.starts_with("yaml")) {
        match fence.info.as_str() {
            "yaml" => {
                bots += 1;
                let shown = shown(&fence.place, &fence.text);
                assert!(shown.is_empty(), "{}\n{shown}", fence.place);
            }
            "yaml fragment" => {
                let read = serde_yaml::from_str::<serde_json::Value>(&fence.text);
                assert!(read.is_ok(), "{}: {read:?}", fence.place);
            }
            info => assert!(info.starts_with("yaml mistakes "), "{}: what is `{info}`?", fence.place),
        }
    }
    assert!(bots > 5, "only {bots} bots were found in the pages");
}

#[test]
fn the_mistakes_that_the_pages_show_are_what_the_tool_says() {
    let mut seen = 0;
    for page in pages() {
        let fences = fences(&page);
        for pair in fences.windows(2) {
            if let Some(name) = pair[0].info.strip_prefix("yaml mistakes ") {
                seen += 1;
                assert_eq!(pair[1].text.trim_end(), shown(name, &pair[0].text).trim_end(), "{}", pair[1].place);
            }
        }
    }
    assert!(seen > 0, "README shows no mistake");
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
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
