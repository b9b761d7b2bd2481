//! Messages: sent, edited, deleted, seen.

use super::stage::{START, Stage, id, mistake, refusal};
use crate::sim::{Id, Permissions};
use serde_json::json;

#[test]
fn a_message_is_sent_read_edited_and_deleted() {
    let stage = Stage::new();
    let sent = stage.send(stage.general, json!({ "content": "  hello  " }));
    assert_eq!((sent.status, sent.body["content"].as_str()), (200, Some("hello")));
    assert_eq!(sent.body["timestamp"], "2026-01-05T09:00:00.000000+00:00");
    let path = format!("/channels/{}/messages/{}", stage.general, id(&sent));
    stage.clock.advance(1_000);
    let edited = stage.patch(&path, json!({ "content": "bye" }));
    assert_eq!(edited.body["edited_timestamp"], "2026-01-05T09:00:01.000000+00:00");
    assert_eq!(stage.get(&path).body["content"], "bye");
    assert_eq!(stage.delete(&path).status, 204);
    assert_eq!(refusal(&stage.get(&path)), (404, 10008));
}

#[test]
fn ids_carry_the_time_and_grow() {
    let stage = Stage::new();
    let first = id(&stage.send(stage.general, json!({ "content": "1" })));
    let second = id(&stage.send(stage.general, json!({ "content": "2" })));
    assert_eq!(first.created_at(), START);
    assert!(first < second);
}

#[test]
fn an_empty_message_is_refused() {
    let stage = Stage::new();
    for body in [json!({}), json!({ "content": "" }), json!({ "content": " \n " }), json!({ "embeds": [] })] {
        assert_eq!(refusal(&stage.send(stage.general, body)), (400, 50006));
    }
    let sent = id(&stage.send(stage.general, json!({ "content": "x" })));
    let path = format!("/channels/{}/messages/{sent}", stage.general);
    assert_eq!(refusal(&stage.patch(&path, json!({ "content": "" }))), (400, 50006));
}

#[test]
fn a_bot_edits_only_its_own_and_deletes_others_with_permission() {
    let stage = Stage::with(Permissions::SEND_MESSAGES);
    let said = stage.world.say(stage.ana, stage.general, "hi").unwrap();
    let path = format!("/channels/{}/messages/{said}", stage.general);
    assert_eq!(refusal(&stage.patch(&path, json!({ "content": "x" }))), (403, 50005));
    assert_eq!(refusal(&stage.delete(&path)), (403, 50013));
}

#[test]
fn an_enforced_nonce_returns_the_first_message_for_some_minutes() {
    let stage = Stage::new();
    let body = json!({ "content": "once", "nonce": "n-1", "enforce_nonce": true });
    let first = stage.send(stage.general, body.clone());
    assert_eq!(first.body["nonce"], "n-1");
    assert_eq!(id(&stage.send(stage.general, body.clone())), id(&first));
    assert_eq!(stage.world.messages(stage.general).len(), 1);
    let unenforced = json!({ "content": "twice", "nonce": "n-1" });
    assert_ne!(id(&stage.send(stage.general, unenforced)), id(&first));
    stage.clock.advance(3_600_000);
    assert_ne!(id(&stage.send(stage.general, body)), id(&first));
}

#[test]
fn a_nonce_is_at_most_25_characters() {
    let stage = Stage::new();
    let long = stage.send(stage.general, json!({ "content": "x", "nonce": "n".repeat(26) }));
    assert_eq!(mistake(&long, "nonce"), "BASE_TYPE_MAX_LENGTH");
}

#[test]
fn pings_are_only_those_that_are_allowed() {
    let stage = Stage::new();
    let text = format!("<@{}> <@&{}> @everyone", stage.ana, stage.staff);
    let sent = |allowed| {
        let body = json!({ "content": text, "allowed_mentions": allowed });
        stage.world.message(id(&stage.send(stage.general, body))).unwrap()
    };
    let none = sent(json!({ "parse": [] }));
    assert_eq!((none.mentions.len(), none.mention_roles.len(), none.mention_everyone), (0, 0, false));
    let one = sent(json!({ "parse": [], "users": [stage.ana] }));
    assert_eq!((one.mentions, one.mention_everyone), (vec![stage.ana], false));
    let all = sent(json!(null));
    assert_eq!((all.mention_roles, all.mention_everyone), (vec![stage.staff], true));
}

#[test]
fn without_the_permission_everyone_is_not_pinged() {
    let stage = Stage::with(Permissions::SEND_MESSAGES);
    let body = json!({ "content": format!("@everyone <@&{}>", stage.staff) });
    let sent = stage.world.message(id(&stage.send(stage.general, body))).unwrap();
    assert_eq!((sent.mention_everyone, sent.mention_roles), (false, vec![]));
}

#[test]
fn a_list_and_a_word_for_the_same_pings_exclude_each_other() {
    let stage = Stage::new();
    let allowed = json!({ "parse": ["users"], "users": [stage.ana] });
    let sent = stage.send(stage.general, json!({ "content": "x", "allowed_mentions": allowed }));
    assert_eq!(mistake(&sent, "allowed_mentions"), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE");
}

#[test]
fn a_dm_needs_open_dms_a_person_and_a_shared_guild() {
    let stage = Stage::new();
    let open = |user: Id| stage.post("/users/@me/channels", json!({ "recipient_id": user }));
    let write = |user: Id| stage.send(id(&open(user)), json!({ "content": "psst" }));
    assert_eq!(write(stage.ana).status, 200);
    assert_eq!(id(&open(stage.ana)), id(&open(stage.ana)), "the same channel");
    assert_eq!(refusal(&write(stage.bo)), (403, 50007));
    let stranger = stage.world.add_user("eve");
    assert_eq!(refusal(&write(stranger)), (403, 50278));
    let other = stage.world.add_bot("other", "t2").id;
    assert_eq!(refusal(&open(other)), (403, 50007));
    assert_eq!(refusal(&open(Id(5))), (400, 50033));
    assert_eq!(open(stage.ana).body["recipients"][0]["id"], stage.ana.to_string());
}

#[test]
fn messages_are_listed_newest_first_and_in_pages() {
    let stage = Stage::new();
    let ids: Vec<Id> = (0..5).map(|n| id(&stage.send(stage.general, json!({ "content": n.to_string() })))).collect();
    let list = |query: &str| -> Vec<String> {
        let answer = stage.get(&format!("/channels/{}/messages{query}", stage.general));
        answer.body.as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list(""), ["4", "3", "2", "1", "0"]);
    assert_eq!(list("?limit=2"), ["4", "3"]);
    assert_eq!(list(&format!("?before={}&limit=2", ids[2])), ["1", "0"]);
    assert_eq!(list(&format!("?after={}&limit=1", ids[2])), ["3"]);
    let wrong = stage.get(&format!("/channels/{}/messages?limit=101", stage.general));
    assert_eq!(mistake(&wrong, "limit"), "NUMBER_TYPE_MAX");
}

#[test]
fn bulk_deletion_takes_2_to_100_young_messages() {
    let stage = Stage::new();
    let ids: Vec<Id> = (0..3).map(|_| id(&stage.send(stage.general, json!({ "content": "x" })))).collect();
    let path = format!("/channels/{}/messages/bulk-delete", stage.general);
    assert_eq!(refusal(&stage.post(&path, json!({ "messages": [ids[0]] }))), (400, 50016));
    assert_eq!(stage.post(&path, json!({ "messages": [ids[0], ids[1]] })).status, 204);
    assert_eq!(stage.world.messages(stage.general).len(), 1);
    stage.clock.advance(15 * 86_400_000);
    let young = id(&stage.send(stage.general, json!({ "content": "x" })));
    assert_eq!(refusal(&stage.post(&path, json!({ "messages": [ids[2], young] }))), (400, 50034));
}

#[test]
fn a_file_lives_under_its_address() {
    let stage = Stage::new();
    let body = json!({ "embeds": [{ "image": { "url": "attachment://a_b.png" } }],
        "attachments": [{ "id": "0", "description": "a picture" }] });
    let sent = stage.upload(&format!("/channels/{}/messages", stage.general), body, "a b.png", b"png");
    let attachment = &sent.body["attachments"][0];
    assert_eq!((attachment["filename"].as_str(), attachment["size"].as_u64()), (Some("a_b.png"), Some(3)));
    assert_eq!(attachment["description"], "a picture");
    let url = attachment["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("https://cdn.discordapp.com/attachments/{}/", stage.general)));
    assert_eq!(stage.world.attachment(url).unwrap(), b"png");
    assert_eq!(sent.body["embeds"][0]["image"]["url"], url);
    let message = id(&sent);
    let path = format!("/channels/{}/messages/{message}", stage.general);
    let dropped = stage.patch(&path, json!({ "content": "no picture", "attachments": [] }));
    assert_eq!(dropped.body["attachments"], json!([]));
}

#[test]
fn a_reply_pings_unless_told_otherwise_and_needs_its_message() {
    let stage = Stage::new();
    let said = stage.world.say(stage.ana, stage.general, "hi").unwrap();
    let reply = json!({ "content": "hello", "message_reference": { "message_id": said } });
    let sent = stage.send(stage.general, reply);
    assert_eq!((sent.body["type"].as_u64(), &sent.body["referenced_message"]["content"]), (Some(19), &json!("hi")));
    assert_eq!(sent.body["mentions"][0]["username"], "ana");
    let unknown = json!({ "content": "hello", "message_reference": { "message_id": "5" } });
    assert_eq!(mistake(&stage.send(stage.general, unknown), "message_reference"), "REPLIES_UNKNOWN_MESSAGE");
}

#[test]
fn reactions_come_and_go() {
    let stage = Stage::new();
    let said = stage.world.say(stage.ana, stage.general, "hi").unwrap();
    let base = format!("/channels/{}/messages/{said}/reactions", stage.general);
    assert_eq!(stage.put(&format!("{base}/%F0%9F%91%8D/@me"), json!(null)).status, 204);
    stage.world.react(stage.bo, said, "👍").unwrap();
    let message = stage.get(&format!("/channels/{}/messages/{said}", stage.general));
    assert_eq!(
        (&message.body["reactions"][0]["count"], &message.body["reactions"][0]["me"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(refusal(&stage.put(&format!("{base}/nonsense/@me"), json!(null))), (400, 10014));
    assert_eq!(stage.delete(&format!("{base}/👍")).status, 204);
    assert!(stage.world.message(said).unwrap().reactions.is_empty());
}

#[test]
fn pins_are_kept_under_both_addresses() {
    let stage = Stage::new();
    let said = stage.world.say(stage.ana, stage.general, "hi").unwrap();
    assert_eq!(stage.put(&format!("/channels/{}/pins/{said}", stage.general), json!(null)).status, 204);
    assert_eq!(stage.get(&format!("/channels/{}/pins", stage.general)).body[0]["pinned"], true);
    let new = stage.get(&format!("/channels/{}/messages/pins", stage.general));
    assert_eq!(new.body["items"][0]["message"]["content"], "hi");
}

#[test]
fn what_is_no_snowflake_is_said_to_be_none() {
    let stage = Stage::new();
    assert_eq!(mistake(&stage.get("/channels/abc"), "channel_id"), "NUMBER_TYPE_COERCE");
}

#[test]
fn strangers_and_unknown_routes() {
    let stage = Stage::new();
    let call = |header: Option<&str>, path: &str| {
        let mut call = crate::sim::RestCall::new(crate::flow::request::Method::Get, path);
        call.authorization = header.map(str::to_owned);
        stage.world.rest(&call).unwrap()
    };
    let answer = call(Some("Bot wrong"), "/users/@me");
    assert_eq!((answer.status, answer.body), (401, json!({ "message": "401: Unauthorized", "code": 0 })));
    assert_eq!(call(None, "/users/@me").status, 401);
    assert_eq!(call(None, "/gateway").status, 200);
    assert_eq!(stage.get("/nothing/here").body["message"], "404: Not Found");
    assert_eq!(stage.get("/users/@me").body["bot"], true);
}
