//! Tables grow in place, and what would lose data is refused.

use super::desk::{
    self, Desk, column, conflict, count, folded, insert, keys, optional, row, table, text, texts, update, wrong,
};
use crate::flow::memory::{Column, ColumnDefault, ColumnKind, Index, Memory, MemoryError, Table};
use crate::store::reserved;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};

fn people<const N: usize>(columns: [(&str, Column); N]) -> Table {
    table("people", columns, &[])
}

/// A table of names with Ann and Bob in it.
async fn two_people() -> Desk {
    let desk = Desk::with(&[people([("name", text())])]).await;
    desk.insert("people", json!([{ "name": "Ann" }, { "name": "Bob" }])).await;
    desk
}

async fn grow(desk: &Desk, table: Table) -> Result<(), MemoryError> {
    desk.store.migrate(&[table]).await
}

async fn rows(desk: &Desk) -> Value {
    json!(desk.find("people", json!({})).await)
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.store.migrate(&[keys()]).await.unwrap();
    let desk = desk.reopen(&[keys()]).await;
    assert_eq!(desk.find("keys", json!({})).await.len(), 1);
    assert_eq!(desk.try_one(insert("keys", json!([desk::alpha("k1")]))).await.unwrap_err(), {
        conflict("keys", &["product", "duration", "key"])
    });
}

#[tokio::test]
async fn new_columns_fill_rows_that_are_there() {
    let desk = two_people().await;
    let level = Column { default: Some(ColumnDefault::Value(json!(1))), ..column(ColumnKind::Integer) };
    let since = Column { default: Some(ColumnDefault::Now), ..column(ColumnKind::Time) };
    let nick = Column { default: Some(ColumnDefault::Value(json!("Nobody"))), optional: true, ..folded() };
    desk.clock.set(77);
    let columns =
        [("name", text()), ("level", level), ("since", since), ("nick", nick), ("note", optional(ColumnKind::Text))];
    grow(&desk, people(columns)).await.unwrap();
    let expected = json!([
        { "id": 1, "name": "Ann", "level": 1, "since": 77, "nick": "Nobody", "note": null },
        { "id": 2, "name": "Bob", "level": 1, "since": 77, "nick": "Nobody", "note": null },
    ]);
    assert_eq!(rows(&desk).await, expected);
    assert_eq!(desk.find("people", json!({ "nick": "NOBODY" })).await.len(), 2);
}

#[tokio::test]
async fn a_new_required_column_without_a_default_is_refused_over_rows() {
    let desk = two_people().await;
    let refused = grow(&desk, people([("name", text()), ("age", column(ColumnKind::Integer))])).await.unwrap_err();
    let expected = "`age` of `people` is required, but rows that are there (2) have no value: give it a default, or make it optional";
    assert_eq!(refused.to_string(), expected);
    // Nothing of it happened.
    assert_eq!(rows(&desk).await, json!([{ "id": 1, "name": "Ann" }, { "id": 2, "name": "Bob" }]));
    desk.insert("people", json!([{ "name": "Cid" }])).await;
}

#[tokio::test]
async fn a_new_required_column_is_fine_where_there_are_no_rows() {
    let desk = Desk::with(&[people([("name", text())])]).await;
    grow(&desk, people([("name", text()), ("age", column(ColumnKind::Integer))])).await.unwrap();
    desk.insert("people", json!([{ "name": "Ann", "age": 3 }])).await;
}

#[tokio::test]
async fn a_required_column_may_become_optional_and_back_when_all_have_a_value() {
    let desk = two_people().await;
    grow(&desk, people([("name", optional(ColumnKind::Text))])).await.unwrap();
    let id = desk.insert("people", json!([{}])).await.inserted[0]["id"].clone();
    let refused = grow(&desk, people([("name", text())])).await.unwrap_err();
    assert!(matches!(refused, MemoryError::Value { column, .. } if column == "name"));
    let change = crate::flow::memory::Operation::Update {
        table: "people".into(),
        guild: desk::GUILD.into(),
        filter: desk::where_is(json!({ "id": id })),
        set: row(json!({ "name": "Cid" })),
    };
    desk.one(change).await;
    grow(&desk, people([("name", text())])).await.unwrap();
}

#[tokio::test]
async fn a_dropped_column_stays_in_place_and_comes_back_with_its_values() {
    let desk = Desk::with(&[people([("name", text()), ("age", column(ColumnKind::Integer))])]).await;
    desk.insert("people", json!([{ "name": "Ann", "age": 30 }])).await;
    grow(&desk, people([("name", text())])).await.unwrap();
    desk.insert("people", json!([{ "name": "Bob" }])).await;
    assert_eq!(rows(&desk).await, json!([{ "id": 1, "name": "Ann" }, { "id": 2, "name": "Bob" }]));
    grow(&desk, people([("name", text()), ("age", optional(ColumnKind::Integer))])).await.unwrap();
    let expected = json!([{ "id": 1, "name": "Ann", "age": 30 }, { "id": 2, "name": "Bob", "age": null }]);
    assert_eq!(rows(&desk).await, expected);
}

#[tokio::test]
async fn an_incompatible_type_is_refused() {
    let desk = two_people().await;
    let refused = grow(&desk, people([("name", column(ColumnKind::Integer))])).await;
    assert_eq!(refused, Err(wrong("people", "name", "holds text values and cannot become integer")));
    // A user, a time and a number of things are all stored as integers.
    let desk = Desk::with(&[people([("who", column(ColumnKind::Integer))])]).await;
    grow(&desk, people([("who", column(ColumnKind::User))])).await.unwrap();
}

#[tokio::test]
async fn a_unique_rule_comes_and_goes() {
    let unique = || table("people", [("name", text())], &[&["name"]]);
    let desk = two_people().await;
    grow(&desk, unique()).await.unwrap();
    let ann = || insert("people", json!([{ "name": "Ann" }]));
    assert_eq!(desk.try_one(ann()).await, Err(conflict("people", &["name"])));
    grow(&desk, people([("name", text())])).await.unwrap();
    desk.one(ann()).await;
    let refused = grow(&desk, unique()).await;
    assert_eq!(refused, Err(wrong("people", "name", "cannot be unique: rows that are there repeat each other")));
}

#[tokio::test]
async fn a_broken_unique_rule_names_all_its_columns() {
    let columns = || [("name", text()), ("age", column(ColumnKind::Integer))];
    let desk = Desk::with(&[people(columns())]).await;
    desk.insert("people", json!([{ "name": "Ann", "age": 1 }, { "name": "ANN", "age": 1 }])).await;
    let [(_, _), age] = columns();
    let refused = grow(&desk, table("people", [("name", folded()), age], &[&["name", "age"]])).await;
    assert_eq!(refused, Err(wrong("people", "name, age", "cannot be unique: rows that are there repeat each other")));
}

#[tokio::test]
async fn ignoring_case_may_begin_and_end_at_any_time() {
    let desk = Desk::with(&[people([("name", text())])]).await;
    let many: Vec<_> = (0..1_200).map(|number| json!({ "name": format!("Ärger {number}") })).collect();
    desk.insert("people", json!(many)).await;
    let found = async |name: &str| desk.find("people", json!({ "name": name })).await.len();
    assert_eq!(found("ÄRGER 1199").await, 0);
    grow(&desk, people([("name", folded())])).await.unwrap();
    assert_eq!(found("ÄRGER 1199").await, 1);
    grow(&desk, people([("name", text())])).await.unwrap();
    assert_eq!(found("ÄRGER 1199").await, 0);
    let change = crate::flow::memory::Operation::Update {
        table: "people".into(),
        guild: desk::GUILD.into(),
        filter: desk::where_is(json!({ "name": "Ärger 7" })),
        set: row(json!({ "name": "Freude" })),
    };
    desk.one(change).await;
    grow(&desk, people([("name", folded())])).await.unwrap();
    assert_eq!((found("ärger 7").await, found("FREUDE").await), (0, 1));
}

#[tokio::test]
async fn one_of_may_grow() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    let mut table = keys();
    table.columns["state"].one_of.push("lost".into());
    desk.store.migrate(&[table]).await.unwrap();
    desk.one(update(json!({}), json!({ "state": "lost" }))).await;
    assert_eq!(desk.count(count(json!({ "state": "lost" }))).await, 1);
}

#[tokio::test]
async fn a_scope_cannot_change() {
    let desk = two_people().await;
    let global = Table { global: true, ..people([("name", text())]) };
    let refused = grow(&desk, global.clone()).await.unwrap_err().to_string();
    assert_eq!(refused, "the database failed: `people` cannot become global: its rows belong to servers");
    let desk = Desk::with(&[global]).await;
    let refused = grow(&desk, people([("name", text())])).await.unwrap_err().to_string();
    assert_eq!(refused, "the database failed: `people` must stay global: its rows belong to no server");
}

#[tokio::test]
async fn names_of_the_engine_and_of_the_database_are_refused() {
    for name in ["id", "ID", "guild_id", "bw_holds", "BW_x", "sqlite_master", "rowid"] {
        assert!(reserved(name), "{name}");
        let desk = Desk::with(&[]).await;
        assert!(matches!(grow(&desk, people([(name, text())])).await, Err(MemoryError::Failed(_))), "{name}");
        assert!(matches!(grow(&desk, table(name, [("x", text())], &[])).await, Err(MemoryError::Failed(_))), "{name}");
    }
    assert!(!reserved("product"));
}

#[tokio::test]
async fn names_that_differ_in_case_only_are_refused() {
    let desk = Desk::with(&[]).await;
    assert!(grow(&desk, people([("name", text()), ("Name", text())])).await.is_err());
    assert!(desk.store.migrate(&[people([]), Table { name: "People".into(), ..people([]) }]).await.is_err());
}

#[tokio::test]
async fn words_of_sql_are_good_names() {
    let desk = Desk::with(&[table("order", [("select", folded()), ("from \"x\"", text())], &[&["select"]])]).await;
    desk.insert("order", json!([{ "select": "a", "from \"x\"": "b" }])).await;
    assert_eq!(texts(&desk.find("order", json!({ "select": "A" })).await, "from \"x\""), ["b"]);
    let refused = desk.try_one(insert("order", json!([{ "select": "A", "from \"x\"": "" }]))).await;
    assert_eq!(refused, Err(conflict("order", &["select"])));
}

#[tokio::test]
async fn a_unique_rule_over_what_is_no_column_is_refused() {
    let desk = Desk::with(&[]).await;
    let refused = grow(&desk, table("people", [("name", text())], &[&["nmae"]])).await.unwrap_err();
    assert!(refused.to_string().contains("`nmae`"), "{refused}");
    let refused = grow(&desk, table("people", [("name", text())], &[&[]])).await.unwrap_err();
    assert!(refused.to_string().contains("names no column"), "{refused}");
}

/// The keys with an index on these columns, and one for those that were delivered to somebody.
fn keys_by(columns: &[&str]) -> Table {
    let index =
        |columns: &[&str], partial| Index { columns: columns.iter().map(|&name| name.into()).collect(), partial };
    Table { indexes: vec![index(columns, false), index(&["delivered_to"], true)], ..keys() }
}

/// How the database would find these keys of a server, the oldest first.
async fn plan(desk: &Desk, which: &str) -> String {
    let mut file = SqliteConnectOptions::new().filename(desk.path()).connect().await.unwrap();
    let plan = format!("EXPLAIN QUERY PLAN SELECT id FROM keys WHERE guild_id = 1 AND {which} ORDER BY id LIMIT 1");
    let steps = sqlx::query(sqlx::AssertSqlSafe(plan)).fetch_all(&mut file).await.unwrap();
    steps.iter().map(|step| step.get::<String, _>(3)).collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn an_index_answers_alone_and_goes_when_nothing_wants_it() {
    let stocked = "bw_folded_product = 'a' AND bw_folded_duration = 'b' AND state = 'stocked'";
    let desk = Desk::with(&[keys_by(&["state", "product", "duration"])]).await;
    desk.stock(&["k1"]).await;
    let found = plan(&desk, stocked).await;
    assert!(found.starts_with("SEARCH keys USING COVERING INDEX bw_ix_") && !found.contains(';'), "{found}");
    let found = plan(&desk, "delivered_to = 7").await;
    assert!(found.starts_with("SEARCH keys USING COVERING INDEX bw_ixp_") && !found.contains(';'), "{found}");
    grow(&desk, keys_by(&["key"])).await.unwrap();
    let found = plan(&desk, stocked).await;
    assert!(!found.contains("bw_ix_"), "{found}");
    assert!(desk.take("run").await.is_some());
}
