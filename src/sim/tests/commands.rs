//! Commands: registered, validated, used.

use super::stage::{Stage, mistake, refusal};
use serde_json::{Value, json};

#[test]
fn registering_again_keeps_ids_and_bumps_only_what_changed() {
    let stage = Stage::new();
    let first = stage.register(json!([{ "name": "a", "description": "A" }, { "name": "b", "description": "B" }])).body;
    let second =
        stage.register(json!([{ "name": "a", "description": "A" }, { "name": "b", "description": "B2" }])).body;
    assert_eq!((&first[0]["id"], &first[0]["version"]), (&second[0]["id"], &second[0]["version"]));
    assert_eq!(first[1]["id"], second[1]["id"]);
    assert_ne!(first[1]["version"], second[1]["version"]);
    let third = stage.register(json!([{ "name": "b", "description": "B2" }])).body;
    assert_eq!(third.as_array().unwrap().len(), 1);
    assert_eq!(stage.world.commands(stage.bot).len(), 1);
}

#[test]
fn guild_commands_are_apart_from_global_ones() {
    let stage = Stage::new().with_ping();
    let path = format!("/applications/{}/guilds/{}/commands", stage.bot, stage.guild);
    assert_eq!(stage.put(&path, json!([{ "name": "here", "description": "x" }])).status, 200);
    assert_eq!(stage.get(&path).body[0]["guild_id"], stage.guild.to_string());
    assert_eq!(stage.get(&format!("/applications/{}/commands", stage.bot)).body[0]["name"], "ping");
    let elsewhere = stage.world.add_guild("Elsewhere");
    let other = format!("/applications/{}/guilds/{elsewhere}/commands", stage.bot);
    assert_eq!(refusal(&stage.put(&other, json!([]))), (403, 50001));
}

#[test]
fn one_command_is_made_changed_and_deleted() {
    let stage = Stage::new();
    let path = format!("/applications/{}/commands", stage.bot);
    let made = stage.post(&path, json!({ "name": "a", "description": "A" }));
    assert_eq!(made.status, 201);
    assert_eq!(
        stage.post(&path, json!({ "name": "a", "description": "A2" })).status,
        200,
        "the same name is an update"
    );
    let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
    assert_eq!(stage.patch(&one, json!({ "description": "A3" })).body["description"], "A3");
    assert_eq!(stage.delete(&one).status, 204);
    assert_eq!(refusal(&stage.get(&one)), (404, 10063));
}

#[test]
fn bodies_are_checked() {
    let stage = Stage::new();
    let options = |options: Value| json!([{ "name": "c", "description": "d", "options": options }]);
    let option = |kind: u8| json!({ "type": kind, "name": "o", "description": "d" });
    let with = |kind: u8, key: &str, value: Value| {
        let mut option = option(kind);
        option[key] = value;
        options(json!([option]))
    };
    let choice = |n: usize| json!({ "name": n.to_string(), "value": n });
    let cases = [
        (json!([{ "name": "Loud", "description": "d" }]), "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([{ "name": "a b", "description": "d" }]), "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([{ "name": "x".repeat(33), "description": "d" }]), "0.name", "BASE_TYPE_BAD_LENGTH"),
        (json!([{ "name": "c" }]), "0.description", "BASE_TYPE_REQUIRED"),
        (json!([{ "name": "c", "description": "x".repeat(101) }]), "0.description", "BASE_TYPE_BAD_LENGTH"),
        (
            json!([{ "name": "c", "description": "d" }, { "name": "c", "description": "d" }]),
            "1",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
        ),
        (
            json!([{ "name": "c", "description": "d", "name_localizations": { "xx": "y" } }]),
            "0.name_localizations.xx",
            "BASE_TYPE_CHOICES",
        ),
        (options(json!(vec![option(3); 26])), "0.options", "BASE_TYPE_MAX_LENGTH"),
        (options(json!([option(3), option(3)])), "0.options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
        (
            options(json!([option(3), { "type": 3, "name": "p", "description": "d", "required": true }])),
            "0.options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (options(json!([option(12)])), "0.options.0.type", "BASE_TYPE_CHOICES"),
        (
            options(json!([option(1), { "type": 3, "name": "p", "description": "d" }])),
            "0.options",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        (with(4, "choices", (0..26).map(choice).collect()), "0.options.0.choices", "BASE_TYPE_MAX_LENGTH"),
        (
            with(4, "choices", json!([{ "name": "one", "value": "1" }])),
            "0.options.0.choices.0.value",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_VALUE_INVALID",
        ),
        (
            with(3, "choices", json!([{ "name": "", "value": "1" }])),
            "0.options.0.choices.0.name",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (with(3, "max_length", json!(6001)), "0.options.0.max_length", "NUMBER_TYPE_MAX"),
        (with(4, "min_value", json!("a")), "0.options.0.min_value", "NUMBER_TYPE_COERCE"),
    ];
    for (body, path, code) in cases {
        assert_eq!(mistake(&stage.register(body), path), code, "{path}");
    }
    let large: Vec<Value> = (0..25)
        .map(|n| {
            let choices: Vec<Value> =
                (0..4).map(|c| json!({ "name": format!("{c}"), "value": "x".repeat(90) })).collect();
            json!({ "type": 3, "name": format!("o{n}"), "description": "d", "choices": choices })
        })
        .collect();
    assert_eq!(mistake(&stage.register(options(json!(large))), "0"), "APPLICATION_COMMAND_TOO_LARGE");
}

#[test]
fn two_hundred_creates_a_day() {
    let stage = Stage::new();
    let batch = |round: usize| {
        let names = (0..100).map(|n| json!({ "name": format!("c{round}-{n}"), "description": "d" }));
        stage.register(names.collect())
    };
    assert_eq!((batch(0).status, batch(1).status), (200, 200));
    assert_eq!(refusal(&batch(2)), (400, 30034));
    assert_eq!(batch(1).status, 200, "updates are no creates");
    stage.clock.advance(86_400_000);
    assert_eq!(batch(2).status, 200);
}

#[test]
fn a_hundred_commands_at_most() {
    let stage = Stage::new();
    let many = (0..101).map(|n| json!({ "name": format!("c{n}"), "description": "d" })).collect();
    assert_eq!(refusal(&stage.register(many)), (400, 30032));
}

#[test]
fn translations_are_listed_only_on_request() {
    let stage = Stage::new();
    let translated = json!({ "de": "pling" });
    stage.register(json!([{ "name": "ping", "description": "Ping", "name_localizations": translated }]));
    let path = format!("/applications/{}/commands", stage.bot);
    assert!(stage.get(&path).body[0].get("name_localizations").is_none());
    let full = stage.get(&format!("{path}?with_localizations=true"));
    assert_eq!(full.body[0]["name_localizations"], translated);
}

#[test]
fn only_ones_own_application() {
    let stage = Stage::new();
    let other = stage.world.add_bot("other", "t2").id;
    assert_eq!(stage.put(&format!("/applications/{other}/commands"), json!([])).status, 403);
}
