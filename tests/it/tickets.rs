//! Support tickets: opening, who sees them, closing.

use crate::harness::{Embed, Scene, Shop};
use botwright::sim::channel::{MAX_IN_CATEGORY, Overwrite, kind};
use botwright::sim::{Breakage, Id, Permissions, Target};
use std::time::{Duration, Instant};

const GREEN: u64 = 0x2E_CC_71;
const RED: u64 = 0xE7_4C_3C;

async fn with_panel() -> Shop {
    let shop = Shop::open().await;
    shop.panel().await;
    shop
}

fn category_name(shop: &Shop, channel: Id) -> String {
    let parent = shop.world.channel(channel).and_then(|channel| channel.parent).expect("a category");
    shop.world.channel(parent).expect("it is there").name
}

fn open_rows() -> &'static str {
    "SELECT count(*) FROM bw_tickets WHERE closed_at IS NULL"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_panel_is_posted_where_it_was_asked_for() {
    let shop = Shop::open().await;
    let vouches = shop.as_("root").at(shop.vouches);
    vouches.command("/ticketpanel").await.ephemeral().says("posted");
    let panel = shop.world.messages(shop.vouches).remove(0);
    assert_eq!(Embed(panel.embeds[0].clone()).title(), "🎫 Support");
    assert_eq!(panel.controls()[0]["label"], "Open Ticket");
    assert_eq!(panel.controls()[0]["style"], 3);
    assert!(!panel.is_ephemeral());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_opens_a_private_channel() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    let answer = ana.click("Open Ticket").await;
    let ticket = ana.ticket();
    answer.ephemeral().says(&format!("<#{}>", ticket.id));
    assert_eq!(ticket.name, "ticket-1-ana");
    assert_eq!(category_name(&shop, ticket.id), "Support Tickets");
    let seen_by = shop.world.audience(ticket.id);
    for (who, sees) in [("ana", true), ("sam", true), ("root", true), ("bo", false), ("mallory", false)] {
        assert_eq!(seen_by.contains(&shop.as_(who).id), sees, "{who}");
    }
    assert!(shop.world.permissions(ticket.id, shop.bot).has(Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES));
    assert!(shop.world.permissions(ticket.id, ana.id).has(Permissions::SEND_MESSAGES));

    let welcome = shop.world.messages(ticket.id).remove(0);
    assert_eq!((welcome.content.as_str(), &welcome.mentions), (ana.mention().as_str(), &vec![ana.id]));
    assert_eq!(Embed(welcome.embeds[0].clone()).title(), "Ticket #1");
    assert_eq!(welcome.controls()[0]["label"], "Close Ticket");

    let entry = shop.entry("🎫 Ticket Opened").await;
    let (user, channel) = (ana.signature(), format!("<#{id}> (`{id}`)", id = ticket.id));
    let fields = vec![("User", user.as_str()), ("Channel", channel.as_str()), ("Ticket number", "1")];
    assert_eq!((entry.color(), entry.fields()), (GREEN, fields));
    let row = shop.rows("SELECT number, user_id, channel_id, opened_at, closed_at, closed_by FROM bw_tickets").await;
    let row = row.concat();
    let id = |id: Id| Some(id.to_string());
    assert_eq!(row[..3], [Some("1".to_owned()), id(ana.id), id(ticket.id)]);
    assert!(row[3].is_some() && row[4].is_none() && row[5].is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_click_gets_a_link_to_the_open_one() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    ana.click("Open Ticket").await;
    let answer = ana.click("Open Ticket").await;
    answer.ephemeral().says("already have an open ticket").says(&format!("<#{}>", ana.ticket().id));
    shop.as_("bo").click("Open Ticket").await.ephemeral();
    assert_eq!(shop.as_("bo").ticket().name, "ticket-2-bo", "others have their own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_clicks_at_once_open_one() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    let clicks: Vec<Id> = (0..100).map(|_| ana.presses("Open Ticket").expect("a click")).collect();
    let answers = shop.answers(clicks).await;
    assert!(answers.iter().all(|answer| answer.ephemeral().messages.len() == 1));
    let opened = answers.iter().filter(|answer| answer.content().starts_with("Your ticket is open")).count();
    assert_eq!(opened, 1);
    assert_eq!(ana.ticket().name, "ticket-1-ana");
    assert_eq!(shop.number("SELECT count(*) FROM bw_tickets").await, 1);
    assert_eq!(shop.requested("POST", "/guilds/*/channels"), 2, "the category and the channel");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_cannot_close_it() {
    let shop = with_panel().await;
    shop.as_("ana").click("Open Ticket").await;
    let ticket = shop.as_("ana").ticket();
    let mallory = shop.as_("mallory").at(ticket.id);
    assert!(mallory.presses("Close Ticket").is_err(), "they do not see it");
    let mut overwrites = ticket.overwrites.clone();
    overwrites.push(Overwrite::member(mallory.id, Permissions::VIEW_CHANNEL, Permissions::NONE));
    shop.world.set_overwrites(ticket.id, &overwrites).expect("overwrites");
    mallory.click("Close Ticket").await.ephemeral().says("Only staff and the person who opened");
    assert_eq!(shop.number(open_rows()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_opener_closes_it_and_five_seconds_later_it_is_gone() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    ana.click("Open Ticket").await;
    let ticket = ana.ticket();
    let in_ticket = shop.as_("ana").at(ticket.id);
    let asked = Instant::now();
    let answer = in_ticket.click("Close Ticket").await;
    answer.open().says("Closed by").says(&ana.mention());
    let row = shop.rows("SELECT closed_by, closed_at, slot FROM bw_tickets").await.concat();
    assert_eq!(row[0], Some(ana.id.to_string()));
    assert!(row[1].is_some() && row[2].is_none());
    let again = in_ticket.click("Close Ticket").await;
    again.ephemeral().says("no open ticket");

    let entry = shop.entry("🔒 Ticket Closed").await;
    let by = ana.signature();
    let fields = vec![("Closed by", by.as_str()), ("Original user", by.as_str()), ("Ticket number", "1")];
    assert_eq!((entry.color(), entry.fields()), (RED, fields));
    shop.until("the channel's end", || shop.world.channel(ticket.id).is_none().then_some(())).await;
    let took = asked.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(8), "{took:?}");
    shop.number_becomes("SELECT count(*) FROM bw_timers", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_and_administrators_close_it_and_numbers_go_on() {
    let shop = with_panel().await;
    for (number, closer) in ["sam", "root"].into_iter().enumerate() {
        shop.as_("ana").click("Open Ticket").await;
        let name = format!("ticket-{}-ana", number + 1);
        let ticket = shop.world.channel_named(shop.guild, &name).unwrap_or_else(|| panic!("there is no {name}"));
        shop.as_(closer).at(ticket).click("Close Ticket").await.open();
        let entry = shop.logged(2 * number + 2).await.pop().expect("an entry");
        assert_eq!(entry.field("Closed by"), shop.as_(closer).signature());
        assert_eq!(entry.field("Original user"), shop.as_("ana").signature());
    }
    let numbers = shop.rows("SELECT number FROM bw_tickets ORDER BY id").await.concat();
    assert_eq!(numbers, [Some("1".to_owned()), Some("2".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_presses_close_it_once() {
    let shop = with_panel().await;
    shop.as_("ana").click("Open Ticket").await;
    let ticket = shop.as_("ana").ticket().id;
    let presses = ["ana", "sam", "root", "ana", "sam", "root"];
    let presses = presses.map(|who| shop.as_(who).at(ticket).presses("Close Ticket").expect("a click"));
    let answers = shop.answers(presses.to_vec()).await;
    assert_eq!(answers.iter().filter(|answer| answer.content().contains("Closed by")).count(), 1);
    shop.until("the channel's end", || shop.world.channel(ticket).is_none().then_some(())).await;
    assert_eq!(shop.titles().iter().filter(|title| *title == "🔒 Ticket Closed").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_category_overflows_into_a_second_one() {
    let shop = Scene::default().variable("TICKET_CATEGORY_NAME", "Help Desk").open().await;
    shop.panel().await;
    let category = shop.category("Help Desk");
    for number in 0..MAX_IN_CATEGORY {
        let channel = shop.world.add_channel(shop.guild, &format!("old-{number}"), kind::TEXT, Some(category), &[]);
        channel.expect("a channel");
    }
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(category_name(&shop, shop.as_("ana").ticket().id), "Help Desk 2");
    shop.as_("bo").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(category_name(&shop, shop.as_("bo").ticket().id), "Help Desk 2");
    assert!(!shop.world.audience(shop.as_("bo").ticket().id).contains(&shop.as_("mallory").id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_cannot_be_made_locks_nobody_out() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    shop.world.refuse(Target::Channel, Breakage::Code(50013), 1);
    ana.click("Open Ticket").await.ephemeral().says("the bot lacks a permission for this");
    assert_eq!(shop.number(open_rows()).await, 0);
    ana.click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(ana.ticket().name, "ticket-2-ana", "a number is never used twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_deleted_by_hand_locks_nobody_out() {
    let shop = with_panel().await;
    let ana = shop.as_("ana");
    ana.click("Open Ticket").await;
    shop.world.delete_channel(ana.ticket().id).expect("a channel");
    ana.click("Open Ticket").await.ephemeral().says("Your ticket is open");
    assert_eq!(ana.ticket().name, "ticket-2-ana");
    assert_eq!(shop.number(open_rows()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_staff_role_administrators_are_the_staff() {
    let shop = Scene::default().variable("STAFF_ROLE_ID", "").open().await;
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    let ticket = shop.as_("ana").ticket();
    let seen_by = shop.world.audience(ticket.id);
    assert!(seen_by.contains(&shop.as_("root").id) && !seen_by.contains(&shop.as_("sam").id));
    shop.as_("root").at(ticket.id).click("Close Ticket").await.open();
}
