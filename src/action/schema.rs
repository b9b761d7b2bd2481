//! The JSON Schema of bot files, from the same structs that decode them.

use crate::action::verbs;
use crate::lang::bot::Bot;
use crate::lang::flow::{Arguments, RowValues, Steps, Where};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Draft-07: what the YAML language server understands best.
pub fn schema() -> Value {
    let mut generator =
        SchemaSettings::draft07().with(|settings| settings.definitions_path = "/$defs".into()).into_generator();
    let bot = generator.subschema_for::<Bot>();
    generator.subschema_for::<Steps>();
    generator.subschema_for::<Where>();
    generator.subschema_for::<RowValues>();
    generator.subschema_for::<Arguments>();
    let step = verbs::step_schema(&mut generator);
    let mut definitions = generator.take_definitions(true);
    definitions.insert("Step".into(), step);
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Botwright bot",
        "description": "A Discord bot in one file.",
    });
    root["$ref"] = bot.get("$ref").cloned().unwrap_or_default();
    // In draft-07 what stands beside a `$ref` is ignored.
    let bot = definitions.shift_remove("Bot").unwrap_or_default();
    if let (Some(root), Some(bot)) = (root.as_object_mut(), bot.as_object()) {
        root.remove("$ref");
        for (key, value) in bot {
            root.entry(key.clone()).or_insert_with(|| value.clone());
        }
        root.insert("$defs".into(), Value::Object(definitions));
    }
    root
}
