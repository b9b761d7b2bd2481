//! The files that are mutated: every bot, every example, every whole bot of the documentation, and one that uses all keys.

use std::fs;
use std::path::Path;

/// One file without a mistake.
pub struct Bot {
    pub name: String,
    pub text: String,
}

/// All of them, in a fixed order.
pub fn all() -> Vec<Bot> {
    let mut bots = Vec::new();
    for folder in ["bots", "examples", "tests/mutation"] {
        bots.extend(yaml_files(folder));
    }
    for page in ["docs/language.md", "docs/running.md", "README.md"] {
        bots.extend(whole_bots(page));
    }
    bots
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

fn yaml_files(folder: &str) -> Vec<Bot> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("the folder can be read").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".yaml") && !name.contains(".test.")).collect();
    names.sort();
    let bot = |name: String| {
        let path = format!("{folder}/{name}");
        Bot { text: read(&path), name: path }
    };
    names.into_iter().map(bot).collect()
}

/// The ```` ```yaml ```` fences of a page that hold a whole bot.
fn whole_bots(page: &str) -> Vec<Bot> {
    let text = read(page);
    let fences = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let bots = fences.filter(|fence| fence.starts_with("bot:") || fence.contains("\nbot:"));
    bots.map(|fence| Bot { name: format!("{page}: {}", first_line(fence)), text: format!("{fence}\n") }).collect()
}

fn first_line(fence: &str) -> &str {
    fence.lines().find(|line| line.starts_with("bot:")).unwrap_or_default()
}
