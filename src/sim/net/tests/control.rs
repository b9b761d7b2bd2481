//! The control surface, used as another process would.

use super::stage::Stage;
use crate::sim::clock::ManualClock;
use crate::sim::net::settings::Settings;
use futures_util::StreamExt;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

impl Stage {
    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/sim{path}", self.server.http());
        Client::new().get(url).timeout(PATIENCE).send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn order(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/sim{path}", self.server.http());
        let response = Client::new().post(url).json(&body).timeout(PATIENCE).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// Somebody acts; the id of what came of it.
    async fn act(&self, body: Value) -> String {
        let (status, answer) = self.order("/act", body).await;
        assert_eq!(status, 200, "{answer}");
        let id = answer["interaction"].as_str().or(answer["message"].as_str());
        id.unwrap_or_default().to_owned()
    }

    /// The bot's first answer to an interaction that it was told of.
    async fn answer(&self, told: &Value, body: Value) {
        let (id, token) = (told["id"].as_str().expect("an id"), told["token"].as_str().expect("a token"));
        let url = self.api(&format!("/interactions/{id}/{token}/callback"));
        let response = Client::new().post(url).json(&body).send().await.expect("an answer");
        assert_eq!(response.status(), 204, "{:?}", response.text().await);
    }

    /// The bot says something in the channel.
    async fn say(&self, text: &str) {
        let request = Client::new().post(self.api(&format!("/channels/{}/messages", self.channel)));
        let request = request.header("Authorization", format!("Bot {}", self.token)).json(&json!({ "content": text }));
        assert!(request.send().await.expect("an answer").status().is_success());
    }
}

#[tokio::test]
async fn the_overview_names_everything_and_no_token() {
    let stage = Stage::set().await;
    stage.world.add_webhook(stage.channel, "log").expect("a webhook");
    let (_client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    let all = stage.look("").await;
    assert_eq!(all["guilds"][0]["channels"][0]["name"], "general");
    assert_eq!((&all["bots"][0]["name"], &all["clock"]), (&json!("clerk"), &json!("system")));
    assert_eq!((&all["webhooks"][0]["name"], &all["sessions"][0]["connected"]), (&json!("log"), &json!(true)));
    let text = all.to_string();
    let secrets = [stage.token.clone(), stage.world.lock().webhooks.values().next().expect("one").token.clone()];
    assert!(secrets.iter().all(|secret| !text.contains(secret)));
}

#[tokio::test]
async fn messages_are_seen_by_name() {
    let stage = Stage::set().await;
    stage.say("one").await;
    stage.say("two").await;
    let seen = stage.look("/messages/general?as=ana").await;
    let texts: Vec<&Value> = seen.as_array().expect("a list").iter().map(|message| &message["content"]).collect();
    assert_eq!(texts, ["one", "two"]);
    assert_eq!(stage.look("/messages/general?limit=1").await[0]["content"], "two");
}

#[tokio::test]
async fn a_name_that_is_not_there_is_answered_with_those_that_are() {
    let stage = Stage::set().await;
    let answer = stage.look("/messages/generl").await;
    assert_eq!(answer["error"], "there is no channel \"generl\", only general");
}

#[tokio::test]
async fn the_journal_is_waited_for() {
    let stage = Stage::set().await;
    let (entries, ()) = tokio::join!(stage.look("/events?wait=5000"), stage.say("hi"));
    assert_eq!(entries[0]["number"], 1);
    let all = stage.look("/events").await;
    let created = all.as_array().expect("a list").iter().find(|entry| entry["happening"] == "message_created");
    let created = created.expect("the message");
    assert_eq!((&created["message"]["content"], &created["visible_to"]), (&json!("hi"), &json!(["ana"])));
}

#[tokio::test]
async fn the_journal_is_a_stream_too() {
    let stage = Stage::set().await;
    let url = format!("{}/sim/events", stage.server.http());
    let response = Client::new().get(url).header("accept", "text/event-stream").send().await.expect("a stream");
    stage.say("hi").await;
    let mut chunks = response.bytes_stream();
    let mut text = String::new();
    while !text.contains("message_created") {
        let chunk = timeout(PATIENCE, chunks.next()).await.expect("in time").expect("a chunk").expect("bytes");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(text.starts_with("id: 1\n"));
    stage.server.shutdown().await;
    while timeout(PATIENCE, chunks.next()).await.expect("an end").is_some() {}
}

#[tokio::test]
async fn a_clock_by_hand_moves_by_order() {
    let clock = Arc::new(ManualClock::new(1_767_603_600_000));
    let stage = Stage::with(Settings { clock: Some(clock), ..Settings::default() }).await;
    assert_eq!(stage.order("/advance", json!({ "ms": 5_000 })).await, (200, json!({ "now": 1_767_603_605_000_i64 })));
    let system = Stage::set().await;
    assert_eq!(system.order("/advance", json!({ "ms": 1 })).await.0, 400);
}

#[tokio::test]
async fn gateway_faults_are_ordered_over_the_wire() {
    let stage = Stage::set().await;
    let (mut client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    stage.order("/fault", json!({ "gateway": "reconnect" })).await;
    client.op(7).await;
    stage.order("/fault", json!({ "gateway": "close", "code": 4000 })).await;
    assert_eq!(client.end().await, super::client::Heard::Close(Some(4000)));
    assert_eq!(stage.order("/fault", json!({ "gateway": "explode" })).await.0, 400);
    assert_eq!(stage.order("/fault", json!({ "gateway": "close", "code": 7 })).await.0, 400);
}

#[tokio::test]
async fn rest_faults_are_ordered_over_the_wire_and_healed() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/messages", stage.channel);
    let ask = async || {
        let request = Client::new().get(stage.api(&path)).header("Authorization", format!("Bot {}", stage.token));
        request.send().await.expect("an answer").status().as_u16()
    };
    stage.order("/fault", json!({ "rest": "GET /channels/*/messages", "status": 503, "times": 1 })).await;
    assert_eq!((ask().await, ask().await), (503, 200));
    stage.order("/fault", json!({ "rest": "all", "code": 50013, "times": 9 })).await;
    assert_eq!(ask().await, 403);
    stage.order("/fault", json!({ "heal": true })).await;
    assert_eq!(ask().await, 200);
    assert_eq!(stage.order("/fault", json!({ "rest": "all" })).await.0, 400);
}

#[tokio::test]
async fn a_command_is_acted_told_answered_and_waited_for() {
    let stage = Stage::set().await;
    let (mut client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    let id = stage.act(json!({ "as": "ana", "channel": "general", "do": "/ping times:2" })).await;
    assert_eq!(stage.look(&format!("/interactions/{id}")).await["state"], "waiting");
    let told = client.event("INTERACTION_CREATE").await;
    assert_eq!((&told["id"], &told["data"]["options"][0]["value"]), (&json!(id), &json!(2)));
    let path = format!("/interactions/{id}?wait=5000");
    let message = json!({ "type": 4, "data": { "content": "pong", "flags": 64 } });
    let (seen, ()) = tokio::join!(stage.look(&path), stage.answer(&told, message));
    assert_eq!((&seen["state"], &seen["callback"], &seen["ephemeral"]), (&json!("answered"), &json!(4), &json!(true)));
    assert_eq!((&seen["original"]["content"], &seen["original"]["ephemeral_to"]), (&json!("pong"), &json!("ana")));
    assert!(!seen.to_string().contains(told["token"].as_str().expect("a token")));
}

#[tokio::test]
async fn an_interaction_without_an_answer_fails_when_its_time_is_up() {
    let clock = Arc::new(ManualClock::new(1_767_603_600_000));
    let stage = Stage::with(Settings { clock: Some(clock), ..Settings::default() }).await;
    let id = stage.act(json!({ "as": "ana", "do": "/ping" })).await;
    let path = format!("/interactions/{id}?wait=5000");
    let (seen, _) = tokio::join!(stage.look(&path), stage.order("/advance", json!({ "ms": 3_001 })));
    assert_eq!(seen["state"], "failed");
}

#[tokio::test]
async fn a_deferred_answer_is_waited_for_until_it_comes() {
    let stage = Stage::set().await;
    let (mut client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    let id = stage.act(json!({ "as": "ana", "do": "/ping" })).await;
    let told = client.event("INTERACTION_CREATE").await;
    stage.answer(&told, json!({ "type": 5 })).await;
    assert_eq!(stage.look(&format!("/interactions/{id}")).await["state"], "thinking");
    let token = told["token"].as_str().expect("a token");
    let edit = Client::new().patch(stage.api(&format!("/webhooks/{}/{token}/messages/@original", stage.application)));
    let path = format!("/interactions/{id}?wait=5000");
    let (seen, edited) = tokio::join!(stage.look(&path), edit.json(&json!({ "content": "done" })).send());
    assert!(edited.expect("an answer").status().is_success());
    assert_eq!((&seen["state"], &seen["original"]["content"]), (&json!("answered"), &json!("done")));
}

#[tokio::test]
async fn a_button_a_window_and_its_fields_go_round() {
    let stage = Stage::set().await;
    let (mut client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    stage.act(json!({ "as": "ana", "do": "/ping" })).await;
    let told = client.event("INTERACTION_CREATE").await;
    let button = json!({ "type": 2, "style": 1, "label": "Open Ticket", "custom_id": "open" });
    let colours = json!([{ "label": "Red", "value": "r" }, { "label": "Blue", "value": "b" }]);
    let select =
        json!({ "type": 3, "custom_id": "pick", "placeholder": "Colour", "options": colours, "max_values": 2 });
    let rows = json!([{ "type": 1, "components": [button] }, { "type": 1, "components": [select] }]);
    stage.answer(&told, json!({ "type": 4, "data": { "content": "here", "components": rows } })).await;

    stage.act(json!({ "as": "ana", "do": "chooses \"Colour\": Red, Blue" })).await;
    let chosen = client.event("INTERACTION_CREATE").await;
    assert_eq!(chosen["data"]["values"], json!(["r", "b"]));

    stage.act(json!({ "as": "ana", "do": "click \"Open Ticket\" in general" })).await;
    let clicked = client.event("INTERACTION_CREATE").await;
    assert_eq!(clicked["data"]["custom_id"], "open");
    let input = json!({ "type": 4, "custom_id": "why", "style": 1, "label": "Why" });
    let modal = json!({ "custom_id": "ask", "title": "Ask", "components": [{ "type": 1, "components": [input] }] });
    stage.answer(&clicked, json!({ "type": 9, "data": modal })).await;

    stage.act(json!({ "as": "ana", "do": "submit", "fields": { "Why": "because" } })).await;
    let sent = client.event("INTERACTION_CREATE").await;
    assert_eq!((&sent["type"], &sent["data"]["custom_id"]), (&json!(5), &json!("ask")));
    assert!(sent["data"]["components"].to_string().contains("because"));
}

#[tokio::test]
async fn typing_asks_for_completions_and_files_go_up() {
    let stage = Stage::set().await;
    let (mut client, _) = super::client::Client::ready(&stage.gateway(), &stage.token, 1).await;
    stage.act(json!({ "as": "ana", "do": "type /ping where:he" })).await;
    let typed = client.event("INTERACTION_CREATE").await;
    assert_eq!((&typed["type"], &typed["data"]["options"][0]["value"]), (&json!(4), &json!("he")));

    stage.act(json!({ "as": "ana", "do": "/ping list:keys.txt", "files": { "keys.txt": "a b" } })).await;
    let told = client.event("INTERACTION_CREATE").await;
    let id = told["data"]["options"][0]["value"].as_str().expect("an id");
    let url = told["data"]["resolved"]["attachments"][id]["url"].as_str().expect("an address");
    let file = Client::new().get(url).send().await.expect("an answer").text().await;
    assert_eq!(file.expect("a text"), "a b");
}

#[tokio::test]
async fn people_speak_react_come_and_go() {
    let stage = Stage::set().await;
    let said = stage.act(json!({ "as": "ana", "channel": "#general", "do": "say hello" })).await;
    stage.act(json!({ "as": "ana", "do": "react 🔥", "message": said })).await;
    stage.act(json!({ "as": "ana", "do": "reply me again", "message": said })).await;
    let seen = stage.look("/messages/general").await;
    assert_eq!((&seen[0]["content"], &seen[0]["reactions"][0]["count"]), (&json!("hello"), &json!(1)));
    assert_eq!(seen[1]["message_reference"]["message_id"], json!(said));
    stage.act(json!({ "as": "ana", "do": "dm psst" })).await;
    assert_eq!(stage.look("/dms/ana").await[0]["content"], "psst");
    stage.act(json!({ "as": "ana", "do": "leave" })).await;
    assert_eq!(stage.order("/act", json!({ "as": "ana", "channel": "general", "do": "say still here" })).await.0, 400);
    stage.act(json!({ "as": "ana", "do": "join" })).await;
    stage.act(json!({ "as": "ana", "channel": "general", "do": "say back" })).await;
}

#[tokio::test]
async fn what_nobody_can_do_is_explained() {
    let stage = Stage::set().await;
    let (status, answer) = stage.order("/act", json!({ "as": "ana", "do": "fly away" })).await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().is_some_and(|words| words.contains("click")), "{answer}");
    let (status, answer) = stage.order("/act", json!({ "as": "ana", "do": "click Nothing" })).await;
    assert_eq!((status, &answer["error"]), (400, &json!("You see no button `Nothing`.")));
}

#[tokio::test]
async fn posts_of_a_webhook_are_seen_by_its_name() {
    let stage = Stage::set().await;
    let (_, path) = stage.world.add_webhook(stage.channel, "log").expect("a webhook");
    let url = format!("{}{path}", stage.server.http());
    assert_eq!(Client::new().post(url).json(&json!({ "content": "x" })).send().await.expect("an answer").status(), 204);
    assert_eq!(stage.look("/webhooks/log").await[0]["content"], "x");
}

#[tokio::test]
async fn a_body_of_another_shape_is_explained() {
    let stage = Stage::set().await;
    let (status, answer) = stage.order("/act", json!({ "as": "ana", "does": "say hi" })).await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().is_some_and(|words| words.contains("does")), "{answer}");
}

#[tokio::test]
async fn pages_of_other_origins_are_turned_away() {
    let stage = Stage::set().await;
    let url = format!("{}/sim", stage.server.http());
    let status = async |name: &str, value: &str| {
        Client::new().get(&url).header(name, value).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status("origin", "https://elsewhere.example").await, 403);
    assert_eq!(status("host", "rebound.example:80").await, 403);
    assert_eq!(status("origin", "http://localhost:8080").await, 200);
    assert_eq!(status("host", "[::1]:80").await, 200);
}
