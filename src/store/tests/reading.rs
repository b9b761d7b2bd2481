//! Rows come out: conditions, orders, counts and distinct values.

use super::desk::{self, Desk, GUILD, alpha, column, count, delete, insert, row, rows, table, texts, update, wrong};
use crate::flow::memory::{Answer, ColumnKind, Condition, MemoryError, Operation, Order};
use serde_json::{Value, json};

async fn people() -> Desk {
    let columns = [
        ("name", desk::folded()),
        ("note", desk::text()),
        ("age", desk::optional(ColumnKind::Integer)),
        ("friend", desk::optional(ColumnKind::User)),
        ("here", column(ColumnKind::Boolean)),
    ];
    let desk = Desk::with(&[table("people", columns, &[])]).await;
    let rows = json!([
        { "name": "Ann", "note": "Xylophone 100%", "age": 30, "friend": "9", "here": true },
        { "name": "Bob", "note": "x_y", "age": null, "friend": null, "here": false },
        { "name": "Émile", "note": "", "age": 25, "friend": "9", "here": true },
        { "name": "ann", "note": "last", "age": 41, "friend": "10", "here": false },
    ]);
    desk.insert("people", rows).await;
    desk
}

fn ids(rows: &[crate::flow::memory::Row]) -> Vec<i64> {
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

fn find(filter: Vec<(&str, Condition)>, order: Vec<(&str, bool)>, limit: Option<u64>, offset: u64) -> Operation {
    Operation::Find {
        table: "people".into(),
        guild: GUILD.into(),
        filter: filter.into_iter().map(|(column, condition)| (column.to_owned(), condition)).collect(),
        order: order.into_iter().map(|(column, descending)| Order { column: column.into(), descending }).collect(),
        limit,
        offset,
    }
}

#[tokio::test]
async fn every_condition_finds_what_it_says() {
    use Condition::{AtLeast, AtMost, Contains, In, Is, Less, More, Not};
    let desk = people().await;
    let cases = [
        ("name", Is(json!("ANN")), vec![1, 4]),
        ("name", Not(json!("ann")), vec![2, 3]),
        ("name", In(vec![json!("bob"), json!("ÉMILE")]), vec![2, 3]),
        ("name", In(vec![]), vec![]),
        ("name", Contains("MIL".into()), vec![3]),
        ("name", More(json!("ann")), vec![2, 3]),
        ("note", Is(json!("last")), vec![4]),
        ("note", Is(json!("LAST")), vec![]),
        ("note", Contains("%".into()), vec![1]),
        ("note", Contains("_".into()), vec![2]),
        ("note", Contains("X".into()), vec![1]),
        ("age", Is(json!(null)), vec![2]),
        ("age", Not(json!(null)), vec![1, 3, 4]),
        ("age", Not(json!(30)), vec![2, 3, 4]),
        ("age", In(vec![json!(25), json!(null)]), vec![2, 3]),
        ("age", Less(json!(30)), vec![3]),
        ("age", AtMost(json!(30)), vec![1, 3]),
        ("age", More(json!(30)), vec![4]),
        ("age", AtLeast(json!(30)), vec![1, 4]),
        ("friend", Is(json!({ "id": "9" })), vec![1, 3]),
        ("here", Is(json!(true)), vec![1, 3]),
        ("id", AtLeast(json!(3)), vec![3, 4]),
        ("id", In(vec![json!(2), json!(4)]), vec![2, 4]),
    ];
    for (column, condition, expected) in cases {
        let told = format!("{column} {condition:?}");
        let found = rows(desk.one(find(vec![(column, condition)], vec![], None, 0)).await);
        assert_eq!(ids(&found), expected, "{told}");
    }
}

#[tokio::test]
async fn all_conditions_hold() {
    let desk = people().await;
    let filter = vec![("here", Condition::Is(json!(true))), ("age", Condition::More(json!(26)))];
    assert_eq!(ids(&rows(desk.one(find(filter, vec![], None, 0)).await)), [1]);
}

#[tokio::test]
async fn orders_ignore_case_where_the_column_does_and_break_ties_by_age() {
    let desk = people().await;
    let cases = [
        (vec![("name", false)], vec![1, 4, 2, 3]),
        (vec![("name", true)], vec![3, 2, 4, 1]),
        (vec![("here", true), ("age", false)], vec![3, 1, 2, 4]),
        (vec![("id", true)], vec![4, 3, 2, 1]),
        (vec![], vec![1, 2, 3, 4]),
    ];
    for (order, expected) in cases {
        let found = rows(desk.one(find(vec![], order.clone(), None, 0)).await);
        assert_eq!(ids(&found), expected, "{order:?}");
    }
}

#[tokio::test]
async fn limit_and_offset_page() {
    let desk = people().await;
    for (limit, offset, expected) in [(Some(2), 0, vec![1, 2]), (Some(2), 3, vec![4]), (None, 1, vec![2, 3, 4])] {
        assert_eq!(ids(&rows(desk.one(find(vec![], vec![], limit, offset)).await)), expected);
    }
}

#[tokio::test]
async fn conditions_are_checked_like_values() {
    let desk = people().await;
    let cases = [
        (("age", Condition::Is(json!("thirty"))), wrong("people", "age", "must be a whole number")),
        (("colour", Condition::Is(json!(1))), wrong("people", "colour", "is not a column")),
        (("age", Condition::Contains("3".into())), wrong("people", "age", "holds no text, so it cannot contain any")),
        (("bw_folded_name", Condition::Is(json!("ann"))), wrong("people", "bw_folded_name", "is not a column")),
    ];
    for (condition, expected) in cases {
        assert_eq!(desk.try_one(find(vec![condition], vec![], None, 0)).await, Err(expected));
    }
    let order = vec![("1; DROP TABLE people", false)];
    let refused = desk.try_one(find(vec![], order, None, 0)).await;
    assert_eq!(refused, Err(wrong("people", "1; DROP TABLE people", "is not a column")));
    assert_eq!(
        desk.try_one(desk::find("animals", json!({}))).await,
        Err(MemoryError::Failed("there is no table `animals`".into()))
    );
}

#[tokio::test]
async fn counts_group_regardless_of_case() {
    let desk = Desk::new().await;
    let rows = json!([
        { "product": "beta", "duration": "1 Day", "key": "a" }, { "product": "Alpha", "duration": "1 Day", "key": "a" },
        { "product": "Beta", "duration": "1 day", "key": "b" }, { "product": "beta", "duration": "1 Week", "key": "a" },
    ]);
    desk.insert("keys", rows).await;
    let by = |by: &[&str]| Operation::CountBy {
        table: "keys".into(),
        guild: GUILD.into(),
        filter: Vec::new(),
        by: by.iter().map(|column| (*column).to_owned()).collect(),
    };
    let expected = json!([
        { "product": "Alpha", "duration": "1 Day", "count": 1 },
        { "product": "beta", "duration": "1 Day", "count": 2 },
        { "product": "beta", "duration": "1 Week", "count": 1 },
    ]);
    assert_eq!(json!(self::rows(desk.one(by(&["product", "duration"])).await)), expected);
    assert_eq!(json!(self::rows(desk.one(by(&["delivered_to"])).await)), json!([{ "delivered_to": null, "count": 4 }]));
    assert_eq!(json!(self::rows(desk.one(by(&[])).await)), json!([{ "count": 4 }]));
    assert_eq!(desk.count(count(json!({ "product": "BETA" }))).await, 3);
}

fn distinct(column: &str, containing: &str, limit: u64) -> Operation {
    Operation::Distinct {
        table: "people".into(),
        guild: GUILD.into(),
        filter: Vec::new(),
        column: column.into(),
        containing: containing.into(),
        limit,
    }
}

#[tokio::test]
async fn distinct_values_complete_what_is_typed() {
    let desk = people().await;
    let cases: [(&str, &str, u64, Value); 8] = [
        ("name", "", 25, json!(["Ann", "Bob", "Émile"])),
        ("name", "", 2, json!(["Ann", "Bob"])),
        ("name", "É", 25, json!(["Émile"])),
        ("name", " AN", 25, json!(["Ann"])),
        ("note", "LA", 25, json!(["last"])),
        ("note", "x", 1, json!(["Xylophone 100%"])),
        ("friend", "1", 25, json!(["10"])),
        ("age", "", 25, json!([25, 30, 41])),
    ];
    for (column, containing, limit, expected) in cases {
        let answer = desk.one(distinct(column, containing, limit)).await;
        assert_eq!(answer, Answer::Values(expected.as_array().unwrap().clone()), "{column} {containing}");
    }
}

#[tokio::test]
async fn updates_and_deletes_reach_what_meets_the_filter() {
    let desk = Desk::new().await;
    desk.stock(&["k1", "k2", "k3"]).await;
    let told = rows(desk.one(update(json!({ "product": "ALPHA" }), json!({ "product": "Gamma" }))).await);
    assert_eq!(texts(&told, "key"), ["k1", "k2", "k3"]);
    assert_eq!(desk.count(count(json!({ "product": "gamma" }))).await, 3);
    assert_eq!(rows(desk.one(update(json!({ "key": "k1" }), json!({}))).await).len(), 1);
    assert_eq!(desk.count(delete(json!({ "key": "k2" }))).await, 1);
    assert_eq!(texts(&desk.find("keys", json!({})).await, "key"), ["k1", "k3"]);
}

#[tokio::test]
async fn reads_see_what_was_answered_before_them_and_what_stands_before_them() {
    let desk = Desk::new().await;
    let answers = desk.all(vec![insert("keys", json!([alpha("k1")])), count(json!({}))]).await.unwrap();
    assert_eq!(answers[1], Answer::Count(1));
    assert_eq!(
        desk.all(vec![count(json!({})), count(json!({ "key": "k1" }))]).await.unwrap(),
        [Answer::Count(1), Answer::Count(1)]
    );
}

#[tokio::test]
async fn an_update_may_empty_a_column_only_where_it_is_optional() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let told = rows(desk.one(update(json!({}), json!({ "delivered_to": "5" }))).await);
    assert_eq!(told[0]["delivered_to"], "5");
    let told = rows(desk.one(update(json!({}), json!({ "delivered_to": null }))).await);
    assert_eq!(told[0]["delivered_to"], json!(null));
    let refused = desk.try_one(update(json!({}), json!({ "key": null }))).await;
    assert_eq!(refused, Err(wrong("keys", "key", "has no value")));
    assert_eq!(row(json!({ "key": "k1" }))["key"], desk.find("keys", json!({})).await[0]["key"]);
}
