//! Rows go in: values, defaults, unique rules, and many at once.

use super::desk::{
    self, Desk, alpha, column, conflict, count, folded, insert, insert_or, inserted, optional, row, table, text, texts,
    where_is, wrong,
};
use crate::flow::memory::{Answer, Column, ColumnDefault, ColumnKind, Inserted, OnConflict, Operation, Table};
use serde_json::{Value, json};

fn everything() -> Table {
    let columns = [
        ("text", text()),
        ("integer", optional(ColumnKind::Integer)),
        ("number", optional(ColumnKind::Number)),
        ("boolean", optional(ColumnKind::Boolean)),
        ("time", Column { default: Some(ColumnDefault::Now), ..column(ColumnKind::Time) }),
        ("user", optional(ColumnKind::User)),
        ("role", optional(ColumnKind::Role)),
        ("channel", optional(ColumnKind::Channel)),
    ];
    table("everything", columns, &[])
}

async fn put(row: Value) -> Result<Value, String> {
    let desk = Desk::with(&[everything()]).await;
    let answer = desk.try_one(insert("everything", json!([row]))).await.map_err(|error| error.to_string())?;
    let told = json!(inserted(answer).inserted[0]);
    assert_eq!(json!(desk.find("everything", json!({})).await[0]), told, "what insert tells is what is there");
    Ok(told)
}

#[tokio::test]
async fn values_come_out_as_they_went_in() {
    let given = json!({
        "text": "it's \"quoted\"; \0 -- ?", "integer": i64::MAX, "number": 1.5, "boolean": true, "time": 7,
        "user": "1462381972474167491", "role": "2", "channel": "3",
    });
    let mut expected = json!({ "id": 1 });
    expected.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
    assert_eq!(put(given).await, Ok(expected));
}

#[tokio::test]
async fn values_are_taken_in_the_forms_that_a_run_has() {
    let given = json!({
        "text": 5, "integer": 3.0, "number": 2, "boolean": null, "user": { "id": "7", "name": "Ann" }, "role": 8,
    });
    let expected = json!({
        "id": 1, "text": "5", "integer": 3, "number": 2.0, "boolean": null, "time": 1_000, "user": "7", "role": "8",
        "channel": null,
    });
    assert_eq!(put(given).await, Ok(expected));
    assert_eq!(put(json!({ "text": true })).await.unwrap()["text"], "true");
}

#[tokio::test]
async fn a_wrong_value_is_refused_by_column_and_never_shown() {
    let cases = [
        (json!({ "text": {} }), "`text` of `everything` must be text"),
        (json!({ "text": null }), "`text` of `everything` has no value"),
        (json!({}), "`text` of `everything` has no value"),
        (json!({ "text": "", "integer": "5" }), "`integer` of `everything` must be a whole number"),
        (json!({ "text": "", "integer": 1.5 }), "`integer` of `everything` must be a whole number"),
        (json!({ "text": "", "integer": u64::MAX }), "`integer` of `everything` must be a whole number"),
        (json!({ "text": "", "number": "5" }), "`number` of `everything` must be a number"),
        (json!({ "text": "", "boolean": 1 }), "`boolean` of `everything` must be true or false"),
        (json!({ "text": "", "time": "now" }), "`time` of `everything` must be a time in milliseconds"),
        (json!({ "text": "", "user": "Ann" }), "`user` of `everything` must be a user's id"),
        (json!({ "text": "", "user": { "id": { "id": "1" } } }), "`user` of `everything` must be a user's id"),
        (json!({ "text": "", "role": "-1" }), "`role` of `everything` must be a role's id"),
        (json!({ "text": "", "channel": true }), "`channel` of `everything` must be a channel's id"),
        (json!({ "text": "", "colour": 1 }), "`colour` of `everything` is not a column"),
        (json!({ "text": "", "id": 1 }), "`id` of `everything` is given by the database"),
    ];
    for (given, expected) in cases {
        assert_eq!(put(given).await, Err(expected.to_owned()));
    }
}

#[tokio::test]
async fn one_of_is_kept() {
    let desk = Desk::in_memory().await;
    let mut row = alpha("secret");
    row["state"] = json!("lost");
    let refused = desk.try_one(insert("keys", json!([row]))).await;
    assert_eq!(refused, Err(wrong("keys", "state", "must be one of stocked, delivered, cleared")));
    desk.stock(&["k1"]).await;
    let refused = desk.try_one(desk::update(json!({}), json!({ "state": "lost" }))).await;
    assert_eq!(refused, Err(wrong("keys", "state", "must be one of stocked, delivered, cleared")));
}

#[tokio::test]
async fn a_conflict_names_the_table_and_the_declared_columns() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let again = json!([{ "product": " ALPHA ", "duration": "1 day", "key": "k1" }]);
    let refused = desk.try_one(insert("keys", again)).await;
    assert_eq!(refused, Err(conflict("keys", &["product", "duration", "key"])));
    let error = refused.unwrap_err().to_string();
    assert_eq!(error, "a row of `keys` with the same product, duration, key is there already");
}

#[tokio::test]
async fn an_update_that_breaks_a_unique_rule_changes_nothing() {
    let desk = Desk::new().await;
    desk.stock(&["k1", "k2"]).await;
    let refused = desk.try_one(desk::update(json!({ "key": "k2" }), json!({ "key": "k1" }))).await;
    assert_eq!(refused, Err(conflict("keys", &["product", "duration", "key"])));
    assert_eq!(texts(&desk.find("keys", json!({})).await, "key"), ["k1", "k2"]);
}

#[tokio::test]
async fn other_servers_may_have_the_same_and_global_tables_may_not() {
    let mut global = table("global", [("name", text())], &[&["name"]]);
    global.global = true;
    let desk = Desk::with(&[desk::keys(), global]).await;
    desk.stock(&["k1"]).await;
    let elsewhere = |table: &str, rows| match insert(table, rows) {
        Operation::Insert { table, rows, on_conflict, .. } => {
            Operation::Insert { table, guild: "2".into(), rows, on_conflict }
        }
        other => other,
    };
    desk.one(elsewhere("keys", json!([alpha("k1")]))).await;
    desk.insert("global", json!([{ "name": "a" }])).await;
    let refused = desk.try_one(elsewhere("global", json!([{ "name": "a" }]))).await;
    assert_eq!(refused, Err(conflict("global", &["name"])));
    assert_eq!(desk.find("keys", json!({})).await.len(), 1);
    let nowhere = Operation::Count { table: "keys".into(), guild: String::new(), filter: Vec::new() };
    assert_eq!(desk.try_one(nowhere).await, Err(wrong("keys", "guild_id", "must be a server's id")));
}

#[tokio::test]
async fn skip_leaves_what_is_there_and_tells_of_it_once() {
    let desk = Desk::new().await;
    desk.stock(&["k1", "k2"]).await;
    let rows = json!([alpha("k1"), alpha("k3"), alpha("k1"), alpha("k3"), alpha("k2")]);
    let told = inserted(desk.one(insert_or("keys", rows, OnConflict::Skip)).await);
    assert_eq!(texts(&told.inserted, "key"), ["k3"]);
    assert_eq!(texts(&told.conflicts, "key"), ["k1", "k2"]);
    assert_eq!((told.updated.len(), told.repeated), (0, 2));
}

#[tokio::test]
async fn update_changes_what_meets_the_filter_and_tells_of_the_rest() {
    let desk = Desk::new().await;
    desk.stock(&["cleared", "stocked", "delivered"]).await;
    for state in ["cleared", "delivered"] {
        desk.one(desk::update(json!({ "key": state }), json!({ "state": state }))).await;
    }
    let back = OnConflict::Update {
        filter: where_is(json!({ "state": "cleared" })),
        set: row(json!({ "state": "stocked", "delivered_at": 9 })),
    };
    let rows = json!([alpha("cleared"), alpha("stocked"), alpha("delivered"), alpha("new")]);
    let told = inserted(desk.one(insert_or("keys", rows, back)).await);
    assert_eq!(texts(&told.inserted, "key"), ["new"]);
    assert_eq!(texts(&told.updated, "key"), ["cleared"]);
    assert_eq!(told.updated[0]["delivered_at"], 9);
    assert_eq!(texts(&told.conflicts, "state"), ["stocked", "delivered"]);
    assert_eq!(desk.count(count(json!({ "state": "stocked" }))).await, 3);
}

#[tokio::test]
async fn rows_repeated_in_one_call_go_in_once_whatever_the_rule() {
    let desk = Desk::new().await;
    let told = desk.stock(&["k1", "k2", "k1", "k1"]).await;
    assert_eq!((told.inserted.len(), told.repeated), (2, 2));
}

#[tokio::test]
async fn what_has_no_value_is_equal_to_nothing() {
    let owners = table("owners", [("owner", optional(ColumnKind::User))], &[&["owner"]]);
    let desk = Desk::with(&[owners]).await;
    let told = desk.insert("owners", json!([{}, {}, { "owner": "1" }, { "owner": "1" }])).await;
    assert_eq!((told.inserted.len(), told.repeated), (3, 1));
    let again = insert_or("owners", json!([{}, { "owner": "1" }]), OnConflict::Skip);
    let told = inserted(desk.one(again).await);
    assert_eq!((told.inserted.len(), told.conflicts.len()), (1, 1));
}

#[tokio::test]
async fn every_unique_rule_counts() {
    let columns = [("name", folded()), ("number", column(ColumnKind::Integer))];
    let desk = Desk::with(&[table("people", columns, &[&["name"], &["number"]])]).await;
    desk.insert("people", json!([{ "name": "Ann", "number": 1 }, { "name": "Bob", "number": 2 }])).await;
    let rows = json!([
        { "name": "ann", "number": 2 }, { "name": "Cid", "number": 1 }, { "name": "Dan", "number": 4 },
        { "name": "dan", "number": 5 },
    ]);
    let told = inserted(desk.one(insert_or("people", rows, OnConflict::Skip)).await);
    assert_eq!(texts(&told.inserted, "name"), ["Dan"]);
    assert_eq!(texts(&told.conflicts, "name"), ["Ann", "Bob"]);
    assert_eq!(told.repeated, 1);
}

#[tokio::test]
async fn case_does_not_matter_beyond_english_either() {
    let desk = Desk::new().await;
    let rows = json!([
        { "product": "Größe", "duration": "ÉTÉ", "key": "a" }, { "product": "GRÖßE", "duration": "été ", "key": "a" },
    ]);
    let told = desk.insert("keys", rows).await;
    assert_eq!((told.inserted.len(), told.repeated), (1, 1));
    let found = desk.find("keys", json!({ "product": " größe", "duration": "Été" })).await;
    assert_eq!(texts(&found, "product"), ["Größe"]);
    // `key` is declared as it is: there case matters.
    assert_eq!(desk.find("keys", json!({ "key": "A" })).await.len(), 0);
}

#[tokio::test]
async fn ten_thousand_rows_go_in_at_once() {
    let desk = Desk::new().await;
    let known: Vec<_> = (0..1_000).map(|number| alpha(&format!("k{number}"))).collect();
    desk.insert("keys", json!(known)).await;
    let rows: Vec<_> = (0..10_000).map(|number| alpha(&format!("k{}", number % 6_000))).collect();
    let told = inserted(desk.one(insert_or("keys", json!(rows), OnConflict::Skip)).await);
    assert_eq!((told.inserted.len(), told.conflicts.len(), told.repeated), (5_000, 1_000, 4_000));
    let keys = texts(&told.inserted, "key");
    assert_eq!((keys[0].as_str(), keys[4_999].as_str()), ("k1000", "k5999"));
    let there = desk.find("keys", json!({})).await;
    assert_eq!(there.len(), 6_000);
    assert_eq!(there[1_000..], told.inserted);
}

#[tokio::test]
async fn many_rows_of_a_wide_rule_stay_under_the_limit_of_values() {
    let columns = [("a", text()), ("b", column(ColumnKind::Integer))];
    let desk = Desk::with(&[table("pairs", columns, &[&["b", "a"]])]).await;
    let pairs: Vec<_> = (0..2_000).map(|number| json!({ "a": format!("a{}", number % 40), "b": number })).collect();
    desk.insert("pairs", json!(pairs)).await;
    let told = inserted(desk.one(insert_or("pairs", json!(pairs), OnConflict::Skip)).await);
    assert_eq!((told.inserted.len(), told.conflicts.len()), (0, 2_000));
}

#[tokio::test]
async fn no_rows_are_no_work() {
    let desk = Desk::new().await;
    assert_eq!(desk.one(insert("keys", json!([]))).await, Answer::Inserted(Inserted::default()));
    assert_eq!(desk.all(Vec::new()).await, Ok(Vec::new()));
}
