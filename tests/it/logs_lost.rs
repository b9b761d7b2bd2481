//! Log entries whose request breaks in the middle: each arrives, in order, and once where that can be known.

use crate::harness::Shop;
use botwright::sim::channel::Overwrite;
use botwright::sim::{Breakage, Limits, Permissions, Target};
use std::time::{Duration, Instant};

async fn review(shop: &Shop, texts: &[&str]) {
    for text in texts {
        shop.as_("ana").command(&format!("/review rating:5 review:{text}")).await.ephemeral();
    }
}

fn reviews(shop: &Shop) -> Vec<String> {
    shop.entries().iter().map(|entry| entry.field("Review").to_owned()).collect()
}

const WAITING: &str = "SELECT count(*) FROM bw_outbox WHERE dead = 0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_whose_answer_was_lost_arrives_once() {
    for breakage in [Breakage::Reset, Breakage::ResetAfter, Breakage::Status(502)] {
        let shop = Shop::open().await;
        review(&shop, &["one"]).await;
        shop.logged(1).await;
        shop.world.refuse(Target::Webhook, breakage.clone(), 1);
        review(&shop, &["two"]).await;
        shop.says(&["ERROR", "the log webhook failed"]).await;
        review(&shop, &["three"]).await;
        shop.logged(3).await;
        shop.number_becomes(WAITING, 0).await;
        assert_eq!(reviews(&shop), ["one", "two", "three"], "{breakage:?}");
        let had_arrived = shop.lines.count(&["1 log entries had arrived already"]);
        assert_eq!(had_arrived, usize::from(breakage == Breakage::ResetAfter), "{breakage:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_said_twice_is_two_entries() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::ResetAfter, 2);
    review(&shop, &["same"]).await;
    shop.says(&["1 log entries had arrived already"]).await;
    review(&shop, &["same"]).await;
    shop.logged(2).await;
    shop.number_becomes(WAITING, 0).await;
    assert_eq!(reviews(&shop), ["same", "same"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_between_the_request_and_its_answer_repeats_nothing() {
    let mut shop = Shop::open().await;
    review(&shop, &["one"]).await;
    shop.logged(1).await;
    for cut in [Breakage::SilenceAfter, Breakage::Silence] {
        shop.number_becomes(WAITING, 0).await;
        let before = shop.entries().len();
        shop.world.refuse(Target::Webhook, cut.clone(), 1);
        let requests = shop.requested("POST", "/webhooks/*/*");
        review(&shop, &["again"]).await;
        let sent = || (shop.requested("POST", "/webhooks/*/*") > requests).then_some(());
        shop.until("the request", sent).await;
        shop.kill();
        assert_eq!(shop.entries().len(), before + usize::from(cut == Breakage::SilenceAfter));
        shop.start().await;
        shop.logged(before + 1).await;
    }
    shop.number_becomes(WAITING, 0).await;
    assert_eq!(reviews(&shop), ["one", "again", "again"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_the_bot_may_not_read_gets_everything_in_order_and_perhaps_twice() {
    let shop = Shop::open().await;
    let log = shop.world.channel_named(shop.guild, "log").expect("the log's channel");
    let hidden = [Overwrite::role(shop.guild, Permissions::NONE, Permissions::VIEW_CHANNEL)];
    shop.world.set_overwrites(log, &hidden).expect("a hidden channel");
    shop.world.refuse(Target::Webhook, Breakage::ResetAfter, 1);
    review(&shop, &["one"]).await;
    shop.says(&["may not read the channel of a log webhook"]).await;
    review(&shop, &["two"]).await;
    shop.logged(3).await;
    assert_eq!(reviews(&shop), ["one", "one", "two"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_in_the_middle_of_a_pause_it_delivers_first() {
    let mut shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::RateLimited { retry_after: 1.5, global: false }, 1);
    review(&shop, &["one"]).await;
    shop.until("the request", || (shop.requested("POST", "/webhooks/*/*") > 0).then_some(())).await;
    assert_eq!(shop.stop().await, Some(0));
    assert_eq!(reviews(&shop), ["one"]);
    shop.start().await;
    review(&shop, &["two"]).await;
    shop.logged(2).await;
    assert_eq!(reviews(&shop), ["one", "two"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_webhook_holds_no_timer_up() {
    let shop = Shop::open().await;
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    let ticket = shop.as_("ana").ticket().id;
    shop.logged(1).await;
    shop.world.refuse(Target::Webhook, Breakage::Silence, 1_000);
    review(&shop, &["one"]).await;
    shop.until("the request", || (shop.requested("POST", "/webhooks/*/*") > 1).then_some(())).await;
    shop.as_("ana").at(ticket).click("Close Ticket").await.open();
    let closed = Instant::now();
    shop.until("the channel's end", || shop.world.channel(ticket).is_none().then_some(())).await;
    assert!(closed.elapsed() < Duration::from_secs(9), "it took {:?}, and not 5 s", closed.elapsed());
    shop.world.heal();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_tried_for_two_days_is_given_up_and_told_once() {
    let mut shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(503), 100_000);
    review(&shop, &["one", "two"]).await;
    shop.says(&["ERROR", "the log webhook failed", "2 entries wait"]).await;
    assert_eq!(shop.stop().await, Some(0));
    shop.change("UPDATE bw_outbox SET attempts = 9, next_at = 0, created_at = created_at - 3 * 86400000").await;
    shop.start().await;
    shop.number_becomes("SELECT count(*) FROM bw_outbox WHERE dead = 1", 2).await;
    assert_eq!(shop.lines.count(&["ERROR", "2 log entries are given up", "for two days"]), 1, "{}", shop.lines.text());
    shop.world.heal();
    review(&shop, &["three"]).await;
    shop.logged(1).await;
    assert_eq!(reviews(&shop), ["three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_shield_before_discord_gives_nothing_up() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(403), 1);
    shop.world.refuse(Target::Webhook, Breakage::Status(401), 1);
    review(&shop, &["one"]).await;
    shop.logged(1).await;
    review(&shop, &["two"]).await;
    shop.logged(2).await;
    assert_eq!(reviews(&shop), ["one", "two"], "nor does it count against the bot's token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_discords_limits_nothing_is_refused() {
    let shop = Shop::open().await;
    shop.world.set_limits(Limits::Strict);
    for _ in 0..3 {
        let asked = (0..15).map(|_| shop.as_("root").asks("/inventory").expect("a command")).collect();
        shop.answers(asked).await;
    }
    shop.logged(45).await;
    assert_eq!(shop.world.invalid_requests(), 0);
    let posts = shop.world.webhook_posts(shop.webhook);
    assert!(posts.iter().all(|post| post.embeds.len() <= 10));
}
