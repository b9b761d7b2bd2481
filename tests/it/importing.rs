//! Moving over from an older bot: its JSON document, by a mapping.

use crate::harness::{Finished, Folder, Shop, botwright_with, of_repository, store_bot};
use std::collections::BTreeMap;

const GUILD: &str = "1462381972474167491";
const OWNER: &str = "1100000000000000009";

fn owner() -> BTreeMap<String, String> {
    BTreeMap::from([("OWNER_ID".to_owned(), OWNER.to_owned())])
}

fn moving() -> Folder {
    let folder = Folder::new();
    folder.write("store.yaml", &store_bot());
    folder.write("old.json", &of_repository("examples/import/older-store.json"));
    folder.write("older.yaml", &of_repository("examples/import/older-store.yaml"));
    folder
}

fn import(folder: &Folder, further: &[&str]) -> Finished {
    let words = ["data", "import", "store.yaml", "old.json", "--map", "older.yaml", "--guild", GUILD];
    let words: Vec<&str> = words.into_iter().chain(further.iter().copied()).collect();
    botwright_with(folder.path(), &words, &owner())
}

fn run(folder: &Folder, line: &str) -> String {
    let finished = botwright_with(folder.path(), &line.split(' ').collect::<Vec<_>>(), &BTreeMap::new());
    assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
    finished.stdout
}

#[test]
fn an_import_that_fails_leaves_no_database_behind() {
    let folder = moving();
    folder.write("keys.csv", "product,duration,key,added_by\nAlpha,1 Day,k3y-1,nobody\n");
    let words = ["data", "import", "store.yaml", "keys", "keys.csv", "--guild", GUILD];
    assert_eq!(botwright_with(folder.path(), &words, &owner()).code, Some(1));
    let left = std::fs::read_dir(folder.path().join("data")).into_iter().flatten().count();
    assert_eq!(left, 0);
    folder.write("keys.csv", "product,duration,key,added_by\nAlpha,1 Day,k3y-1,5\n");
    assert_eq!(botwright_with(folder.path(), &words, &owner()).code, Some(0));
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("data")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["store.db"]);
    assert!(run(&folder, "data verify store.yaml").contains("1 stocked"));
}

#[test]
fn an_older_bots_document_becomes_rows_and_tickets() {
    let folder = moving();
    let dry = import(&folder, &["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry:?}");
    assert_eq!(dry.stdout, "keys: 8 would be imported, 1 skipped\nbw_tickets: 2 would be imported\n");
    assert!(dry.stderr.contains("logs[]: 3 found") && dry.stderr.contains("tickets[]: 2 found"), "{dry:?}");
    assert!(!folder.path().join("data").exists());
    let done = import(&folder, &[]);
    assert_eq!(done.stdout, "keys: 8 imported, 1 skipped\nbw_tickets: 2 imported\n", "{done:?}");
    let verified = run(&folder, "data verify store.yaml");
    // A key that was delivered and stood among the keys as well is delivered.
    assert!(verified.contains("state: 5 stocked + 3 delivered + 0 cleared = 8"), "{verified}");
    let again = import(&folder, &[]);
    assert_eq!(again.stdout, "keys: 0 imported, 9 skipped\nbw_tickets: 0 imported, 2 skipped\n", "{again:?}");
    let delivered = run(&folder, "data show store.yaml keys --where state=delivered --secrets --format json");
    let first: serde_json::Value = serde_json::from_str(delivered.lines().next().unwrap()).unwrap();
    assert_eq!(first["key"], "ALPHA-DAY-0000");
    assert_eq!(first["delivered_at"], "2025-11-02T09:15:00Z");
    assert_eq!((&first["delivered_to"], &first["sent_by"]), (&"1100000000000000001".into(), &OWNER.into()));
    let counters = run(&folder, "data show store.yaml bw_tickets --format json");
    assert!(
        counters.contains("\"number\":7") && counters.contains("\"channel_id\":\"1200000000000000007\""),
        "{counters}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_new_bot_goes_on_where_the_older_one_ended() {
    let mut shop = Shop::open().await;
    let ana = shop.as_("ana").id.to_string();
    let old = of_repository("examples/import/older-store.json").replace("1100000000000000001", &ana);
    shop.folder.write("old.json", &old);
    shop.folder.write("older.yaml", &of_repository("examples/import/older-store.yaml"));
    let guild = shop.guild.to_string();
    let words = ["data", "import", "bots/store.yaml", "old.json", "--map", "older.yaml", "--guild", &guild];
    shop.environment.extend(owner());
    let done = botwright_with(shop.folder.path(), &words, &shop.environment);
    assert_eq!(done.code, Some(0), "{done:?}");
    shop.restart().await;
    let root = shop.as_("root");
    let inventory = root.command("/inventory").await.ephemeral().embed().0.to_string();
    for words in ["Alpha", "Beta", "1 Week", "Lifetime"] {
        assert!(inventory.contains(words), "{words}: {inventory}");
    }
    let history = root.command("/userhistory user:@ana").await.ephemeral().embed().0.to_string();
    for words in ["ALPHA-DAY-0000", "ALPHA-DAY-0003"] {
        assert!(history.contains(words), "{words}: {history}");
    }
    root.command("/send user:@ana product:alpha duration:\"1 day\"").await.ephemeral();
    assert_eq!(shop.as_("ana").keys(), ["ALPHA-DAY-0001"], "oldest first");
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    assert_eq!(shop.number("SELECT max(number) FROM bw_tickets").await, 8, "numbers go on");
}

#[test]
fn what_is_wrong_with_a_mapping_is_told_with_its_place() {
    let folder = moving();
    let wrong = of_repository("examples/import/older-store.yaml")
        .replace("into: keys\n    row: { product: \"{{product}}\"", "into: kyes\n    row: { product: \"{{product}}\"")
        .replace("{{item.duration}}", "{{itm.duration}}")
        .replace("ticket: support", "ticket: suport")
        .replace("each: \"tickets[]\"", "each: \"tickets[\"")
        .replace("state: delivered\n", "state: given\n")
        .replace("zone: UTC", "zone: Atlantis");
    folder.write("older.yaml", &wrong);
    let told = import(&folder, &[]);
    assert_eq!((told.code, told.stdout.as_str()), (Some(1), ""), "{told:?}");
    for words in [
        "there is no time zone `Atlantis`",
        "the bot has no table named `kyes`",
        "did you mean `keys`?",
        "nothing here is called `itm`",
        "the bot has no tickets named `suport`",
        "this leads nowhere",
        "`state` is never `given`",
        "older.yaml:20:20",
        "nothing was imported",
    ] {
        assert!(told.stderr.contains(words), "{words}\n{}", told.stderr);
    }
    let unset = botwright_with(
        folder.path(),
        &["data", "import", "store.yaml", "old.json", "--map", "older.yaml", "--guild", GUILD],
        &BTreeMap::new(),
    );
    assert!(unset.stderr.contains("the environment variable `OWNER_ID` is not set"), "{unset:?}");
}

#[test]
fn what_is_wrong_with_a_document_is_told_with_its_place_and_nothing_is_written() {
    let folder = moving();
    let wrong = of_repository("examples/import/older-store.json")
        .replace("\"1100000000000000002\",\n      \"product\"", "1.1e18,\n      \"product\"")
        .replace("2025-10-30T12:00:00", "last autumn")
        .replace("\"status\": \"closed\"", "\"status\": \"open\"");
    folder.write("old.json", &wrong);
    let told = import(&folder, &[]);
    assert_eq!((told.code, told.stdout.as_str()), (Some(1), ""), "{told:?}");
    for words in [
        "old.json: logs[1]: `delivered_to` is a rounded number",
        "old.json: tickets[0]: `opened_at` must be a time",
        "mistakes; nothing was imported",
    ] {
        assert!(told.stderr.contains(words), "{words}\n{}", told.stderr);
    }
    folder.write("old.json", "{\"keys\": {\"Alpha\": [\"a\"]}, \"logs\": [");
    let told = import(&folder, &[]);
    assert!(told.code == Some(2) && told.stderr.contains("old.json is no JSON at line 1"), "{told:?}");
    folder.write("old.json", "{\"keys\": {\"Alpha\": [\"a\"]}}");
    let told = import(&folder, &[]);
    assert!(told.code == Some(1) && told.stderr.contains("keys.Alpha is no object"), "{told:?}");
    assert!(told.stderr.contains("logs[]: 0 found"), "{told:?}");
}
