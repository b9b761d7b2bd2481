//! What the gateway is told, and by which intents.

use super::stage::{Stage, id};
use crate::sim::{Closed, Dispatch, Permissions, intent};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

const ALL: u64 = intent::KNOWN;

fn next(receiver: &mut UnboundedReceiver<Dispatch>) -> Option<(String, Value)> {
    receiver.try_recv().ok().map(|dispatch| (dispatch.kind, dispatch.data))
}

/// A connection that has had its GUILD_CREATE.
fn listen(stage: &Stage, intents: u64) -> UnboundedReceiver<Dispatch> {
    let mut receiver = stage.world.subscribe(stage.bot, intents).unwrap();
    if intents & intent::GUILDS != 0 {
        assert_eq!(next(&mut receiver).unwrap().0, "GUILD_CREATE");
    }
    receiver
}

fn kinds(receiver: &mut UnboundedReceiver<Dispatch>) -> Vec<String> {
    std::iter::from_fn(|| next(receiver)).map(|(kind, _)| kind).collect()
}

#[test]
fn the_guild_comes_first_with_the_members_that_may_be_known() {
    let stage = Stage::new();
    let members = |intents| {
        let mut receiver = stage.world.subscribe(stage.bot, intents).unwrap();
        next(&mut receiver).unwrap().1["members"].as_array().unwrap().len()
    };
    assert_eq!(members(intent::GUILDS), 1);
    assert_eq!(members(intent::GUILDS | intent::GUILD_MEMBERS), 5);
    let ready = stage.world.ready(stage.bot).unwrap();
    assert_eq!(ready["guilds"], json!([{ "id": stage.guild, "unavailable": true }]));
    assert_eq!(stage.world.authenticate("the-token"), Some(stage.bot));
    assert_eq!(stage.world.authenticate("x"), None);
}

#[test]
fn privileged_intents_must_be_switched_on() {
    let stage = Stage::new();
    stage.world.set_privileged(stage.bot, 0);
    let closed = stage.world.subscribe(stage.bot, intent::MESSAGE_CONTENT).unwrap_err();
    assert_eq!((closed, closed.code()), (Closed::DisallowedIntents, 4014));
    assert_eq!(stage.world.subscribe(stage.bot, 1 << 40).unwrap_err().code(), 4013);
    assert_eq!(stage.world.subscribe(stage.ana, 0).unwrap_err().code(), 4004);
}

#[test]
fn text_is_blank_without_the_intent_except_for_own_direct_and_pinging_messages() {
    let stage = Stage::new();
    let read = |intents: u64| {
        let mut receiver = listen(&stage, intents | intent::GUILD_MESSAGES | intent::DIRECT_MESSAGES);
        stage.world.say(stage.ana, stage.general, "secret").unwrap();
        stage.world.say(stage.ana, stage.general, "hello @botwright").unwrap();
        stage.send(stage.general, json!({ "content": "mine" }));
        stage.world.dm(stage.ana, stage.bot, "direct").unwrap();
        std::iter::from_fn(|| next(&mut receiver)).map(|(_, data)| data["content"] == "").collect::<Vec<bool>>()
    };
    assert_eq!(read(0), [true, false, false, false]);
    assert_eq!(read(intent::MESSAGE_CONTENT), [false; 4]);
}

#[test]
fn events_follow_intents() {
    let stage = Stage::new();
    let mut nothing = listen(&stage, 0);
    let mut guilds = listen(&stage, intent::GUILDS);
    let mut members = listen(&stage, intent::GUILD_MEMBERS);
    stage.world.add_channel(stage.guild, "new", 0, None, &[]).unwrap();
    stage.world.say(stage.ana, stage.general, "x").unwrap();
    stage.world.give_role(stage.guild, stage.ana, stage.staff).unwrap();
    stage.world.give_role(stage.guild, stage.ana, stage.staff).unwrap();
    stage.world.remove_member(stage.guild, stage.ana).unwrap();
    assert!(kinds(&mut nothing).is_empty());
    assert_eq!(kinds(&mut guilds), ["CHANNEL_CREATE"]);
    assert_eq!(kinds(&mut members), ["GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"]);
}

#[test]
fn messages_are_heard_only_where_the_bot_sees() {
    let stage = Stage::with(Permissions::SEND_MESSAGES);
    let mut receiver = listen(&stage, ALL);
    stage.world.say(stage.sam, stage.staff_log, "hidden").unwrap();
    assert!(kinds(&mut receiver).is_empty());
    let said = stage.world.say(stage.sam, stage.general, "open").unwrap();
    stage.world.edit(stage.sam, said, "changed").unwrap();
    stage.world.react(stage.ana, said, "👍").unwrap();
    stage.world.unreact(stage.ana, said, "👍").unwrap();
    stage.world.delete(stage.sam, said).unwrap();
    let expected =
        ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_DELETE"];
    assert_eq!(kinds(&mut receiver), expected);
}

#[test]
fn an_interaction_comes_whatever_the_intents_with_all_that_a_bot_needs() {
    let stage = Stage::new().with_ping();
    let mut receiver = listen(&stage, 0);
    stage.ping(stage.root);
    let (kind, data) = next(&mut receiver).unwrap();
    assert_eq!(kind, "INTERACTION_CREATE");
    assert_eq!((&data["type"], &data["data"]["name"]), (&json!(2), &json!("ping")));
    assert_eq!(data["member"]["user"]["username"], "root");
    assert_eq!(data["member"]["permissions"], Permissions::ALL.to_string());
    assert_eq!(data["app_permissions"], Permissions::ALL.to_string());
    assert_eq!(data["channel"]["name"], "general");
    assert_eq!(data["authorizing_integration_owners"]["0"], stage.guild.to_string());
    assert_eq!((&data["context"], &data["entitlements"]), (&json!(0), &json!([])));
    let panel = stage.panel("p", "Push");
    stage.world.click(stage.ana, panel, "p").unwrap();
    let (_, data) = next(&mut receiver).unwrap();
    assert_eq!(data["message"]["id"], panel.to_string());
    assert_eq!(data["data"]["component_type"], 2);
}

#[test]
fn an_interaction_may_be_delivered_again() {
    let stage = Stage::new().with_ping();
    let mut receiver = listen(&stage, 0);
    let ping = stage.ping(stage.ana);
    stage.world.redeliver(ping).unwrap();
    assert_eq!(next(&mut receiver), next(&mut receiver));
}

#[test]
fn joining_and_leaving_a_guild_is_told() {
    let stage = Stage::new();
    let mut receiver = listen(&stage, ALL);
    let other = stage.world.add_guild("Other");
    stage.world.invite(stage.bot, other, Permissions::NONE).unwrap();
    assert_eq!(kinds(&mut receiver), ["GUILD_CREATE"]);
    assert_eq!(stage.delete(&format!("/users/@me/guilds/{other}")).status, 204);
    assert_eq!(kinds(&mut receiver), ["GUILD_DELETE"]);
}

#[test]
fn ephemeral_answers_are_told_to_nobody() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let mut receiver = listen(&stage, ALL);
    stage.respond(ping, json!({ "type": 4, "data": { "content": "x", "flags": 64 } }));
    assert!(kinds(&mut receiver).is_empty());
}

#[test]
fn nonces_come_back_on_the_gateway() {
    let stage = Stage::new();
    let mut receiver = listen(&stage, ALL);
    let sent = id(&stage.send(stage.general, json!({ "content": "x", "nonce": "n" })));
    let (_, data) = next(&mut receiver).unwrap();
    assert_eq!((&data["nonce"], &data["id"]), (&json!("n"), &json!(sent)));
}
