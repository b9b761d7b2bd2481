//! What somebody does by hand, written down as a scenario.

use crate::scenario::gate::{Gate, Noticed};
use crate::scenario::names::Names;
use crate::scenario::observed::{Observed, Observer};
use crate::scenario::{bless, server, yaml};
use crate::stage::Stage;
use serde_json::Value;

/// Writes down what is done, and what the bot does about it.
pub struct Recorder {
    gate: Gate,
    observer: Observer,
    /// When it began, as a file has it.
    now: String,
    /// People who were not there at first.
    newcomers: Vec<String>,
    steps: Vec<String>,
}

impl Recorder {
    /// Of a stage whose bot was wired through the gate.
    pub fn new(gate: Gate, stage: &Stage, now: i64) -> Self {
        let names = Names { world: std::sync::Arc::clone(stage.world()), guild: stage.ground.guild };
        drop(gate.take());
        let now = crate::flow::entity::iso(now);
        Self { gate, observer: Observer::new(names), now, newcomers: Vec::new(), steps: Vec::new() }
    }

    /// Something was done, and everything that follows from it has happened. `step` is its line in a scenario; none for what
    /// only looks. `unable`: it could not be done, and why.
    pub fn note(&mut self, step: Option<String>, unable: Option<&str>) {
        let noticed: Noticed = self.gate.take();
        let observed = self.observer.read(&noticed);
        let Some(step) = step else { return };
        let unable = unable.map(Observed::unable);
        let ids = server::ids(&server::names(&self.observer.names));
        let seen: Vec<String> =
            unable.iter().chain(&observed).map(|one| format!("          - {}", expected(one, &ids))).collect();
        let expect = if seen.is_empty() {
            "        expect: []".to_owned()
        } else {
            format!("        expect:\n{}", seen.join("\n"))
        };
        self.steps.push(format!("      - {step}\n{expect}\n"));
    }

    /// Somebody who was not there at first.
    pub fn newcomer(&mut self, name: &str) {
        self.newcomers.push(name.to_owned());
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The scenario, as it stands below `scenarios:`.
    pub fn scenario(&self, title: &str) -> String {
        let outside: String =
            self.newcomers.iter().map(|name| format!(", {}: {{ outside: true }}", yaml::word(name))).collect();
        let members = if outside.is_empty() { String::new() } else { format!(", members: {{ {} }}", &outside[2..]) };
        format!(
            "  - scenario: {}\n    given: {{ now: {}{members} }}\n    steps:\n{}",
            yaml::word(title),
            yaml::quoted(&self.now),
            self.steps.concat()
        )
    }
}

/// With names in the place of ids, and nothing that is another each time.
fn expected(one: &Observed, ids: &[(String, String)]) -> String {
    bless::item(one.what, &steady(one.brief()), ids).replace("\"any\"", "any")
}

/// Times, references and ids that nobody has a name for are another each time.
fn steady(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains("<t:") || text.contains("(Reference: `") => {
            Value::String("any".to_owned())
        }
        Value::Array(items) => items.into_iter().map(steady).collect(),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, steady(value))).collect()),
        other => other,
    }
}
