//! What Discord is told of the commands, and when.

use crate::harness::{Scene, Shop};
use serde_json::{Value, json};

const PUT: &str = "/applications/*/commands";

/// The commands as Discord has them, in the order of their names.
fn commands(shop: &Shop) -> Vec<Value> {
    let mut commands: Vec<Value> = shop.world.commands(shop.bot).iter().map(|command| command.json.clone()).collect();
    commands.sort_by_key(|command| command["name"].to_string());
    commands
}

fn named<'a>(list: &'a [Value], name: &str) -> &'a Value {
    list.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("there is no `{name}` in {list:?}"))
}

fn options(command: &Value) -> &[Value] {
    command["options"].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_commands_with_their_options_are_registered() {
    let shop = Shop::open().await;
    let commands = commands(&shop);
    let names: Vec<&str> = commands.iter().filter_map(|command| command["name"].as_str()).collect();
    assert_eq!(names, ["clearstock", "inventory", "logs", "review", "send", "stock", "ticketpanel", "userhistory"]);
    for command in &commands {
        let admin = command["name"] != "review";
        let wanted = if admin { json!("8") } else { Value::Null };
        assert_eq!(command["default_member_permissions"], wanted, "{}", command["name"]);
        assert_eq!(command["contexts"], json!([0]), "{}", command["name"]);
    }

    let review = options(named(&commands, "review"));
    let rating = named(review, "rating");
    let values: Vec<&Value> = rating["choices"].as_array().expect("choices").iter().map(|one| &one["value"]).collect();
    assert_eq!(values, [5, 4, 3, 2, 1]);
    assert_eq!(rating["choices"][0]["name"], "⭐⭐⭐⭐⭐ 5 Stars");
    assert_eq!((&rating["type"], &rating["required"]), (&json!(4), &json!(true)));
    assert_eq!(named(review, "review")["max_length"], 1_000);
    assert_eq!(named(review, "review")["required"], true);

    for name in ["stock", "send", "clearstock"] {
        for option in ["product", "duration"] {
            let option = named(options(named(&commands, name)), option);
            assert_eq!((&option["type"], &option["required"]), (&json!(3), &json!(true)), "/{name}");
            assert_eq!(option["autocomplete"], true, "/{name}");
        }
    }
    let stock = options(named(&commands, "stock"));
    assert_ne!(named(stock, "keys")["required"], true);
    assert_eq!(named(stock, "file")["type"], 11);
    assert_eq!(named(options(named(&commands, "send")), "user")["type"], 6);
    let limit = named(options(named(&commands, "logs")), "limit");
    assert_eq!((&limit["min_value"], &limit["max_value"]), (&json!(1), &json!(25)));
    assert_eq!(named(options(named(&commands, "userhistory")), "user")["required"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_changed_file_registers_again() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.requested("PUT", PUT), 1);
    shop.restart().await;
    assert_eq!(shop.requested("PUT", PUT), 1, "nothing had changed");
    assert_eq!(shop.requested("GET", PUT), 2, "it was compared");

    assert_eq!(shop.stop().await, Some(0));
    let changed = Scene::default().with("Review our service", "Tell others about us");
    std::fs::write(&shop.file, changed.bot).expect("the file can be written");
    shop.start().await;
    assert_eq!(shop.requested("PUT", PUT), 2);
    assert_eq!(named(&commands(&shop), "review")["description"], "Tell others about us");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_changed_is_put_right() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.stop().await, Some(0));
    shop.register_for_everyone();
    shop.start().await;
    assert_eq!(named(&commands(&shop), "stock")["default_member_permissions"], "8");
}
