//! Timers fire once, also after a restart.

use super::desk::{Desk, keys};
use crate::flow::memory::{Answer, Memory, Operation, Timer};
use crate::flow::timer::What;
use futures_util::future::join_all;
use std::sync::Arc;

async fn set(desk: &Desk, at: i64) -> Answer {
    desk.one(Operation::SetTimer { at, what: What::DeleteChannel(at.to_string()).into() }).await
}

async fn due(desk: &Desk, limit: u64) -> Vec<Timer> {
    match desk.one(Operation::DueTimers { limit }).await {
        Answer::Timers(timers) => timers,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn timers_come_due_oldest_first() {
    let desk = Desk::new().await;
    for (at, id) in [(3_000, 1), (2_000, 2), (2_000, 3)] {
        assert_eq!(set(&desk, at).await, Answer::Id(id));
    }
    assert_eq!(due(&desk, 10).await, []);
    assert_eq!(desk.one(Operation::NextDue).await, Answer::At(Some(2_000)));
    desk.clock.set(3_000);
    let ids: Vec<_> = due(&desk, 10).await.iter().map(|timer| timer.id).collect();
    assert_eq!(ids, [2, 3, 1]);
    set(&desk, 9_000).await;
    assert_eq!(desk.one(Operation::NextLater).await, Answer::At(Some(9_000)), "without those that are due");
    let Answer::Timers(all) = desk.one(Operation::Timers).await else { panic!("no timers") };
    assert_eq!(all.iter().map(|timer| timer.at).collect::<Vec<_>>(), [2_000, 2_000, 3_000, 9_000]);
    assert_eq!(due(&desk, 1).await, [Timer { id: 2, at: 2_000, what: What::DeleteChannel("2000".into()).into() }]);
}

#[tokio::test]
async fn of_all_that_fire_a_timer_one_wins() {
    let desk = Desk::new().await;
    set(&desk, 1).await;
    let fires = (0..10).map(|_| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { store.transact(vec![Operation::TimerDone { id: 1 }]).await.unwrap() })
    });
    let answers: Vec<_> = join_all(fires).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answers| **answers == [Answer::Count(1)]).count(), 1);
    assert_eq!(due(&desk, 10).await, []);
    assert_eq!(desk.one(Operation::NextDue).await, Answer::At(None));
}

#[tokio::test]
async fn a_timer_outlives_the_process() {
    let desk = Desk::new().await;
    set(&desk, 500).await;
    let desk = desk.reopen(&[keys()]).await;
    assert_eq!(due(&desk, 10).await.len(), 1);
    desk.one(Operation::TimerDone { id: 1 }).await;
    // An id is not given again: who is late does not fire another one's timer.
    assert_eq!(set(&desk, 500).await, Answer::Id(2));
}
