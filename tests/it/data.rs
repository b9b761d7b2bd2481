//! `botwright data`: what a bot remembers, looked at, taken out, brought in and kept.

use crate::harness::{Answer, Finished, Folder, Shop, botwright, botwright_with, store_bot};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const GUILD: &str = "1462381972474167491";
const ANA: &str = "1100000000000000001";

/// A table with a column of every kind.
const KINDS: &str = "bot: kinds
tables:
  all:
    columns:
      name: { type: text, ignore_case: true }
      note: { type: text, optional: true }
      code: { type: text, optional: true, secret: true }
      state: { type: text, one_of: [new, old], default: new }
      count: { type: integer, optional: true }
      share: { type: number, optional: true }
      on: { type: boolean, optional: true }
      at: { type: time, optional: true }
      who: { type: user, optional: true }
      role: { type: role, optional: true }
      where: { type: channel, optional: true }
    unique: [name]
commands:
  add:
    description: Adds
    steps:
      - insert: { into: all, row: { name: \"{{user.name}}\" } }
      - count: { in: all }
        as: rows
      - reply: \"{{rows}}\"
";

fn kinds() -> Folder {
    let folder = Folder::new();
    folder.write("kinds.yaml", KINDS);
    folder
}

fn store() -> Folder {
    let folder = Folder::new();
    folder.write("store.yaml", &store_bot());
    folder
}

/// A command that has to work: what it printed.
fn done(finished: Finished) -> String {
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout
}

fn data(folder: &Folder, line: &str) -> Finished {
    let words: Vec<&str> = std::iter::once("data").chain(line.split(' ')).collect();
    botwright(folder.path(), &words)
}

fn keys(count: usize) -> String {
    let mut text = "product,duration,key,added_by\n".to_owned();
    for number in 0..count {
        text += &format!("Alpha,1 Day,k3y-{number},{ANA}\n");
    }
    text
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn rows_are_imported_shown_and_exported() {
    let folder = store();
    folder.write("keys.csv", &keys(3));
    let imported = done(data(&folder, &format!("import store.yaml keys keys.csv --guild {GUILD}")));
    assert_eq!(imported, "keys: 3 imported\n");
    let tables = done(data(&folder, "tables store.yaml --format json"));
    let found: Vec<(String, u64)> = lines(&tables)
        .iter()
        .map(|table| (table["table"].as_str().unwrap().to_owned(), table["rows"].as_u64().unwrap()))
        .collect();
    assert!(found.contains(&("keys".into(), 3)) && found.contains(&("reviews".into(), 0)), "{tables}");
    assert!(found.contains(&("bw_tickets".into(), 0)), "{tables}");
    let human = done(data(&folder, "tables store.yaml"));
    assert!(human.contains("  key: text, secret") && human.contains("  clearing: text, optional"), "{human}");

    let shown = done(data(&folder, "show store.yaml keys --format json --order id:desc --limit 2"));
    let rows = lines(&shown);
    assert_eq!(rows.iter().map(|row| row["id"].as_i64()).collect::<Vec<_>>(), [Some(3), Some(2)]);
    assert_eq!((&rows[0]["key"], &rows[0]["added_by"]), (&json!("••••"), &json!(ANA)));
    assert_eq!(rows[0]["guild_id"], GUILD);
    let open = done(data(&folder, "show store.yaml keys --secrets --where id=2"));
    assert!(open.contains("k3y-1") && !open.contains("k3y-0"), "{open}");
    let none = done(data(&folder, "show store.yaml keys --where state=delivered"));
    assert_eq!(none, "");
}

#[test]
fn a_secret_leaves_only_when_asked_for() {
    let folder = store();
    folder.write("keys.csv", &keys(2));
    done(data(&folder, &format!("import store.yaml keys keys.csv --guild {GUILD}")));
    let without = data(&folder, "export store.yaml keys");
    assert!(!without.stdout.contains("k3y-") && !without.stdout.contains(",key,"), "{without:?}");
    assert!(without.stderr.contains("left out the secret `key`"), "{without:?}");
    let with = done(data(&folder, "export store.yaml keys --secrets"));
    assert!(with.contains("k3y-0") && with.contains("k3y-1"), "{with}");
    let again = data(&folder, "export store.yaml keys --out out.csv");
    assert_eq!(again.code, Some(0), "{again:?}");
    let there = data(&folder, "export store.yaml keys --secrets --out out.csv");
    assert_eq!(there.code, Some(2));
    assert!(there.stderr.contains("never replaces a file"), "{there:?}");
    assert!(!std::fs::read_to_string(folder.path().join("out.csv")).unwrap().contains("k3y-"));
}

#[test]
fn every_wrong_row_is_told_and_nothing_is_written() {
    let folder = kinds();
    let text = "name,state,count,at,who\na,new,1,2026-05-01T12:30:00Z,1\nb,never,x,yesterday,1.4E+18\n,,,,\nc,old,2\nd,new,5,2026-05-01T12:30:00,2\n";
    folder.write("all.csv", text);
    let wrong = data(&folder, &format!("import kinds.yaml all all.csv --guild {GUILD}"));
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(1), ""), "{wrong:?}");
    for told in [
        "all.csv: line 3: `count` must be a whole number",
        "all.csv: line 3: `at` must be a time",
        "all.csv: line 3: `who` is a rounded number",
        "all.csv: line 5: has 3 fields, and the first line has 5",
        "all.csv: line 6: `at` names no zone",
        "mistakes; nothing was imported",
    ] {
        assert!(wrong.stderr.contains(told), "{told}\n{}", wrong.stderr);
    }
    let nothing = data(&folder, "show kinds.yaml all --format json");
    assert!(nothing.code == Some(2) && nothing.stderr.contains("there is no database"), "{nothing:?}");
    folder.write("state.jsonl", "{\"name\": \"a\"}\n{\"name\": \"b\", \"state\": \"never\", \"nmae\": 1}\n[1]\n");
    let wrong = data(&folder, &format!("import kinds.yaml all state.jsonl --guild {GUILD}"));
    for told in ["line 2: `nmae` is not a column", "line 3: is no object"] {
        assert!(wrong.stderr.contains(told), "{told}\n{}", wrong.stderr);
    }
    folder.write("state.jsonl", "{\"name\": \"a\"}\n{\"name\": \"b\", \"state\": \"never\"}\n");
    let wrong = data(&folder, &format!("import kinds.yaml all state.jsonl --guild {GUILD}"));
    assert!(wrong.stderr.contains("line 2: `state` must be one of new, old"), "{wrong:?}");
    folder.write("header.csv", "nmae,count,count\n1,2,3\n");
    let wrong = data(&folder, &format!("import kinds.yaml all header.csv --guild {GUILD}"));
    for told in
        ["`nmae` is not a column of `all`; did you mean `name`?", "`count` stands there twice", "`name` is missing"]
    {
        assert!(wrong.stderr.contains(told), "{told}\n{}", wrong.stderr);
    }
    folder.write("many.csv", &format!("name,count\n{}", "a,x\n".repeat(1_000)));
    let wrong = data(&folder, &format!("import kinds.yaml all many.csv --guild {GUILD}"));
    assert_eq!(wrong.stderr.lines().filter(|line| line.contains("must be a whole number")).count(), 50);
    assert!(wrong.stderr.contains("… and 950 more") && wrong.stderr.contains("1000 mistakes"), "{}", wrong.stderr);
    let homeless = data(&folder, "import kinds.yaml all many.csv --format csv");
    assert!(
        homeless.stderr.contains("`--guild ID` says which") || homeless.stderr.contains("whole number"),
        "{homeless:?}"
    );
}

#[test]
fn a_row_that_is_there_fails_is_skipped_or_changed() {
    let folder = kinds();
    folder.write("one.csv", "name,count\nAna,1\nBo,2\n");
    folder.write("two.csv", "name,count\nana,10\nCy,3\n");
    let import = |file: &str, how: &str| data(&folder, &format!("import kinds.yaml all {file} --guild {GUILD}{how}"));
    let counts = || {
        let rows = lines(&done(data(&folder, "show kinds.yaml all --format json")));
        rows.iter()
            .map(|row| (row["name"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap()))
            .collect::<Vec<_>>()
    };
    let both = [("Ana".to_owned(), 1), ("Bo".to_owned(), 2)];
    assert_eq!(done(import("one.csv", " --dry-run")), "all: 2 would be imported\n");
    assert!(!folder.path().join("data").exists(), "a dry run makes no database");
    done(import("one.csv", ""));
    assert_eq!(counts(), both);
    let failed = import("two.csv", "");
    assert_eq!(failed.code, Some(1));
    assert!(failed.stderr.contains("two.csv: line 2: a row with the same name is there already"), "{failed:?}");
    assert_eq!(counts(), both);
    assert_eq!(done(import("two.csv", " --on-conflict skip --dry-run")), "all: 1 would be imported, 1 skipped\n");
    assert_eq!(counts(), both);
    assert_eq!(done(import("two.csv", " --on-conflict skip")), "all: 1 imported, 1 skipped\n");
    assert_eq!(done(import("two.csv", " --on-conflict update")), "all: 0 imported, 2 changed\n");
    assert_eq!(counts(), [("ana".to_owned(), 10), ("Bo".to_owned(), 2), ("Cy".to_owned(), 3)]);
    folder.write("twice.csv", "name\nDee\nEve\ndee \n");
    let twice = import("twice.csv", "");
    assert!(twice.stderr.contains("twice.csv: line 4: has the same name as line 2"), "{twice:?}");
    assert_eq!(done(import("twice.csv", " --on-conflict skip")), "all: 2 imported, 1 skipped\n");
    assert_eq!(done(data(&folder, "verify kinds.yaml")).lines().next(), Some("all: 5 rows"));
}

#[test]
fn what_is_not_there_is_named_and_what_was_meant() {
    let folder = store();
    let missing = data(&folder, "show store.yaml keys");
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("there is no database at data/store.db"), "{missing:?}");
    assert!(!folder.path().join("data").exists(), "looking makes nothing");
    folder.write("keys.csv", &keys(1));
    done(data(&folder, &format!("import store.yaml keys keys.csv --guild {GUILD}")));
    for (line, told) in [
        ("show store.yaml kyes", "there is no table `kyes`; did you mean `keys`?"),
        ("show store.yaml keys --where stat=x", "`keys` has no column `stat`; did you mean `state`?"),
        ("show store.yaml keys --order stat", "`keys` has no column `stat`"),
        ("show store.yaml keys --where added_by=ana", "`added_by` must be a user's id"),
        ("import store.yaml keys", "which table?"),
        ("import store.yaml keys missing.csv", "cannot read missing.csv"),
        ("import store.yaml keys keys.txt", "is it `--format csv` or `--format json`?"),
    ] {
        let wrong = data(&folder, line);
        assert_eq!(wrong.code, Some(2), "{line}: {wrong:?}");
        assert!(wrong.stderr.contains(told), "{line}: {told}\n{}", wrong.stderr);
    }
}

#[test]
fn a_database_that_cannot_be_used_says_why() {
    let folder = store();
    let say = |sentence: &str| {
        for line in ["show store.yaml keys", "tables store.yaml", "export store.yaml keys"] {
            let wrong = data(&folder, line);
            assert_eq!(wrong.code, Some(2), "{line}: {wrong:?}");
            assert!(wrong.stderr.contains(sentence), "{line}: {sentence}\n{}", wrong.stderr);
        }
    };
    folder.write("data/store.db", &"this is no database\n".repeat(100));
    say("the database file is damaged");
    let verified = data(&folder, "verify store.yaml");
    assert_eq!(verified.code, Some(1), "{verified:?}");
    assert!(verified.stdout.contains("wrong: file: is damaged"), "{verified:?}");
    write(&folder, "store", &["CREATE TABLE recipes (id INTEGER)"]);
    say("is a database, but no bot's");
    write(
        &folder,
        "store",
        &["CREATE TABLE bw_meta (key TEXT, value TEXT)", "INSERT INTO bw_meta VALUES ('version', '999')"],
    );
    say("written by a newer Botwright");
}

/// Writes to a database by hand; a file that is no database is replaced.
pub fn write(folder: &Folder, name: &str, statements: &[&str]) {
    use sqlx::{AssertSqlSafe, ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let path = folder.path().join(format!("data/{name}.db"));
    if std::fs::read(&path).is_ok_and(|bytes| !bytes.starts_with(b"SQLite")) {
        std::fs::remove_file(&path).expect("an old file goes");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut connection =
            SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.expect("a database");
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe((*statement).to_owned())).execute(&mut connection).await.expect("a statement");
        }
        connection.close().await.expect("it closes");
    });
}

/// Whether an answer's embed holds these words.
fn holds(answer: &Answer, words: &str) -> bool {
    answer.ephemeral().embed().0.to_string().contains(words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_bot_is_backed_up_imported_into_and_verified() {
    let mut shop = Shop::open().await;
    let root = shop.as_("root");
    root.command("/stock product:Alpha duration:\"1 Day\" keys:\"k3y-a k3y-b\"").await.ephemeral();
    let mine = |line: &str| {
        let words: Vec<String> = std::iter::once("data").chain(line.split(' ')).map(str::to_owned).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        botwright_with(shop.folder.path(), &words, &shop.environment)
    };
    shop.folder.write("keys.csv", &keys(200));
    let import = format!("import bots/store.yaml keys keys.csv --guild {}", shop.guild);
    assert_eq!(done(mine(&import)), "keys: 200 imported\n");
    assert!(holds(&root.command("/inventory").await, "202"));
    let size = done(mine("backup bots/store.yaml copy.db"));
    assert!(size.starts_with("copy.db: "), "{size}");
    let there = mine("backup bots/store.yaml copy.db");
    assert_eq!(there.code, Some(2));
    assert!(there.stderr.contains("never replaces a file"), "{there:?}");
    root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await.ephemeral();
    let verified = done(mine("verify bots/store.yaml"));
    assert!(verified.contains("state: 201 stocked + 1 delivered + 0 cleared = 202"), "{verified}");
    let mut copy = shop.environment.clone();
    copy.insert("DATABASE_URL".into(), "copy.db".into());
    let verified = botwright_with(shop.folder.path(), &["data", "verify", "bots/store.yaml"], &copy);
    assert!(done(verified).contains("state: 202 stocked + 0 delivered + 0 cleared = 202"));
    // The copy is a whole database: a bot runs on it.
    assert_eq!(shop.stop().await, Some(0));
    shop.environment = copy;
    shop.start().await;
    assert!(holds(&shop.as_("root").command("/inventory").await, "202"));
    // Killed at once, it leaves a database that can be looked at.
    shop.kill();
    let verified = botwright_with(shop.folder.path(), &["data", "verify", "bots/store.yaml"], &shop.environment);
    assert!(done(verified).contains("202 stocked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_exported_and_imported_with_their_numbers() {
    let shop = Shop::open().await;
    shop.panel().await;
    shop.as_("ana").click("Open Ticket").await.ephemeral();
    let words = ["data", "export", "bots/store.yaml", "--all", "--secrets", "--out", "exported"];
    let exported = botwright_with(shop.folder.path(), &words, &shop.environment);
    assert_eq!(exported.code, Some(0), "{exported:?}");
    let folder = store();
    let text = std::fs::read_to_string(shop.folder.path().join("exported/bw_tickets.csv")).unwrap();
    folder.write("tickets.csv", &text);
    assert_eq!(done(data(&folder, "import store.yaml bw_tickets tickets.csv")), "bw_tickets: 1 imported\n");
    assert_eq!(
        done(data(&folder, "import store.yaml bw_tickets tickets.csv --on-conflict skip")),
        "bw_tickets: 0 imported, 1 skipped\n"
    );
    done(data(&folder, "verify store.yaml"));
    let mut parts = text.lines().map(str::to_owned);
    let (header, first) = (parts.next().expect("a header"), parts.next().expect("a ticket"));
    let second = format!("{header}\n2{}", first[1..].replace("support,1,", "support,2,"));
    folder.write("second.csv", &second);
    let crowded = data(&folder, "import store.yaml bw_tickets second.csv");
    assert_eq!(crowded.code, Some(1), "{crowded:?}");
    assert!(crowded.stderr.contains("which is the limit"), "{crowded:?}");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,;\"'\r\n\t=|äß🔑]{0,12}",
        Just(String::new()),
        Just("\"\"".to_owned()),
        Just(" \n".to_owned()),
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn optional(strategy: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![1 => Just(Value::Null), 3 => strategy].boxed()
}

fn id() -> BoxedStrategy<Value> {
    optional((1..i64::MAX).prop_map(|id| json!(id.to_string())))
}

/// A row as an export shows it, but for its id and its name.
fn row() -> impl Strategy<Value = Map<String, Value>> {
    let time = (-60_000_000_000_000_i64..200_000_000_000_000)
        .prop_map(|at| json!(jiff::Timestamp::from_millisecond(at).expect("a time within range").to_string()));
    let share = any::<f64>().prop_filter("is a number", |number| number.is_finite() && number.fract() != 0.0);
    (
        (text(), optional(text().prop_map(Value::from)), optional(text().prop_map(Value::from))),
        prop_oneof![Just("new"), Just("old")],
        optional(any::<i64>().prop_map(Value::from)),
        optional(share.prop_map(Value::from)),
        optional(any::<bool>().prop_map(Value::from)),
        optional(time),
        (id(), id(), id()),
    )
        .prop_map(|((name, note, code), state, count, share, on, at, (who, role, place))| {
            let row = json!({
                "guild_id": GUILD, "name": name, "note": note, "code": code, "state": state, "count": count, "share": share,
                "on": on, "at": at, "who": who, "role": role, "where": place,
            });
            row.as_object().cloned().expect("an object")
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_can_be_imported_again(rows in prop::collection::vec(row(), 1..40)) {
        let folder = kinds();
        let rows: Vec<Value> = rows
            .into_iter()
            .enumerate()
            .map(|(index, mut row)| {
                // Names are unique, regardless of case and of blanks around them.
                row["name"] = json!(format!("{}{}", row["name"].as_str().unwrap(), index));
                let mut whole = Map::from_iter([("id".to_owned(), json!(index as i64 * 3 + 1))]);
                whole.extend(row);
                Value::Object(whole)
            })
            .collect();
        folder.write("rows.jsonl", &rows.iter().map(|row| format!("{row}\n")).collect::<String>());
        done(data(&folder, "import kinds.yaml all rows.jsonl --on-conflict skip"));
        let first = lines(&done(data(&folder, "export kinds.yaml all --format json --secrets")));
        let kept: Vec<&Value> = rows.iter().filter(|row| first.iter().any(|found| found["id"] == row["id"])).collect();
        prop_assert_eq!(first.iter().collect::<Vec<_>>(), kept);
        done(data(&folder, "export kinds.yaml all --secrets --out all.csv"));
        std::fs::rename(folder.path().join("data"), folder.path().join("before")).unwrap();
        done(data(&folder, "import kinds.yaml all all.csv"));
        let second = lines(&done(data(&folder, "export kinds.yaml all --format json --secrets")));
        prop_assert_eq!(&first, &second);
        folder.write("list.json", &serde_json::to_string_pretty(&second).unwrap());
        std::fs::rename(folder.path().join("data"), folder.path().join("before2")).unwrap();
        done(data(&folder, "import kinds.yaml all list.json"));
        prop_assert_eq!(lines(&done(data(&folder, "export kinds.yaml all --format json --secrets"))), second);
        done(data(&folder, "verify kinds.yaml"));
    }
}

/// The most memory that the command had, in KiB, and how long it took.
#[cfg(target_os = "linux")]
fn measured(folder: &Folder, line: &str) -> (u64, std::time::Duration) {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_botwright"));
    command.arg("data").args(line.split(' ')).current_dir(folder.path()).stdout(Stdio::null());
    let mut child = command.spawn().expect("the command starts");
    let mut most = 0;
    loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(most);
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            assert!(status.success(), "{line:?}");
            return (most, started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes: cargo test --test it a_million_rows -- --ignored --nocapture (BOTWRIGHT_ROWS says how many)"]
fn a_million_rows_need_little_memory() {
    let rows: usize = std::env::var("BOTWRIGHT_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = store();
    folder.write("keys.csv", &keys(rows));
    for line in [
        &format!("import store.yaml keys keys.csv --guild {GUILD}"),
        "export store.yaml keys --secrets --out out.csv",
        "export store.yaml keys --secrets --format json --out out.jsonl",
        "import store.yaml keys out.jsonl --on-conflict skip",
        "verify store.yaml",
        "backup store.yaml copy.db",
    ] {
        let (memory, time) = measured(&folder, line);
        println!("{rows} rows: {line}: {time:.1?}, {memory} KiB at most");
        assert!(memory < 150_000, "{line} had {memory} KiB");
    }
}
