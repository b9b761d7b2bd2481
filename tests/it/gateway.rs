//! The connection breaks in every way it can, and nothing is lost.

use crate::harness::Shop;
use botwright::sim::Id;

async fn works(shop: &Shop) {
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");
}

/// Something is asked while the connection is gone, and is answered once it is back.
async fn survives(breaking: impl Fn(&Shop)) {
    let shop = Shop::open().await;
    works(&shop).await;
    let connected = || shop.lines.count(&["connected"]) - shop.lines.count(&["disconnected"]);
    for _ in 0..2 {
        let before = connected();
        breaking(&shop);
        let back = || (connected() > before && shop.server.connections() == 1).then_some(());
        shop.until("a new connection", back).await;
        works(&shop).await;
    }
    assert_eq!(shop.requested("PUT", "/applications/*/commands"), 1, "a reconnect registers nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_socket() {
    survives(|shop| shop.server.drop_connections()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wanted_reconnect() {
    survives(|shop| shop.server.reconnect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_session() {
    survives(|shop| shop.server.invalid_session(true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_cannot_be_resumed() {
    survives(|shop| shop.server.invalid_session(false)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_that_can_be_mended() {
    survives(|shop| shop.server.close_with(Some(4000))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_while_the_connection_is_gone_is_answered() {
    let shop = Shop::open().await;
    shop.server.drop_connections();
    let asked: Vec<Id> =
        (0..5).map(|_| shop.as_("ana").asks("/review rating:5 review:Fine").expect("a review")).collect();
    for answer in shop.answers(asked).await {
        answer.ephemeral().says("Thank you!");
    }
    assert_eq!(shop.world.messages(shop.vouches).len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_twice_is_done_once() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    root.command("/stock product:Alpha duration:\"1 Day\" keys:\"k3y-1 k3y-2 k3y-3\"").await;
    for _ in 0..2 {
        shop.server.duplicate_next_interaction();
        root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await.ephemeral();
    }
    shop.says(&["delivered again"]).await;
    shop.logged(3).await;
    assert_eq!(shop.as_("ana").keys(), ["k3y-1", "k3y-2"]);
    assert_eq!((shop.keys_in("delivered").await, shop.keys_in("stocked").await), (2, 1));
    shop.server.duplicate_next_interaction();
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral();
    assert_eq!(shop.world.messages(shop.vouches).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_reset_ends_it_with_a_sentence() {
    let mut shop = Shop::open().await;
    shop.server.close_with(Some(4004));
    shop.says(&["the token is wrong or was reset"]).await;
    let status = shop.process.as_mut().expect("it ran").ended(crate::harness::PATIENCE).await;
    assert_eq!(status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_are_all_answered_in_time() {
    let shop = Shop::open().await;
    let people: Vec<Id> = (0..20).map(|number| shop.join(&format!("guest{number}"))).collect();
    let ask = |number: usize| shop.as_id(people[number % 20]).asks("/review rating:5 review:Fine").expect("a review");
    let asked: Vec<Id> = (0..200).map(ask).collect();
    for answer in shop.answers(asked).await {
        answer.ephemeral().says("Thank you!");
    }
    assert_eq!(shop.world.messages(shop.vouches).len(), 200);
    assert_eq!(shop.number("SELECT count(*) FROM reviews").await, 200);
    shop.logged(200).await;
}
