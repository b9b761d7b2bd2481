//! Asked to end, the bot finishes what it has begun.

use crate::harness::Shop;
use botwright::sim::{Breakage, Target};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_0_and_says_goodbye() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.server.connections(), 1);
    assert_eq!(shop.stop().await, Some(0));
    shop.until("the closed connection", || (shop.server.connections() == 0).then_some(())).await;
    shop.says(&["shutting down"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_under_way_is_finished() {
    let mut shop = Shop::open().await;
    let order = {
        let root = shop.as_("root");
        root.command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
        shop.world.refuse(Target::Dm, Breakage::RateLimited { retry_after: 1.0, global: false }, 1);
        root.asks("/send user:@ana product:Alpha duration:\"1 Day\"").expect("an order")
    };
    shop.until("the order under way", || (shop.requested("POST", "/users/@me/channels") > 0).then_some(())).await;
    assert_eq!(shop.stop().await, Some(0));
    assert_eq!(shop.answer(order).await.ephemeral().embed().title(), "🔑 Key sent");
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
    assert_eq!(shop.keys_in("delivered").await, 1);
    assert_eq!(shop.number("SELECT count(*) FROM bw_holds").await, 0);
    let told = shop.number("SELECT count(*) FROM bw_outbox").await + shop.titles().len() as i64;
    assert_eq!(told, 2, "both log entries arrived or wait");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_on_its_way_when_the_power_went_arrives_after_it() {
    let mut shop = Shop::open().await;
    {
        let root = shop.as_("root");
        root.command("/stock product:Alpha duration:\"1 Day\" keys:\"k3y-1 k3y-2\"").await;
        shop.world.refuse(Target::Dm, Breakage::Silence, 10);
        root.asks("/send user:@ana product:Alpha duration:\"1 Day\"").expect("an order");
    }
    shop.until("the order under way", || (shop.requested("POST", "/users/@me/channels") > 0).then_some(())).await;
    shop.kill();
    shop.world.heal();
    shop.start().await;
    shop.says(&["/send", "goes on where it was"]).await;
    shop.until("the first key", || (shop.as_("ana").keys() == ["k3y-1"]).then_some(())).await;
    shop.number_becomes("SELECT count(*) FROM bw_holds", 0).await;
    shop.as_("root").command("/send user:@ana product:Alpha duration:\"1 Day\"").await.ephemeral();
    assert_eq!(shop.as_("ana").keys(), ["k3y-1", "k3y-2"]);
    let sent = || shop.titles().iter().filter(|title| title.contains("Key Sent")).count();
    shop.until("both log entries", || (sent() == 2).then_some(())).await;
}
