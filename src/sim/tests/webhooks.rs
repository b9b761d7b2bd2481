//! Webhooks: executed, gone.

use super::stage::{Stage, id, mistake, refusal};
use crate::flow::request::Method;
use crate::sim::{RestAnswer, RestCall};
use serde_json::{Value, json};

/// A request to the playground's webhook, signed by nobody.
fn ask(stage: &Stage, method: Method, suffix: &str, body: Value) -> RestAnswer {
    let path = stage.webhook_path.trim_start_matches("/api");
    stage.world.rest(&RestCall::new(method, format!("{path}{suffix}")).body(body)).unwrap()
}

#[test]
fn posting_answers_only_to_who_waits() {
    let stage = Stage::new();
    assert_eq!(ask(&stage, Method::Post, "", json!({ "content": "1" })).status, 204);
    let body = json!({ "content": "2", "username": "Log", "avatar_url": "https://example.com/a.png" });
    let posted = ask(&stage, Method::Post, "?wait=true", body);
    assert_eq!((posted.status, &posted.body["author"]["username"]), (200, &json!("Log")));
    assert_eq!(posted.body["webhook_id"], stage.webhook.to_string());
    assert_eq!(stage.world.webhook_posts(stage.webhook).len(), 2);
}

#[test]
fn a_post_is_edited_and_deleted_through_the_webhook() {
    let stage = Stage::new();
    let posted = id(&ask(&stage, Method::Post, "?wait=true", json!({ "embeds": [{ "title": "x" }] })));
    let suffix = format!("/messages/{posted}");
    assert_eq!(ask(&stage, Method::Patch, &suffix, json!({ "content": "y" })).body["content"], "y");
    assert_eq!(ask(&stage, Method::Delete, &suffix, Value::Null).status, 204);
    assert_eq!(refusal(&ask(&stage, Method::Get, &suffix, Value::Null)), (404, 10008));
}

#[test]
fn bad_addresses_and_bodies() {
    let stage = Stage::new();
    let call = |path: String| refusal(&stage.world.rest(&RestCall::new(Method::Post, path)).unwrap());
    assert_eq!(call(format!("/webhooks/{}/wrong", stage.webhook)), (401, 50027));
    assert_eq!(call("/webhooks/5/wrong".to_owned()), (404, 10015));
    assert_eq!(refusal(&ask(&stage, Method::Post, "", json!({}))), (400, 50006));
    let named = ask(&stage, Method::Post, "", json!({ "content": "x", "username": "Discord Staff" }));
    assert_eq!(mistake(&named, "username"), "USERNAME_INVALID_CONTAINS");
    stage.world.delete_webhook(stage.webhook);
    assert_eq!(refusal(&ask(&stage, Method::Post, "", json!({ "content": "x" }))), (404, 10015));
}

#[test]
fn bots_make_webhooks_up_to_15_a_channel() {
    let stage = Stage::new();
    let path = format!("/channels/{}/webhooks", stage.general);
    for n in 0..15 {
        assert_eq!(stage.post(&path, json!({ "name": n.to_string() })).status, 200);
    }
    assert_eq!(refusal(&stage.post(&path, json!({ "name": "x" }))), (400, 30007));
    let list = stage.get(&path);
    let webhook = list.body[0]["id"].as_str().unwrap();
    assert_eq!(stage.patch(&format!("/webhooks/{webhook}"), json!({ "name": "new" })).body["name"], "new");
    assert_eq!(stage.delete(&format!("/webhooks/{webhook}")).status, 204);
}

#[test]
fn a_webhook_goes_with_its_channel() {
    let stage = Stage::new();
    stage.world.delete_channel(stage.staff_log).unwrap();
    assert_eq!(refusal(&ask(&stage, Method::Post, "", json!({ "content": "x" }))), (404, 10015));
}
