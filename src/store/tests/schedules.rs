//! Schedules keep their due time unless they were changed, and of all that fire one, one wins.

use super::desk::{Desk, keys};
use crate::flow::memory::{Answer, Memory, Operation, Plan};
use futures_util::future::join_all;
use std::sync::Arc;

const GUILD: &str = "1462381972474167491";
const OTHER: &str = "1462381972474167492";

fn plan(name: &str, rhythm: &str, due: i64) -> Plan {
    Plan { name: name.into(), rhythm: rhythm.into(), due }
}

async fn planned(desk: &Desk, guild: &str, wanted: &[Plan]) -> Vec<Plan> {
    match desk.one(Operation::PlanSchedules { guild: guild.into(), wanted: wanted.to_vec() }).await {
        Answer::Planned(plans) => plans,
        other => panic!("{other:?}"),
    }
}

fn fired(name: &str, due: i64, next: i64) -> Operation {
    Operation::ScheduleFired { guild: GUILD.into(), name: name.into(), due, next, begins: None }
}

#[tokio::test]
async fn what_has_not_changed_keeps_its_due_time() {
    let desk = Desk::new().await;
    planned(&desk, GUILD, &[plan("a", "every 5", 5), plan("b", "every 5", 5), plan("c", "every 5", 5)]).await;
    planned(&desk, OTHER, &[plan("c", "every 5", 7)]).await;
    let now = planned(&desk, GUILD, &[plan("a", "every 5", 9), plan("b", "every 6", 9), plan("d", "every 5", 9)]).await;
    assert_eq!(now, [plan("a", "every 5", 5), plan("b", "every 6", 9), plan("d", "every 5", 9)]);
    assert_eq!(planned(&desk, OTHER, &[plan("c", "every 5", 9)]).await, [plan("c", "every 5", 7)]);
    assert_eq!(planned(&desk, GUILD, &[]).await, []);
}

#[tokio::test]
async fn of_all_that_fire_a_schedule_one_wins() {
    let desk = Desk::new().await;
    planned(&desk, GUILD, &[plan("a", "every 5", 5)]).await;
    let fires = (0..10).map(|_| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { store.transact(vec![fired("a", 5, 10)]).await.unwrap() })
    });
    let answers: Vec<_> = join_all(fires).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answers| **answers == [Answer::Count(1)]).count(), 1);
    assert_eq!(planned(&desk, GUILD, &[plan("a", "every 5", 99)]).await, [plan("a", "every 5", 10)]);
}

#[tokio::test]
async fn the_next_time_outlives_the_process() {
    let desk = Desk::new().await;
    planned(&desk, GUILD, &[plan("a", "every 5", 5)]).await;
    desk.one(fired("a", 5, 10)).await;
    let desk = desk.reopen(&[keys()]).await;
    assert_eq!(desk.one(fired("a", 5, 10)).await, Answer::Count(0), "it has happened already");
    assert_eq!(desk.one(fired("a", 10, 15)).await, Answer::Count(1));
}

#[tokio::test]
async fn schedules_that_left_the_file_leave_every_server() {
    let desk = Desk::new().await;
    for guild in [GUILD, OTHER] {
        planned(&desk, guild, &[plan("a", "every 5", 5), plan("b", "every 5", 5)]).await;
    }
    desk.one(Operation::ForgetSchedules { known: vec!["b".into()] }).await;
    assert_eq!(desk.one(fired("a", 5, 10)).await, Answer::Count(0));
    assert_eq!(desk.one(fired("b", 5, 10)).await, Answer::Count(1));
    desk.one(Operation::ForgetSchedules { known: Vec::new() }).await;
    assert_eq!(desk.one(fired("b", 10, 15)).await, Answer::Count(0));
}
