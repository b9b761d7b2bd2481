//! The house rules, held by tests: which way modules look, and what no source file holds.

use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;

/// Words of one particular bot: the engine knows none.
const OF_ONE_BOT: [&str; 5] = ["vouch", "licence", "license key", "inventory", "clearstock"];
/// What somebody meant to come back to.
const LEFT_OVER: [&str; 4] = ["\u{54}ODO", "\u{46}IXME", "dbg\u{21}", "todo\u{21}"];

static USES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bcrate::([a-z_]+|\{)").expect("the pattern is valid"));

/// A source file of the crate.
struct File {
    /// Below `src/`, with `/`.
    path: String,
    text: String,
}

impl File {
    /// The folder it stands in, which is its module; none at the top.
    fn module(&self) -> Option<&str> {
        self.path.split_once('/').map(|(module, _)| module)
    }

    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path == "architecture.rs"
    }

    /// Without the tests at its end.
    fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    /// Lines with their numbers, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(read(&path));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 100, "only {} files were found", files.len());
    files
}

fn read(path: &Path) -> File {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let path_text = below.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/");
    File { path: path_text, text: std::fs::read_to_string(path).unwrap() }
}

/// The line of modules in `docs/ARCHITECTURE.md`: each step is one module, or several that do not know each other.
fn line_of_modules() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let line = page.lines().find(|line| line.starts_with("text → ")).expect("the page draws the line of modules");
    let step = |step: &str| step.trim_matches(['(', ')', ' ']).split('|').map(|name| name.trim().to_owned()).collect();
    line.split('→').map(str::trim).map(step).collect()
}

fn place(line: &[Vec<String>], module: &str) -> Option<usize> {
    line.iter().position(|step| step.iter().any(|name| name == module))
}

fn assert_none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn modules_look_left_only() {
    let line = line_of_modules();
    let mut wrong = Vec::new();
    for file in files() {
        let Some(own) = file.module() else { continue };
        let Some(here) = place(&line, own) else {
            wrong.push(format!("src/{}: `{own}` is not in the line of docs/ARCHITECTURE.md", file.path));
            continue;
        };
        for (number, code) in file.code() {
            for used in USES.captures_iter(code) {
                let used = &used[1];
                let there = place(&line, used);
                if used != own && there.is_none_or(|there| there >= here) {
                    wrong.push(format!("src/{}:{number}: `{own}` uses `{used}`", file.path));
                }
            }
        }
    }
    assert_none(&wrong, "a module may use only what stands left of it");
}

#[test]
fn the_engine_knows_no_words_of_one_bot() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !file.is_test()) {
        for (index, line) in file.without_tests().lines().enumerate() {
            let lower = line.to_lowercase();
            for word in OF_ONE_BOT.iter().filter(|word| lower.contains(**word)) {
                wrong.push(format!("src/{}:{}: {word}", file.path, index + 1));
            }
        }
    }
    assert_none(&wrong, "these words belong to a bot file");
}

#[test]
fn every_file_opens_with_a_sentence() {
    let silent = files().into_iter().filter(|file| !file.text.starts_with("//! "));
    let silent: Vec<String> = silent.map(|file| format!("src/{}", file.path)).collect();
    assert_none(&silent, "a file begins with `//!` and a sentence");
}

#[test]
fn nothing_is_left_over() {
    let mut wrong = Vec::new();
    for file in files() {
        for (index, line) in file.text.lines().enumerate() {
            for word in LEFT_OVER.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("src/{}:{}: {word}", file.path, index + 1));
            }
        }
    }
    assert_none(&wrong, "do it, or open an issue");
}

#[test]
fn mod_rs_lists_and_holds_no_logic() {
    let attribute = Regex::new(r"#!?\[[^\]]*\]").unwrap();
    let list = Regex::new(r"^(\s*(pub(\([^)]*\))?\s+)?(mod|use)\s[\w:{},#*\s]*;)*\s*$").unwrap();
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.path.ends_with("mod.rs") && !file.is_test()) {
        let code: String = file.code().map(|(_, line)| format!("{line}\n")).collect();
        if !list.is_match(&attribute.replace_all(&code, "")) {
            wrong.push(format!("src/{}", file.path));
        }
    }
    assert_none(&wrong, "`mod.rs` lists modules; anything else belongs into a file named after it");
}
