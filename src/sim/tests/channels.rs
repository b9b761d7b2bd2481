//! Channels: made, changed, deleted, and who may.

use super::stage::{Stage, id, mistake, refusal};
use crate::sim::channel::kind;
use crate::sim::{Id, Permissions};
use serde_json::json;

fn make(stage: &Stage, body: serde_json::Value) -> crate::sim::RestAnswer {
    stage.post(&format!("/guilds/{}/channels", stage.guild), body)
}

#[test]
fn names_of_text_channels_are_made_fit() {
    let stage = Stage::new();
    let name = |name: &str| make(&stage, json!({ "name": name })).body["name"].as_str().unwrap().to_owned();
    assert_eq!(name("Ticket 1 Ana!"), "ticket-1-ana");
    assert_eq!(name("a  --  b"), "a-b");
    let category = make(&stage, json!({ "name": "Support Tickets", "type": 4 }));
    assert_eq!((category.status, category.body["name"].as_str()), (201, Some("Support Tickets")));
}

#[test]
fn a_channel_is_made_changed_and_deleted() {
    let stage = Stage::new();
    let body = json!({ "name": "one", "topic": "t", "parent_id": stage.lobby, "rate_limit_per_user": 5 });
    let channel = id(&make(&stage, body));
    let path = format!("/channels/{channel}");
    assert_eq!(stage.get(&path).body["parent_id"], stage.lobby.to_string());
    assert_eq!(stage.patch(&path, json!({ "name": "two", "parent_id": null })).body["name"], "two");
    assert_eq!(stage.world.channel(channel).unwrap().parent, None);
    assert_eq!(stage.delete(&path).body["id"], channel.to_string());
    assert_eq!(refusal(&stage.get(&path)), (404, 10003));
}

#[test]
fn bodies_are_checked() {
    let stage = Stage::new();
    let cases = [
        (json!({}), "name", "BASE_TYPE_REQUIRED"),
        (json!({ "name": "" }), "name", "BASE_TYPE_BAD_LENGTH"),
        (json!({ "name": "x".repeat(101) }), "name", "BASE_TYPE_BAD_LENGTH"),
        (json!({ "name": "x", "type": 1 }), "type", "BASE_TYPE_CHOICES"),
        (json!({ "name": "x", "topic": "x".repeat(1025) }), "topic", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "name": "x", "parent_id": "9" }), "parent_id", "CHANNEL_PARENT_INVALID"),
        (json!({ "name": "x", "parent_id": stage.general }), "parent_id", "CHANNEL_PARENT_INVALID_TYPE"),
        (
            json!({ "name": "x", "permission_overwrites": [{ "type": 0 }] }),
            "permission_overwrites.0.id",
            "BASE_TYPE_REQUIRED",
        ),
        (
            json!({ "name": "x", "permission_overwrites": [{ "id": "a", "type": 0 }] }),
            "permission_overwrites.0.id",
            "NUMBER_TYPE_COERCE",
        ),
    ];
    for (body, path, code) in cases {
        assert_eq!(mistake(&make(&stage, body), path), code);
    }
}

#[test]
fn a_category_is_full_at_50_and_a_guild_at_500() {
    let stage = Stage::new();
    let category = id(&make(&stage, json!({ "name": "Full", "type": 4 })));
    for n in 0..50 {
        assert_eq!(make(&stage, json!({ "name": n.to_string(), "parent_id": category })).status, 201);
    }
    let over = make(&stage, json!({ "name": "x", "parent_id": category }));
    assert_eq!(mistake(&over, "parent_id"), "CHANNEL_PARENT_MAX_CHANNELS");
    while stage.world.channels(stage.guild).len() < 500 {
        stage.world.add_channel(stage.guild, "more", kind::TEXT, None, &[]).unwrap();
    }
    assert_eq!(refusal(&make(&stage, json!({ "name": "x" }))), (400, 30013));
}

#[test]
fn overwrites_are_set_and_taken_away() {
    let stage = Stage::new();
    let path = format!("/channels/{}/permissions/{}", stage.general, stage.ana);
    let body = json!({ "type": 1, "allow": "0", "deny": Permissions::VIEW_CHANNEL.to_string() });
    assert_eq!(stage.put(&path, body).status, 204);
    assert!(!stage.world.audience(stage.general).contains(&stage.ana));
    assert_eq!(stage.delete(&path).status, 204);
    assert_eq!(refusal(&stage.delete(&path)), (404, 10009));
    assert!(stage.world.audience(stage.general).contains(&stage.ana));
}

#[test]
fn without_the_permission_no_channel_is_made_or_deleted() {
    let stage = Stage::with(Permissions::VIEW_CHANNEL);
    assert_eq!(refusal(&make(&stage, json!({ "name": "x" }))), (403, 50013));
    assert_eq!(refusal(&stage.delete(&format!("/channels/{}", stage.general))), (403, 50013));
    assert_eq!(refusal(&stage.delete(&format!("/channels/{}", stage.staff_log))), (403, 50001));
}

#[test]
fn the_channels_of_a_deleted_category_stay() {
    let stage = Stage::new();
    stage.world.delete_channel(stage.lobby).unwrap();
    assert_eq!(stage.world.channel(stage.general).unwrap().parent, None);
}

#[test]
fn a_bot_lists_channels_it_cannot_see_and_moves_them() {
    let stage = Stage::with(Permissions::MANAGE_CHANNELS);
    let path = format!("/guilds/{}/channels", stage.guild);
    let names: Vec<Id> = stage
        .get(&path)
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(names.contains(&stage.staff_log));
    assert_eq!(stage.patch(&path, json!([{ "id": stage.general, "position": 9 }])).status, 204);
    assert_eq!(stage.world.channel(stage.general).unwrap().position, 9);
}
