//! `delete_after`: messages that go by themselves, also when the bot was down at that time.

use crate::harness::{Scene, Shop};
use botwright::sim::Id;

const BOT: &str = r#"
bot: vanisher
settings:
  news: { type: channel, value: "${VOUCHES_CHANNEL_ID}" }
commands:
  quick:
    description: Everything that goes soon
    steps:
      - send: { to: "{{settings.news}}", content: sent, delete_after: 1s }
      - dm: { content: written, delete_after: 1s }
      - reply: { content: private, ephemeral: true, delete_after: 1s }
      - reply: { content: "and another", ephemeral: true, delete_after: 1s }
      - reply: { content: public, delete_after: 1s }
  open:
    description: A public answer
    steps: [{ reply: { content: public, delete_after: 1s } }]
  slow:
    description: What stays for an hour
    steps:
      - send: { to: "{{settings.news}}", content: sent, delete_after: 1h }
      - reply: { content: private, ephemeral: true, delete_after: 15m }
"#;

const PUBLIC: &str = "/channels/*/messages/*";
const PRIVATE: &str = "/webhooks/*/*/messages/*";

async fn open() -> Shop {
    Scene { bot: BOT.to_owned(), ..Scene::default() }.open().await
}

async fn is_gone(shop: &Shop, channel: Id) {
    shop.until("the end of the messages", || shop.world.messages(channel).is_empty().then_some(())).await;
}

/// Waits for that many requests; a message goes a moment before its request is on record.
async fn deleted(shop: &Shop, path: &str, times: usize) {
    shop.until("the requests", || (shop.requested("DELETE", path) >= times).then_some(())).await;
}

async fn no_timer_is_left(shop: &Shop) {
    shop.number_becomes("SELECT count(*) FROM bw_timers", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_every_kind_go() {
    let shop = open().await;
    let ana = shop.as_("ana");
    let answer = ana.command("/quick").await;
    answer.ephemeral().says("private");
    // Public ones need no token.
    deleted(&shop, PUBLIC, 3).await;
    deleted(&shop, PRIVATE, 2).await;
    no_timer_is_left(&shop).await;
    is_gone(&shop, shop.vouches).await;
    is_gone(&shop, shop.general).await;
    assert!(ana.letters().is_empty());
    assert!(shop.world.answers(answer.interaction.id).is_empty());
    assert_eq!((shop.requested("DELETE", PUBLIC), shop.requested("DELETE", PRIVATE)), (3, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_public_answer_goes_as_a_message() {
    let shop = open().await;
    shop.as_("ana").command("/open").await.open().says("public");
    deleted(&shop, PUBLIC, 1).await;
    is_gone(&shop, shop.general).await;
    assert_eq!(shop.requested("DELETE", PRIVATE), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_due_while_the_bot_was_down_goes_at_its_start() {
    let mut shop = open().await;
    let answer = shop.as_("ana").command("/slow").await;
    answer.ephemeral().says("private");
    shop.number_becomes("SELECT count(*) FROM bw_timers", 2).await;
    shop.kill();
    assert_eq!(shop.world.messages(shop.vouches).len(), 1);
    shop.change("UPDATE bw_timers SET due_at = 1").await;
    shop.start().await;
    no_timer_is_left(&shop).await;
    is_gone(&shop, shop.vouches).await;
    assert!(shop.world.answers(answer.interaction.id).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_deleted_before_its_token_ends() {
    let shop = open().await;
    let asked = shop.as_("ana").command("/slow").await.interaction;
    let due = "SELECT due_at FROM bw_timers ORDER BY due_at LIMIT 1";
    shop.number_becomes("SELECT count(*) FROM bw_timers", 2).await;
    let due = shop.number(due).await;
    assert!(due < asked.created_at + 15 * 60_000, "{due} {}", asked.created_at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_whose_time_is_over_is_forgotten() {
    let mut shop = open().await;
    shop.as_("ana").command("/slow").await;
    shop.number_becomes("SELECT count(*) FROM bw_timers", 2).await;
    shop.kill();
    let late = "UPDATE bw_timers SET due_at = 1, what = json_set(what, '$.delete_answer.until', 1) WHERE what LIKE '%delete_answer%'";
    shop.change(late).await;
    shop.start().await;
    shop.says(&["WARN", "came due too late"]).await;
    shop.number_becomes("SELECT count(*) FROM bw_timers", 1).await;
    assert_eq!(shop.requested("DELETE", PRIVATE), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_gone_already_is_no_error() {
    let shop = open().await;
    shop.as_("ana").command("/quick").await;
    for message in shop.world.messages(shop.vouches) {
        shop.world.delete_message(shop.vouches, message.id).expect("a message");
    }
    deleted(&shop, PUBLIC, 3).await;
    no_timer_is_left(&shop).await;
    assert_eq!(shop.lines.count(&["ERROR"]), 0, "{}", shop.lines.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_permission_ends_it_with_one_error() {
    let mut shop = open().await;
    shop.as_("ana").command("/slow").await;
    shop.number_becomes("SELECT count(*) FROM bw_timers", 2).await;
    shop.kill();
    shop.change("UPDATE bw_timers SET due_at = 1 WHERE what LIKE '%delete_message%'").await;
    let route = botwright::sim::Target::Route(botwright::flow::request::Method::Delete, PUBLIC.into());
    shop.world.refuse(route, botwright::sim::Breakage::Code(50013), 9);
    shop.start().await;
    shop.says(&["ERROR", "a message could not be deleted", "lacks a permission"]).await;
    shop.number_becomes("SELECT count(*) FROM bw_timers", 1).await;
    assert_eq!(shop.lines.count(&["could not be deleted"]), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discords_faults_are_waited_out() {
    let mut shop = open().await;
    shop.as_("ana").command("/slow").await;
    shop.number_becomes("SELECT count(*) FROM bw_timers", 2).await;
    shop.kill();
    shop.change("UPDATE bw_timers SET due_at = 1 WHERE what LIKE '%delete_message%'").await;
    let route = botwright::sim::Target::Route(botwright::flow::request::Method::Delete, PUBLIC.into());
    shop.world.refuse(route, botwright::sim::Breakage::Code(50000), 1);
    shop.start().await;
    shop.number_becomes("SELECT count(*) FROM bw_timers WHERE what LIKE '%\"attempts\":1%'", 1).await;
    assert_eq!(shop.world.messages(shop.vouches).len(), 1, "it is tried again later");
    assert_eq!(shop.stop().await, Some(0));
    shop.change("UPDATE bw_timers SET due_at = 1 WHERE what LIKE '%delete_message%'").await;
    shop.start().await;
    is_gone(&shop, shop.vouches).await;
}
