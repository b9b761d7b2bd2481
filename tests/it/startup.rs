//! What keeps a bot from starting is said in a sentence, and nothing is half started.

use crate::harness::{Scene, Shop, store_bot};
use std::time::Duration;

const WHILE: Duration = Duration::from_secs(20);

/// A bot that greets, with a token and a database of its own.
const HELLO: &str = "bot: hello
description: Greets.
token: ${HELLO_TOKEN}
database: ${HELLO_DATABASE}
commands:
  hello:
    description: Says hello
    steps: [{ reply: Hello! }]
";

/// Starts what cannot work: the exit code, which is not 0, and what was said.
async fn fails(scene: Scene) -> (Option<i32>, String, Shop) {
    let mut shop = scene.set().await;
    let status = shop.launch().ended(WHILE).await;
    shop.process = None;
    let text = shop.lines.text();
    assert_ne!(status.code(), Some(0), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    (status.code(), text, shop)
}

fn two_bots() -> Scene {
    Scene::default().beside("bots/hello.yaml", HELLO).variable("HELLO_DATABASE", "sqlite://data/hello.db")
}

const HELLO_TOKEN: &str = "NDU2.hello-token.s3cr3t";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_in_the_file_starts_nothing() {
    let (code, text, shop) = fails(Scene::default().with(
        "access: admin\n    steps:\n      - panel: support",
        "access: admni\n    steps:\n      - panel: support",
    ))
    .await;
    assert_eq!(code, Some(1));
    assert!(text.contains("bots/store.yaml:") && text.contains("did you mean `admin`?"), "{text}");
    assert!(text.contains("1 mistake; nothing was started"), "{text}");
    assert!(shop.server.requests().is_empty());
    assert!(!shop.database.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_token_is_named() {
    let (_, text, shop) = fails(Scene::default().variable("DISCORD_TOKEN", "")).await;
    assert!(text.contains("the token is not set") && text.contains("`DISCORD_TOKEN`"), "{text}");
    assert!(shop.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_is_a_sentence() {
    let (_, text, _) = fails(Scene::default().variable("DISCORD_TOKEN", "MTIz.another.s3cr3t-too")).await;
    assert!(text.contains("the token is wrong or was reset"), "{text}");
    assert!(!text.contains("s3cr3t-too"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_is_none_is_told_of_without_showing_it() {
    let (code, text, _) = fails(Scene::default().variable("WEBHOOK_URL", "https://example.com/s3cr3t-hook")).await;
    assert_eq!(code, Some(1));
    assert!(text.contains("`WEBHOOK_URL`") && text.contains("not the URL of a webhook"), "{text}");
    assert!(!text.contains("s3cr3t-hook"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_be_used_is_a_sentence() {
    let scene = Scene::default();
    let mut shop = scene.set().await;
    shop.folder.write("folder/inside.txt", "");
    let nonsense = shop.folder.write("nonsense.db", &"this is no database at all. ".repeat(100));
    for url in ["sqlite://folder", "sqlite://nonsense.db", "sqlite://nonsense.db/below.db", "postgres://host/name"] {
        shop.environment.insert("DATABASE_URL".to_owned(), url.to_owned());
        let before = shop.lines.text().len();
        let status = shop.launch().ended(WHILE).await;
        shop.process = None;
        let text = shop.lines.text().split_off(before);
        assert_ne!(status.code(), Some(0), "{url}: {text}");
        assert!(text.contains("the database") && text.contains("cannot be used"), "{url}: {text}");
        assert!(!text.contains("panicked"), "{url}: {text}");
    }
    assert!(std::fs::read_to_string(nonsense).expect("the file").starts_with("this is no"), "it is left alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_is_made_under_data_where_none_is_named() {
    let mut shop = Scene::default().variable("DATABASE_URL", "").open().await;
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral();
    assert_eq!(shop.stop().await, Some(0));
    assert!(shop.folder.path().join("data/store.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bots_share_no_token_and_no_database() {
    let (_, text, shop) = fails(two_bots().variable("HELLO_TOKEN", "MTIz.bot-token.s3cr3t")).await;
    assert!(text.contains("would use one token"), "{text}");
    assert!(shop.server.requests().is_empty());
    let both = Scene::default().beside("bots/hello.yaml", &HELLO.replace("database: ${HELLO_DATABASE}\n", ""));
    let (_, text, _) = fails(both.variable("HELLO_TOKEN", HELLO_TOKEN)).await;
    assert!(text.contains("would share one database"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bots_run_side_by_side_and_mistakes_stay_at_home() {
    let mut shop = two_bots().variable("HELLO_TOKEN", HELLO_TOKEN).set().await;
    let hello = shop.world.add_bot("hello", HELLO_TOKEN).id;
    shop.world.invite(hello, shop.guild, botwright::sim::Permissions::EVERYONE).expect("an invited bot");
    shop.launch();
    let registered = || (shop.lines.count(&["registered the commands"]) == 2).then_some(());
    shop.until("both bots' commands", registered).await;
    shop.as_("ana").command("/hello").await.says("Hello!");
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");

    std::fs::write(shop.folder.path().join("bots/hello.yaml"), HELLO.replace("reply:", "rpely:")).expect("a file");
    shop.says(&["hello.yaml", "1 mistake", "goes on as it was"]).await;
    shop.as_("ana").command("/hello").await.says("Hello!");
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");
    std::fs::write(&shop.file, store_bot().replace("Thank you! Your", "Good! Your")).expect("a file");
    shop.says(&["bots/store.yaml", "is live"]).await;
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Good!");
    shop.as_("ana").command("/hello").await.says("Hello!");
    assert_eq!(shop.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bots_wrong_token_does_not_stop_the_other() {
    let mut shop = two_bots().variable("HELLO_TOKEN", HELLO_TOKEN).open().await;
    shop.says(&["hello.yaml", "the token is wrong or was reset"]).await;
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");
    assert_eq!(shop.stop().await, Some(1), "it is not forgotten");
}
