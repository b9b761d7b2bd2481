//! REST over real HTTP: what goes in, what comes out, and what stays silent.

use super::stage::Stage;
use crate::sim::fault::{Breakage, Target};
use crate::sim::net::form::MAX_BODY;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

impl Stage {
    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        Client::new().request(method, self.api(path)).timeout(PATIENCE)
    }

    fn signed(&self, method: &str, path: &str) -> RequestBuilder {
        self.request(method, path).header("Authorization", format!("Bot {}", self.token))
    }

    fn messages(&self) -> String {
        format!("/channels/{}/messages", self.channel)
    }

    /// `/webhooks/{id}/{token}` of a new one.
    fn webhook(&self) -> String {
        let (_, path) = self.world.add_webhook(self.channel, "log").expect("a webhook");
        path.trim_start_matches("/api").to_owned()
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn body(request: RequestBuilder) -> (u16, Value) {
    let response = send(request).await;
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_message_is_created_and_read_back() {
    let stage = Stage::set().await;
    let (status, sent) = body(stage.signed("POST", &stage.messages()).json(&json!({ "content": "hi" }))).await;
    assert_eq!((status, &sent["content"]), (200, &json!("hi")));
    let (_, list) = body(stage.signed("GET", &format!("{}?limit=1", stage.messages()))).await;
    assert_eq!(list[0]["id"], sent["id"]);
}

#[tokio::test]
async fn answers_carry_the_limits_headers() {
    let stage = Stage::set().await;
    let response = send(stage.signed("POST", &stage.messages()).json(&json!({ "content": "hi" }))).await;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("x-ratelimit-limit").as_deref(), Some("5"));
    assert!(header("x-ratelimit-bucket").is_some() && header("x-ratelimit-reset-after").is_some());
}

#[tokio::test]
async fn no_token_and_a_wrong_token_are_401() {
    let stage = Stage::set().await;
    let unauthorized = (401, json!({ "message": "401: Unauthorized", "code": 0 }));
    assert_eq!(body(stage.request("GET", "/users/@me")).await, unauthorized);
    assert_eq!(body(stage.request("GET", "/users/@me").header("Authorization", "Bot nonsense")).await, unauthorized);
}

#[tokio::test]
async fn an_unknown_route_is_404_in_discords_words() {
    let stage = Stage::set().await;
    let not_found = json!({ "message": "404: Not Found", "code": 0 });
    assert_eq!(body(stage.signed("GET", "/no/such/thing")).await, (404, not_found.clone()));
    let elsewhere = Client::new().get(format!("{}/elsewhere", stage.server.http()));
    assert_eq!(body(elsewhere).await, (404, not_found));
}

#[tokio::test]
async fn every_spoken_version_leads_to_the_same_place() {
    let stage = Stage::set().await;
    for base in ["/api/v10", "/api/v9", "/api"] {
        let url = format!("{}{base}/gateway", stage.server.http());
        let (status, answer) = body(Client::new().get(url)).await;
        assert_eq!((status, &answer["url"]), (200, &json!(stage.gateway())));
    }
    let (status, answer) = body(Client::new().get(format!("{}/api/v3/gateway", stage.server.http()))).await;
    assert_eq!((status, &answer["code"]), (400, &json!(50041)));
}

#[tokio::test]
async fn the_gateway_for_bots_tells_how_many_sessions_are_left() {
    let stage = Stage::set().await;
    let (_, before) = body(stage.signed("GET", "/gateway/bot")).await;
    super::client::Client::ready(&stage.gateway(), &stage.token, 0).await;
    let (_, after) = body(stage.signed("GET", "/gateway/bot")).await;
    assert_eq!((&before["url"], &before["shards"]), (&json!(stage.gateway()), &json!(1)));
    let limit = &after["session_start_limit"];
    assert_eq!(
        (&limit["total"], &limit["remaining"], &limit["max_concurrency"]),
        (&json!(1000), &json!(999), &json!(1))
    );
    assert_eq!(before["session_start_limit"]["remaining"], 1000);
}

#[tokio::test]
async fn broken_json_is_50109() {
    let stage = Stage::set().await;
    let request = stage.signed("POST", &stage.messages()).header("content-type", "application/json").body("{");
    let (status, answer) = body(request).await;
    assert_eq!((status, &answer["code"]), (400, &json!(50109)));
}

#[tokio::test]
async fn a_body_beyond_25_mib_is_40005() {
    let stage = Stage::set().await;
    let request = stage.signed("POST", &stage.messages()).body(vec![b' '; MAX_BODY + 1]);
    let (status, answer) = body(request).await;
    assert_eq!((status, &answer["code"]), (413, &json!(40005)));
}

#[tokio::test]
async fn a_file_goes_up_in_a_form_and_comes_down_where_its_address_points() {
    let stage = Stage::set().await;
    let payload = json!({ "content": "two", "attachments": [{ "id": 0, "filename": "a.txt" }, { "id": 1, "filename": "b ü.txt" }] });
    let file = |text: &'static str, name: &'static str| Part::text(text).file_name(name);
    // The parts come in another order than their numbers.
    let form = Form::new()
        .part("files[1]", file("second", "b ü.txt"))
        .part("files[0]", file("first", "a.txt"))
        .text("payload_json", payload.to_string());
    let (status, message) = body(stage.signed("POST", &stage.messages()).multipart(form)).await;
    assert_eq!((status, &message["content"]), (200, &json!("two")), "{message}");
    let files = message["attachments"].as_array().expect("attachments");
    assert_eq!(files.len(), 2);
    for (file, text) in files.iter().zip(["first", "second"]) {
        let url = file["url"].as_str().expect("an address");
        assert!(url.starts_with(&stage.server.http()), "{url}");
        let response = send(Client::new().get(url).timeout(PATIENCE)).await;
        assert_eq!(response.text().await.expect("a text"), text);
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_404() {
    let stage = Stage::set().await;
    let response = send(Client::new().get(format!("{}/attachments/1/2/x.txt", stage.server.http()))).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_webhook_takes_json_a_form_and_a_form_with_a_file() {
    let stage = Stage::set().await;
    let webhook = format!("{}?wait=true", stage.webhook());
    let json = stage.request("POST", &webhook).json(&json!({ "content": "one" }));
    let plain = stage.request("POST", &webhook).form(&[("content", "one")]);
    let part = Part::text("x").file_name("x.txt");
    let full = stage.request("POST", &webhook).multipart(Form::new().text("content", "one").part("file", part));
    for request in [json, plain, full] {
        let (status, message) = body(request).await;
        assert_eq!((status, &message["content"]), (200, &json!("one")), "{message}");
    }
}

#[tokio::test]
async fn a_form_without_its_boundary_is_refused() {
    let stage = Stage::set().await;
    let request = stage.signed("POST", &stage.messages()).header("content-type", "multipart/form-data").body("x");
    assert_eq!(body(request).await.0, 400);
}

#[tokio::test]
async fn what_says_nothing_has_no_body() {
    let stage = Stage::set().await;
    let response = send(stage.signed("POST", &format!("/channels/{}/typing", stage.channel))).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.headers().get("content-type").is_none());
}

#[tokio::test]
async fn ordered_silence_lasts_until_the_client_gives_up() {
    let stage = Stage::set().await;
    stage.world.refuse(Target::Message, Breakage::Silence, 1);
    let hasty =
        stage.signed("POST", &stage.messages()).json(&json!({ "content": "hi" })).timeout(Duration::from_millis(100));
    assert!(hasty.send().await.expect_err("silence").is_timeout());
    let (_, list) = body(stage.signed("GET", &stage.messages())).await;
    assert_eq!(list, json!([]));
}

#[tokio::test]
async fn a_stop_cuts_silence_off() {
    let stage = Stage::set().await;
    stage.world.refuse(Target::All, Breakage::Silence, 1);
    let waiting = tokio::spawn(stage.signed("GET", "/users/@me").send());
    stage.server.wire.requests.wait(0, PATIENCE).await;
    stage.server.shutdown().await;
    assert!(!waiting.await.expect("a task").is_ok_and(|response| response.status().is_success()));
}

#[tokio::test]
async fn an_ordered_refusal_arrives_as_discord_words_it() {
    let stage = Stage::set().await;
    stage.world.refuse(Target::Message, Breakage::RateLimited { retry_after: 1.5, global: false }, 1);
    let response = send(stage.signed("POST", &stage.messages()).json(&json!({ "content": "hi" }))).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(response.json::<Value>().await.expect("JSON")["retry_after"], 1.5);
}

#[tokio::test]
async fn a_server_is_for_loopback_only() {
    let stage = Stage::set().await;
    let public = crate::sim::net::server::Server::bind(stage.world.clone(), ([0, 0, 0, 0], 0).into()).await;
    assert_eq!(public.err().map(|error| error.kind()), Some(std::io::ErrorKind::InvalidInput));
}

#[tokio::test]
async fn requests_are_kept_without_their_tokens() {
    let stage = Stage::set().await;
    send(
        stage
            .signed("POST", &stage.messages())
            .header("X-Audit-Log-Reason", "be%20kind")
            .json(&json!({ "content": "hi" })),
    )
    .await;
    send(stage.request("POST", &stage.webhook()).json(&json!({ "content": "log" }))).await;
    let url = format!("{}/sim/requests?after=0", stage.server.http());
    let (_, requests) = body(Client::new().get(url)).await;
    let (first, second) = (&requests[0], &requests[1]);
    assert_eq!(
        (&first["method"], &first["authorization"], &first["status"]),
        (&json!("POST"), &json!("Bot"), &json!(200))
    );
    assert_eq!((&first["body"], &first["reason"]), (&json!({ "content": "hi" }), &json!("be kind")));
    assert!(second["path"].as_str().is_some_and(|path| path.ends_with("/…")), "{second}");
    assert!(!requests.to_string().contains(&stage.token));
}
