//! Tickets outlive the bot: restarts, power cuts, and what happened meanwhile.

use crate::harness::Shop;
use botwright::sim::Id;

async fn with_ticket() -> (Shop, Id) {
    let shop = Shop::open().await;
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    let ticket = shop.as_("ana").ticket().id;
    (shop, ticket)
}

async fn open_tickets(shop: &Shop) -> i64 {
    shop.number("SELECT count(*) FROM bw_tickets WHERE closed_at IS NULL").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_buttons_work_after_a_restart() {
    let (mut shop, ticket) = with_ticket().await;
    shop.restart().await;
    shop.as_("bo").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(shop.as_("bo").ticket().name, "ticket-2-bo");
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("already have an open ticket");
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    assert_eq!(open_tickets(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_channel_goes_also_when_the_power_does() {
    let (mut shop, ticket) = with_ticket().await;
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    shop.kill();
    assert!(shop.world.channel(ticket).is_some(), "it was to be deleted later");
    shop.start().await;
    shop.until("the channel's end", || shop.world.channel(ticket).is_none().then_some(())).await;
    // The channel goes a moment before its request is on record.
    shop.until("the request", || (shop.requested("DELETE", "/channels/*") > 0).then_some(())).await;
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(shop.requested("DELETE", "/channels/*"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_deleted_while_the_bot_was_down_locks_nobody_out() {
    let (mut shop, ticket) = with_ticket().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.world.delete_channel(ticket).expect("a channel");
    shop.start().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(shop.as_("ana").ticket().name, "ticket-2-ana");
    assert_eq!(open_tickets(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opener_who_left_while_the_bot_was_down_is_noticed() {
    let (mut shop, ticket) = with_ticket().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.world.remove_member(shop.guild, shop.as_("ana").id).expect("a member");
    shop.start().await;
    let told = || shop.world.messages(ticket).into_iter().find(|message| message.content.contains("has left"));
    assert!(shop.until("word of it", told).await.mentions.is_empty());
    assert_eq!(open_tickets(&shop).await, 0);
    shop.world.add_member(shop.guild, shop.as_("ana").id, &[]).expect("a member");
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_go_on_after_a_power_cut() {
    let (mut shop, ticket) = with_ticket().await;
    shop.as_("sam").at(ticket).click("Close Ticket").await.open();
    shop.kill();
    shop.start().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    let name = || shop.world.channel_named(shop.guild, "ticket-2-ana");
    shop.until("ticket 2", name).await;
}
