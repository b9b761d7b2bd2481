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
