//! People acting: what a client lets them do.

use super::stage::Stage;
use crate::flow::payload::File;
use crate::flow::request::Method::Get;
use crate::sim::Permissions;
use crate::sim::channel::Overwrite;
use serde_json::{Value, json};

fn review() -> Value {
    json!({ "name": "review", "description": "Review", "options": [
        { "type": 4, "name": "rating", "description": "r", "required": true, "choices":
            [{ "name": "⭐⭐⭐⭐⭐ 5 Stars", "value": 5 }, { "name": "⭐ 1 Star", "value": 1 }] },
        { "type": 3, "name": "review", "description": "r", "required": true, "max_length": 30 },
        { "type": 6, "name": "user", "description": "u" },
        { "type": 7, "name": "where", "description": "w", "channel_types": [0] },
        { "type": 8, "name": "role", "description": "r" },
        { "type": 5, "name": "loud", "description": "l" },
        { "type": 10, "name": "weight", "description": "w", "min_value": 0, "max_value": 9.5 },
        { "type": 11, "name": "file", "description": "f" },
        { "type": 3, "name": "product", "description": "p", "autocomplete": true },
    ] })
}

fn stage() -> Stage {
    let stage = Stage::new();
    let group = json!({ "name": "role", "description": "r", "options": [
        { "type": 1, "name": "list", "description": "l" },
        { "type": 2, "name": "change", "description": "c", "options":
            [{ "type": 1, "name": "give", "description": "g", "options":
                [{ "type": 6, "name": "user", "description": "u", "required": true }] }] },
    ] });
    let admin = json!({ "name": "stock", "description": "s", "default_member_permissions": "8" });
    let menu = json!({ "name": "Praise", "type": 2 });
    assert_eq!(stage.register(json!([review(), group, admin, menu])).status, 200);
    stage
}

/// The options that a bot receives.
fn options(stage: &Stage, text: &str) -> Value {
    let id = stage.world.command(stage.ana, stage.general, text).unwrap();
    stage.world.interaction(id).unwrap().data["options"].clone()
}

fn words(stage: &Stage, text: &str) -> String {
    stage.world.command(stage.ana, stage.general, text).unwrap_err().0
}

#[test]
fn discords_notation_is_read() {
    let stage = stage();
    let quoted = options(&stage, r#"/review rating:5 review:"Great \"service\"" user:@bo"#);
    assert_eq!(quoted[0], json!({ "name": "rating", "type": 4, "value": 5 }));
    assert_eq!(quoted[1]["value"], "Great \"service\"");
    assert_eq!(quoted[2]["value"], stage.bo.to_string());
    let blanks = options(&stage, "/review rating: ⭐ 1 Star review: not so: great loud: True weight: 2.5");
    let values: Vec<&Value> = blanks.as_array().unwrap().iter().map(|option| &option["value"]).collect();
    assert_eq!(values, [&json!(1), &json!("not so: great"), &json!(true), &json!(2.5)]);
}

#[test]
fn what_is_named_is_resolved() {
    let stage = stage();
    let text = "/review rating:5 review:x user:@bo where:#general role:@Staff file:a.txt";
    let file = File { name: "a.txt".to_owned(), content: b"keys".to_vec() };
    let id = stage.world.command_with(stage.ana, stage.general, text, &[file]).unwrap();
    let resolved = stage.world.interaction(id).unwrap().data["resolved"].clone();
    assert_eq!(resolved["users"][stage.bo.to_string()]["username"], "bo");
    assert!(resolved["members"][stage.bo.to_string()]["permissions"].is_string());
    assert_eq!(resolved["channels"][stage.general.to_string()]["name"], "general");
    assert_eq!(resolved["roles"][stage.staff.to_string()]["name"], "Staff");
    let attachment = resolved["attachments"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(attachment["content_type"], "text/plain; charset=utf-8");
    assert_eq!(stage.world.attachment(attachment["url"].as_str().unwrap()).unwrap(), b"keys");
}

#[test]
fn mistakes_are_told_as_a_client_would() {
    let stage = stage();
    let cases = [
        ("/nothing", "There is no command /nothing here."),
        ("/stock", "You do not see /stock: it needs administrator."),
        ("/review rating:5", "`review`: this option is required. Specify a value."),
        ("/review rating:4 review:x", "`rating`: `4` is not one of the choices: ⭐⭐⭐⭐⭐ 5 Stars, ⭐ 1 Star."),
        ("/review rating:5 review:x weight:10", "`weight`: must be at most 9.5, and is 10."),
        ("/review rating:5 review:x loud:maybe", "`loud`: must be True or False."),
        ("/review rating:5 review:x user:@nobody", "`user`: there is no user `@nobody`."),
        ("/review rating:5 review:x where:Lobby", "`where`: `Lobby` is not a channel of a type that fits."),
        ("/review rating:5 review:x where:#staff-log", "`where`: there is no channel `#staff-log`."),
        (
            "/review raiting:5",
            "There is no option `raiting`. Options are: rating, review, user, where, role, loud, weight, file, product.",
        ),
        ("/review rating:5 rating:5 review:x", "`rating` is there twice."),
        ("/review rating", "Write `rating:` and then its value."),
        ("/role", "Choose a subcommand: list, change."),
    ];
    for (text, expected) in cases {
        assert_eq!(words(&stage, text), expected);
    }
    let long = format!("/review rating:5 review:{}", "x".repeat(31));
    assert_eq!(words(&stage, &long), "`review`: must be at most 30 characters, and is 31.");
}

#[test]
fn subcommands_nest() {
    let stage = stage();
    assert_eq!(options(&stage, "/role list"), json!([{ "name": "list", "type": 1, "options": [] }]));
    let give = options(&stage, "/role change give user:@bo");
    assert_eq!(give[0]["options"][0]["options"][0]["value"], stage.bo.to_string());
    let same = stage.world.slash(stage.ana, stage.general, "/role change give", &[("user", "bo")]).unwrap();
    assert_eq!(stage.world.interaction(same).unwrap().data["options"], give);
}

#[test]
fn administrators_see_hidden_commands_and_completion_lists_what_is_seen() {
    let stage = stage();
    assert!(stage.world.command(stage.root, stage.general, "/stock").is_ok());
    let names = |user| -> Vec<String> {
        stage.world.visible_commands(user, stage.general).into_iter().map(|command| command.name).collect()
    };
    assert_eq!(names(stage.ana), ["review", "role"]);
    assert_eq!(names(stage.root), ["review", "role", "stock"]);
}

#[test]
fn people_act_only_where_they_see() {
    let stage = stage();
    let there = |user| stage.world.command(user, stage.staff_log, "/role list");
    assert_eq!(there(stage.ana).unwrap_err().0, "You cannot see that channel.");
    assert!(there(stage.sam).is_ok());
    let no_commands = Overwrite::role(stage.guild, Permissions::NONE, Permissions::USE_APPLICATION_COMMANDS);
    stage.world.set_overwrites(stage.general, &[no_commands]).unwrap();
    assert_eq!(words(&stage, "/role list"), "You may not use commands in this channel.");
}

#[test]
fn completion_asks_the_bot_for_what_is_typed() {
    let stage = stage();
    let id = stage.world.autocomplete(stage.ana, stage.general, "/review rating:5 product:al").unwrap();
    let data = stage.world.interaction(id).unwrap().data;
    assert_eq!(data["options"][1], json!({ "name": "product", "type": 3, "value": "al", "focused": true }));
    let choices = json!([{ "name": "Alpha", "value": "alpha" }]);
    assert_eq!(stage.respond(id, json!({ "type": 8, "data": { "choices": choices } })).status, 204);
    assert_eq!(stage.world.interaction(id).unwrap().choices.unwrap()[0]["name"], "Alpha");
    let none = stage.world.autocomplete(stage.ana, stage.general, "/review rating:5").unwrap_err();
    assert_eq!(none.0, "`rating` is not completed by the bot.");
    let id = stage.world.autocomplete(stage.ana, stage.general, "/review product:").unwrap();
    let many: Vec<Value> = (0..26).map(|n| json!({ "name": n.to_string(), "value": n.to_string() })).collect();
    let over = stage.respond(id, json!({ "type": 8, "data": { "choices": many } }));
    assert_eq!(super::stage::mistake(&over, "data.choices"), "BASE_TYPE_MAX_LENGTH");
}

#[test]
fn menus_name_their_target() {
    let stage = stage();
    let id = stage.world.use_on_user(stage.ana, stage.general, "Praise", stage.bo).unwrap();
    let data = stage.world.interaction(id).unwrap().data;
    assert_eq!(data["target_id"], stage.bo.to_string());
    assert_eq!(data["resolved"]["users"][stage.bo.to_string()]["username"], "bo");
}

#[test]
fn buttons_are_found_by_label_and_by_emoji() {
    let stage = stage();
    let panel = stage.panel("open", "Open Ticket");
    assert_eq!(stage.world.find_button(stage.ana, None, "Open Ticket"), Some((panel, "open".to_owned())));
    assert!(stage.world.click(stage.ana, panel, "close").is_err());
    let disabled = json!({ "components": [{ "type": 1, "components":
        [{ "type": 2, "style": 1, "custom_id": "open", "emoji": { "name": "🎫" }, "disabled": true }] }] });
    stage.patch(&format!("/channels/{}/messages/{panel}", stage.general), disabled);
    let found = stage.world.click_label(stage.ana, Some(stage.general), "🎫");
    assert_eq!(found.unwrap_err().0, "`open` is disabled.");
}

#[test]
fn an_ephemeral_button_is_only_for_its_reader() {
    let stage = Stage::new().with_ping();
    let ping = stage.ping(stage.ana);
    let row = json!({ "type": 1, "components": [{ "type": 2, "style": 1, "custom_id": "undo", "label": "Undo" }] });
    stage.respond(ping, json!({ "type": 4, "data": { "content": "x", "flags": 64, "components": [row] } }));
    assert!(stage.world.click_label(stage.bo, None, "Undo").is_err());
    let click = stage.world.click_label(stage.ana, None, "Undo").unwrap();
    assert_eq!(stage.respond(click, json!({ "type": 7, "data": { "content": "undone" } })).status, 204);
    assert!(stage.follow(click, Get, "/messages/@original", json!(null)).body["flags"].as_u64() == Some(64));
}

#[test]
fn selects_take_labels_values_and_people() {
    let stage = Stage::new();
    let options = json!([{ "label": "Small", "value": "s" }, { "label": "Large", "value": "l" }]);
    let rows = json!([
        { "type": 1, "components": [{ "type": 3, "custom_id": "size", "options": options, "placeholder": "Size" }] },
        { "type": 1, "components": [{ "type": 5, "custom_id": "who", "max_values": 2 }] },
    ]);
    let message = super::stage::id(&stage.send(stage.general, json!({ "components": rows })));
    assert_eq!(stage.world.find_select(stage.ana, None, "Size"), Some((message, "size".to_owned())));
    let size = stage.world.choose(stage.ana, message, "size", &["Large"]).unwrap();
    assert_eq!(stage.world.interaction(size).unwrap().data["values"], json!(["l"]));
    let who = stage.world.choose(stage.ana, message, "who", &["@bo", "sam"]).unwrap();
    let data = stage.world.interaction(who).unwrap().data;
    assert_eq!(data["values"], json!([stage.bo, stage.sam]));
    assert_eq!(data["resolved"]["users"].as_object().unwrap().len(), 2);
    assert!(stage.world.choose(stage.ana, message, "size", &["s", "l"]).is_err());
    assert!(stage.world.choose(stage.ana, message, "size", &["Huge"]).is_err());
}

#[test]
fn people_write_with_mentions_under_slowmode() {
    let stage = Stage::new();
    let said = stage.world.say(stage.ana, stage.general, "hey @bo, see #square\n@nobody").unwrap();
    let message = stage.world.message(said).unwrap();
    assert_eq!(message.content, format!("hey <@{}>, see <#{}>\n@nobody", stage.bo, stage.square));
    assert_eq!(message.mentions, [stage.bo]);
    stage.patch(&format!("/channels/{}", stage.general), json!({ "rate_limit_per_user": 5 }));
    assert!(stage.world.say(stage.ana, stage.general, "again").is_err());
    assert!(stage.world.say(stage.root, stage.general, "1").is_ok());
    assert!(stage.world.say(stage.root, stage.general, "2").is_ok(), "administrators do not wait");
    stage.clock.advance(5_000);
    assert!(stage.world.say(stage.ana, stage.general, "again").is_ok());
}

#[test]
fn own_messages_are_edited_and_deleted() {
    let stage = Stage::new();
    let said = stage.world.say(stage.ana, stage.general, "hi").unwrap();
    assert_eq!(stage.world.edit(stage.bo, said, "x").unwrap_err().0, "That is not your message.");
    stage.world.edit(stage.ana, said, "hello").unwrap();
    assert_eq!(stage.world.message(said).unwrap().content, "hello");
    stage.world.delete(stage.ana, said).unwrap();
    assert!(stage.world.message(said).is_none());
}

#[test]
fn commands_work_in_dms_unless_they_are_for_guilds() {
    let stage = Stage::new();
    stage.register(json!([{ "name": "a", "description": "a" }, { "name": "b", "description": "b", "contexts": [0] }]));
    stage.world.dm(stage.ana, stage.bot, "hello").unwrap();
    let dm = stage.world.direct(stage.bot, stage.ana).unwrap().id;
    assert!(stage.world.command(stage.ana, dm, "/a").is_ok());
    assert!(stage.world.command(stage.ana, dm, "/b").is_err());
    assert_eq!(stage.world.view(stage.ana).direct.len(), 1);
}
