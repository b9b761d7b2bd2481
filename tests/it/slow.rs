//! Nothing waits for three seconds: what takes longer is put off, and answered later.

use crate::harness::{Answer, Shop};
use botwright::sim::{Breakage, Target};

const SLOWLY: Breakage = Breakage::RateLimited { retry_after: 3.2, global: false };

fn put_off(answer: &Answer) {
    let interaction = &answer.interaction;
    assert!(interaction.deferred, "it was not put off");
    let took = interaction.acknowledged_at.expect("it was acknowledged") - interaction.created_at;
    assert!((0..3_000).contains(&took), "acknowledged after {took} ms");
    assert_eq!(answer.messages.len(), 1, "and answered in place");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_delivery_is_put_off_for_its_sender_alone() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    root.command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
    shop.world.refuse(Target::Dm, SLOWLY, 1);
    let answer = root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    put_off(&answer);
    assert_eq!(answer.ephemeral().embed().title(), "🔑 Key sent");
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_review_is_put_off_too() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Message, SLOWLY, 1);
    let answer = shop.as_("ana").command("/review rating:5 review:Fine").await;
    put_off(&answer);
    answer.ephemeral().says("Thank you!");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_ticket_is_put_off_and_opened_once() {
    let shop = Shop::open().await;
    shop.panel().await;
    shop.world.refuse(Target::Channel, SLOWLY, 1);
    let ana = shop.as_("ana");
    let first = ana.presses("Open Ticket").expect("a click");
    shop.until("the ticket under way", || (shop.requested("POST", "/guilds/*/channels") > 0).then_some(())).await;
    ana.click("Open Ticket").await.ephemeral().says("being opened");
    let answer = shop.answer(first).await;
    put_off(&answer);
    answer.ephemeral().says(&format!("<#{}>", ana.ticket().id));
}

/// The key reached the customer; that the sender is not told of it must not put it back into the stock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivered_key_stays_delivered_when_the_answer_is_refused() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    root.command("/stock product:Alpha duration:\"1 Day\" keys:\"k3y-1 k3y-2\"").await;
    for breakage in [Breakage::Status(503), Breakage::Code(50035)] {
        shop.world.refuse(Target::Interaction, breakage, 1);
        root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await.ephemeral();
    }
    assert_eq!(shop.as_("ana").keys(), ["k3y-1", "k3y-2"]);
    assert_eq!((shop.keys_in("stocked").await, shop.keys_in("delivered").await), (0, 2));
    assert_eq!(shop.number("SELECT count(*) FROM bw_holds").await, 0);
}
