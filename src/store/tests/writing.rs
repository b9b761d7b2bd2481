//! Writers share commits, and none harms another.

use super::desk::{self, Desk, HandClock, alpha, conflict, count, insert, keys, take};
use crate::flow::memory::{Answer, Memory, MemoryError, Operation};
use crate::store::dialect::{command, connect};
use crate::store::location::Location;
use crate::store::options::SqliteOptions;
use crate::store::own_tables;
use crate::store::schema::Schema;
use crate::store::writer::{Job, Transaction, Writer};
use arc_swap::ArcSwap;
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

#[tokio::test]
async fn one_that_fails_among_many_fails_alone() {
    let desk = Desk::new().await;
    desk.stock(&["k0"]).await;
    let writes = (0..200).map(|number| {
        let store = Arc::clone(&desk.store);
        // Every second one does something first, and then repeats what is there.
        let key = format!("k{number}");
        let rest = if number % 2 == 0 { "k0".to_owned() } else { format!("other {number}") };
        let operations =
            vec![insert("keys", json!([alpha(&format!("{key}!"))])), insert("keys", json!([alpha(&rest)]))];
        tokio::spawn(async move { store.transact(operations).await.map(drop) })
    });
    for (number, result) in join_all(writes).await.into_iter().enumerate() {
        let expected = if number % 2 == 0 { Err(conflict("keys", &["product", "duration", "key"])) } else { Ok(()) };
        assert_eq!(result.unwrap(), expected);
    }
    assert_eq!(desk.count(count(json!({}))).await, 201);
}

#[tokio::test]
async fn a_caller_that_is_gone_takes_nothing() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let mut gone = Box::pin(desk.one(take("gone")));
    // Polled once, it waits in the queue; this runtime has one thread, so the writer has not seen it yet.
    assert!(futures_util::poll!(&mut gone).is_pending());
    drop(gone);
    assert!(desk.take("here").await.is_some());
}

#[tokio::test]
async fn tables_may_grow_between_writes() {
    let desk = Desk::new().await;
    let table = desk::table("other", [("name", desk::text())], &[]);
    let tables = [keys(), table];
    let (first, grown, second) = tokio::join!(
        desk.try_one(insert("keys", json!([alpha("k1")]))),
        desk.store.migrate(&tables),
        desk.try_one(insert("other", json!([{ "name": "a" }]))),
    );
    assert!(first.is_ok() && grown.is_ok() && second.is_ok());
}

/// A writer whose database may not grow further: as on a full disk.
async fn on_a_full_disk(folder: &TempDir) -> mpsc::Sender<Job> {
    let options = SqliteOptions::default();
    let location = Location::File { path: folder.path().join("bot.db"), read_only: false };
    location.prepare().unwrap();
    let mut connection = connect(&location, &options).await.unwrap();
    own_tables::make(&mut connection).await.unwrap();
    command(&mut connection, "PRAGMA max_page_count = 40").await.unwrap();
    let schema = Arc::new(ArcSwap::from_pointee(Schema::default()));
    let writer = Writer { connection, schema, clock: HandClock::at(0), batch: 64 };
    let (sender, jobs) = mpsc::channel(64);
    tokio::spawn(writer.serve(jobs));
    sender
}

async fn post(jobs: &mpsc::Sender<Job>, length: usize) -> oneshot::Receiver<Result<Vec<Answer>, MemoryError>> {
    let (reply, answer) = oneshot::channel();
    let operations = vec![Operation::Post { destination: "a".into(), payload: json!("x".repeat(length)) }];
    jobs.send(Job::Transact(Transaction { operations, reply })).await.ok().unwrap();
    answer
}

#[tokio::test]
async fn a_full_disk_is_told_and_passes() {
    let folder = TempDir::new().unwrap();
    let jobs = on_a_full_disk(&folder).await;
    assert_eq!(post(&jobs, 1_000_000).await.await.unwrap(), Err(MemoryError::Full));
    assert_eq!(post(&jobs, 10).await.await.unwrap(), Ok(vec![Answer::Nothing]));
    // Among others: who is told of success is in the database, and nobody else.
    let mut together = Vec::new();
    for length in [10, 1_000_000, 10] {
        together.push(post(&jobs, length).await);
    }
    let mut kept = 1;
    for (answer, fits) in together.into_iter().zip([true, false, true]) {
        match answer.await.unwrap() {
            Ok(_) => kept += 1,
            Err(error) => assert_eq!(error, MemoryError::Full),
        }
        assert!(fits || kept < 4);
    }
    let (reply, answer) = oneshot::channel();
    let operations = vec![Operation::DuePosts { limit: 100 }];
    jobs.send(Job::Transact(Transaction { operations, reply })).await.ok().unwrap();
    let Ok([Answer::Posts(posts)]) = answer.await.unwrap().map(|answers| <[Answer; 1]>::try_from(answers).unwrap())
    else {
        panic!()
    };
    assert_eq!(posts.len(), kept);
}
