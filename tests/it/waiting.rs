//! A run that waits sleeps in the database, and goes on whatever happened to the process meanwhile.

use crate::harness::{Scene, Shop};

const NAP: &str = r#"bot: store
settings:
  sheep: { type: list, value: [one, two, three] }
commands:
  nap:
    description: Sleep for a while
    options:
      time: { type: string, description: How long, required: true }
    steps:
      - reply: { content: "Good night, {{user.name}}.", ephemeral: true }
      - wait: "{{options.time}}"
        on_refusal:
          - reply: "{{options.time}} is no time to sleep."
          - stop
      - send: { to: "{{channel}}", content: "{{user.name}} slept {{options.time}}." }
  doze:
    description: Sleep inside of other steps
    steps:
      - flow: doze
        with: { whom: "{{user}}" }
      - send: { to: "{{channel}}", content: "And {{user.name}} is awake." }
  count_sheep:
    description: Sleep between others
    steps:
      - for_each:
          in: "{{settings.sheep}}"
          as: sheep
          steps:
            - send: { to: "{{channel}}", content: "{{sheep}}" }
            - wait: 1s
      - send: { to: "{{channel}}", content: "That is all." }
flows:
  doze:
    args: { whom: user }
    steps:
      - if: args.whom.id == user.id
        then:
          - wait: 1s
          - send: { to: "{{channel}}", content: "{{args.whom.mention}} dozed." }
"#;

async fn open() -> Shop {
    Scene { bot: NAP.to_owned(), ..Scene::default() }.open().await
}

/// What was said in #general.
fn said(shop: &Shop) -> Vec<String> {
    shop.world.messages(shop.general).into_iter().filter(|m| !m.is_ephemeral()).map(|m| m.content).collect()
}

async fn sleeping(shop: &Shop) {
    shop.number_becomes("SELECT count(*) FROM bw_runs WHERE asleep AND state IS NOT NULL", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sleeping_run_wakes_once_after_a_power_cut() {
    let mut shop = open().await;
    let answer = shop.as_("ana").command("/nap time:1s").await;
    assert_eq!(answer.ephemeral().content(), "Good night, ana.");
    sleeping(&shop).await;
    shop.kill();
    shop.start().await;
    shop.until("the waking", || (said(&shop) == ["ana slept 1s."]).then_some(())).await;
    shop.number_becomes("SELECT count(*) FROM bw_runs WHERE state IS NOT NULL", 0).await;
    shop.restart().await;
    assert_eq!(said(&shop), ["ana slept 1s."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_wakes_inside_of_a_flow_with_its_arguments() {
    let mut shop = open().await;
    let dozed = format!("{} dozed.", shop.as_("ana").mention());
    shop.as_("ana").asks("/doze").expect("a command");
    sleeping(&shop).await;
    shop.kill();
    shop.start().await;
    shop.until("both", || (said(&shop) == [dozed.as_str(), "And ana is awake."]).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_wakes_inside_of_a_loop_at_its_item() {
    let mut shop = open().await;
    shop.as_("ana").asks("/count_sheep").expect("a command");
    for count in [1, 2] {
        shop.until("the next sheep", || (said(&shop).len() == count).then_some(())).await;
        sleeping(&shop).await;
        shop.kill();
        shop.start().await;
    }
    let all = ["one", "two", "three", "That is all."];
    shop.until("all of them, each once", || (said(&shop) == all).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_wakes_on_the_file_as_it_is_then() {
    let mut shop = open().await;
    shop.as_("ana").command("/nap time:1s").await;
    sleeping(&shop).await;
    assert_eq!(shop.stop().await, Some(0));
    let changed = NAP.replace("slept {{options.time}}.", "had a nap.").replace(
        "      - reply: { content: \"Good night, {{user.name}}.\", ephemeral: true }\n",
        "      - let: { more: \"1\" }\n      - reply: { content: \"Good night {{more}}.\", ephemeral: true }\n",
    );
    std::fs::write(&shop.file, changed).expect("the file");
    shop.start().await;
    shop.until("the waking", || (said(&shop) == ["ana had a nap."]).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_step_is_gone_ends_and_says_so() {
    let mut shop = open().await;
    shop.as_("ana").command("/nap time:1s").await;
    sleeping(&shop).await;
    assert_eq!(shop.stop().await, Some(0));
    std::fs::write(&shop.file, NAP.replace("  nap:", "  rest:")).expect("the file");
    shop.start().await;
    shop.says(&["ERROR", "/nap", "the step at which the run was is not in the file any more"]).await;
    shop.number_becomes("SELECT count(*) FROM bw_runs WHERE state IS NOT NULL", 0).await;
    assert!(said(&shop).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_span_is_refused() {
    let shop = open().await;
    let asked = shop.as_("ana").asks("/nap time:\"a while\"").expect("a command");
    shop.until("the refusal", || (shop.world.answers(asked).len() == 2).then_some(())).await;
    assert_eq!(shop.world.answers(asked)[1].content, "a while is no time to sleep.");
    assert_eq!(shop.number("SELECT count(*) FROM bw_timers").await, 0);
}
