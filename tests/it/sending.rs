//! `/send`: which key goes where, and what becomes of it when it cannot go.

use crate::harness::{Embed, Shop};
use botwright::sim::{Breakage, Target};
use std::collections::HashSet;

const GREEN: u64 = 0x2E_CC_71;
const SEND: &str = "/send user:@ana product:Alpha duration:\"1 Day\"";

async fn stocked(keys: &[&str]) -> Shop {
    let shop = Shop::open().await;
    for key in keys {
        shop.as_("root").command(&format!("/stock product:Alpha duration:\"1 Day\" keys:{key}")).await;
    }
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_key_goes_to_the_customer_by_direct_message() {
    let shop = stocked(&["k3y-b", "k3y-a", "k3y-c"]).await;
    let (root, ana) = (shop.as_("root"), shop.as_("ana"));
    let answer = root.command(SEND).await;
    assert_eq!(answer.ephemeral().embed().title(), "🔑 Key sent");
    assert_eq!(answer.embed().field("Product"), "Alpha");
    assert_eq!(answer.embed().field("Recipient"), ana.mention());
    assert_eq!(answer.embed().field("DM status"), "✅ Delivered");
    assert_eq!(answer.embed().field("Remaining"), "Alpha: 2");

    let letter = Embed(ana.letters()[0].embeds[0].clone());
    assert_eq!(letter.title(), "🔑 Your key");
    assert_eq!((letter.field("Product"), letter.field("Duration")), ("Alpha", "1 Day"));
    assert_eq!(letter.field("Key"), "`k3y-b`");

    let entry = shop.entry("🔑 Key Sent").await;
    let (to, by) = (ana.signature(), root.signature());
    let fields = [
        ("Product", "Alpha"),
        ("Duration", "1 Day"),
        ("Recipient", to.as_str()),
        ("Sent by", by.as_str()),
        ("DM status", "✅ Delivered"),
        ("Remaining", "2"),
    ];
    assert_eq!((entry.color(), entry.fields()), (GREEN, fields.to_vec()));

    root.command(SEND).await;
    root.command(SEND).await;
    assert_eq!(ana.keys(), ["k3y-b", "k3y-a", "k3y-c"], "in the order of their stocking");
    let row = shop.rows("SELECT delivered_to, sent_by, delivered_at FROM keys WHERE key = 'k3y-b'").await.remove(0);
    assert_eq!((row[0].clone(), row[1].clone()), (Some(ana.id.to_string()), Some(root.id.to_string())));
    assert!(row[2].is_some(), "when it was delivered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn out_of_stock_is_said_and_nothing_is_sent() {
    let shop = stocked(&["k3y-1"]).await;
    let answer = shop.as_("root").command("/send user:@ana product:Alpha duration:\"1 Week\"").await;
    assert_eq!(answer.ephemeral().embed().title(), "Out of stock");
    assert!(answer.embed().description().contains("Alpha"));
    assert!(shop.as_("ana").letters().is_empty());
    assert_eq!(shop.keys_in("stocked").await, 1);
    assert!(!shop.titles().contains(&"🔑 Key Sent".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_does_not_matter() {
    let shop = stocked(&["k3y-1"]).await;
    let answer = shop.as_("root").command("/send user:@ana product:aLpHa duration:\"1 DAY\"").await;
    assert_eq!(answer.embed().field("Remaining"), "Alpha: 0");
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_direct_messages_give_the_key_back() {
    let shop = stocked(&["k3y-1"]).await;
    let root = shop.as_("root");
    let answer = root.command("/send user:@bo product:Alpha duration:\"1 Day\"").await;
    assert_eq!(answer.ephemeral().embed().title(), "The key was not sent");
    assert!(answer.embed().description().contains("their DMs are closed"), "{}", answer.embed().description());
    assert_eq!(answer.embed().field("Remaining"), "Alpha: 1");
    assert_eq!(shop.entry("🔑 Key Sent").await.field("DM status"), "❌ their DMs are closed");
    assert_eq!((shop.keys_in("stocked").await, shop.keys_in("delivered").await), (1, 0));
    assert_eq!(shop.number("SELECT count(*) FROM bw_holds").await, 0);

    root.command(SEND).await;
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"], "the next customer gets it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_refuses_the_message_the_key_is_back() {
    let shop = stocked(&["k3y-1"]).await;
    for breakage in [Breakage::Code(50007), Breakage::Code(50278), Breakage::Code(40003), Breakage::Status(403)] {
        shop.world.refuse(Target::Dm, breakage.clone(), 1);
        let answer = shop.as_("root").command(SEND).await;
        assert_eq!(answer.ephemeral().embed().title(), "The key was not sent", "{breakage:?}");
        assert_eq!(shop.keys_in("stocked").await, 1, "{breakage:?}");
    }
    shop.as_("root").command(SEND).await;
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
}

/// The bot sends at most 50 requests a second of its own, and a delivery takes two: twenty seconds at the least.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_orders_of_five_hundred_keys_deliver_each_key_once() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let keys: Vec<String> = (0..500).map(|number| format!("k3y-{number:03}")).collect();
    let stock = "/stock product:Alpha duration:\"1 Day\" file:keys.txt";
    root.command_with(stock, "keys.txt", keys.join("\n").as_bytes()).await;
    let customers: Vec<_> = (0..10).map(|number| shop.join(&format!("customer{number}"))).collect();
    let (mut sent, mut out) = (0, 0);
    for round in 0..20 {
        let order = |number: usize| {
            let customer = customers[(round + number) % customers.len()];
            root.asks(&format!("/send user:<@{customer}> product:Alpha duration:\"1 Day\"")).expect("an order")
        };
        for answer in shop.answers((0..50).map(order).collect()).await {
            match answer.ephemeral().embed().title() {
                "🔑 Key sent" => sent += 1,
                "Out of stock" => out += 1,
                other => panic!("{other}: {:?}", answer.messages),
            }
        }
    }
    assert_eq!((sent, out), (500, 500));
    let delivered: Vec<String> = customers.iter().flat_map(|customer| shop.as_id(*customer).keys()).collect();
    assert_eq!(delivered.len(), 500);
    assert_eq!(delivered.into_iter().collect::<HashSet<_>>(), keys.into_iter().collect());
    assert_eq!((shop.keys_in("stocked").await, shop.keys_in("delivered").await), (0, 500));
}
