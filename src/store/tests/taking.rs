//! Rows are taken once, and go back or stay.

use super::desk::{self, Desk, GUILD, count, delete, take, take_where, texts, update};
use crate::flow::memory::{Answer, Condition, Hold, Memory, Operation, Order};
use futures_util::future::join_all;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

fn give_back(row: i64, run: &str) -> Operation {
    Operation::GiveBack { table: "keys".into(), row, run: run.into() }
}

fn settle(run: &str) -> Operation {
    Operation::Settle { run: run.into() }
}

fn give_back_all(run: &str) -> Operation {
    Operation::GiveBackAll { run: run.into() }
}

async fn holds(desk: &Desk) -> Vec<Hold> {
    match desk.one(Operation::Holds).await {
        Answer::Holds(holds) => holds,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_take_answers_the_oldest_row_as_it_is_afterwards() {
    for desk in [Desk::new().await, Desk::in_memory().await] {
        desk.stock(&["k1", "k2"]).await;
        let row = desk.take("run").await.unwrap();
        let expected = json!({
            "id": 1, "product": "Alpha", "duration": "1 Day", "key": "k1",
            "state": "delivered", "delivered_to": "42", "delivered_at": 5,
        });
        assert_eq!(json!(row), expected);
        assert_eq!(desk.find("keys", json!({ "id": 1 })).await, [row]);
    }
}

#[tokio::test]
async fn a_take_finds_nothing_when_nothing_is_left() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    assert!(desk.take("run").await.is_some());
    assert_eq!(desk.take("run").await, None);
    assert_eq!(holds(&desk).await.len(), 1);
}

#[tokio::test]
async fn a_take_follows_an_order() {
    let desk = Desk::new().await;
    desk.stock(&["b", "c", "a"]).await;
    let mut last = take("run");
    if let Operation::Take { order, .. } = &mut last {
        order.push(Order { column: "key".into(), descending: true });
    }
    let Answer::Row(Some(row)) = desk.one(last).await else { panic!() };
    assert_eq!(row["key"], "c");
}

#[tokio::test]
async fn a_thousand_takes_at_once_get_each_of_500_rows_once() {
    let desk = Desk::new().await;
    let keys: Vec<_> = (0..500).map(|number| format!("k{number}")).collect();
    desk.stock(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let takes = (0..1000).map(|run| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { store.transact(vec![take(&run.to_string())]).await.unwrap() })
    });
    let mut taken = HashSet::new();
    for answers in join_all(takes).await {
        if let [Answer::Row(Some(row))] = answers.unwrap().as_slice() {
            assert!(taken.insert(row["id"].as_i64().unwrap()), "taken twice");
        }
    }
    assert_eq!(taken.len(), 500);
    assert_eq!(desk.count(count(json!({ "state": "stocked" }))).await, 0);
}

#[tokio::test]
async fn a_held_row_is_not_taken_again_though_it_still_fits() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let hold = |run: &str| Operation::Take {
        table: "keys".into(),
        guild: GUILD.into(),
        filter: Vec::new(),
        set: desk::row(json!({})),
        order: Vec::new(),
        run: run.into(),
    };
    assert!(matches!(desk.one(hold("a")).await, Answer::Row(Some(_))));
    assert_eq!(desk.one(hold("b")).await, Answer::Row(None));
    desk.one(settle("a")).await;
    assert!(matches!(desk.one(hold("b")).await, Answer::Row(Some(_))));
}

#[tokio::test]
async fn give_back_restores_what_the_take_changed_and_nothing_else() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let before = desk.find("keys", json!({})).await;
    desk.take("run").await.unwrap();
    desk.one(update(json!({ "id": 1 }), json!({ "duration": "1 Week" }))).await;
    assert_eq!(desk.count(give_back(1, "run")).await, 1);
    let mut expected = before[0].clone();
    expected.insert("duration".into(), json!("1 Week"));
    assert_eq!(desk.find("keys", json!({ "state": "stocked", "duration": "1 WEEK" })).await, [expected]);
    assert_eq!(holds(&desk).await, []);
}

#[tokio::test]
async fn give_back_restores_folded_text_too() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let mut renaming = take("run");
    if let Operation::Take { set, .. } = &mut renaming {
        set.insert("product".into(), json!("Beta"));
    }
    desk.one(renaming).await;
    assert_eq!(desk.count(count(json!({ "product": "beta" }))).await, 1);
    desk.one(give_back_all("run")).await;
    assert_eq!(texts(&desk.find("keys", json!({ "product": "ALPHA" })).await, "product"), ["Alpha"]);
}

#[tokio::test]
async fn only_the_run_that_took_a_row_gives_it_back_and_once() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.take("a").await.unwrap();
    assert_eq!(desk.count(give_back(1, "b")).await, 0);
    assert_eq!(desk.count(give_back_all("b")).await, 0);
    assert_eq!(desk.count(count(json!({ "state": "stocked" }))).await, 0);
    assert_eq!(desk.count(give_back(1, "a")).await, 1);
    assert_eq!(desk.count(give_back(1, "a")).await, 0);
}

#[tokio::test]
async fn what_is_settled_is_never_given_back() {
    let desk = Desk::new().await;
    desk.stock(&["k1", "k2"]).await;
    desk.take("run").await.unwrap();
    desk.take("run").await.unwrap();
    desk.one(settle("run")).await;
    assert_eq!(holds(&desk).await, []);
    assert_eq!(desk.count(give_back_all("run")).await, 0);
    assert_eq!(desk.count(count(json!({ "state": "delivered" }))).await, 2);
}

#[tokio::test]
async fn a_deleted_row_is_given_back_without_harm() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.take("run").await.unwrap();
    desk.one(delete(json!({ "id": 1 }))).await;
    assert_eq!(desk.count(give_back_all("run")).await, 1);
    assert_eq!(holds(&desk).await, []);
}

#[tokio::test]
async fn holds_of_an_earlier_process_are_told_and_can_be_given_back() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.take("earlier").await.unwrap();
    let desk = desk.reopen(&[desk::keys()]).await;
    let expected = Hold { run: "earlier".into(), table: "keys".into(), row: 1, taken_at: 1_000 };
    assert_eq!(holds(&desk).await, [expected]);
    assert_eq!(desk.count(give_back_all("earlier")).await, 1);
    assert_eq!(desk.count(count(json!({ "state": "stocked", "delivered_to": null }))).await, 1);
}

#[tokio::test]
async fn a_transaction_that_fails_takes_nothing() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let failing = vec![take("run"), desk::insert("keys", json!([desk::alpha("k1")]))];
    assert_eq!(desk.all(failing).await, Err(desk::conflict("keys", &["product", "duration", "key"])));
    assert_eq!(holds(&desk).await, []);
    assert_eq!(desk.count(count(json!({ "state": "stocked" }))).await, 1);
    assert!(desk.take("run").await.is_some());
}

#[tokio::test]
async fn takes_stay_in_their_server() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let mut elsewhere = take("run");
    if let Operation::Take { guild, .. } = &mut elsewhere {
        *guild = "2".into();
    }
    assert_eq!(desk.one(elsewhere).await, Answer::Row(None));
}

#[tokio::test]
async fn a_take_by_other_conditions_than_equality() {
    let desk = Desk::new().await;
    desk.stock(&["k1", "k2"]).await;
    let mut second = take_where(json!({}), "run");
    if let Operation::Take { filter, .. } = &mut second {
        filter.push(("key".into(), Condition::Contains("2".into())));
        filter.push(("delivered_at".into(), Condition::Is(json!(null))));
    }
    let Answer::Row(Some(row)) = desk.one(second).await else { panic!() };
    assert_eq!(row["key"], "k2");
}

/// What a test does with runs 0, 1 and 2.
#[derive(Debug, Clone)]
enum Step {
    Insert,
    Take(u8),
    GiveBack(u8),
    Settle(u8),
    GiveBackAll(u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Insert),
        4 => (0..3u8).prop_map(Step::Take),
        2 => (0..3u8).prop_map(Step::GiveBack),
        1 => (0..3u8).prop_map(Step::Settle),
        1 => (0..3u8).prop_map(Step::GiveBackAll),
        1 => Just(Step::Reopen),
    ]
}

/// What ought to be there: rows in stock, rows held by a run, rows gone.
#[derive(Default)]
struct Model {
    stocked: BTreeSet<i64>,
    held: BTreeMap<i64, u8>,
    gone: BTreeSet<i64>,
}

impl Model {
    fn held_by(&self, run: u8) -> Vec<i64> {
        self.held.iter().filter(|(_, holder)| **holder == run).map(|(row, _)| *row).collect()
    }

    async fn follow(&mut self, desk: Desk, step: Step) -> Desk {
        match step {
            Step::Insert => {
                let key = format!("k{}", self.stocked.len() + self.held.len() + self.gone.len());
                let row = desk.stock(&[&key]).await.inserted.remove(0);
                assert!(self.stocked.insert(row["id"].as_i64().unwrap()));
            }
            Step::Take(run) => {
                let taken = desk.take(&run.to_string()).await.map(|row| row["id"].as_i64().unwrap());
                assert_eq!(taken, self.stocked.pop_first());
                self.held.extend(taken.map(|row| (row, run)));
            }
            Step::GiveBack(run) => {
                if let Some(row) = self.held_by(run).first() {
                    assert_eq!(desk.count(give_back(*row, &run.to_string())).await, 1);
                    self.held.remove(row);
                    self.stocked.insert(*row);
                }
            }
            Step::Settle(run) => {
                let rows = self.held_by(run);
                desk.one(settle(&run.to_string())).await;
                self.held.retain(|_, holder| *holder != run);
                self.gone.extend(rows);
            }
            Step::GiveBackAll(run) => {
                let rows = self.held_by(run);
                assert_eq!(desk.count(give_back_all(&run.to_string())).await, rows.len() as u64);
                self.held.retain(|_, holder| *holder != run);
                self.stocked.extend(rows);
            }
            Step::Reopen => return desk.reopen(&[desk::keys()]).await,
        }
        desk
    }

    async fn compare(&self, desk: &Desk) {
        let ids = |rows: Vec<crate::flow::memory::Row>| rows.iter().map(|row| row["id"].as_i64().unwrap()).collect();
        let stocked: BTreeSet<_> = ids(desk.find("keys", json!({ "state": "stocked", "delivered_to": null })).await);
        let delivered: BTreeSet<_> = ids(desk.find("keys", json!({ "state": "delivered" })).await);
        assert_eq!(stocked, self.stocked);
        assert_eq!(delivered, self.held.keys().copied().chain(self.gone.iter().copied()).collect());
        let held: BTreeMap<_, _> = holds(desk).await.into_iter().map(|hold| (hold.row, hold.run)).collect();
        assert_eq!(held, self.held.iter().map(|(row, run)| (*row, run.to_string())).collect());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_row_is_lost_or_taken_twice_whatever_happens(steps in proptest::collection::vec(step(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut desk = Desk::new().await;
            let mut model = Model::default();
            for step in steps {
                desk = model.follow(desk, step).await;
            }
            model.compare(&desk).await;
            desk.store.close().await;
        });
    }
}
