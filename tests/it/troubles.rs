//! The operator's troubles: each is said in a sentence, seldom repeated, never mistaken for anything else, and told when over.

use crate::harness::{Lines, Scene, Shop};
use botwright::flow::request::Method;
use botwright::sim::net::Server;
use botwright::sim::{Breakage, Target};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const WHILE: Duration = Duration::from_secs(20);
const STOCK: &str = "/stock product:Alpha duration:\"1 Day\" keys:";
const SEND: &str = "/send user:@ana product:Alpha duration:\"1 Day\"";
const NO_MEMORY: &str = "the bot cannot reach its memory right now";

async fn stock(shop: &Shop, keys: &str) {
    let answer = shop.as_("root").command(&format!("{STOCK}\"{keys}\"")).await;
    assert_eq!(answer.ephemeral().embed().title(), "✅ Stock updated");
}

/// Ends with an error, and what it said.
async fn fails(shop: &mut Shop) -> String {
    let before = shop.lines.text().len();
    let status = shop.launch().ended(WHILE).await;
    shop.process = None;
    let text = shop.lines.text().split_off(before);
    assert_eq!(status.code(), Some(1), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

async fn somebody_else(shop: &Shop) -> SqliteConnection {
    SqliteConnectOptions::new().filename(&shop.database).connect().await.expect("the database can be opened")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_bot_on_the_same_database_is_refused_and_the_lock_dies_with_its_process() {
    let mut shop = Shop::open().await;
    let lines = Lines::default();
    let status = shop.again(&lines).ended(WHILE).await;
    assert_eq!(status.code(), Some(1), "{}", lines.text());
    let text = lines.text();
    assert!(text.contains("cannot be used: another bot runs on it already (process "), "{text}");
    stock(&shop, "k3y-1").await;
    shop.kill();
    shop.start().await;
    assert_eq!(shop.keys_in("stocked").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_process_locks_is_told_and_never_reads_as_out_of_stock() {
    let shop = Shop::open().await;
    stock(&shop, "k3y-1").await;
    shop.logged(1).await;
    let mut other = somebody_else(&shop).await;
    other.execute("BEGIN IMMEDIATE").await.expect("a lock");
    let answer = shop.as_("root").command(SEND).await;
    answer.ephemeral().says(NO_MEMORY);
    shop.says(&["ERROR", "the database is locked by another process", "close whatever else has the file open"]).await;
    other.execute("ROLLBACK").await.expect("no lock");
    shop.says(&["the memory works again"]).await;
    let sent = shop.as_("root").command(SEND).await;
    assert_eq!(sent.ephemeral().embed().title(), "🔑 Key sent");
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
    assert_eq!(shop.lines.count(&["ERROR", "cannot reach its memory: "]), 1, "told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_keeps_the_bot_from_starting_with_a_sentence() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.stop().await, Some(0));
    let mut other = somebody_else(&shop).await;
    other.execute("BEGIN IMMEDIATE").await.expect("a lock");
    let text = fails(&mut shop).await;
    assert!(text.contains("the database is locked by another process: close whatever else"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_version_wrote_is_refused_with_a_sentence() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.change("UPDATE bw_meta SET value = '99' WHERE key = 'version'").await;
    let text = fails(&mut shop).await;
    assert!(text.contains("it was written by a newer Botwright (layout 99"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_damaged_while_the_bot_runs_is_told() {
    let mut shop = Shop::open().await;
    let keys: Vec<String> = (0..150).map(|number| format!("k3y-{number}-{}", "x".repeat(20))).collect();
    for keys in keys.chunks(50) {
        stock(&shop, &keys.join(" ")).await;
    }
    assert_eq!(shop.stop().await, Some(0));
    shop.start().await;
    let mut bytes = std::fs::read(&shop.database).expect("the file");
    bytes[4_096..].fill(0xAB);
    std::fs::write(&shop.database, bytes).expect("the file");
    let answer = shop.as_("root").command(SEND).await;
    answer.ephemeral().says(NO_MEMORY);
    shop.says(&["ERROR", "the database file is damaged", "put the latest backup in its place"]).await;
    shop.as_("root").command("/inventory").await.ephemeral().says(NO_MEMORY);
    assert_eq!(shop.lines.count(&["ERROR", "cannot reach its memory: ", "damaged"]), 1, "told once");
    shop.kill();
    let text = fails(&mut shop).await;
    assert!(text.contains("the database file is damaged"), "{text}");
}

/// A disk of its own, as large as told; none where this user may not make one.
struct Disk(PathBuf);

impl Disk {
    fn at(path: &Path, kilobytes: u32) -> Option<Self> {
        std::fs::create_dir_all(path).expect("a folder");
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path.to_owned()));
        }
        eprintln!("skipped: this user may not make a disk");
        None
    }

    fn read_only(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(status.expect("`mount` can be run").success());
    }

    /// Writes until there is no room.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut size = 0;
        for step in [64 * 1024, 4 * 1024] {
            while std::fs::write(&path, vec![0; size + step]).is_ok() {
                size += step;
            }
            std::fs::write(&path, vec![0; size]).expect("what fitted fits");
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _it_goes_when_it_can = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_the_bot_goes_on_by_itself_when_there_is_room() {
    let mut shop = Scene::default().set().await;
    let Some(disk) = Disk::at(&shop.folder.path().join("data"), 4 * 1024) else { return };
    shop.start().await;
    stock(&shop, "k3y-1").await;
    shop.logged(1).await;
    let filler = disk.fill();
    let more = format!("{STOCK}\"{}\"", (0..100).map(|number| format!("k3y-more-{number} ")).collect::<String>());
    let mut told = String::new();
    for number in 0..500 {
        // Room that the database has already is used up first.
        let command = more.replace("more", &format!("m{number}"));
        let answer = shop.as_("root").command(&command).await;
        if answer.messages[0].embeds.is_empty() {
            told = answer.ephemeral().content().to_owned();
            break;
        }
    }
    assert!(told.contains(NO_MEMORY), "{told}");
    shop.says(&["ERROR", "the disk is full", "make room on the disk"]).await;
    shop.as_("root").command(SEND).await.ephemeral().says(NO_MEMORY);
    std::fs::remove_file(filler).expect("the filler");
    shop.says(&["the memory works again"]).await;
    let stocked = shop.keys_in("stocked").await;
    let sent = shop.as_("root").command(SEND).await;
    assert_eq!(sent.ephemeral().embed().title(), "🔑 Key sent");
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
    assert_eq!(shop.keys_in("stocked").await, stocked - 1);
    assert_eq!(shop.lines.count(&["ERROR", "cannot reach its memory: "]), 1, "told once");
    assert_eq!(shop.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_cannot_be_written_is_a_sentence() {
    let mut shop = Scene::default().set().await;
    let Some(disk) = Disk::at(&shop.folder.path().join("data"), 4 * 1024) else { return };
    shop.start().await;
    assert_eq!(shop.stop().await, Some(0));
    disk.read_only();
    let text = fails(&mut shop).await;
    assert!(text.contains("cannot be written") && text.contains("write to its folder"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord_out_of_reach_is_told_at_start_and_later_and_so_is_its_return() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port").local_addr().expect("an address").port();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut shop = Scene::default().variable("DISCORD_API_URL", &format!("http://{address}")).set().await;
    shop.launch();
    let away = ["ERROR", "Discord is out of reach", "goes on trying"];
    shop.says(&away).await;
    for round in 1..=2 {
        let server = Server::bind(shop.world.clone(), address).await.expect("the port");
        let back = || (shop.lines.count(&["Discord is in reach again"]) == round).then_some(());
        shop.until("its return", back).await;
        if round == 2 {
            break;
        }
        shop.until("the commands", || (!shop.world.commands(shop.bot).is_empty()).then_some(())).await;
        server.shutdown().await;
        drop(server);
        shop.until("its absence", || (shop.lines.count(&away) == round + 1).then_some(())).await;
    }
    assert_eq!(shop.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_rest_refuses_ends_the_bot_with_a_sentence_and_is_not_used_again() {
    let mut shop = Shop::open().await;
    let messages = Target::Route(Method::Post, "/channels/*/messages".to_owned());
    shop.world.refuse(messages, Breakage::Status(401), 1_000);
    for _ in 0..20 {
        shop.as_("ana").asks("/review rating:5 review:Fine").expect("a review");
    }
    shop.says(&["ERROR", "the token is wrong or was reset"]).await;
    let status = shop.process.as_mut().expect("it ran").ended(WHILE).await;
    assert_eq!(status.code(), Some(1));
    assert!(shop.world.invalid_requests() <= 2, "{} requests were refused", shop.world.invalid_requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_intent_ends_the_bot_with_its_name() {
    let greeting = "\nevents: { member_join: [{ let: { x: 'length(user.name)' } }] }\n";
    let mut scene = Scene::default();
    scene.bot.push_str(greeting);
    let mut shop = scene.set().await;
    shop.world.set_privileged(shop.bot, 0);
    let text = fails(&mut shop).await;
    assert!(text.contains("turn on the Server Members Intent in the Developer Portal"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_refusals_is_told_before_it_brings_a_ban() {
    let shop = Shop::open().await;
    shop.world.refuse(Target::Interaction, Breakage::Status(403), 100_000);
    while shop.lines.count(&["ERROR", "Discord refused 500 requests within ten minutes"]) == 0 {
        let before = shop.world.invalid_requests();
        assert!(before < 700, "nobody was told\n{}", shop.lines.text());
        for _ in 0..20 {
            shop.as_("root").asks("/inventory").expect("a command");
        }
        shop.until("twenty more", || (shop.world.invalid_requests() >= before + 20).then_some(())).await;
    }
    shop.world.heal();
    shop.as_("ana").command("/review rating:5 review:Fine").await.ephemeral().says("Thank you!");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_surest_way_to_write_can_be_had() {
    let mut shop = Scene::default().set().await;
    shop.flags = vec!["--durability".to_owned(), "full".to_owned()];
    shop.start().await;
    stock(&shop, "k3y-1").await;
    shop.kill();
    shop.start().await;
    assert_eq!(shop.keys_in("stocked").await, 1);
}
