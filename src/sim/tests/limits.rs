//! Rate limits and their headers.

use super::stage::{Stage, refusal};
use crate::flow::request::Method;
use crate::sim::{Limits, RestCall};
use serde_json::json;

fn strict() -> Stage {
    let stage = Stage::new();
    stage.world.set_limits(Limits::Strict);
    stage
}

#[test]
fn headers_count_down_and_the_sixth_message_waits() {
    let stage = strict();
    let first = stage.send(stage.general, json!({ "content": "x" }));
    assert_eq!(first.header("x-ratelimit-limit"), Some("5"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("4"));
    assert_eq!(first.header("x-ratelimit-reset-after"), Some("5.000"));
    for _ in 0..4 {
        assert_eq!(stage.send(stage.general, json!({ "content": "x" })).status, 200);
    }
    stage.clock.advance(1_500);
    let over = stage.send(stage.general, json!({ "content": "x" }));
    assert_eq!((over.status, &over.body["retry_after"], &over.body["global"]), (429, &json!(3.5), &json!(false)));
    assert_eq!((over.header("retry-after"), over.header("x-ratelimit-scope")), (Some("4"), Some("user")));
    assert_eq!(stage.send(stage.square, json!({ "content": "x" })).status, 200, "another channel is another bucket");
    stage.clock.advance(3_500);
    assert_eq!(stage.send(stage.general, json!({ "content": "x" })).status, 200);
    assert_eq!(stage.world.invalid_requests(), 1);
}

#[test]
fn renaming_a_channel_has_a_hidden_limit() {
    let stage = strict();
    let rename = |name: &str| stage.patch(&format!("/channels/{}", stage.general), json!({ "name": name }));
    assert_eq!((rename("a").status, rename("b").status), (200, 200));
    assert_eq!(rename("c").header("x-ratelimit-remaining"), Some("7"));
    assert_eq!(rename("c").status, 429);
    let slow = stage.patch(&format!("/channels/{}", stage.general), json!({ "rate_limit_per_user": 1 }));
    assert_eq!(slow.status, 200);
    stage.clock.advance(600_000);
    assert_eq!(rename("c").status, 200);
}

#[test]
fn a_webhook_takes_5_in_2_seconds_and_30_a_minute() {
    let stage = strict();
    let path = stage.webhook_path.trim_start_matches("/api").to_owned();
    let post = || stage.world.rest(&RestCall::new(Method::Post, &path).body(json!({ "content": "x" }))).unwrap().status;
    for _ in 0..6 {
        assert_eq!([post(), post(), post(), post(), post()], [204; 5]);
        assert_eq!(post(), 429);
        stage.clock.advance(2_000);
    }
    assert_eq!(post(), 429);
}

#[test]
fn fifty_requests_a_second_over_all_but_never_an_answer_to_an_interaction() {
    let stage = strict().with_ping();
    stage.clock.advance(1_000);
    for _ in 0..50 {
        assert_eq!(stage.get(&format!("/users/{}", stage.ana)).status, 200);
    }
    let over = stage.get("/users/@me");
    assert_eq!((over.status, &over.body["global"]), (429, &json!(true)));
    assert_eq!(over.header("x-ratelimit-scope"), Some("global"));
    let ping = stage.ping(stage.ana);
    let answer = stage.respond(ping, json!({ "type": 4, "data": { "content": "pong" } }));
    assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (204, None));
}

#[test]
fn switched_off_nothing_is_refused() {
    let stage = Stage::new();
    for _ in 0..60 {
        let sent = stage.send(stage.general, json!({ "content": "x" }));
        assert_eq!((sent.status, sent.header("x-ratelimit-remaining")), (200, Some("4")));
    }
    assert_eq!(refusal(&stage.get("/nothing")), (404, 0));
}

#[test]
fn a_webhook_is_one_bucket_whoever_posts() {
    let stage = strict();
    let path = stage.webhook_path.trim_start_matches("/api").to_owned();
    for _ in 0..4 {
        assert_eq!(stage.post(&path, json!({ "content": "x" })).status, 204);
    }
    let unsigned = RestCall::new(Method::Post, &path).body(json!({ "content": "x" }));
    assert_eq!(stage.world.rest(&unsigned).unwrap().header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(stage.world.rest(&unsigned).unwrap().status, 429);
}
