//! `/review`: what the author, the vouches channel and the log get to see.

use crate::harness::{Embed, Scene, Shop};
use botwright::sim::message::Message;

const GREEN: u64 = 0x2E_CC_71;

/// The reviews in #vouches, oldest first.
fn vouches(shop: &Shop) -> Vec<Message> {
    shop.world.messages(shop.vouches)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_is_posted_thanked_for_and_logged() {
    let shop = Shop::open().await;
    let ana = shop.as_("ana");
    let thanks = ana.command("/review rating:4 review:\"Fast and friendly\"").await;
    thanks.ephemeral().says("Thank you!").says(&format!("<#{}>", shop.vouches));

    let posted = vouches(&shop);
    assert_eq!(posted.len(), 1);
    let review = Embed(posted[0].embeds[0].clone());
    assert_eq!(review.title(), "New Review");
    assert_eq!(review.0["author"]["name"], "ana");
    let avatar = review.0["thumbnail"]["url"].as_str().unwrap_or_default();
    assert!(avatar.starts_with("https://cdn.discordapp.com/"), "{avatar}");
    assert_eq!(review.0["author"]["icon_url"], avatar);
    assert_eq!(review.field("Rating"), "⭐⭐⭐⭐ (4/5)");
    assert_eq!(review.field("Review"), "Fast and friendly");
    assert!(!review.timestamp().is_empty());

    let entry = shop.entry("⭐ Review Submitted").await;
    assert_eq!(entry.color(), GREEN);
    assert_eq!(entry.field("User"), ana.signature());
    assert_eq!(entry.field("Rating"), "⭐⭐⭐⭐ (4/5)");
    assert_eq!(entry.field("Review"), "Fast and friendly");
    assert_eq!(entry.footer(), "Bot Logging System");
    assert!(!entry.timestamp().is_empty());
    assert_eq!(shop.number("SELECT count(*) FROM reviews WHERE rating = 4 AND text = 'Fast and friendly'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_customer_writes_cannot_break_out() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let wild = format!("**bold** [link](https://evil.example) `code` @everyone {} # big", root.mention());
    shop.as_("ana").command(&format!("/review rating:1 review:\"{wild}\"")).await.ephemeral();

    let message = vouches(&shop).remove(0);
    assert!(message.mentions.is_empty() && !message.mention_everyone && message.mention_roles.is_empty());
    let review = Embed(message.embeds[0].clone());
    assert!(!review.field("Review").contains("**bold**"), "{}", review.field("Review"));
    assert!(review.field("Review").contains("\\*\\*bold\\*\\*"), "{}", review.field("Review"));
    assert!(!review.field("Review").contains("[link](http"), "{}", review.field("Review"));

    let entry = shop.entry("⭐ Review Submitted").await;
    assert!(!entry.field("Review").contains("**bold**"), "{}", entry.field("Review"));
    let posts = shop.world.webhook_posts(shop.webhook);
    assert!(posts.iter().all(|post| post.mentions.is_empty() && !post.mention_everyone));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_review_is_whole_in_the_channel_and_a_preview_in_the_log() {
    let shop = Shop::open().await;
    let long = "wonderful ".repeat(100);
    shop.as_("ana").command(&format!("/review rating:5 review:\"{}\"", long.trim())).await.ephemeral();
    assert_eq!(Embed(vouches(&shop).remove(0).embeds[0].clone()).field("Review"), long.trim());
    let preview = shop.entry("⭐ Review Submitted").await;
    assert!(preview.field("Review").chars().count() <= 200);
    assert!(preview.field("Review").ends_with('…'));
    let refused = shop.as_("ana").asks(&format!("/review rating:5 review:\"{}\"", "x".repeat(1_001)));
    assert!(refused.is_err(), "more than 1,000 characters");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_not_there_is_told_of_with_a_reference() {
    let shop = Scene::default().variable("VOUCHES_CHANNEL_ID", "1462381972474167491").open().await;
    let answer = shop.as_("ana").command("/review rating:5 review:Fine").await;
    answer.ephemeral().says("Sorry").says("Reference");
    shop.says(&["ERROR", "failed at", "store.yaml"]).await;
}
