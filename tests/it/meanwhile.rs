//! What vanishes on Discord, while the bot runs or while it is down, is noticed, told, and locks nobody out.

use crate::harness::Shop;
use botwright::sim::{Breakage, Id, Target};

const OPEN: &str = "SELECT count(*) FROM bw_tickets WHERE closed_at IS NULL";

async fn with_ticket() -> (Shop, Id) {
    let shop = Shop::open().await;
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    let ticket = shop.as_("ana").ticket().id;
    (shop, ticket)
}

async fn opens_at_once(shop: &Shop) {
    shop.as_("ana").click("Open Ticket").await.ephemeral().says("Your ticket is open");
}

/// Clicks, and cuts the power when the request has come in.
async fn cut_while_opening(shop: &mut Shop, target: Target, breakage: Breakage, path: &str) {
    shop.panel().await;
    shop.category("Support Tickets");
    let requests = shop.requested("POST", path);
    shop.world.refuse(target, breakage, 10);
    shop.as_("ana").presses("Open Ticket").expect("a click");
    shop.until("the request", || (shop.requested("POST", path) > requests).then_some(())).await;
    shop.kill();
    shop.world.heal();
    // As an older version left it, which kept nothing of a run.
    shop.change("DELETE FROM bw_runs").await;
    shop.start().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_never_got_a_channel_is_closed_at_the_next_start() {
    let mut shop = Shop::open().await;
    cut_while_opening(&mut shop, Target::Channel, Breakage::Silence, "/guilds/*/channels").await;
    shop.says(&["it never got a channel"]).await;
    opens_at_once(&shop).await;
    assert_eq!(shop.as_("ana").ticket().name, "ticket-2-ana");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_was_made_when_the_power_went_becomes_the_tickets() {
    let mut shop = Shop::open().await;
    cut_while_opening(&mut shop, Target::Channel, Breakage::SilenceAfter, "/guilds/*/channels").await;
    shop.says(&["was half open when the bot stopped, and is open now"]).await;
    let ticket = shop.as_("ana").ticket();
    assert_eq!(ticket.name, "ticket-1-ana");
    shop.as_("ana").click("Open Ticket").await.ephemeral().says(&format!("<#{}>", ticket.id));
    shop.as_("ana").at(ticket.id).click("Close Ticket").await.open();
    shop.entry("🎫 Ticket Opened").await;
    shop.until("the channel's end", || shop.world.channel(ticket.id).is_none().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_without_its_welcome_gets_it_at_the_next_start() {
    let mut shop = Shop::open().await;
    cut_while_opening(&mut shop, Target::Message, Breakage::Silence, "/channels/*/messages").await;
    shop.says(&["was half open when the bot stopped, and is open now"]).await;
    let ticket = shop.as_("ana").ticket().id;
    assert_eq!(shop.world.messages(ticket).len(), 1);
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    shop.restart().await;
    assert_eq!(shop.lines.count(&["was half open"]), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_welcome_is_said_at_the_next_start_and_nothing_else_again() {
    let mut shop = Shop::open().await;
    shop.panel().await;
    shop.world.refuse(Target::Message, Breakage::Code(50013), 1);
    opens_at_once(&shop).await;
    let ticket = shop.as_("ana").ticket().id;
    shop.logged(1).await;
    shop.restart().await;
    shop.until("the welcome", || (shop.world.messages(ticket).len() == 1).then_some(())).await;
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    shop.logged(2).await;
    assert_eq!(shop.titles(), ["🎫 Ticket Opened", "🔒 Ticket Closed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_is_being_opened_to_the_end_is_opened_by_the_next_process_when_the_power_goes_again() {
    let mut shop = Shop::open().await;
    shop.panel().await;
    shop.category("Support Tickets");
    shop.world.refuse(Target::Channel, Breakage::SilenceAfter, 1);
    shop.as_("ana").presses("Open Ticket").expect("a click");
    shop.until("the channel", || (shop.requested("POST", "/guilds/*/channels") > 0).then_some(())).await;
    shop.kill();
    // As an older version left it, which kept nothing of a run.
    shop.change("DELETE FROM bw_runs").await;
    shop.world.refuse(Target::Message, Breakage::SilenceAfter, 1);
    let requests = shop.requested("POST", "/channels/*/messages");
    shop.start().await;
    shop.until("the welcome", || (shop.requested("POST", "/channels/*/messages") > requests).then_some(())).await;
    shop.kill();
    shop.start().await;
    shop.logged(1).await;
    let ticket = shop.as_("ana").ticket().id;
    assert_eq!(shop.world.messages(ticket).len(), 1, "its welcome is said once");
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    shop.logged(2).await;
    assert_eq!(shop.titles(), ["🎫 Ticket Opened", "🔒 Ticket Closed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_channel_that_could_not_be_deleted_goes_at_the_next_start() {
    let (mut shop, ticket) = with_ticket().await;
    shop.world.refuse(Target::Channel, Breakage::Code(50013), 1);
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    shop.says(&["ERROR", "its deletion is given up until the next start"]).await;
    assert!(shop.world.channel(ticket).is_some());
    opens_at_once(&shop).await;
    shop.restart().await;
    shop.says(&["its channel still stands, and is deleted now"]).await;
    shop.until("the channel's end", || shop.world.channel(ticket).is_none().then_some(())).await;
    assert_eq!(shop.number(OPEN).await, 1, "the other one stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_left_keeps_no_open_ticket() {
    let (mut shop, ticket) = with_ticket().await;
    let requests = || shop.requested("DELETE", "/channels/*") + shop.requested("POST", "/channels/*/messages");
    let before = requests();
    shop.world.remove_member(shop.guild, shop.bot).expect("a member");
    shop.says(&["closed: the bot is no longer in its server"]).await;
    shop.number_becomes(OPEN, 0).await;
    assert_eq!(requests(), before, "nothing is asked of Discord");
    assert!(shop.world.channel(ticket).is_some());
    assert_eq!(shop.number("SELECT count(*) FROM bw_panels").await, 0);
    assert_eq!(shop.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_left_while_the_bot_was_down_is_noticed() {
    let (mut shop, _) = with_ticket().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.world.remove_member(shop.guild, shop.bot).expect("a member");
    shop.start().await;
    shop.says(&["closed: the bot is no longer in its server"]).await;
    assert_eq!(shop.number(OPEN).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_and_a_role_that_settings_name_are_missed_at_once_and_at_the_next_start() {
    let mut shop = Shop::open().await;
    let staff = shop.world.role_named(shop.guild, "Staff").expect("a role");
    shop.world.delete_channel(shop.vouches).expect("a channel");
    shop.world.delete_role(shop.guild, staff).expect("a role");
    let channel = ["ERROR", "`settings.vouches_channel`: there is no channel", "`/review`", "Set `VOUCHES_CHANNEL_ID`"];
    let role = ["ERROR", "`settings.staff_role`: there is no role", "the access rule `staff`", "Set `STAFF_ROLE_ID`"];
    for starts in 1..=2 {
        shop.says(&channel).await;
        shop.until("both", || (shop.lines.count(&channel) + shop.lines.count(&role) == 2 * starts).then_some(())).await;
        let answer = shop.as_("ana").command("/review rating:5 review:Fine").await;
        assert!(answer.ephemeral().content().starts_with("Sorry: "), "{}", answer.content());
        shop.panel().await;
        assert_eq!((shop.lines.count(&channel), shop.lines.count(&role)), (starts, starts), "told once a start");
        shop.restart().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_vanished_while_the_bot_was_down_is_missed_at_the_start() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.world.delete_webhook(shop.webhook);
    shop.start().await;
    let words =
        ["ERROR", "`settings.log_webhook`: the webhook does not exist any more", "the log", "Set `WEBHOOK_URL`"];
    shop.says(&words).await;
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");
    shop.number_becomes("SELECT count(*) FROM bw_outbox WHERE dead = 1", 1).await;
    assert_eq!(shop.lines.count(&words), 1);
    assert_eq!(shop.requested("POST", "/webhooks/*/*"), 0, "nothing more is sent there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_panels_are_told_of_and_forgotten_and_others_stay() {
    let mut shop = Shop::open().await;
    let gone = shop.world.add_channel(shop.guild, "gone", 0, None, &[]).expect("a channel");
    for channel in [shop.general, gone, shop.vouches] {
        shop.as_("root").at(channel).command("/ticketpanel").await.ephemeral();
    }
    let panels = "SELECT count(*) FROM bw_panels";
    assert_eq!(shop.number(panels).await, 3);
    shop.world.delete_channel(gone).expect("a channel");
    shop.says(&["WARN", "the panel of `support` was deleted"]).await;
    shop.number_becomes(panels, 2).await;
    assert_eq!(shop.stop().await, Some(0));
    let messages = shop.world.messages(shop.vouches);
    let panel = messages.iter().find(|message| !message.is_ephemeral()).expect("a panel").id;
    shop.world.delete_message(shop.vouches, panel).expect("a message");
    shop.start().await;
    shop.number_becomes(panels, 1).await;
    assert_eq!(shop.lines.count(&["WARN", "the panel of `support` was deleted"]), 2);
    opens_at_once(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_category_that_vanished_is_made_again() {
    let (shop, _) = with_ticket().await;
    let category = shop.world.channel_named(shop.guild, "Support Tickets").expect("a category");
    shop.world.delete_channel(category).expect("a category");
    shop.as_("bo").click("Open Ticket").await.ephemeral().says("Your ticket is open");
    shop.says(&["there is no category", "Support Tickets", "it is made"]).await;
}
