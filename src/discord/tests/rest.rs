//! The REST client: what it sends, when it sends again, and what it makes of silence.

use super::fake::{Answer, Fake, LONG};
use crate::discord::adapter::Adapter;
use crate::discord::rest::Rest;
use crate::flow::effect::{Callback, Effect, InteractionRef, WebhookUrl};
use crate::flow::payload::{File, Message};
use crate::flow::port::Discord;
use crate::flow::refusal::Refusal;
use crate::flow::request::{Method, Request, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

const MESSAGES: &str = "POST /channels/1/messages";

fn rest(fake: &Fake) -> Rest {
    Rest::new(&fake.base, SecretString::from("a-test-token"))
}

fn message(text: &str) -> Request {
    Request::new(Method::Post, "/channels/1/messages").body(json!({ "content": text }))
}

async fn send(rest: &Rest, request: Request) -> Result<Response, Refusal> {
    timeout(LONG, rest.send(&request)).await.expect("the request hangs")
}

fn limited(seconds: f64) -> Answer {
    Answer::new(429, &json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false }))
}

#[tokio::test]
async fn a_request_says_who_sends_it() {
    let fake = Fake::start().await;
    fake.next("POST /channels/1/messages", Answer::new(200, &json!({ "id": "5" })));
    let answer = send(&rest(&fake), message("hi")).await.unwrap();
    assert_eq!((answer.status, answer.body), (200, json!({ "id": "5" })));
    let seen = &fake.seen()[0];
    assert_eq!(seen.header("authorization"), "Bot a-test-token");
    assert!(seen.header("user-agent").starts_with("DiscordBot (https://github.com/botwright/botwright, "));
    assert_eq!(seen.header("content-type"), "application/json");
    assert_eq!(seen.body, r#"{"content":"hi"}"#);
}

#[tokio::test]
async fn a_path_with_a_credential_goes_without_the_token() {
    let fake = Fake::start().await;
    let adapter = Adapter::new(rest(&fake));
    let interaction = InteractionRef { id: "9".into(), application: "8".into(), token: "tok".into() };
    let effect = Effect::Respond { interaction, callback: Callback::Message(Message::text("hi")) };
    adapter.perform(&effect).await.unwrap();
    let seen = &fake.seen()[0];
    assert_eq!(seen.path, "/interactions/9/tok/callback");
    assert_eq!(seen.header("authorization"), "");
}

#[tokio::test]
async fn an_empty_answer_is_null_and_another_text_is_text() {
    let fake = Fake::start().await;
    fake.next("DELETE /channels/1", Answer::text(204, ""));
    fake.next("GET /channels/1", Answer::text(404, "<html>"));
    let rest = rest(&fake);
    let deleted = send(&rest, Request::new(Method::Delete, "/channels/1")).await.unwrap();
    assert_eq!((deleted.status, deleted.body), (204, Value::Null));
    let missing = send(&rest, Request::new(Method::Get, "/channels/1")).await.unwrap();
    assert_eq!((missing.status, missing.body), (404, json!("<html>")));
}

#[tokio::test]
async fn a_refusal_carries_discords_words() {
    let fake = Fake::start().await;
    let errors = json!({ "content": { "_errors": [{ "message": "Too long." }] } });
    let body = json!({ "code": 50035, "message": "Invalid Form Body", "errors": errors });
    fake.next(MESSAGES, Answer::new(400, &body));
    let effect = Effect::SendMessage { channel: "1".into(), message: Message::text("hi"), nonce: None };
    let refusal = Adapter::new(rest(&fake)).perform(&effect).await.unwrap_err();
    assert_eq!(refusal, Refusal::new(400, 50035, "Invalid Form Body; content: Too long."));
}

#[tokio::test]
async fn files_go_as_multipart_with_payload_json() {
    let fake = Fake::start().await;
    let files = ["log.txt", "log.html"].map(|name| File { name: name.into(), content: format!("in {name}").into() });
    let message = Message { files: files.into(), ..Message::text("with files") };
    let effect = Effect::SendMessage { channel: "1".into(), message, nonce: None };
    Adapter::new(rest(&fake)).perform(&effect).await.unwrap();
    let seen = &fake.seen()[0];
    let kind = seen.header("content-type").to_owned();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect("it is not multipart");
    let body = String::from_utf8(seen.body.to_vec()).unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).filter(|part| part.contains("\r\n\r\n")).collect();
    let [payload, first, second] = parts[..] else { panic!("{body}") };
    assert!(payload.contains("name=\"payload_json\"") && payload.contains("application/json"), "{payload}");
    let json: Value = serde_json::from_str(payload.split_once("\r\n\r\n").unwrap().1.trim_end()).unwrap();
    let attachments = json!([{ "id": "0", "filename": "log.txt" }, { "id": "1", "filename": "log.html" }]);
    assert_eq!((&json["content"], &json["attachments"]), (&json!("with files"), &attachments));
    assert!(first.contains("name=\"files[0]\"; filename=\"log.txt\"") && first.contains("in log.txt"), "{first}");
    assert!(second.contains("name=\"files[1]\"; filename=\"log.html\"") && second.contains("in log.html"), "{second}");
}

#[tokio::test]
async fn an_exhausted_bucket_waits_for_its_reset() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, Answer::new(200, &json!({})).limit("b", 0, 0.3));
    let rest = rest(&fake);
    for _ in 0..3 {
        send(&rest, message("hi")).await.unwrap();
    }
    let times: Vec<Instant> = fake.seen().iter().map(|seen| seen.at).collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(290), "{:?}", pair[1] - pair[0]);
    }
}

#[tokio::test]
async fn routes_of_one_bucket_share_its_limit() {
    let fake = Fake::start().await;
    let delete = || Request::new(Method::Delete, "/channels/1/messages/7").route("/channels/1/messages/{}");
    fake.next("DELETE /channels/1/messages/7", Answer::text(204, "").limit("b", 4, 5.0));
    fake.next(MESSAGES, Answer::new(200, &json!({})).limit("b", 0, 0.3));
    let rest = rest(&fake);
    send(&rest, delete()).await.unwrap();
    send(&rest, message("hi")).await.unwrap();
    send(&rest, delete()).await.unwrap();
    let seen = fake.seen();
    assert!(seen[2].at - seen[1].at >= Duration::from_millis(290));
}

#[tokio::test]
async fn a_limited_rename_holds_no_message_up() {
    let fake = Fake::start().await;
    let rename = || Request::new(Method::Patch, "/channels/1").body(json!({ "name": "x" }));
    fake.next("PATCH /channels/1", limited(20.0));
    let rest = rest(&fake);
    let waiting = tokio::spawn({
        let rest = rest.clone();
        async move { rest.send(&rename()).await }
    });
    fake.arrived("PATCH /channels/1").await;
    send(&rest, message("hi")).await.unwrap();
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[tokio::test]
async fn requests_of_a_route_leave_in_order() {
    let fake = Fake::start().await;
    fake.next(MESSAGES, Answer::new(200, &json!({})).limit("b", 100, 5.0).delayed(Duration::from_millis(100)));
    fake.next(MESSAGES, limited(0.1));
    fake.next(MESSAGES, Answer::text(502, ""));
    fake.next(MESSAGES, Answer::new(200, &json!({})).limit("other", 100, 5.0));
    let rest = rest(&fake);
    let texts: Vec<String> = (0..12).map(|number| number.to_string()).collect();
    let requests: Vec<Request> = texts
        .iter()
        .map(|text| {
            let body = json!({ "content": text, "nonce": text, "enforce_nonce": true });
            Request::new(Method::Post, "/channels/1/messages").body(body)
        })
        .collect();
    let all = futures_util::future::join_all(requests.iter().map(|request| rest.send(request)));
    for answer in timeout(LONG, all).await.unwrap() {
        assert_eq!(answer.unwrap().status, 200);
    }
    let content = |seen: &super::fake::Seen| -> String {
        serde_json::from_slice::<Value>(&seen.body).unwrap()["content"].as_str().unwrap().to_owned()
    };
    let mut arrived: Vec<String> = fake.seen().iter().map(content).collect();
    arrived.dedup();
    assert_eq!(arrived, texts);
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let fake = Fake::start().await;
    fake.next(MESSAGES, limited(0.3));
    fake.next(MESSAGES, Answer::new(200, &json!({})));
    assert_eq!(send(&rest(&fake), message("hi")).await.unwrap().status, 200);
    let seen = fake.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(290));
}

#[tokio::test]
async fn a_429_without_a_body_is_waited_out() {
    let fake = Fake::start().await;
    fake.next(MESSAGES, Answer::text(429, "error code: 1015").header("retry-after", 1));
    fake.next(MESSAGES, Answer::new(200, &json!({})));
    assert_eq!(send(&rest(&fake), message("hi")).await.unwrap().status, 200);
    let seen = fake.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(990));
}

#[tokio::test]
async fn a_global_429_holds_every_route_but_interactions() {
    let fake = Fake::start().await;
    let body = json!({ "message": "…", "retry_after": 600.0, "global": true });
    fake.next(MESSAGES, Answer::new(429, &body).header("x-ratelimit-global", "true"));
    let rest = rest(&fake);
    send(&rest, message("hi")).await.unwrap_err();
    let refusal = send(&rest, Request::new(Method::Get, "/guilds/2/roles")).await.unwrap_err();
    assert_eq!((refusal.status, fake.count("GET /guilds/2/roles")), (429, 0));
    let interaction = InteractionRef { id: "9".into(), application: "8".into(), token: "tok".into() };
    let effect = Effect::Respond { interaction, callback: Callback::DeferUpdate };
    Adapter::new(rest).perform(&effect).await.unwrap();
}

#[tokio::test]
async fn five_429_are_enough() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, limited(0.01));
    let refusal = send(&rest(&fake), message("hi")).await.unwrap_err();
    assert_eq!((refusal.status, refusal.unknown), (429, false));
    assert_eq!(fake.count(MESSAGES), 5);
}

#[tokio::test]
async fn a_pause_beyond_a_minute_is_refused_at_once() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, limited(600.0));
    let rest = rest(&fake);
    let refusal = send(&rest, message("hi")).await.unwrap_err();
    assert_eq!(refusal.status, 429);
    assert_eq!(refusal.message, "Discord asks for a pause of 600 s");
    send(&rest, message("again")).await.unwrap_err();
    assert_eq!(fake.count(MESSAGES), 1, "the second was sent although the limit was known");
}

#[tokio::test]
async fn a_fault_is_met_with_a_repeat_where_that_is_safe() {
    let fake = Fake::start().await;
    fake.always("GET /guilds/2/roles", Answer::text(503, ""));
    fake.next(MESSAGES, Answer::text(502, ""));
    fake.next(MESSAGES, Answer::new(200, &json!({})));
    let rest = rest(&fake);
    let roles = send(&rest, Request::new(Method::Get, "/guilds/2/roles")).await.unwrap();
    assert_eq!((roles.status, fake.count("GET /guilds/2/roles")), (503, 3));
    let safe = Request::new(Method::Post, "/channels/1/messages")
        .body(json!({ "content": "hi", "nonce": "n", "enforce_nonce": true }));
    assert_eq!(send(&rest, safe).await.unwrap().status, 200);
    assert_eq!(fake.count(MESSAGES), 2);
}

#[tokio::test]
async fn a_fault_after_a_plain_message_is_not_repeated() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, Answer::text(502, ""));
    let effect = Effect::SendMessage { channel: "1".into(), message: Message::text("hi"), nonce: None };
    let refusal = Adapter::new(rest(&fake)).perform(&effect).await.unwrap_err();
    assert_eq!((refusal.status, refusal.unknown, fake.count(MESSAGES)), (502, true, 1));
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_leaves_it_unknown() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, Answer::broken());
    fake.next("GET /guilds/2/roles", Answer::broken());
    fake.next("GET /guilds/2/roles", Answer::new(200, &json!([])));
    let rest = rest(&fake);
    let refusal = send(&rest, message("hi")).await.unwrap_err();
    assert_eq!((refusal.status, refusal.unknown, fake.count(MESSAGES)), (0, true, 1));
    assert_eq!(send(&rest, Request::new(Method::Get, "/guilds/2/roles")).await.unwrap().body, json!([]));
}

#[tokio::test]
async fn a_refusal_of_the_second_try_says_nothing_of_the_first() {
    let fake = Fake::start().await;
    let closed = Answer::new(403, &json!({ "message": "Cannot send messages to this user", "code": 50007 }));
    fake.next(MESSAGES, Answer::broken());
    fake.next(MESSAGES, closed);
    let adapter = Adapter::new(rest(&fake));
    let nonce = |nonce: &str| Some(nonce.to_owned());
    let effect = Effect::SendMessage { channel: "1".into(), message: Message::text("hi"), nonce: nonce("n-0") };
    let refusal = adapter.perform(&effect).await.unwrap_err();
    assert_eq!((refusal.code, refusal.unknown, fake.count(MESSAGES)), (50007, true, 2));
    let effect = Effect::SendMessage { channel: "1".into(), message: Message::text("hi"), nonce: nonce("n-1") };
    assert!(!adapter.perform(&effect).await.unwrap_err().unknown, "nothing was lost");
}

#[tokio::test]
async fn a_timeout_after_sending_leaves_it_unknown() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, Answer::new(200, &json!({})).delayed(LONG * 2));
    let rest = Rest::timed(&fake.base, SecretString::from("t"), Duration::from_millis(200));
    let refusal = send(&rest, message("hi")).await.unwrap_err();
    assert_eq!(refusal, Refusal::silence("no answer in time"));
    assert_eq!(fake.count(MESSAGES), 1);
}

#[tokio::test]
async fn a_discord_out_of_reach_is_told_without_the_path() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let rest = Rest::new(&format!("http://{address}"), SecretString::from("t"));
    let refusal = send(&rest, message("hi")).await.unwrap_err();
    assert_eq!(refusal, Refusal::new(0, 0, "no connection to Discord"));
}

#[tokio::test]
async fn a_refused_token_is_not_sent_again() {
    let fake = Fake::start().await;
    fake.always(MESSAGES, Answer::new(401, &json!({ "message": "401: Unauthorized", "code": 0 })));
    let rest = rest(&fake);
    assert_eq!(send(&rest, message("hi")).await.unwrap().status, 401);
    let refusal = send(&rest, Request::new(Method::Get, "/guilds/2/roles")).await.unwrap_err();
    assert_eq!(refusal, Refusal::new(401, 0, "the token was refused by Discord"));
    assert_eq!(fake.count("GET /guilds/2/roles"), 0);
    let url = WebhookUrl(format!("{}/api/webhooks/3/tok", fake.base));
    Adapter::new(rest).perform(&Effect::ExecuteWebhook { url, message: Message::text("hi") }).await.unwrap();
}

#[tokio::test]
async fn a_webhook_of_the_real_discord_is_not_reached_from_a_test_server() {
    let fake = Fake::start().await;
    let url = WebhookUrl("https://canary.discord.com/api/webhooks/3/tok".into());
    Adapter::new(rest(&fake)).perform(&Effect::ExecuteWebhook { url, message: Message::text("hi") }).await.unwrap();
    assert_eq!(fake.count("POST /webhooks/3/tok?wait=true"), 1);
}

#[tokio::test]
async fn a_webhook_elsewhere_is_sent_there() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    let url = WebhookUrl(format!("{}/api/webhooks/3/tok", other.base));
    Adapter::new(rest(&fake)).perform(&Effect::ExecuteWebhook { url, message: Message::text("hi") }).await.unwrap();
    assert_eq!((fake.seen().len(), other.count("POST /webhooks/3/tok?wait=true")), (0, 1));
}
