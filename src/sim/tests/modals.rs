//! Windows: opened, sent, dismissed.

use super::stage::{Stage, mistake};
use serde_json::{Value, json};

fn window() -> Value {
    let input = |id: &str, label: &str, more: Value| {
        let mut input = json!({ "type": 4, "custom_id": id, "label": label, "style": 1 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "type": 1, "components": [input] })
    };
    json!({ "custom_id": "report", "title": "Report", "components": [
        input("what", "What happened", json!({ "max_length": 20 })),
        input("where", "Where", json!({ "required": false, "value": "here" })),
    ] })
}

#[test]
fn a_window_is_opened_filled_and_sent_once() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    assert_eq!(stage.respond(ping, json!({ "type": 9, "data": window() })).status, 204);
    assert_eq!(stage.world.modals(stage.ana).len(), 1);
    assert!(stage.world.submit(stage.bo, ping, &[("what", "x")]).is_err());
    let sent = stage.world.submit(stage.ana, ping, &[("What happened", "a crash")]).unwrap();
    let data = stage.world.interaction(sent).unwrap().data;
    assert_eq!(data["custom_id"], "report");
    assert_eq!(data["components"][0]["components"][0]["value"], "a crash");
    assert_eq!(data["components"][1]["components"][0]["value"], "here");
    assert!(stage.world.submit(stage.ana, ping, &[("what", "x")]).is_err(), "it is closed");
    assert_eq!(stage.respond(sent, json!({ "type": 4, "data": { "content": "thanks" } })).status, 204);
    assert_eq!(
        mistake(&stage.respond(stage.ping(stage.ana), json!({ "type": 7, "data": {} })), "type"),
        "BASE_TYPE_CHOICES"
    );
}

#[test]
fn the_client_checks_fields() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    stage.respond(ping, json!({ "type": 9, "data": window() }));
    let words = |fields: &[(&str, &str)]| stage.world.submit(stage.ana, ping, fields).unwrap_err().0;
    assert_eq!(words(&[]), "What happened: this field is required.");
    assert_eq!(words(&[("what", &"x".repeat(21))]), "What happened: must be at most 20 characters, and is 21.");
    assert_eq!(words(&[("what", "x"), ("who", "y")]), "The window has no field `who`.");
}

#[test]
fn windows_have_limits() {
    let stage = Stage::new().with_ping();
    let with = |change: fn(&mut Value)| {
        let mut window = window();
        change(&mut window);
        stage.respond(stage.ping(stage.ana), json!({ "type": 9, "data": window }))
    };
    let title = with(|w| w["title"] = json!("x".repeat(46)));
    assert_eq!(mistake(&title, "data.title"), "BASE_TYPE_BAD_LENGTH");
    let none = with(|w| w["components"] = json!([]));
    assert_eq!(mistake(&none, "data.components"), "BASE_TYPE_BAD_LENGTH");
    let six = with(|w| w["components"] = json!(vec![w["components"][0].clone(); 6]));
    assert_eq!(mistake(&six, "data.components"), "BASE_TYPE_BAD_LENGTH");
    let label = with(|w| w["components"][0]["components"][0]["label"] = json!("x".repeat(46)));
    assert_eq!(mistake(&label, "data.components.0.components.0.label"), "BASE_TYPE_BAD_LENGTH");
    let button = with(|w| w["components"][0]["components"][0]["type"] = json!(2));
    assert_eq!(mistake(&button, "data.components.0.components.0.type"), "UNION_TYPE_CHOICES");
    let twice = with(|w| w["components"][1]["components"][0]["custom_id"] = json!("what"));
    assert_eq!(mistake(&twice, "data.components.1.components.0.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED");
}

#[test]
fn labels_hold_inputs_and_selects() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let window = json!({ "custom_id": "m", "title": "M", "components": [
        { "type": 18, "label": "Name", "component": { "type": 4, "custom_id": "name", "style": 1 } },
        { "type": 18, "label": "Plan", "component": { "type": 3, "custom_id": "plan",
            "options": [{ "label": "Small", "value": "s" }, { "label": "Large", "value": "l" }] } },
        { "type": 18, "label": "Whom", "component": { "type": 5, "custom_id": "whom", "required": false } },
    ] });
    let opened = stage.respond(ping, json!({ "type": 9, "data": window }));
    assert_eq!(opened.status, 204, "{opened:?}");
    let sent = stage.world.submit(stage.ana, ping, &[("Name", "x"), ("plan", "Large"), ("whom", "@bo")]).unwrap();
    let data = stage.world.interaction(sent).unwrap().data;
    assert_eq!(data["components"][1]["component"]["values"], json!(["l"]));
    assert_eq!(data["resolved"]["users"][stage.bo.to_string()]["username"], "bo");
}

#[test]
fn no_window_answers_a_window() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    stage.respond(ping, json!({ "type": 9, "data": window() }));
    let sent = stage.world.submit(stage.ana, ping, &[("what", "x")]).unwrap();
    assert_eq!(mistake(&stage.respond(sent, json!({ "type": 9, "data": window() })), "type"), "BASE_TYPE_CHOICES");
}

#[test]
fn the_answer_to_a_window_remembers_what_opened_it() {
    let stage = Stage::new();
    let panel = stage.panel("open", "Open");
    let click = stage.world.click(stage.ana, panel, "open").unwrap();
    stage.respond(click, json!({ "type": 9, "data": window() }));
    let sent = stage.world.submit(stage.ana, click, &[("what", "x")]).unwrap();
    assert_eq!(stage.respond(sent, json!({ "type": 4, "data": { "content": "thanks" } })).status, 204);
    let original = stage.follow(sent, crate::flow::request::Method::Get, "/messages/@original", Value::Null);
    let opener = &original.body["interaction_metadata"]["triggering_interaction_metadata"];
    assert_eq!(opener["interacted_message_id"], panel.to_string());
}
