//! The JSON Schema for editors: as it is published, and true of every bot there is.

use crate::harness::{Folder, botwright};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn bots() -> Vec<PathBuf> {
    let folders = ["bots", "examples"].map(repository).into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    let files = folders.flatten().map(|entry| entry.expect("an entry").path());
    let is_bot = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".yaml") && !name.contains(".test.")
    };
    files.filter(is_bot).collect()
}

#[test]
fn the_published_schema_is_the_one_that_is_printed() {
    let printed = botwright(Folder::new().path(), &["schema"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    let published = std::fs::read_to_string(repository("schemas/bot.json")).expect("schemas/bot.json");
    assert!(printed.stdout == published, "schemas/bot.json is old: botwright schema > schemas/bot.json");
}

#[test]
fn every_bot_fits_the_schema_and_has_no_mistake() {
    let schema: Value = serde_json::from_str(&botwright(Folder::new().path(), &["schema"]).stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let bots = bots();
    assert!(!bots.is_empty());
    for path in bots {
        let text = std::fs::read_to_string(&path).expect("a file");
        let bot: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let errors: Vec<String> =
            validator.iter_errors(&bot).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}:\n{}", path.display(), errors.join("\n"));
        let checked = botwright(&repository("."), &["check", &path.display().to_string()]);
        assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    }
}

#[test]
fn the_published_schema_of_scenarios_is_the_one_that_is_printed_and_every_file_fits_it() {
    let printed = botwright(Folder::new().path(), &["schema", "scenario"]);
    let published = std::fs::read_to_string(repository("schemas/scenario.json")).expect("schemas/scenario.json");
    assert!(
        printed.stdout == published,
        "schemas/scenario.json is old: botwright schema scenario > schemas/scenario.json"
    );
    let schema: Value = serde_json::from_str(&published).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for bot in bots() {
        let path = bot.with_extension("test.yaml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let errors: Vec<String> =
            validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}:\n{}", path.display(), errors.join("\n"));
    }
    assert!(!validator.is_valid(&serde_json::json!({ "scenarios": [{ "scenario": "x", "stepps": [] }] })));
}

#[test]
fn the_schema_knows_a_mistake() {
    let schema: Value = serde_json::from_str(&botwright(Folder::new().path(), &["schema"]).stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for bot in
        ["bot: a\ndescription: b\ncomands: {}", "bot: a\ncommands: { hi: { description: 1, steps: [{ rpely: x }] } }"]
    {
        assert!(!validator.is_valid(&serde_yaml::from_str::<Value>(bot).expect("YAML")), "{bot}");
    }
}
