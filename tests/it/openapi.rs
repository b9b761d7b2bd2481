//! Whether a request is one that Discord describes: its published OpenAPI document, read as JSON Schema.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// In `$BOTWRIGHT_SHARED`, or in a folder `shared` near the package.
fn text() -> Option<String> {
    let near = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("BOTWRIGHT_SHARED").map(PathBuf::from);
    let folders = named.into_iter().chain([near.join("../shared"), near.join("../../shared")]);
    folders.map(|folder| folder.join("data/discord-openapi.json")).find_map(|file| std::fs::read_to_string(file).ok())
}

fn description() -> Option<&'static Value> {
    static DESCRIPTION: OnceLock<Option<Value>> = OnceLock::new();
    let read = || {
        let text = text();
        if text.is_none() {
            eprintln!("skipped: requests are not checked, for discord-openapi.json is not at hand (BOTWRIGHT_SHARED)");
        }
        let mut description: Value = serde_json::from_str(&text?).expect("Discord's description is JSON");
        // The description says integer; Discord's documentation of permissions says text, for they exceed a double.
        for bits in ["allow", "deny"] {
            description["components"]["schemas"]["ChannelPermissionOverwriteRequest"]["properties"][bits] =
                json!({ "type": ["string", "integer", "null"], "pattern": "^[0-9]+$" });
        }
        for command in ["ApplicationCommandCreateRequest", "ApplicationCommandUpdateRequest"] {
            description["components"]["schemas"][command]["properties"]["default_member_permissions"] =
                json!({ "type": ["string", "null"], "pattern": "^[0-9]+$" });
        }
        for (_, schema) in description["components"]["schemas"].as_object_mut().expect("it has schemas") {
            close(schema);
        }
        Some(description)
    };
    DESCRIPTION.get_or_init(read).as_ref()
}

/// The description leaves objects open; a name that it does not know is a mistake of ours.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let is_object = map.contains_key("properties") && !map.contains_key("allOf");
            if is_object && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Checks a request's method, its path below `/api/v10` and its JSON body. Without the description it says
/// `skipped: …` on standard error, and accepts everything.
pub fn check(method: &str, path: &str, body: Option<&Value>) -> Result<(), String> {
    let Some(description) = description() else { return Ok(()) };
    let path = path.split('?').next().unwrap_or_default();
    let template = template(description, path).ok_or_else(|| format!("Discord describes no {path}"))?;
    let operation = &description["paths"][template][method.to_lowercase()];
    if operation.is_null() {
        return Err(format!("Discord describes no {method} of {template}"));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match (schema.as_object(), body) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(format!("{method} {template} takes no JSON")),
        (Some(_), None) => Err(format!("{method} {template} takes a body")),
        (Some(schema), Some(body)) => {
            let operation = format!("{method} {template}");
            let validator = validator(description, schema, &operation)?;
            valid(&validator, body).map_err(|error| format!("{operation}: {error}"))
        }
    }
}

/// Each operation's is made once: they all hold all of the description's schemas.
fn validator(description: &Value, schema: &Map<String, Value>, operation: &str) -> Result<Arc<Validator>, String> {
    static MADE: Mutex<Option<HashMap<String, Arc<Validator>>>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let made = made.get_or_insert_default();
    if let Some(known) = made.get(operation) {
        return Ok(Arc::clone(known));
    }
    let mut schema = schema.clone();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("components".to_owned(), description["components"].clone());
    let validator = jsonschema::validator_for(&Value::Object(schema)).map_err(|error| error.to_string())?;
    Ok(Arc::clone(made.entry(operation.to_owned()).or_insert(Arc::new(validator))))
}

fn valid(validator: &Validator, body: &Value) -> Result<(), String> {
    let errors: Vec<String> =
        validator.iter_errors(body).map(|error| format!("at `{}`: {}", error.instance_path(), error)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

/// The described path that this one is an instance of; of several, the one with the most literal parts.
fn template<'a>(description: &'a Value, path: &str) -> Option<&'a str> {
    let templates = description["paths"].as_object()?.keys();
    let fitting = templates.filter(|template| {
        let mut parts = template.split('/').zip(path.split('/'));
        template.split('/').count() == path.split('/').count()
            && parts.all(|(described, given)| described.starts_with('{') || described == given)
    });
    fitting.min_by_key(|template| template.matches('{').count()).map(String::as_str)
}

#[test]
fn it_knows_right_from_wrong() {
    if description().is_none() {
        return;
    }
    let messages = "/channels/1/messages";
    assert_eq!(check("POST", messages, Some(&json!({ "content": "hi" }))), Ok(()));
    for body in [json!({ "content": 5 }), json!({ "contents": "hi" }), json!({ "embeds": [{ "titel": "x" }] })] {
        assert!(check("POST", messages, Some(&body)).is_err(), "{body}");
    }
    assert!(check("POST", "/no/such/path", None).is_err());
    assert!(check("DELETE", messages, None).is_err());
    assert!(check("GET", messages, Some(&json!({}))).is_err());
}
