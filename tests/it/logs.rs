//! The webhook log when the webhook does not play along.

use crate::harness::{Scene, Shop};
use botwright::sim::{Breakage, Target};
use std::time::{Duration, Instant};

/// Reviews with these texts, one after the other.
async fn review(shop: &Shop, texts: &[&str]) {
    for text in texts {
        shop.as_("ana").command(&format!("/review rating:5 review:{text}")).await.ephemeral();
    }
}

/// The reviews that arrived at the webhook, in order.
fn reviews(shop: &Shop) -> Vec<String> {
    shop.entries().iter().map(|entry| entry.field("Review").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_webhook_delays_no_answer_and_loses_nothing() {
    for breakage in [Breakage::Status(503), Breakage::RateLimited { retry_after: 0.3, global: false }] {
        let shop = Shop::open().await;
        shop.world.refuse(Target::Webhook, breakage.clone(), 3);
        let asked = Instant::now();
        review(&shop, &["one", "two", "three"]).await;
        assert!(asked.elapsed() < Duration::from_secs(2), "{breakage:?}: {:?}", asked.elapsed());
        shop.logged(3).await;
        assert_eq!(reviews(&shop), ["one", "two", "three"], "{breakage:?}");
        if breakage == Breakage::Status(503) {
            shop.says(&["ERROR", "the log webhook failed"]).await;
        }
        review(&shop, &["four"]).await;
        shop.logged(4).await;
        assert_eq!(reviews(&shop), ["one", "two", "three", "four"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_webhook_delays_no_answer() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Silence, 1);
    let asked = Instant::now();
    review(&shop, &["one", "two", "three"]).await;
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    shop.logged(3).await;
    assert_eq!(reviews(&shop), ["one", "two", "three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_wait_in_the_database_for_the_next_start() {
    let mut shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(503), 1_000);
    review(&shop, &["one", "two"]).await;
    shop.says(&["ERROR", "the log webhook failed"]).await;
    assert_eq!(shop.stop().await, Some(0));
    assert!(shop.entries().is_empty());
    assert_eq!(shop.number("SELECT count(*) FROM bw_outbox WHERE dead = 0").await, 2);
    shop.world.heal();
    shop.start().await;
    review(&shop, &["three"]).await;
    shop.logged(3).await;
    assert_eq!(reviews(&shop), ["one", "two", "three"], "in order, once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_loses_no_entry() {
    let mut shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(503), 1_000);
    review(&shop, &["one", "two"]).await;
    shop.says(&["ERROR", "the log webhook failed", "2 entries wait"]).await;
    shop.kill();
    shop.world.heal();
    shop.start().await;
    shop.logged(2).await;
    assert_eq!(reviews(&shop), ["one", "two"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_entries_share_a_request() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(503), 1);
    let texts: Vec<String> = (0..25).map(|number| format!("review{number}")).collect();
    review(&shop, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    shop.logged(25).await;
    assert_eq!(reviews(&shop), texts);
    let posts = shop.world.webhook_posts(shop.webhook);
    assert!(posts.iter().any(|post| post.embeds.len() > 1), "each entry had a request of its own");
    assert!(posts.iter().all(|post| post.embeds.len() <= 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_is_gone_is_told_of_and_the_bot_goes_on() {
    let mut shop = Shop::open().await;
    shop.world.delete_webhook(shop.webhook);
    review(&shop, &["one"]).await;
    shop.says(&["ERROR", "the webhook does not exist any more"]).await;
    review(&shop, &["two", "three"]).await;
    assert_eq!(shop.world.messages(shop.vouches).len(), 3);
    assert_eq!(shop.stop().await, Some(0));
    assert_eq!(shop.lines.count(&["the webhook does not exist any more"]), 1, "once is enough\n{}", shop.lines.text());
    assert_eq!(shop.number("SELECT count(*) FROM bw_outbox WHERE dead = 1").await, 3, "they can be looked up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_webhook_the_log_goes_to_the_console_and_that_is_said_once() {
    let shop = Scene::default().variable("WEBHOOK_URL", "").open().await;
    review(&shop, &["one", "two"]).await;
    assert_eq!(shop.lines.count(&["log entries go to the console"]), 1);
    shop.says(&["⭐ Review Submitted", "two"]).await;
    shop.as_("root").command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await.ephemeral();
    shop.as_("root").command("/send user:@ana product:Alpha duration:\"1 Day\"").await.ephemeral();
    shop.says(&["🔑 Key Sent", "✅ Delivered"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_action_has_its_entry_with_footer_and_time() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    shop.panel().await;
    let product = "product:Alpha duration:\"1 Day\"";
    root.command(&format!("/stock {product} keys:\"k3y-1 k3y-2\"")).await;
    root.command(&format!("/send user:@ana {product}")).await;
    root.command(&format!("/clearstock {product}")).await;
    for command in ["/inventory", "/logs", "/userhistory user:@ana", "/review rating:5 review:Fine"] {
        root.command(command).await;
    }
    shop.as_("ana").click("Open Ticket").await;
    shop.as_("ana").at(shop.as_("ana").ticket().id).click("Close Ticket").await;
    let entries = shop.logged(9).await;
    let wanted = [
        ("✅ Keys Stocked", 0x2E_CC_71),
        ("🔑 Key Sent", 0x2E_CC_71),
        ("❌ Stock Cleared", 0xE7_4C_3C),
        ("📊 Inventory Checked", 0x34_98_DB),
        ("📋 Logs Accessed", 0x34_98_DB),
        ("👤 User History Checked", 0x34_98_DB),
        ("⭐ Review Submitted", 0x2E_CC_71),
        ("🎫 Ticket Opened", 0x2E_CC_71),
        ("🔒 Ticket Closed", 0xE7_4C_3C),
    ];
    let found: Vec<(&str, u64)> = entries.iter().map(|entry| (entry.title(), entry.color())).collect();
    assert_eq!(found, wanted);
    for entry in &entries {
        assert_eq!(entry.footer(), "Bot Logging System", "{}", entry.title());
        assert!(entry.timestamp().parse::<jiff::Timestamp>().is_ok(), "{}: {}", entry.title(), entry.timestamp());
        assert!(!entry.0.to_string().contains("k3y-"), "a key stands in the log: {}", entry.0);
    }
}
