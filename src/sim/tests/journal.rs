//! The journal of what happened.

use super::stage::Stage;
use crate::sim::{Happening, Id};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

fn all(watch: &mut UnboundedReceiver<Happening>) -> Vec<Happening> {
    std::iter::from_fn(|| watch.try_recv().ok()).collect()
}

fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids
}

#[test]
fn a_command_and_its_answer_are_told_in_order() {
    let stage = Stage::new().with_ping();
    let mut watch = stage.world.watch();
    let ping = stage.ping(stage.ana);
    stage.respond(ping, json!({ "type": 4, "data": { "content": "psst", "flags": 64 } }));
    let told = all(&mut watch);
    assert!(matches!(&told[0], Happening::Asked { interaction } if interaction.id == ping));
    let Happening::MessageCreated { message, visible_to } = &told[1] else { panic!("{told:?}") };
    assert_eq!((message.content.as_str(), visible_to), ("psst", &vec![stage.ana]));
    assert!(matches!(&told[2], Happening::Acknowledged { interaction } if interaction.callback == Some(4)));
    let Happening::Requested { path, status, .. } = &told[3] else { panic!("{told:?}") };
    assert_eq!((path.as_str(), *status), (format!("/interactions/{ping}/…/callback").as_str(), 204));
}

#[test]
fn who_sees_a_new_channel_is_told() {
    let stage = Stage::new();
    let mut watch = stage.world.watch();
    let hidden =
        json!([{ "id": stage.guild, "type": 0, "deny": "1024" }, { "id": stage.ana, "type": 1, "allow": "1024" }]);
    let body = json!({ "name": "ticket-1", "permission_overwrites": hidden });
    stage.post(&format!("/guilds/{}/channels", stage.guild), body);
    let Happening::ChannelCreated { channel, visible_to } = &all(&mut watch)[0] else { panic!() };
    assert_eq!(channel.name, "ticket-1");
    assert_eq!(sorted(visible_to.clone()), sorted(vec![stage.root, stage.ana]));
}

#[test]
fn a_failed_interaction_is_told_when_time_has_passed() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let mut watch = stage.world.watch();
    stage.clock.advance(3_001);
    assert!(all(&mut watch).is_empty());
    stage.world.settle();
    assert!(matches!(&all(&mut watch)[..], [Happening::Failed { interaction }] if interaction.id == ping));
}

#[test]
fn roles_commands_and_direct_messages_are_told() {
    let stage = Stage::new();
    let mut watch = stage.world.watch();
    stage.world.give_role(stage.guild, stage.ana, stage.staff).unwrap();
    let expected =
        Happening::RolesChanged { guild: stage.guild, user: stage.ana, added: vec![stage.staff], removed: vec![] };
    assert_eq!(all(&mut watch), [expected]);
    stage.register(json!([{ "name": "a", "description": "A" }]));
    let registered = Happening::CommandsRegistered { application: stage.bot, guild: None, names: vec!["a".to_owned()] };
    assert_eq!(all(&mut watch)[0], registered);
    stage.world.dm(stage.ana, stage.bot, "hello").unwrap();
    let Happening::MessageCreated { message, visible_to } = &all(&mut watch)[0] else { panic!() };
    assert_eq!((message.guild, visible_to), (None, &vec![stage.ana]));
}
