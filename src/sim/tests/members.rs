//! Members, roles and their order.

use super::stage::{Stage, refusal};
use crate::sim::{Id, Permissions};
use serde_json::json;

fn role(stage: &Stage, user: Id, role: Id) -> (u16, u64) {
    refusal(&stage.put(&format!("/guilds/{}/members/{user}/roles/{role}", stage.guild), json!(null)))
}

#[test]
fn roles_are_given_from_above_only() {
    let stage = Stage::with(Permissions::MANAGE_ROLES);
    assert_eq!(role(&stage, stage.ana, stage.staff), (204, 0));
    assert!(stage.world.member(stage.guild, stage.ana).unwrap().roles.contains(&stage.staff));
    let higher = stage.world.add_role(stage.guild, "Boss", Permissions::NONE, 9, 0).unwrap();
    assert_eq!(role(&stage, stage.ana, higher), (403, 50013));
    let own = stage.world.role_named(stage.guild, "botwright").unwrap();
    assert_eq!(role(&stage, stage.ana, own), (403, 50013));
    assert_eq!(role(&stage, stage.ana, Id(7)), (404, 10011));
    assert_eq!(role(&stage, Id(7), stage.staff), (404, 10013));
    let stranger = stage.world.add_user("eve");
    assert_eq!(role(&stage, stranger, stage.staff), (404, 10007));
}

#[test]
fn without_manage_roles_no_role_is_given() {
    let stage = Stage::with(Permissions::SEND_MESSAGES);
    assert_eq!(role(&stage, stage.ana, stage.staff), (403, 50013));
}

#[test]
fn of_two_roles_at_one_height_the_older_stands_above() {
    let stage = Stage::with(Permissions::MANAGE_ROLES);
    let own = stage.world.role_named(stage.guild, "botwright").unwrap();
    let height = stage.world.guild(stage.guild).unwrap().roles[&own].position;
    let younger = stage.world.add_role(stage.guild, "Young", Permissions::NONE, height, 0).unwrap();
    assert_eq!(role(&stage, stage.ana, younger), (204, 0));
    stage.world.change_role(stage.guild, own, |role| role.position = 1).unwrap();
    assert_eq!(role(&stage, stage.ana, stage.staff), (403, 50013), "Staff is older than the bot's role");
}

#[test]
fn the_owner_and_those_above_cannot_be_kicked_or_banned() {
    let stage = Stage::with(Permissions::KICK_MEMBERS | Permissions::BAN_MEMBERS);
    let kick = |user| refusal(&stage.delete(&format!("/guilds/{}/members/{user}", stage.guild)));
    let ban = |user| refusal(&stage.put(&format!("/guilds/{}/bans/{user}", stage.guild), json!({})));
    assert_eq!(kick(stage.root), (403, 50013));
    assert_eq!(ban(stage.root), (403, 50013));
    assert_eq!(kick(stage.ana), (204, 0));
    assert_eq!(kick(stage.ana), (404, 10007));
    assert_eq!(ban(stage.bo), (204, 0));
    assert!(stage.world.member(stage.guild, stage.bo).is_none());
    let path = format!("/guilds/{}/bans/{}", stage.guild, stage.bo);
    assert_eq!(stage.get(&path).status, 200);
    assert_eq!(stage.delete(&path).status, 204);
    assert_eq!(refusal(&stage.get(&path)), (404, 10026));
}

#[test]
fn a_bot_makes_changes_and_deletes_roles_below_its_own() {
    let stage = Stage::with(Permissions::MANAGE_ROLES | Permissions::SEND_MESSAGES);
    let path = format!("/guilds/{}/roles", stage.guild);
    let made = stage.post(&path, json!({ "name": "VIP", "color": 255, "permissions": "2048" }));
    assert_eq!(made.status, 200);
    let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
    assert_eq!(stage.patch(&one, json!({ "name": "Very VIP" })).body["name"], "Very VIP");
    assert_eq!(stage.delete(&one).status, 204);
    assert_eq!(refusal(&stage.get(&one)), (404, 10011));
    assert_eq!(refusal(&stage.post(&path, json!({ "permissions": "8" }))), (403, 50013));
}

#[test]
fn listing_members_needs_the_privileged_intent_and_searching_does_not() {
    let stage = Stage::new();
    let path = format!("/guilds/{}/members?limit=100", stage.guild);
    assert_eq!(stage.get(&path).body.as_array().unwrap().len(), 5);
    stage.world.set_privileged(stage.bot, 0);
    assert_eq!(refusal(&stage.get(&path)), (403, 50001));
    let found = stage.get(&format!("/guilds/{}/members/search?query=an&limit=5", stage.guild));
    assert_eq!(found.body[0]["user"]["username"], "ana");
}

#[test]
fn a_guild_the_bot_is_not_in_is_unknown() {
    let stage = Stage::new();
    let other = stage.world.add_guild("Elsewhere");
    assert_eq!(refusal(&stage.get(&format!("/guilds/{other}"))), (404, 10004));
    assert_eq!(stage.get("/users/@me/guilds").body.as_array().unwrap().len(), 1);
}
