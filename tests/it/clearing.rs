//! `/clearstock` and its Undo.

use crate::harness::{Person, Shop};
use botwright::sim::{Id, Permissions};

const RED: u64 = 0xE7_4C_3C;
const CLEAR: &str = "/clearstock product:Alpha duration:\"1 Day\"";

async fn stock(who: &Person<'_>, keys: &str) {
    who.command(&format!("/stock product:Alpha duration:\"1 Day\" keys:\"{keys}\"")).await.ephemeral();
}

/// An administrator who is not the owner, and their role.
fn administrator(shop: &Shop) -> (Person<'_>, Id) {
    let role = shop.world.add_role(shop.guild, "Boss", Permissions::ADMINISTRATOR, 3, 0).expect("a role");
    let ada = shop.join("ada");
    shop.world.give_role(shop.guild, ada, role).expect("a role of hers");
    (shop.as_id(ada), role)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_stocked_is_cleared_at_once_and_the_rows_stay() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    stock(&root, "k3y-1 k3y-2 k3y-3").await;
    root.command("/stock product:Beta duration:\"1 Day\" keys:k3y-9").await;
    root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    let answer = root.command("/clearstock product:alpha duration:\"1 day\"").await;
    assert_eq!(answer.ephemeral().embed().description(), "**Alpha** · 1 Day: 2 cleared.");
    assert_eq!(answer.buttons(), ["Undo"]);
    let states = [shop.keys_in("cleared").await, shop.keys_in("delivered").await, shop.keys_in("stocked").await];
    assert_eq!(states, [2, 1, 1], "what was delivered and other products are left alone");
    let out = root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    assert_eq!(out.embed().title(), "Out of stock");

    let entry = shop.entry("❌ Stock Cleared").await;
    let by = root.signature();
    let fields = [("Product", "Alpha"), ("Duration", "1 Day"), ("Keys cleared", "2"), ("Cleared by", &by)];
    assert_eq!((entry.color(), entry.fields()), (RED, fields.to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_nothing_to_undo_where_nothing_was_cleared() {
    let shop = Shop::open().await;
    let answer = shop.as_("root").command(CLEAR).await;
    assert!(answer.ephemeral().embed().description().ends_with(": 0 cleared."));
    assert!(answer.buttons().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_brings_back_what_that_command_cleared_once() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    stock(&root, "k3y-1 k3y-2").await;
    let first = root.command(CLEAR).await.messages.remove(0);
    stock(&root, "k3y-3").await;
    root.command(CLEAR).await;

    let undo = first.controls()[0]["custom_id"].as_str().expect("a button").to_owned();
    let press = || shop.world.click(root.id, first.id, &undo).expect("a click");
    shop.answer(press()).await.ephemeral().says("2 keys back in stock");
    let back = shop.rows("SELECT key FROM keys WHERE state = 'stocked' ORDER BY id").await.concat();
    assert_eq!(back.into_iter().flatten().collect::<Vec<_>>(), ["k3y-1", "k3y-2"]);
    shop.answer(press()).await.ephemeral().says("0 keys back in stock");
    assert_eq!(shop.entry("✅ Stock Restored").await.field("Keys restored"), "2");
    root.command("/inventory").await;
    shop.entry("📊 Inventory Checked").await;
    assert_eq!(shop.titles().iter().filter(|title| *title == "✅ Stock Restored").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_is_pressed_by_many_at_once_and_counts_once() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    stock(&root, "k3y-1 k3y-2 k3y-3").await;
    root.command(CLEAR).await;
    let presses: Vec<Id> = (0..10).map(|_| root.presses("Undo").expect("a click")).collect();
    let answers = shop.answers(presses).await;
    let worked = answers.iter().filter(|answer| answer.content().starts_with("3 keys")).count();
    assert_eq!(worked, 1);
    assert_eq!(shop.keys_in("stocked").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_is_not_for_those_who_are_administrators_no_more() {
    let shop = Shop::open().await;
    let (ada, role) = administrator(&shop);
    stock(&ada, "k3y-1").await;
    ada.command(CLEAR).await;
    shop.world.take_role(shop.guild, ada.id, role).expect("her role");
    ada.click("Undo").await.ephemeral().says("not allowed");
    assert_eq!(shop.keys_in("cleared").await, 1);
    assert!(shop.as_("mallory").presses("Undo").is_err(), "others do not even see it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_outlives_a_restart() {
    let mut shop = Shop::open().await;
    stock(&shop.as_("root"), "k3y-1").await;
    shop.as_("root").command(CLEAR).await;
    shop.restart().await;
    shop.as_("root").click("Undo").await.ephemeral().says("1 key back in stock");
}
