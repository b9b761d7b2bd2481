//! What the operator must hear of: files that cannot be used, and locks.

use super::desk::{Desk, HandClock, alpha, count, insert, keys, open, url};
use crate::flow::memory::{Memory, MemoryError};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;
use tempfile::TempDir;

/// Another process that has the file open.
async fn somebody_else(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::query(sql).execute(connection).await.unwrap();
}

async fn refusal(url: &str) -> MemoryError {
    open(url, &HandClock::at(0)).await.err().expect("it cannot be opened")
}

#[tokio::test]
async fn a_locked_database_says_so_and_goes_on_once_it_is_free() {
    let desk = Desk::new().await;
    let mut other = somebody_else(&desk.path()).await;
    run(&mut other, "BEGIN IMMEDIATE").await;
    let write = || insert("keys", json!([alpha("k1")]));
    assert_eq!(desk.try_one(write()).await, Err(MemoryError::Locked));
    assert_eq!(desk.store.migrate(&[keys()]).await, Err(MemoryError::Locked));
    // Readers are not kept waiting by a writer.
    assert_eq!(desk.count(count(json!({}))).await, 0);
    run(&mut other, "ROLLBACK").await;
    desk.one(write()).await;
}

#[tokio::test]
async fn a_locked_database_cannot_be_opened() {
    let desk = Desk::new().await;
    desk.store.close().await;
    let mut other = somebody_else(&desk.path()).await;
    run(&mut other, "PRAGMA locking_mode = EXCLUSIVE").await;
    run(&mut other, "BEGIN EXCLUSIVE").await;
    assert_eq!(refusal(&url(&desk.folder, "bot.db")).await, MemoryError::Locked);
}

#[tokio::test]
async fn a_read_only_database_is_refused_at_once() {
    let desk = Desk::new().await;
    desk.store.close().await;
    let url = format!("{}?mode=ro", url(&desk.folder, "bot.db"));
    assert_eq!(refusal(&url).await, MemoryError::ReadOnly);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_not_touched() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bot.db");
    let text = "bot: store\n".repeat(200);
    std::fs::write(&path, &text).unwrap();
    let refused = refusal(&url(&folder, "bot.db")).await;
    assert_eq!(refused, MemoryError::Corrupt("file is not a database".into()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let desk = Desk::new().await;
    let many: Vec<_> = (0..2_000).map(|number| alpha(&format!("k{number}"))).collect();
    desk.insert("keys", json!(many)).await;
    desk.store.close().await;
    let mut bytes = std::fs::read(desk.path()).unwrap();
    let length = bytes.len();
    bytes[4_096..length].fill(0xAB);
    std::fs::write(desk.path(), bytes).unwrap();
    assert!(matches!(refusal(&url(&desk.folder, "bot.db")).await, MemoryError::Corrupt(_)));
}

#[tokio::test]
async fn what_a_newer_botwright_wrote_is_left_alone() {
    let desk = Desk::new().await;
    desk.store.close().await;
    let mut other = somebody_else(&desk.path()).await;
    run(&mut other, "UPDATE bw_meta SET value = '99' WHERE key = 'version'").await;
    let refused = refusal(&url(&desk.folder, "bot.db")).await.to_string();
    assert!(refused.contains("written by a newer Botwright (layout 99; this one knows 2)"), "{refused}");
}

#[tokio::test]
async fn a_table_of_somebody_else_is_left_alone() {
    let desk = Desk::with(&[]).await;
    let mut other = somebody_else(&desk.path()).await;
    run(&mut other, "CREATE TABLE Keys (key TEXT)").await;
    let refused = desk.store.migrate(&[keys()]).await.unwrap_err().to_string();
    assert_eq!(refused, "the database failed: the database has a table `keys` already that is not Botwright's");
}

#[tokio::test]
async fn a_path_that_cannot_be_made_is_told() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = refusal(&url(&folder, "file/bot.db")).await.to_string();
    assert!(refused.contains("cannot be created"), "{refused}");
}
