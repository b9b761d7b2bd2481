//! `/inventory`, `/logs`, `/userhistory`, and what is offered while typing.

use crate::harness::{Answer, Person, Shop};

const BLUE: u64 = 0x34_98_DB;

async fn stock(who: &Person<'_>, product: &str, duration: &str, keys: std::ops::Range<u32>) {
    let keys: Vec<String> = keys.map(|number| format!("k3y-{number}")).collect();
    let text = format!("/stock product:\"{product}\" duration:\"{duration}\" file:keys.txt");
    who.command_with(&text, "keys.txt", keys.join("\n").as_bytes()).await.ephemeral();
}

async fn send(who: &Person<'_>, to: &str, product: &str) {
    let answer = who.command(&format!("/send user:@{to} product:{product} duration:\"1 Day\"")).await;
    assert_eq!(answer.embed().title(), "🔑 Key sent");
}

fn rows(answer: &Answer) -> Vec<String> {
    answer.embed().description().lines().filter(|line| line.contains("**")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inventory_counts_what_is_stocked() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let empty = root.command("/inventory").await;
    assert_eq!(empty.ephemeral().embed().description(), "Nothing is in stock.");
    assert_eq!(empty.embed().field("Total"), "0");
    assert!(empty.buttons().is_empty());

    stock(&root, "Alpha", "1 Day", 0..3).await;
    stock(&root, "Alpha", "1 Week", 0..2).await;
    stock(&root, "Beta", "Lifetime", 0..1).await;
    send(&root, "ana", "Alpha").await;
    root.command("/clearstock product:Beta duration:Lifetime").await;
    let answer = root.command("/inventory").await;
    assert_eq!(rows(&answer), ["**Alpha** · 1 Day: 2", "**Alpha** · 1 Week: 2"]);
    assert_eq!(answer.embed().field("Total"), "4");
    assert_eq!(answer.embed().footer(), "Page 1 of 1");

    let entry = shop.entry("📊 Inventory Checked").await;
    assert_eq!((entry.color(), entry.fields()), (BLUE, vec![("Accessed by", root.signature().as_str())]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_inventory_has_pages() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    for product in 10..43 {
        stock(&root, &format!("Product {product}"), "1 Day", 0..1).await;
    }
    let first = root.command("/inventory").await;
    assert_eq!((rows(&first).len(), first.buttons()), (15, vec!["Next".to_owned()]));
    assert_eq!(first.embed().field("Total"), "33");
    let second = root.click("Next").await;
    assert_eq!(second.messages[0].id, first.messages[0].id, "the page is turned in place");
    assert_eq!((rows(&second).len(), second.embed().footer()), (15, "Page 2 of 3"));
    assert_eq!(second.buttons(), ["Previous", "Next"]);
    let third = root.click("Next").await;
    assert_eq!((rows(&third).len(), third.buttons()), (3, vec!["Previous".to_owned()]));
    assert_eq!(rows(&root.click("Previous").await), rows(&second));
    let mut all = [rows(&first), rows(&second), rows(&third)].concat();
    all.dedup();
    assert_eq!(all.len(), 33, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_latest_deliveries_come_first() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    assert_eq!(root.command("/logs").await.ephemeral().embed().description(), "Nothing was delivered yet.");
    stock(&root, "Alpha", "1 Day", 0..11).await;
    stock(&root, "Beta", "1 Day", 0..1).await;
    for _ in 0..11 {
        send(&root, "ana", "Alpha").await;
    }
    send(&root, "sam", "Beta").await;
    let ten = root.command("/logs").await;
    assert_eq!(rows(&ten).len(), 10, "as many as nobody asked for otherwise");
    let newest = rows(&ten).remove(0);
    assert!(newest.contains("**Beta** · 1 Day"), "{newest}");
    assert!(newest.contains(&shop.as_("sam").mention()) && newest.contains(&root.mention()), "{newest}");
    assert_eq!(rows(&root.command("/logs limit:2").await).len(), 2);
    assert_eq!(rows(&root.command("/logs limit:25").await).len(), 12);
    for limit in ["0", "26"] {
        assert!(root.asks(&format!("/logs limit:{limit}")).is_err());
    }
    let entry = shop.entry("📋 Logs Accessed").await;
    assert_eq!((entry.color(), entry.fields()), (BLUE, vec![("Viewed by", root.signature().as_str())]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customers_history_is_whole_and_has_pages() {
    let shop = Shop::open().await;
    let (root, ana) = (shop.as_("root"), shop.as_("ana"));
    stock(&root, "Alpha", "1 Day", 100..113).await;
    for _ in 0..12 {
        send(&root, "ana", "Alpha").await;
    }
    send(&root, "sam", "Alpha").await;
    let first = root.command("/userhistory user:@ana").await;
    assert!(first.ephemeral().embed().description().starts_with(&format!("{}: 12 in total", ana.mention())));
    assert_eq!((rows(&first).len(), first.buttons()), (10, vec!["Next".to_owned()]));
    assert!(rows(&first)[0].contains("`k3y-111`"), "{:?}", rows(&first));
    let second = root.click("Next").await;
    assert_eq!((rows(&second).len(), second.embed().footer()), (2, "Page 2 of 2"));
    assert!(rows(&second)[1].contains("`k3y-100`"), "{:?}", rows(&second));
    assert_eq!(rows(&root.click("Previous").await), rows(&first));

    let entry = shop.entry("👤 User History Checked").await;
    let (of, by) = (ana.signature(), root.signature());
    let fields = vec![("Target user", of.as_str()), ("Total keys", "12"), ("Accessed by", by.as_str())];
    assert_eq!((entry.color(), entry.fields()), (BLUE, fields));
    let none = root.command("/userhistory user:@bo").await;
    assert!(none.embed().description().contains(": 0 in total"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_and_the_stock_are_offered() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    assert_eq!(root.types("/send user:@ana product:").await, ["Alpha", "Beta", "Gamma"]);
    assert_eq!(root.types("/stock product:ET").await, ["Beta"], "whatever the case, wherever it stands");
    assert_eq!(root.types("/stock product:Alpha duration:").await, ["1 Day", "1 Week", "1 Month", "Lifetime"]);
    stock(&root, "Betamax", "2 Days", 0..1).await;
    assert_eq!(root.types("/clearstock product:bet").await, ["Beta", "Betamax"]);
    assert_eq!(root.types("/stock product:Betamax duration:2").await, ["2 Days"]);
    root.command("/clearstock product:Betamax duration:\"2 Days\"").await;
    assert_eq!(root.types("/clearstock product:bet").await, ["Beta"], "what is not in stock is not offered");
    for number in 0..30 {
        stock(&root, &format!("Many {number}"), "1 Day", 0..1).await;
    }
    assert_eq!(root.types("/send user:@ana product:Many").await.len(), 25);
    assert!(root.types("/send user:@ana product:nothing-like-it").await.is_empty());
}
