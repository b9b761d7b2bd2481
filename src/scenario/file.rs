//! A scenario file: how a bot is tested in the words that it is written in.

use crate::scenario::given::Given;
use crate::text::{Items, Named, Raw, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file of scenarios: `store.test.yaml` beside `store.yaml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// The bot's file, seen from this one. Without it: `store.yaml` for `store.test.yaml`.
    pub bot: Option<Text>,
    /// What is there before each scenario of the file.
    #[serde(default)]
    pub given: Given,
    /// Each is played on a server of its own.
    pub scenarios: Items<Scenario>,
}

/// Something that happens, and what the bot does about it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in a sentence.
    pub scenario: Text,
    /// What is there before, beside what the file says.
    #[serde(default)]
    pub given: Given,
    /// Why it is not played.
    pub skip: Option<Text>,
    /// What people do, one thing after the other.
    #[schemars(with = "Vec<crate::scenario::step::Step>")]
    pub steps: Items<Raw>,
    /// The rows of tables at the end: a list of rows, oldest first, or how many there are.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, crate::scenario::expected::RowsShape>")]
    pub rows: Named<Raw>,
}
