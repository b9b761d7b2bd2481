//! `botwright outbox`: log entries that wait or were given up, beside the running bot.

use crate::harness::{Finished, Shop, botwright_with};
use botwright::sim::{Breakage, Target};
use serde_json::Value;

async fn review(shop: &Shop, texts: &[&str]) {
    for text in texts {
        shop.as_("ana").command(&format!("/review rating:5 review:{text}")).await.ephemeral();
    }
}

fn reviews(shop: &Shop) -> Vec<String> {
    shop.entries().iter().map(|entry| entry.field("Review").to_owned()).collect()
}

fn outbox(shop: &Shop, line: &str) -> Finished {
    let words: Vec<&str> = std::iter::once("outbox").chain(line.split(' ')).collect();
    let finished = botwright_with(shop.folder.path(), &words, &shop.environment);
    let address = shop.environment.get("WEBHOOK_URL").expect("the shop has a webhook");
    for secret in [address.as_str(), address.rsplit('/').next().expect("a token")] {
        assert!(!finished.stdout.contains(secret) && !finished.stderr.contains(secret), "{finished:?}");
    }
    finished
}

fn listed(shop: &Shop) -> Vec<Value> {
    let list = outbox(shop, "list bots/store.yaml --format json");
    assert_eq!(list.code, Some(0), "{list:?}");
    list.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A shop with entries that were given up, since the webhook took them for wrong.
async fn given_up() -> Shop {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Code(50_013), 3);
    // One after the other, so that each is refused by itself.
    for (count, text) in [(1, "one"), (2, "two"), (3, "three")] {
        review(&shop, &[text]).await;
        shop.number_becomes("SELECT count(*) FROM bw_outbox WHERE dead = 1", count).await;
    }
    shop.world.heal();
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_that_were_given_up_are_listed_and_sent_again_in_their_old_order() {
    let shop = given_up().await;
    shop.says(&["ERROR", "given up", "`botwright outbox list` shows them"]).await;
    let list = listed(&shop);
    assert_eq!(list.len(), 3);
    assert_eq!((&list[0]["state"], &list[0]["destination"]), (&"dead".into(), &"log_webhook".into()));
    assert_eq!((&list[0]["title"], &list[0]["attempts"]), (&"⭐ Review Submitted".into(), &1.into()));
    assert!(list[0]["error"].as_str().unwrap().contains("403"), "{list:?}");
    let human = outbox(&shop, "list bots/store.yaml");
    assert!(human.stdout.contains("given up") && human.stdout.contains("⭐ Review Submitted"), "{human:?}");
    assert_eq!(human.stderr, "0 waiting, 3 given up\n");
    let retried = outbox(&shop, "retry bots/store.yaml --all");
    assert_eq!(retried.code, Some(0));
    assert!(retried.stdout.starts_with("3 entries given up before are due again"), "{retried:?}");
    // Nobody told the bot: it notices.
    shop.logged(3).await;
    assert_eq!(reviews(&shop), ["one", "two", "three"]);
    shop.number_becomes("SELECT count(*) FROM bw_outbox", 0).await;
    assert_eq!(outbox(&shop, "list bots/store.yaml").stderr, "the outbox is empty\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_entries_are_retried_and_dropped() {
    let shop = given_up().await;
    let ids: Vec<String> = listed(&shop).iter().map(|entry| entry["id"].to_string()).collect();
    let asked = outbox(&shop, &format!("drop bots/store.yaml {}", ids[0]));
    assert_eq!(asked.code, Some(2));
    assert!(asked.stderr.contains("`--yes` deletes 1 entry for ever"), "{asked:?}");
    let dropped = outbox(&shop, &format!("drop bots/store.yaml {} 9999 --yes", ids[0]));
    assert_eq!((dropped.code, dropped.stdout.as_str()), (Some(1), "1 entry deleted\n"), "{dropped:?}");
    assert!(dropped.stderr.contains("there is no entry 9999"), "{dropped:?}");
    assert_eq!(outbox(&shop, &format!("retry bots/store.yaml {}", ids[2])).code, Some(0));
    shop.logged(1).await;
    assert_eq!(reviews(&shop), ["three"]);
    let rest = outbox(&shop, "drop bots/store.yaml --all --yes");
    assert_eq!((rest.code, rest.stdout.as_str()), (Some(0), "1 entry deleted\n"));
    assert!(listed(&shop).is_empty());
    assert_eq!(outbox(&shop, "retry bots/store.yaml").code, Some(2), "which ones is not said");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_out_a_pause_can_be_sent_now() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Webhook, Breakage::Status(503), 1_000);
    review(&shop, &["one"]).await;
    shop.says(&["ERROR", "the log webhook failed"]).await;
    // A pause of an hour, as after many attempts.
    let far = "UPDATE bw_outbox SET next_at = next_at + 3600000, attempts = 100";
    write(&shop, far).await;
    // A try that was under way meanwhile failed too, and the next pause is as long.
    shop.number_becomes("SELECT count(*) FROM bw_outbox WHERE next_at > created_at + 600000", 1).await;
    shop.world.heal();
    review(&shop, &["two"]).await;
    assert_eq!(listed(&shop)[0]["state"], "waiting");
    outbox(&shop, "retry bots/store.yaml --all");
    shop.logged(2).await;
    assert_eq!(reviews(&shop), ["one", "two"]);
}

async fn write(shop: &Shop, sql: &str) {
    use sqlx::{AssertSqlSafe, ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let options = SqliteConnectOptions::new().filename(&shop.database);
    let mut connection = options.connect().await.expect("the database can be opened");
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("it can be written");
    connection.close().await.expect("it can be closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_up_before_is_told_of_once_at_the_start() {
    let mut shop = given_up().await;
    shop.restart().await;
    shop.says(&["WARN", "3 log entries were given up before"]).await;
    assert_eq!(shop.lines.count(&["given up before"]), 1);
}
