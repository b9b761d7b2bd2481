//! What belongs to one server never touches another's.

use crate::harness::{Scene, Shop};
use botwright::sim::channel::kind;
use botwright::sim::{Id, Permissions};

/// A second server of the same bot: its administrator, and a channel.
async fn second(shop: &mut Shop) -> (Id, Id) {
    let other = shop.world.add_guild("Other");
    let boss = shop.world.add_user("boss");
    shop.world.add_member(other, boss, &[]).expect("a member");
    shop.world.set_owner(other, boss).expect("an owner");
    shop.world.add_member(other, shop.as_("ana").id, &[]).expect("a member");
    let lobby = shop.world.add_channel(other, "lobby", kind::TEXT, None, &[]).expect("a channel");
    shop.world.invite(shop.bot, other, Permissions::ADMINISTRATOR).expect("an invited bot");
    shop.start().await;
    (boss, lobby)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_has_its_own_stock() {
    let mut shop = Scene::default().set().await;
    let (boss, lobby) = second(&mut shop).await;
    let (root, boss) = (shop.as_("root"), shop.as_id(boss).at(lobby));
    root.command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
    let elsewhere = boss.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    assert_eq!(elsewhere.ephemeral().embed().title(), "Out of stock");
    let same = boss.command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
    assert_eq!(same.embed().field("Added"), "1", "the same key in another server is another row");
    boss.command("/clearstock product:Alpha duration:\"1 Day\"").await;
    assert_eq!(root.command("/inventory").await.embed().field("Total"), "1");
    assert_eq!(boss.command("/inventory").await.embed().field("Total"), "0");
    root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    assert!(boss.command("/userhistory user:@ana").await.embed().description().contains(": 0 in total"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_has_its_own_tickets() {
    let mut shop = Scene::default().variable("STAFF_ROLE_ID", "").set().await;
    let (boss, lobby) = second(&mut shop).await;
    shop.panel().await;
    shop.as_id(boss).at(lobby).command("/ticketpanel").await.ephemeral();
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    shop.as_("ana").at(lobby).click("Open Ticket").await.ephemeral().says("Your ticket is open");
    let tickets = shop.as_("ana").tickets();
    assert!(tickets.iter().all(|ticket| ticket.name == "ticket-1-ana"), "each server counts for itself");
    assert_ne!(tickets[0].guild, tickets[1].guild);
    shop.as_("ana").at(tickets[0].id).click("Close Ticket").await.open();
    assert_eq!(shop.number("SELECT count(*) FROM bw_tickets WHERE closed_at IS NULL").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_left_takes_only_its_own_tickets_along() {
    let mut shop = Scene::default().variable("STAFF_ROLE_ID", "").set().await;
    let (boss, lobby) = second(&mut shop).await;
    shop.panel().await;
    shop.as_id(boss).at(lobby).command("/ticketpanel").await.ephemeral();
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    shop.as_("ana").at(lobby).click("Open Ticket").await.ephemeral().says("Your ticket is open");
    shop.world.remove_member(shop.guild, shop.bot).expect("a member");
    shop.says(&["closed: the bot is no longer in its server"]).await;
    shop.number_becomes("SELECT count(*) FROM bw_panels", 1).await;
    let open = "SELECT count(*) FROM bw_tickets WHERE closed_at IS NULL";
    assert_eq!(shop.number(open).await, 1);
    shop.restart().await;
    shop.as_("ana").at(lobby).click("Open Ticket").await.ephemeral().says("already have an open ticket");
    assert_eq!(shop.number(open).await, 1);
}
