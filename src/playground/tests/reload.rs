//! A file that is saved while somebody plays.

use super::room::{CAFE, Room};

#[tokio::test]
async fn a_mistake_is_shown_and_the_bot_goes_on_as_it_was() {
    let mut room = Room::cafe().await;
    room.save(&CAFE.replace("{{user.name}}", "{{user.nam}}"));
    let told = room.session.saved(0).await.expect("something to tell");
    assert!(told.contains("error[E0302]") && told.contains("did you mean `name`?"), "{told}");
    assert!(told.ends_with("the bot goes on as it was"), "{told}");
    assert!(room.read(&["/order drink:Tea cups:1"]).await.contains("Coming, ana."));
    let asked = room.line("reload").await;
    assert!(!asked.done && asked.text.contains("the bot goes on as it was"));
    let restarted = room.line("restart").await;
    assert!(!restarted.done, "nothing is stopped that could not be started again");
    assert!(room.read(&["/wish"]).await.contains("What do you miss?"));
}

#[tokio::test]
async fn what_is_saved_is_live_and_the_same_bytes_say_nothing() {
    let mut room = Room::cafe().await;
    room.read(&["/order drink:Tea cups:1"]).await;
    room.save(&CAFE.replace("You are welcome.", "Any time."));
    let told = room.session.saved(0).await.expect("something to tell");
    assert_eq!(told, format!("{} is live (generation 2)", room.path.display()));
    assert!(room.read(&["click Thanks"]).await.contains("Any time."), "the old button does the new steps");
    assert_eq!(room.session.saved(0).await, None);
    assert_eq!(room.read(&["reload"]).await, "Nothing has changed.");
}

#[tokio::test]
async fn a_new_setting_gets_its_thing_and_old_ones_keep_theirs() {
    let mut room = Room::cafe().await;
    let world = room.session.stage.world().clone();
    let before = world.channels(room.session.stage.ground.guild).len();
    room.save(&CAFE.replace("settings:\n", "settings:\n  vip_role: { type: role, value: \"\" }\n").replace(
        "{ role: \"{{settings.waiter_role}}\" }",
        "{ role: \"{{settings.waiter_role}}\" }, { role: \"{{settings.vip_role}}\" }",
    ));
    let told = room.session.saved(0).await.expect("something to tell");
    assert!(told.contains("(generation 2)"), "{told}");
    assert!(room.read(&["members"]).await.contains("sam  @Staff, @Waiter, @Vip"));
    assert_eq!(world.channels(room.session.stage.ground.guild).len(), before);
    assert!(room.read(&["/order drink:Tea cups:1"]).await.contains("webhook → Ordered"));
}

#[tokio::test]
async fn a_new_command_is_there_at_once() {
    let mut room = Room::cafe().await;
    room.save(&CAFE.replace("  bill:\n", "  cheque:\n"));
    let told = room.session.saved(0).await.expect("something to tell");
    assert!(told.starts_with("· cafe has /order /tables /wish /cheque"), "{told}");
    assert!(room.line("! /bill").await.done);
    assert!(room.line("/cheque").await.done);
}
