//! Schedules: what happens by itself happens once, in each server, whatever becomes of the process.

use crate::harness::{Scene, Shop};
use botwright::sim::{Breakage, Permissions, Target};

/// A bot with these schedules, each written as `name: { … }`.
fn bot(schedules: &[String]) -> String {
    let schedules = schedules.concat();
    format!(
        "bot: clock\nsettings:\n  news: {{ type: channel, value: \"${{VOUCHES_CHANNEL_ID}}\" }}\nschedules:\n{schedules}"
    )
}

fn schedule(name: &str, when: &str) -> String {
    format!("  {name}: {{ {when}, steps: [{{ send: {{ to: \"{{{{settings.news}}}}\", content: {name} }} }}] }}\n")
}

async fn open(schedules: &[String]) -> Shop {
    let shop = Scene { bot: bot(schedules), ..Scene::default() }.open().await;
    planned(&shop, schedules.len() as i64).await;
    shop
}

async fn planned(shop: &Shop, rows: i64) {
    shop.number_becomes("SELECT count(*) FROM bw_schedules", rows).await;
}

fn said(shop: &Shop) -> Vec<String> {
    shop.world.messages(shop.vouches).into_iter().map(|message| message.content).collect()
}

async fn due(shop: &Shop, name: &str) -> i64 {
    shop.number(&format!("SELECT due_at FROM bw_schedules WHERE name = '{name}'")).await
}

/// As if it had come due so many seconds ago.
async fn make_late(shop: &Shop, seconds: i64) {
    shop.change(&format!("UPDATE bw_schedules SET due_at = (unixepoch() - {seconds}) * 1000")).await;
}

async fn is_said(shop: &Shop, word: &str) {
    shop.until(word, || said(shop).iter().any(|said| said == word).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_due_while_the_bot_was_down_happens_once() {
    let mut shop = open(&[schedule("hourly", "every: 1h")]).await;
    shop.kill();
    // Missed three times.
    make_late(&shop, 3 * 3_600 + 60).await;
    shop.start().await;
    is_said(&shop, "hourly").await;
    let next = due(&shop, "hourly").await;
    assert!(next > shop.world.now() && next <= shop.world.now() + 3_600_000, "{next}");
    shop.says(&["schedule hourly", "done"]).await;
    shop.kill();
    shop.start().await;
    shop.restart().await;
    assert_eq!(said(&shop), ["hourly"]);
    assert_eq!(due(&shop, "hourly").await, next, "a restart moves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_dies_in_its_first_step_is_begun_again() {
    let steps = "steps: [{ add_role: { role: \"${STAFF}\", user: \"${WHO}\" } }, { send: { to: \"{{settings.news}}\", content: hourly } }]";
    let schedule = format!("  hourly: {{ every: 1h, {steps} }}\n");
    let scene = Scene { bot: bot(&[schedule]), ..Scene::default() };
    let mut shop = scene.set().await;
    let (staff, ana) = (shop.world.role_named(shop.guild, "Staff").expect("a role"), shop.as_("ana").id);
    let text = std::fs::read_to_string(&shop.file).expect("the file");
    let text = text.replace("${STAFF}", &staff.to_string()).replace("${WHO}", &ana.to_string());
    std::fs::write(&shop.file, text).expect("the file");
    shop.start().await;
    planned(&shop, 1).await;
    assert_eq!(shop.stop().await, Some(0));
    make_late(&shop, 5).await;
    shop.world.refuse(Target::Role, Breakage::Silence, 1);
    shop.start().await;
    let asked = || shop.requested("PUT", "/guilds/*/members/*/roles/*");
    shop.until("the request", || (asked() > 0).then_some(())).await;
    let next = due(&shop, "hourly").await;
    assert!(next > shop.world.now(), "it has begun");
    shop.kill();
    shop.start().await;
    is_said(&shop, "hourly").await;
    shop.number_becomes("SELECT count(*) FROM bw_runs WHERE state IS NOT NULL", 0).await;
    shop.restart().await;
    assert_eq!((said(&shop), due(&shop, "hourly").await), (vec!["hourly".to_owned()], next));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_can_be_left_out() {
    let schedules = [schedule("skipped", "every: 1h, missed: skip"), schedule("told", "every: 2h")];
    let mut shop = open(&schedules).await;
    assert_eq!(shop.stop().await, Some(0));
    make_late(&shop, 600).await;
    shop.start().await;
    is_said(&shop, "told").await;
    shop.says(&["skipped", "was missed"]).await;
    assert!(due(&shop, "skipped").await > shop.world.now());
    assert_eq!(said(&shop), ["told"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_was_away_for_seconds_misses_nothing() {
    let mut shop = open(&[schedule("skipped", "every: 1h, missed: skip")]).await;
    assert_eq!(shop.stop().await, Some(0));
    make_late(&shop, 5).await;
    shop.start().await;
    is_said(&shop, "skipped").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_file_changes_what_it_changes_and_no_more() {
    let kept = schedule("kept", "every: 1h");
    let shop = open(&[kept.clone(), schedule("moved", "every: 1h"), schedule("gone", "cron: \"0 9 * * *\"")]).await;
    let (before, moved) = (due(&shop, "kept").await, due(&shop, "moved").await);
    let changed = bot(&[kept, schedule("moved", "every: 3h"), schedule("fresh", "at: 09:00, timezone: Europe/Berlin")]);
    std::fs::write(&shop.file, changed).expect("the file can be written");
    shop.number_becomes("SELECT count(*) FROM bw_schedules WHERE name = 'fresh'", 1).await;
    assert_eq!(shop.number("SELECT count(*) FROM bw_schedules WHERE name = 'gone'").await, 0);
    assert_eq!(due(&shop, "kept").await, before);
    assert!(due(&shop, "moved").await >= moved + 7_000_000, "two hours later");
    let nine = "SELECT (due_at / 60000) % 60 FROM bw_schedules WHERE name = 'fresh'";
    assert_eq!(shop.number(nine).await, 0, "on the hour");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_schedules_leaves_no_row() {
    let mut shop = open(&[schedule("hourly", "every: 1h")]).await;
    assert_eq!(shop.stop().await, Some(0));
    std::fs::write(&shop.file, "bot: clock\n").expect("the file can be written");
    shop.start().await;
    planned(&shop, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_has_its_own_and_one_that_is_left_has_none() {
    let mut shop = open(&[schedule("hourly", "every: 1h")]).await;
    let other = shop.world.add_guild("Another");
    shop.world.invite(shop.bot, other, Permissions::VIEW_CHANNEL).expect("an invitation");
    planned(&shop, 2).await;
    shop.world.remove_member(other, shop.bot).expect("a member");
    planned(&shop, 1).await;
    shop.restart().await;
    planned(&shop, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_of_named_servers_is_planned_there_only() {
    let elsewhere = schedule("elsewhere", "every: 1h, guilds: [123456789012345678]");
    let scene = Scene { bot: bot(&[elsewhere, schedule("hourly", "every: 1h")]), ..Scene::default() };
    let shop = scene.open().await;
    shop.number_becomes("SELECT count(*) FROM bw_schedules WHERE name = 'hourly'", 1).await;
    planned(&shop, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_fails_is_told_with_its_place_and_comes_again() {
    let mut shop = open(&[schedule("hourly", "every: 1h")]).await;
    assert_eq!(shop.stop().await, Some(0));
    make_late(&shop, 5).await;
    shop.world.delete_channel(shop.vouches).expect("a channel");
    shop.start().await;
    shop.says(&["ERROR", "schedule hourly", "failed at bots/store.yaml:5", "the channel does not exist"]).await;
    assert!(due(&shop, "hourly").await > shop.world.now());
}
