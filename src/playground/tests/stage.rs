//! What is made for a bot, so that any file works as it is.

use super::room::{CAFE, NOW, Room};
use crate::sim::Id;
use crate::stage::StageClock;
use crate::stage::{Stage, StageError};
use std::path::PathBuf;

#[tokio::test]
async fn settings_get_what_they_name_and_what_they_lack() {
    let mut room = Room::cafe().await;
    let world = room.session.stage.world().clone();
    let board = world.channel(Id(1_462_381_972_474_167_491)).expect("the channel with exactly that ID");
    assert_eq!(board.name, "board");
    let program = room.session.stage.players[0].bot.program();
    let role = world.role_named(room.session.stage.ground.guild, "Waiter").expect("a role named after its setting");
    assert_eq!(program.settings["waiter_role"]["id"], role.to_string());
    assert!(program.webhooks.contains_key("till_webhook") && program.silent_logs.is_empty());
    let members = room.read(&["members"]).await;
    assert!(members.contains("sam  @Staff, @Waiter") && members.contains("bo  DMs closed"), "{members}");
}

#[tokio::test]
async fn the_bot_stands_above_the_roles_of_settings_and_is_no_administrator() {
    let room = Room::cafe().await;
    let stage = &room.session.stage;
    let guild = stage.world().guild(stage.ground.guild).expect("a guild");
    let role = stage.world().role_named(guild.id, "Waiter").expect("a role");
    let bot = stage.players[0].id;
    assert!(guild.rank(bot) > crate::sim::guild::Rank::of(&guild.roles[&role]));
    assert!(!guild.permissions(bot).has(crate::sim::Permissions::ADMINISTRATOR));
}

#[tokio::test]
async fn a_server_that_the_file_names_is_the_one() {
    let room = Room::with(&CAFE.replacen("settings:", "guilds: \"123456789012345678\"\nsettings:", 1)).await;
    assert_eq!(room.session.stage.ground.guild, Id(123_456_789_012_345_678));
    let commands = room.session.stage.world().commands(room.session.stage.players[0].id);
    assert!(commands.iter().any(|command| command.name == "order" && command.guild.is_some()));
}

#[tokio::test]
async fn a_file_with_mistakes_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot.yaml");
    std::fs::write(&path, CAFE.replace("embed: ordered", "embed: orderd")).expect("a file");
    let Err(StageError::Mistakes(mistaken)) = Stage::open(&[path], None, StageClock::standing(NOW)).await else {
        panic!("it has a mistake");
    };
    assert!(mistaken.diagnostics.has_errors());
    let missing = Stage::open(&[PathBuf::from("nowhere.yaml")], None, StageClock::standing(NOW)).await;
    assert!(matches!(missing, Err(StageError::Unreadable { .. })));
}

#[tokio::test]
async fn several_bots_share_one_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let second = "bot: echo\ncommands:\n  echo:\n    description: Say it back\n    options:\n      \
                  text: { type: string, description: What, required: true }\n    steps: [{ reply: \"{{options.text}}\" }]\n";
    let paths = [("a.yaml", CAFE), ("b.yaml", second)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    });
    let stage = Stage::open(&paths, None, StageClock::standing(NOW)).await.expect("a stage");
    let ink = crate::playground::screen::Ink { colour: false };
    let mut session = crate::playground::Session::new(stage, ink, 80, jiff::tz::TimeZone::UTC);
    session.greeting();
    assert!(session.line("/echo text:hello").await.text.starts_with("echo [APP]\n  hello"));
    assert!(session.line("/bill").await.text.contains("3 euros"));
}

#[tokio::test]
async fn a_file_for_data_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, data) = (folder.path().join("bot.yaml"), folder.path().join("bot.db").display().to_string());
    std::fs::write(&path, CAFE).expect("a file");
    for (rows, now) in [("1 rows", NOW), ("2 rows", NOW + 60_000)] {
        let stage =
            Stage::open(std::slice::from_ref(&path), Some(&data), StageClock::standing(now)).await.expect("a stage");
        let ink = crate::playground::screen::Ink { colour: false };
        let mut session = crate::playground::Session::new(stage, ink, 80, jiff::tz::TimeZone::UTC);
        assert!(session.line("/order drink:Tea cups:1").await.done);
        assert!(session.line("tables").await.text.contains(rows));
        session.stage.close().await;
    }
}
