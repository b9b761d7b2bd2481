//! A store is opened, closed and opened again.

use super::desk::{Desk, HandClock, count, keys, open};
use crate::flow::memory::{Memory, MemoryError};
use crate::store::location::Location;
use crate::store::{Durability, SqliteOptions, SqliteStore, dialect};
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn the_file_and_its_folder_are_made_for_this_user_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data/deep/bot.db");
    for url in
        [format!("sqlite://{}", path.display()), format!("sqlite:{}", path.display()), path.display().to_string()]
    {
        let store = open(&url, &HandClock::at(0)).await.unwrap();
        store.migrate(&[keys()]).await.unwrap();
        store.close().await;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn nothing_is_left_beside_a_closed_file() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.store.close().await;
    let names: Vec<_> =
        std::fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["bot.db"]);
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let desk = Desk::new().await;
    desk.store.close().await;
    desk.store.close().await;
    for operation in [count(json!({})), super::desk::take("run")] {
        assert!(matches!(desk.try_one(operation).await, Err(MemoryError::Failed(text)) if text.contains("closed")));
    }
    assert!(desk.store.migrate(&[keys()]).await.is_err());
}

#[tokio::test]
async fn what_waits_when_the_store_closes_is_done() {
    let desk = Desk::new().await;
    let keys: Vec<_> = (0..200).map(|number| format!("k{number}")).collect();
    let inserts = keys
        .iter()
        .map(|key| desk.stock(std::slice::from_ref(key).iter().map(String::as_str).collect::<Vec<_>>().leak()));
    let mut inserts = Box::pin(futures_util::future::join_all(inserts));
    // Polled once, so that all of them wait in the queue.
    assert!(futures_util::poll!(&mut inserts).is_pending());
    let (told, ()) = tokio::join!(inserts, desk.store.close());
    assert_eq!(told.len(), 200);
}

#[tokio::test]
async fn a_store_that_is_dropped_keeps_what_it_answered() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let Desk { store, clock, folder } = desk;
    drop(store);
    let store = open(&super::desk::url(&folder, "bot.db"), &clock).await.unwrap();
    store.migrate(&[keys()]).await.unwrap();
    let answers = store.transact(vec![count(json!({}))]).await.unwrap();
    assert_eq!(answers, [crate::flow::memory::Answer::Count(1)]);
}

#[tokio::test]
async fn a_store_in_memory_forgets() {
    for url in [":memory:", "sqlite::memory:", "sqlite://?mode=memory"] {
        let store = open(url, &HandClock::at(0)).await.unwrap();
        store.migrate(&[keys()]).await.unwrap();
        store.close().await;
    }
    let desk = Desk::in_memory().await;
    assert_eq!(desk.find("keys", json!({})).await.len(), 0);
}

#[tokio::test]
async fn the_surest_commit_waits_for_the_disk() {
    let folder = TempDir::new().unwrap();
    let location = Location::parse(&folder.path().join("bot.db").display().to_string()).unwrap();
    location.prepare().unwrap();
    // SQLite's numbers: 1 is NORMAL, 2 is FULL.
    for (durability, number) in [(Durability::Normal, 1), (Durability::Full, 2)] {
        let options = SqliteOptions { durability, ..SqliteOptions::default() };
        let mut connection = dialect::connect(&location, &options).await.unwrap();
        let found = dialect::row(&mut connection, dialect::Sql::word("PRAGMA synchronous")).await.unwrap();
        assert_eq!(found.unwrap().integer(0), Ok(number), "{durability:?}");
    }
}

#[tokio::test]
async fn the_surest_commit_works_too() {
    let folder = TempDir::new().unwrap();
    let options = SqliteOptions { durability: Durability::Full, batch: 1, queue: 1, ..SqliteOptions::default() };
    let url = folder.path().join("bot.db").display().to_string();
    let store = SqliteStore::open_with(&url, HandClock::at(0), options).await.unwrap();
    store.migrate(&[keys()]).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn an_address_that_is_not_understood_is_refused() {
    for url in ["postgres://localhost/bot", "", "sqlite://", "sqlite://bot.db?cache=shared"] {
        assert!(matches!(open(url, &HandClock::at(0)).await, Err(MemoryError::Failed(_))), "{url}");
    }
}
