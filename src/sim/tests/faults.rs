//! Faults that were ordered.

use super::stage::{Stage, id, refusal};
use crate::flow::effect::{Effect, WebhookUrl};
use crate::flow::payload::Message;
use crate::flow::port::{Discord, Http};
use crate::flow::request::Method;
use crate::sim::inproc::Client;
use crate::sim::{Breakage, RestCall, Target};
use serde_json::{Value, json};

fn client(stage: &Stage) -> Client {
    Client::new(stage.world.clone(), &stage.token)
}

#[test]
fn an_ordered_refusal_comes_as_often_as_ordered_and_only_where() {
    let stage = Stage::new();
    stage.world.refuse(Target::Message, Breakage::Code(50013), 2);
    let send = || refusal(&stage.send(stage.general, json!({ "content": "x" })));
    let dm = id(&stage.post("/users/@me/channels", json!({ "recipient_id": stage.ana })));
    assert_eq!(stage.send(dm, json!({ "content": "x" })).status, 200);
    assert_eq!([send(), send(), send()], [(403, 50013), (403, 50013), (200, 0)]);
}

#[test]
fn words_and_routes_name_requests() {
    let stage = Stage::new();
    let route = Target::parse("PATCH /channels/*").unwrap();
    stage.world.refuse(route, Breakage::Status(502), 1);
    assert_eq!(stage.patch(&format!("/channels/{}", stage.general), json!({})).status, 502);
    stage.world.refuse(Target::parse("dm").unwrap(), Breakage::Status(500), 1);
    let dm = id(&stage.post("/users/@me/channels", json!({ "recipient_id": stage.ana })));
    assert_eq!(stage.send(dm, json!({ "content": "x" })).status, 500);
    assert_eq!(Breakage::parse("50007"), Some(Breakage::Code(50007)));
    assert_eq!((Breakage::parse("503"), Breakage::parse("x")), (Some(Breakage::Status(503)), None));
    assert_eq!(Target::parse("nonsense"), None);
    stage.world.refuse(Target::All, Breakage::RateLimited { retry_after: 2.5, global: true }, 9);
    let limited = stage.get("/users/@me");
    assert_eq!((limited.status, &limited.body["retry_after"]), (429, &json!(2.5)));
    stage.world.heal();
    assert_eq!(stage.get("/users/@me").status, 200);
}

#[test]
fn silence_comes_before_or_after_the_deed() {
    let stage = Stage::new();
    let call = RestCall::new(Method::Post, format!("/channels/{}/messages", stage.general))
        .bot(&stage.token)
        .body(json!({ "content": "x" }));
    stage.world.refuse(Target::Message, Breakage::Silence, 1);
    stage.world.refuse(Target::Message, Breakage::SilenceAfter, 1);
    assert_eq!(stage.world.rest(&call), None);
    assert_eq!(stage.world.messages(stage.general).len(), 0);
    assert_eq!(stage.world.rest(&call), None);
    assert_eq!(stage.world.messages(stage.general).len(), 1);
}

#[tokio::test]
async fn a_client_in_process_performs_effects() {
    let stage = Stage::new();
    let client = client(&stage);
    let send = Effect::SendMessage { channel: stage.general.to_string(), message: Message::text("hi"), nonce: None };
    assert_eq!(client.perform(&send).await.unwrap()["content"], "hi");
    let dm = client.perform(&Effect::OpenDm { user: stage.bo.to_string() }).await.unwrap();
    let channel = dm["id"].as_str().unwrap().to_owned();
    let refused = client.perform(&Effect::SendMessage { channel, message: Message::text("hi"), nonce: None }).await;
    assert_eq!(refused.unwrap_err().code, 50007);
    let url = WebhookUrl(format!("https://discord.com{}", stage.webhook_path));
    let posted = client.perform(&Effect::ExecuteWebhook { url, message: Message::text("log") }).await.unwrap();
    assert_eq!(posted["webhook_id"], stage.webhook.to_string());
    stage.world.refuse(Target::Message, Breakage::Silence, 1);
    let silent = client.perform(&send).await.unwrap_err();
    assert_eq!((silent.status, silent.unknown), (0, true));
}

#[tokio::test]
async fn a_client_in_process_downloads_files_up_to_a_limit() {
    let stage = Stage::new();
    let sent = stage.upload(&format!("/channels/{}/messages", stage.general), Value::Null, "a.txt", b"12345");
    let url = sent.body["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(client(&stage).get(url, 5).await.unwrap(), b"12345");
    assert_eq!(client(&stage).get(url, 4).await.unwrap_err().status, 413);
    assert_eq!(client(&stage).get("https://example.com/x", 4).await.unwrap_err().status, 404);
}

#[test]
fn no_secret_shows() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let known = stage.world.interaction(ping).unwrap();
    let path = format!("/interactions/{ping}/{}/callback", known.token);
    let shown = format!("{:?} {:?} {:?}", known, RestCall::new(Method::Post, &path).bot("the-token"), client(&stage));
    let application = format!("{:?}", stage.world.application(stage.bot));
    assert!(!shown.contains(&known.token) && !shown.contains("the-token") && !application.contains("the-token"));
}
