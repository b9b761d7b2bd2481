//! `botwright data verify`: each thing that must hold, broken by hand once.

use crate::data::write;
use crate::harness::{Folder, botwright, store_bot};

const GUILD: &str = "1462381972474167491";

/// The database of a store with keys and tickets in it.
fn kept() -> Folder {
    let folder = Folder::new();
    folder.write("store.yaml", &store_bot());
    let keys = "product,duration,key,added_by\nAlpha,1 Day,k3y-1,5\nAlpha,1 Day,k3y-2,5\nBeta,1 Day,k3y-3,5\n";
    folder.write("keys.csv", keys);
    let tickets = "kind,number,user_id,user_name,channel_id,slot,opened_at\nsupport,1,5,ana,77,1,2026-01-01T00:00:00Z\nsupport,2,6,bo,78,,2026-01-01T00:00:00Z\n";
    folder.write("tickets.csv", tickets);
    for (table, file) in [("keys", "keys.csv"), ("bw_tickets", "tickets.csv")] {
        let done = botwright(folder.path(), &["data", "import", "store.yaml", table, file, "--guild", GUILD]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    folder
}

fn verify(folder: &Folder) -> (Option<i32>, String) {
    let verified = botwright(folder.path(), &["data", "verify", "store.yaml"]);
    (verified.code, verified.stdout)
}

#[test]
fn a_database_as_it_has_to_be_is_0() {
    let folder = kept();
    let (code, told) = verify(&folder);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told, "keys: 3 rows\n  state: 3 stocked + 0 delivered + 0 cleared = 3\nreviews: 0 rows\n");
    let json = botwright(folder.path(), &["data", "verify", "store.yaml", "--format", "json"]);
    let first: serde_json::Value = serde_json::from_str(json.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["by"]["state"]["stocked"], 3);
}

#[test]
fn each_thing_that_is_not_is_told() {
    let hold = "INSERT INTO bw_holds (table_name, row_id, run, before, taken_at) VALUES";
    let post = "INSERT INTO bw_outbox (destination, payload, created_at, next_at, attempts, dead) VALUES";
    let cases: [(&[&str], &str); 16] = [
        (
            &["UPDATE keys SET state = 'lost' WHERE id = 1"],
            "keys: `state` is none of stocked, delivered, cleared in row 1",
        ),
        (&["UPDATE keys SET added_by = NULL WHERE id > 1"], "keys: `added_by` has no value in rows 2, 3"),
        (&["UPDATE keys SET added_by = 'ana' WHERE id = 2"], "keys: `added_by` holds a value of another kind in row 2"),
        (&["UPDATE keys SET product = 'Gamma' WHERE id = 3"], "keys: `product` is not compared as what it is in row 3"),
        (
            &["DROP INDEX bw_tickets_number", "UPDATE bw_tickets SET number = 1"],
            "bw_tickets: number 1 of `support` stands there twice",
        ),
        (
            &["UPDATE bw_counters SET value = 1"],
            "bw_tickets: number 2 of `support` would be given again: the counter is at 1",
        ),
        (
            &["UPDATE bw_tickets SET slot = 2, user_id = 5 WHERE number = 2"],
            "bw_tickets: user 5 has 2 open tickets of `support`; the limit is 1",
        ),
        (
            &["UPDATE bw_tickets SET closed_at = 5 WHERE number = 1"],
            "number 1 of `support` is open, and has a time of closing",
        ),
        (&["UPDATE bw_tickets SET channel_id = NULL"], "bw_tickets: number 1 of `support` is open, and has no channel"),
        (&["UPDATE bw_tickets SET slot = 1, channel_id = 77"], "bw_tickets: channel 77 belongs to two open tickets"),
        (
            &[&format!("{hold} ('keys', 99, 'r1', '{{}}', 9000000000000000)")],
            "row 99 of `keys` is held by run r1, and is not there",
        ),
        (&[&format!("{hold} ('keys', 1, 'r1', '{{}}', 5)")], "row 1 of `keys` is held by run r1, which has ended"),
        (&[&format!("{post} ('log_webhook', 'x', 1, 1, 0, 0)")], "bw_outbox: entry 1 cannot be read"),
        (
            &[&format!("{post} ('log_webhook', '{{}}', 900000, 1, 0, 0), ('log_webhook', '{{}}', 1, 1, 0, 0)")],
            "bw_outbox: entry 2 was written before the one that leaves ahead of it",
        ),
        (&[&format!("{post} ('elsewhere', '{{}}', 1, 1, 0, 0)")], "entry 1 waits for `settings.elsewhere`"),
        (&["INSERT INTO bw_timers (due_at, what) VALUES (1, 'x')"], "bw_timers: timer 1 cannot be read"),
    ];
    for (statements, wanted) in cases {
        let folder = kept();
        write(&folder, "store", statements);
        let (code, told) = verify(&folder);
        assert_eq!(code, Some(1), "{statements:?}: {told}");
        assert!(told.contains(wanted), "{wanted}\n{told}");
        assert!(!told.contains("k3y-"), "a secret is told: {told}");
    }
}

#[test]
fn a_unique_rule_that_lost_its_index_is_looked_after() {
    let folder = kept();
    let drop = "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'index' AND name LIKE 'bw_uq_%'";
    write(&folder, "store", &[drop]);
    write(&folder, "store", &["UPDATE keys SET key = 'k3y-2' WHERE id = 1"]);
    let (code, told) = verify(&folder);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("keys: rows 1 and 2 have the same product, duration, key"), "{told}");
}

#[test]
fn a_damaged_file_is_told_of() {
    let folder = kept();
    let path = folder.path().join("data/store.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5A);
    std::fs::write(&path, bytes).unwrap();
    let (code, told) = verify(&folder);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("wrong: file: is damaged"), "{told}");
}
