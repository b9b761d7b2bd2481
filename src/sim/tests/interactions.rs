//! Interactions: one answer, in time.

use super::stage::{Stage, id, mistake, refusal};
use crate::flow::request::Method::{Delete, Get, Patch, Post};
use serde_json::json;

const REPLY: u64 = 4;
const DEFER: u64 = 5;

#[test]
fn the_first_answer_is_due_within_three_seconds() {
    let stage = Stage::new().with_ping();
    let (early, late) = (stage.ping(stage.ana), stage.ping(stage.ana));
    stage.clock.advance(3_000);
    assert_eq!(stage.respond(early, json!({ "type": 4, "data": { "content": "pong" } })).status, 204);
    stage.clock.advance(1);
    assert_eq!(refusal(&stage.respond(late, json!({ "type": 4, "data": { "content": "pong" } }))), (404, 10062));
    let state = stage.world.interaction(late).unwrap();
    assert!(state.failed && state.acknowledged_at.is_none());
    assert!(stage.world.answers(late).is_empty());
}

#[test]
fn one_answer_only() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let pong = json!({ "type": REPLY, "data": { "content": "pong" } });
    assert_eq!(stage.respond(ping, pong.clone()).status, 204);
    assert_eq!(refusal(&stage.respond(ping, pong)), (400, 40060));
    assert_eq!(stage.world.answers(ping).len(), 1);
}

#[test]
fn a_bad_body_does_not_use_the_answer_up() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let long = json!({ "type": REPLY, "data": { "content": "x".repeat(2001) } });
    assert_eq!(mistake(&stage.respond(ping, long), "data.content"), "BASE_TYPE_MAX_LENGTH");
    assert_eq!(refusal(&stage.respond(ping, json!({ "type": REPLY, "data": {} }))), (400, 50006));
    assert_eq!(stage.respond(ping, json!({ "type": REPLY, "data": { "content": "x" } })).status, 204);
}

#[test]
fn a_wrong_token_is_an_unknown_interaction() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    assert_eq!(
        refusal(&stage.post(&format!("/interactions/{ping}/nope/callback"), json!({ "type": 5 }))),
        (404, 10062)
    );
}

#[test]
fn each_kind_takes_its_own_answers() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    for kind in [6, 7, 8, 77] {
        assert_eq!(mistake(&stage.respond(ping, json!({ "type": kind })), "type"), "BASE_TYPE_CHOICES");
    }
    assert_eq!(mistake(&stage.respond(ping, json!({})), "type"), "BASE_TYPE_REQUIRED");
}

#[test]
fn an_ephemeral_answer_is_for_one_pair_of_eyes() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let answer = stage.respond(ping, json!({ "type": REPLY, "data": { "content": "psst", "flags": 64 } }));
    assert_eq!(answer.status, 204);
    let sees = |user| stage.world.view(user).channels.iter().any(|c| c.messages.values().any(|m| m.content == "psst"));
    assert!(sees(stage.ana) && !sees(stage.bo) && !sees(stage.root));
    let message = stage.world.answers(ping)[0].id;
    assert_eq!(refusal(&stage.get(&format!("/channels/{}/messages/{message}", stage.general))), (404, 10008));
    assert_eq!(stage.get(&format!("/channels/{}/messages", stage.general)).body, json!([]));
    assert_eq!(stage.follow(ping, Get, "/messages/@original", json!(null)).body["flags"], 64);
}

#[test]
fn thinking_is_filled_by_an_edit_or_by_the_first_followup() {
    let stage = Stage::new().with_ping();
    let (one, two) = (stage.ping(stage.ana), stage.ping(stage.ana));
    for ping in [one, two] {
        assert_eq!(stage.respond(ping, json!({ "type": DEFER, "data": { "flags": 64 } })).status, 204);
        assert!(stage.world.answers(ping)[0].is_loading());
    }
    stage.clock.advance(60_000);
    let edited = stage.follow(one, Patch, "/messages/@original", json!({ "content": "done" }));
    assert_eq!(
        (edited.status, &edited.body["flags"], &edited.body["edited_timestamp"]),
        (200, &json!(64), &json!(null))
    );
    assert_eq!(stage.follow(two, Post, "", json!({ "content": "done" })).status, 200);
    for ping in [one, two] {
        let state = stage.world.interaction(ping).unwrap();
        assert!(state.deferred && state.ephemeral && !state.failed);
        assert_eq!(stage.world.answers(ping).len(), 1);
        assert_eq!(stage.world.answers(ping)[0].content, "done");
        assert!(stage.world.answers(ping)[0].is_ephemeral());
    }
}

#[test]
fn nothing_follows_before_the_first_answer_or_after_15_minutes() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let early = stage.follow(ping, Patch, "/messages/@original", json!({ "content": "x" }));
    assert_eq!(refusal(&early), (404, 10015));
    assert_eq!(refusal(&stage.follow(ping, Post, "", json!({ "content": "x" }))), (404, 10015));
    stage.respond(ping, json!({ "type": DEFER }));
    stage.clock.advance(15 * 60_000);
    assert_eq!(stage.follow(ping, Post, "", json!({ "content": "x" })).status, 200);
    stage.clock.advance(1);
    assert_eq!(refusal(&stage.follow(ping, Post, "", json!({ "content": "x" }))), (401, 50027));
}

#[test]
fn followups_are_edited_and_deleted_by_id() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    stage.respond(ping, json!({ "type": REPLY, "data": { "content": "1" } }));
    let second = id(&stage.follow(ping, Post, "", json!({ "content": "2", "flags": 64 })));
    let path = format!("/messages/{second}");
    assert_eq!(stage.follow(ping, Patch, &path, json!({ "content": "two" })).body["content"], "two");
    assert_eq!(stage.world.answers(ping)[1].ephemeral_to, Some(stage.ana));
    assert_eq!(stage.follow(ping, Delete, &path, json!(null)).status, 204);
    assert_eq!(stage.follow(ping, Delete, "/messages/@original", json!(null)).status, 204);
    assert!(stage.world.answers(ping).is_empty());
    assert_eq!(refusal(&stage.follow(ping, Get, "/messages/@original", json!(null))), (404, 10008));
}

#[test]
fn a_button_updates_its_message() {
    let stage = Stage::new();
    let panel = stage.panel("next", "Next");
    let click = stage.world.click_label(stage.ana, None, "Next").unwrap();
    let update = json!({ "type": 7, "data": { "content": "page 2", "components": [] } });
    assert_eq!(stage.respond(click, update).status, 204);
    let message = stage.world.message(panel).unwrap();
    assert_eq!((message.content.as_str(), message.components.len()), ("page 2", 0));
    assert_eq!(stage.world.interaction(click).unwrap().original, Some(panel));
}

#[test]
fn a_silent_update_leaves_the_message_and_edits_reach_it_later() {
    let stage = Stage::new();
    let panel = stage.panel("next", "Next");
    let click = stage.world.click(stage.ana, panel, "next").unwrap();
    assert_eq!(stage.respond(click, json!({ "type": 6 })).status, 204);
    assert_eq!(stage.world.message(panel).unwrap().content, "panel");
    assert_eq!(stage.follow(click, Patch, "/messages/@original", json!({ "content": "later" })).status, 200);
    assert_eq!(stage.world.message(panel).unwrap().content, "later");
}

#[test]
fn the_answer_tells_of_its_message_when_asked() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let token = stage.world.interaction(ping).unwrap().token;
    let path = format!("/interactions/{ping}/{token}/callback?with_response=true");
    let answer = stage.post(&path, json!({ "type": REPLY, "data": { "content": "pong" } }));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["resource"]["message"]["content"], "pong");
    assert_eq!(answer.body["interaction"]["response_message_id"], answer.body["resource"]["message"]["id"]);
}

#[test]
fn interactions_answer_where_the_bot_could_not_write() {
    let stage = Stage::with(crate::sim::Permissions::NONE).with_ping();
    let everyone = crate::sim::channel::Overwrite::member(
        stage.bot,
        crate::sim::Permissions::NONE,
        crate::sim::Permissions::VIEW_CHANNEL,
    );
    stage.world.set_overwrites(stage.general, &[everyone]).unwrap();
    let ping = stage.ping(stage.ana);
    assert_eq!(stage.respond(ping, json!({ "type": REPLY, "data": { "content": "pong" } })).status, 204);
}
