//! A saved file becomes the bot while it runs, and a mistake in it changes nothing.

use crate::harness::{Scene, Shop, store_bot};
use std::time::Duration;
use tokio::time::interval;

const THANKS: &str = "Thank you! Your review is in {{settings.vouches_channel.mention}}.";

/// The store bot with another answer to `/review`.
fn thanking(words: &str) -> String {
    store_bot().replace(THANKS, words)
}

async fn thanks(shop: &Shop) -> String {
    let answer = shop.as_("ana").command("/review rating:5 review:Fine").await;
    answer.ephemeral().content().to_owned()
}

fn save(shop: &Shop, text: &str) {
    std::fs::write(&shop.file, text).expect("the file can be written");
}

fn live(shop: &Shop) -> usize {
    shop.lines.count(&["is live"])
}

async fn becomes_live(shop: &Shop, times: usize) {
    shop.until("the new generation", || (live(shop) >= times).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_change_is_live_without_a_restart() {
    let shop = Shop::open().await;
    assert!(thanks(&shop).await.starts_with("Thank you!"));
    let connects = shop.requested("GET", "/gateway/bot");
    save(&shop, &thanking("Many thanks."));
    becomes_live(&shop, 1).await;
    assert_eq!(thanks(&shop).await, "Many thanks.");
    assert_eq!(shop.requested("PUT", "/applications/*/commands"), 1, "no command has changed");
    assert_eq!(shop.requested("GET", "/gateway/bot"), connects, "nor is there a reconnect");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_are_no_new_generation() {
    let shop = Shop::open().await;
    save(&shop, &store_bot());
    save(&shop, &thanking("Now."));
    becomes_live(&shop, 1).await;
    save(&shop, &thanking("Now."));
    save(&shop, &thanking("Then."));
    becomes_live(&shop, 2).await;
    assert_eq!(thanks(&shop).await, "Then.");
    assert_eq!(live(&shop), 2, "{}", shop.lines.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_is_shown_with_its_place_and_the_old_bot_goes_on() {
    let shop = Shop::open().await;
    let broken = store_bot().replace("{{plural restored.count", "{{plural restored.cuont");
    let line = 1 + broken.lines().position(|line| line.contains("restored.cuont")).expect("the mistake");
    save(&shop, &broken);
    shop.says(&["bots/store.yaml", "1 mistake", "the bot goes on as it was"]).await;
    assert_eq!(shop.lines.count(&[&format!("bots/store.yaml:{line}:")]), 1, "{}", shop.lines.text());
    assert_eq!(shop.lines.count(&["did you mean `count`?"]), 1);
    assert!(thanks(&shop).await.starts_with("Thank you!"));
    save(&shop, "bot: store\ncommands: [");
    shop.until("the second mistake", || (shop.lines.count(&["goes on as it was"]) == 2).then_some(())).await;
    assert!(thanks(&shop).await.starts_with("Thank you!"));
    save(&shop, &thanking("Mended."));
    becomes_live(&shop, 1).await;
    assert_eq!(thanks(&shop).await, "Mended.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_deleted_may_come_back() {
    let shop = Shop::open().await;
    std::fs::remove_file(&shop.file).expect("the file can be deleted");
    assert!(thanks(&shop).await.starts_with("Thank you!"));
    save(&shop, &thanking("Back again."));
    becomes_live(&shop, 1).await;
    assert_eq!(thanks(&shop).await, "Back again.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_may_be_replaced_by_renaming() {
    let shop = Shop::open().await;
    for (times, words) in [(1, "First."), (2, "Second.")] {
        let temporary = shop.folder.write("bots/.store.yaml.swp", &thanking(words));
        std::fs::rename(temporary, &shop.file).expect("the file can be renamed");
        becomes_live(&shop, times).await;
        assert_eq!(thanks(&shop).await, words);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_command_is_registered() {
    let shop = Shop::open().await;
    save(&shop, &store_bot().replace("  ticketpanel:\n", "  panel:\n"));
    let names = || {
        let commands = shop.world.commands(shop.bot);
        let names: Vec<String> = commands.into_iter().map(|command| command.name).collect();
        names.contains(&"panel".to_owned()).then_some(names)
    };
    assert!(!shop.until("the new command", names).await.contains(&"ticketpanel".to_owned()));
    shop.as_("root").command("/panel").await.ephemeral().says("posted");
    assert_eq!(shop.requested("PUT", "/applications/*/commands"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_buttons_work_while_their_name_exists() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    root.command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
    root.command("/clearstock product:Alpha duration:\"1 Day\"").await;
    shop.panel().await;
    save(&shop, &thanking("A."));
    becomes_live(&shop, 1).await;
    root.click("Undo").await.ephemeral().says("1 key back in stock");
    let renamed = store_bot().replace("undo_clear", "take_back");
    save(&shop, &renamed);
    becomes_live(&shop, 2).await;
    root.click("Undo").await.ephemeral().says("does not do anything any more");
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_bot_hears_of_a_saved_file_too() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let mut tick = interval(Duration::from_millis(10));
    save(&shop, &thanking("Heard."));
    for _ in 0..500 {
        tick.tick().await;
        root.shop.world.autocomplete(root.id, root.channel, "/send user:@ana product:al").expect("a question");
        if live(&shop) > 0 {
            break;
        }
    }
    assert_eq!(live(&shop), 1, "five seconds of traffic, and the change is not heard of");
    assert_eq!(thanks(&shop).await, "Heard.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_grows_and_never_loses_data() {
    let shop = Shop::open().await;
    thanks(&shop).await;
    let grown = store_bot()
        .replace("      text:   text\n", "      text:   text\n      helpful: { type: integer, default: 0 }\n");
    save(&shop, &grown);
    becomes_live(&shop, 1).await;
    thanks(&shop).await;
    assert_eq!(shop.number("SELECT count(*) FROM reviews WHERE helpful = 0").await, 2);
    save(&shop, &grown.replace("helpful: { type: integer, default: 0 }", "helpful: { type: text, default: no }"));
    shop.says(&["cannot be used", "the bot goes on as it was"]).await;
    thanks(&shop).await;
    assert_eq!(shop.number("SELECT count(*) FROM reviews").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_a_restart_can_change_is_announced() {
    let shop = Scene::default().variable("OTHER_TOKEN", "MTIz.another.s3cr3t-too").open().await;
    save(&shop, &thanking("On.").replace("bot: store\n", "bot: store\ntoken: ${OTHER_TOKEN}\n"));
    shop.says(&["restart needed", "token"]).await;
    assert_eq!(thanks(&shop).await, "On.");
}
