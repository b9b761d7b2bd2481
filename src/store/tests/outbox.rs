//! What waits to be said leaves in order, per destination.

use super::desk::{Desk, alpha, insert, keys};
use crate::flow::memory::{Answer, Operation, Post};
use serde_json::json;

async fn post(desk: &Desk, destination: &str) {
    let payload = json!({ "to": destination, "text": "ä" });
    assert_eq!(desk.one(Operation::Post { destination: destination.into(), payload }).await, Answer::Nothing);
}

async fn due(desk: &Desk, limit: u64) -> Vec<i64> {
    posts(desk, Operation::DuePosts { limit }).await.iter().map(|post| post.id).collect()
}

async fn posts(desk: &Desk, operation: Operation) -> Vec<Post> {
    match desk.one(operation).await {
        Answer::Posts(posts) => posts,
        other => panic!("{other:?}"),
    }
}

async fn next_due(desk: &Desk) -> Option<i64> {
    match desk.one(Operation::NextDue).await {
        Answer::At(at) => at,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn entries_leave_in_order_and_once() {
    let desk = Desk::new().await;
    for destination in ["a", "b", "a"] {
        post(&desk, destination).await;
    }
    let all = posts(&desk, Operation::DuePosts { limit: 10 }).await;
    let expected = Post {
        id: 1,
        destination: "a".into(),
        payload: json!({ "to": "a", "text": "ä" }),
        created_at: 1_000,
        attempts: 0,
        error: None,
    };
    assert_eq!(all[0], expected);
    assert_eq!(due(&desk, 10).await, [1, 2, 3]);
    desk.one(Operation::Posted { ids: vec![1, 2] }).await;
    assert_eq!(due(&desk, 10).await, [3]);
}

#[tokio::test]
async fn a_long_queue_holds_no_other_destination_up() {
    let desk = Desk::new().await;
    for _ in 0..5 {
        post(&desk, "long").await;
    }
    post(&desk, "short").await;
    assert_eq!(due(&desk, 2).await, [1, 2, 6]);
}

#[tokio::test]
async fn a_destination_whose_oldest_entry_waits_waits_whole() {
    let desk = Desk::new().await;
    for destination in ["a", "b", "a"] {
        post(&desk, destination).await;
    }
    desk.one(Operation::PostponePosts { ids: vec![1], at: 5_000, error: "503".into() }).await;
    assert_eq!(due(&desk, 10).await, [2]);
    assert_eq!(next_due(&desk).await, Some(1_000));
    desk.one(Operation::Posted { ids: vec![2] }).await;
    assert_eq!(next_due(&desk).await, Some(5_000));
    let later = desk.one(Operation::NextLater).await;
    assert_eq!(later, Answer::At(Some(5_000)));
    // What is new behind it waits too.
    post(&desk, "a").await;
    desk.clock.set(4_999);
    assert_eq!(due(&desk, 10).await, Vec::<i64>::new());
    desk.clock.set(5_000);
    let all = posts(&desk, Operation::DuePosts { limit: 10 }).await;
    assert_eq!(all.iter().map(|post| post.id).collect::<Vec<_>>(), [1, 3, 4]);
    assert_eq!((all[0].attempts, all[0].error.as_deref()), (1, Some("503")));
}

#[tokio::test]
async fn what_was_given_up_is_kept_aside_and_frees_the_way() {
    let desk = Desk::new().await;
    post(&desk, "a").await;
    post(&desk, "a").await;
    desk.one(Operation::BuryPosts { ids: vec![1], error: "404".into() }).await;
    assert_eq!(due(&desk, 10).await, [2]);
    let dead = posts(&desk, Operation::DeadPosts).await;
    assert_eq!((dead.len(), dead[0].id, dead[0].error.as_deref()), (1, 1, Some("404")));
    desk.one(Operation::Posted { ids: vec![2] }).await;
    assert_eq!(next_due(&desk).await, None);
}

#[tokio::test]
async fn entries_outlive_the_process_and_go_with_their_transaction() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let entry = || Operation::Post { destination: "a".into(), payload: json!(1) };
    desk.all(vec![entry(), insert("keys", json!([alpha("k1")]))]).await.unwrap_err();
    desk.all(vec![entry(), insert("keys", json!([alpha("k2")]))]).await.unwrap();
    let desk = desk.reopen(&[keys()]).await;
    assert_eq!(due(&desk, 10).await.len(), 1);
}
