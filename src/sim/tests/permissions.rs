//! Permissions with overwrites.

use super::stage::{Stage, refusal};
use crate::sim::channel::{Overwrite, kind};
use crate::sim::{Id, Permissions};
use serde_json::json;

const VIEW: Permissions = Permissions::VIEW_CHANNEL;
const SEND: Permissions = Permissions::SEND_MESSAGES;
const NONE: Permissions = Permissions::NONE;

/// What ana (with a role) may do in a channel with these overwrites.
fn ana_in(overwrites: impl Fn(&Stage, Id) -> Vec<Overwrite>) -> Permissions {
    let stage = Stage::new();
    let role = stage.world.add_role(stage.guild, "Customer", NONE, 1, 0).unwrap();
    stage.world.give_role(stage.guild, stage.ana, role).unwrap();
    let list = overwrites(&stage, role);
    let channel = stage.world.add_channel(stage.guild, "here", kind::TEXT, None, &list).unwrap();
    stage.world.permissions(channel, stage.ana)
}

#[test]
fn everyone_then_roles_then_the_member() {
    let open = ana_in(|_, _| vec![]);
    assert!(open.has(VIEW | SEND));
    let closed = ana_in(|s, _| vec![Overwrite::role(s.guild, NONE, VIEW)]);
    assert_eq!(closed, NONE);
    let by_role = ana_in(|s, role| vec![Overwrite::role(s.guild, NONE, VIEW), Overwrite::role(role, VIEW, NONE)]);
    assert!(by_role.has(VIEW));
    let by_person = ana_in(|s, role| vec![Overwrite::role(role, VIEW, NONE), Overwrite::member(s.ana, NONE, VIEW)]);
    assert_eq!(by_person, NONE);
}

#[test]
fn an_allowance_of_one_role_beats_the_denial_of_another() {
    let stage = Stage::new();
    let [no, yes] = ["no", "yes"].map(|name| stage.world.add_role(stage.guild, name, NONE, 1, 0).unwrap());
    let list = [Overwrite::role(no, NONE, SEND), Overwrite::role(yes, SEND, NONE)];
    let channel = stage.world.add_channel(stage.guild, "here", kind::TEXT, None, &list).unwrap();
    for role in [no, yes] {
        stage.world.give_role(stage.guild, stage.ana, role).unwrap();
    }
    assert!(stage.world.permissions(channel, stage.ana).has(SEND));
}

#[test]
fn who_cannot_write_cannot_embed_or_ping_everyone() {
    let stage = Stage::new();
    let overwrites = [Overwrite::role(stage.guild, Permissions::MENTION_EVERYONE, SEND)];
    let channel = stage.world.add_channel(stage.guild, "read-only", kind::TEXT, None, &overwrites).unwrap();
    let has = stage.world.permissions(channel, stage.ana);
    assert!(has.has(VIEW));
    assert!(!has.has(Permissions::EMBED_LINKS) && !has.has(Permissions::MENTION_EVERYONE));
}

#[test]
fn administrators_and_the_owner_are_above_overwrites() {
    let stage = Stage::new();
    let overwrites = [Overwrite::role(stage.guild, NONE, VIEW), Overwrite::member(stage.root, NONE, VIEW)];
    let channel = stage.world.add_channel(stage.guild, "hidden", kind::TEXT, None, &overwrites).unwrap();
    assert_eq!(stage.world.permissions(channel, stage.root), Permissions::ALL);
    assert_eq!(stage.world.permissions(channel, stage.bot), Permissions::ALL);
    assert_eq!(stage.world.permissions(channel, stage.sam), NONE);
}

#[test]
fn a_channel_takes_the_overwrites_of_its_category_once() {
    let stage = Stage::new();
    let hidden = [Overwrite::role(stage.guild, NONE, VIEW)];
    let category = stage.world.add_channel(stage.guild, "Private", kind::CATEGORY, None, &hidden).unwrap();
    let channel = stage.world.add_channel(stage.guild, "in", kind::TEXT, Some(category), &[]).unwrap();
    assert!(!stage.world.permissions(channel, stage.ana).has(VIEW));
    stage.world.set_overwrites(category, &[]).unwrap();
    assert!(!stage.world.permissions(channel, stage.ana).has(VIEW));
}

#[test]
fn a_bot_that_sees_nothing_has_no_access_and_one_that_may_not_write_no_permission() {
    let stage = Stage::with(VIEW | SEND);
    assert_eq!(refusal(&stage.send(stage.staff_log, json!({ "content": "hi" }))), (403, 50001));
    let overwrites = [Overwrite::role(stage.guild, NONE, SEND)];
    stage.world.set_overwrites(stage.general, &overwrites).unwrap();
    assert_eq!(refusal(&stage.send(stage.general, json!({ "content": "hi" }))), (403, 50013));
    assert_eq!(refusal(&stage.send(stage.lobby, json!({ "content": "hi" }))), (400, 50008));
    assert_eq!(refusal(&stage.send(Id(1), json!({ "content": "hi" }))), (404, 10003));
}

#[test]
fn a_bot_gives_only_what_it_has() {
    let stage = Stage::with(VIEW | SEND | Permissions::MANAGE_CHANNELS);
    let path = format!("/guilds/{}/channels", stage.guild);
    let ask = |bit: Permissions| {
        let overwrite = json!({ "id": stage.ana, "type": 1, "allow": bit.to_string(), "deny": "0" });
        stage.post(&path, json!({ "name": "x", "permission_overwrites": [overwrite] }))
    };
    assert_eq!(ask(VIEW).status, 201);
    assert_eq!(refusal(&ask(Permissions::BAN_MEMBERS)), (403, 50013));
    assert_eq!(refusal(&ask(Permissions::MANAGE_ROLES)), (403, 50013));
}

#[test]
fn a_member_in_time_out_only_reads() {
    let stage = Stage::new();
    let path = format!("/guilds/{}/members/{}", stage.guild, stage.ana);
    let body = json!({ "communication_disabled_until": "2026-01-05T09:10:00Z" });
    assert_eq!(stage.patch(&path, body).status, 200);
    assert!(stage.world.say(stage.ana, stage.general, "hi").is_err());
    stage.clock.advance(600_000);
    assert!(stage.world.say(stage.ana, stage.general, "hi").is_ok());
}

#[test]
fn names_and_bits_go_together() {
    assert_eq!(Permissions::named("administrator"), Some(Permissions(8)));
    assert_eq!((VIEW | SEND).names(), ["view_channel", "send_messages"]);
    assert_eq!(Permissions::named("nonsense"), None);
}
