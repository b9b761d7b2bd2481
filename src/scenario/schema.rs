//! The JSON Schema of scenario files, from the same structs that decode them.

use crate::scenario::file::ScenarioFile;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Draft-07: what the YAML language server understands best.
pub fn schema() -> Value {
    let generator =
        SchemaSettings::draft07().with(|settings| settings.definitions_path = "/$defs".into()).into_generator();
    let mut root = generator.into_root_schema_for::<ScenarioFile>().to_value();
    root["title"] = json!("Botwright scenarios");
    if let Some(step) = root.pointer_mut("/$defs/Step") {
        people(step);
    }
    if let Some(expected) = root.pointer_mut("/$defs/Expected") {
        let about = expected["description"].clone();
        let one = expected.take();
        *expected = json!({ "description": about, "anyOf": [one, { "type": "string", "enum": ["anything"] }] });
    }
    root
}

/// Every other key of a step is a person's name, with what they do.
fn people(step: &mut Value) {
    let about = step["description"].clone();
    step["additionalProperties"] = json!({ "$ref": "#/$defs/Text" });
    let mapping = step.take();
    let bare = json!({ "type": "string", "enum": ["restart", "crash"] });
    *step = json!({ "description": about, "anyOf": [mapping, bare] });
}
