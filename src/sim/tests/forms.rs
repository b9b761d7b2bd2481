//! Form bodies: Discord's limits and its error trees.

use super::stage::{Stage, mistake};
use crate::sim::RestAnswer;
use serde_json::{Value, json};

fn embed(embed: Value) -> RestAnswer {
    let stage = Stage::new();
    stage.send(stage.general, json!({ "embeds": [embed] }))
}

fn text(length: usize) -> String {
    "x".repeat(length)
}

#[test]
fn each_part_of_an_embed_has_its_limit() {
    let fields = |name: usize, value: usize| json!({ "fields": [{ "name": text(name), "value": text(value) }] });
    let cases = [
        (json!({ "title": text(257) }), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "description": text(4097) }), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "footer": { "text": text(2049) } }), "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "author": { "name": text(257) } }), "embeds.0.author.name", "BASE_TYPE_MAX_LENGTH"),
        (fields(257, 1), "embeds.0.fields.0.name", "BASE_TYPE_MAX_LENGTH"),
        (fields(1, 1025), "embeds.0.fields.0.value", "BASE_TYPE_MAX_LENGTH"),
        (fields(1, 0), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (
            json!({ "title": "x", "fields": vec![json!({ "name": "n", "value": "v" }); 26] }),
            "embeds.0.fields",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (json!({ "title": "x", "color": 16_777_216 }), "embeds.0.color", "NUMBER_TYPE_MAX"),
        (json!({ "title": "x", "color": "red" }), "embeds.0.color", "NUMBER_TYPE_COERCE"),
        (json!({ "title": "x", "url": "javascript:alert(1)" }), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        (json!({ "title": "x", "url": "nonsense" }), "embeds.0.url", "URL_TYPE_INVALID_URL"),
        (json!({ "image": { "url": "file:///etc" } }), "embeds.0.image.url", "URL_TYPE_INVALID_SCHEME"),
        (json!({ "title": "x", "timestamp": "tomorrow" }), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        (json!({}), "embeds.0.description", "BASE_TYPE_REQUIRED"),
        (json!("text"), "embeds.0", "MODEL_TYPE_CONVERT"),
    ];
    for (body, path, code) in cases {
        assert_eq!(mistake(&embed(body), path), code, "{path}");
    }
}

#[test]
fn the_largest_embed_passes_and_all_embeds_together_have_6000_characters() {
    let stage = Stage::new();
    let large = json!({ "description": text(4096), "title": text(256) });
    assert_eq!(stage.send(stage.general, json!({ "embeds": [large] })).status, 200);
    let two = vec![json!({ "description": text(3001) }); 2];
    assert_eq!(mistake(&stage.send(stage.general, json!({ "embeds": two })), "embeds"), "MAX_EMBED_SIZE_EXCEEDED");
    let eleven = vec![json!({ "title": "x" }); 11];
    assert_eq!(mistake(&stage.send(stage.general, json!({ "embeds": eleven })), "embeds"), "BASE_TYPE_MAX_LENGTH");
}

#[test]
fn all_mistakes_are_told_at_once_in_discords_words() {
    let answer = embed(json!({ "title": text(257), "color": -1 }));
    assert_eq!(answer.body["message"], "Invalid Form Body");
    let errors = &answer.body["errors"]["embeds"]["0"];
    assert_eq!(errors["title"]["_errors"][0]["message"], "Must be 256 or fewer in length.");
    let words = "int value should be greater than or equal to 0.";
    assert_eq!(errors["color"]["_errors"][0]["message"], words);
}

#[test]
fn content_counts_characters_not_bytes() {
    let stage = Stage::new();
    assert_eq!(stage.send(stage.general, json!({ "content": "ä".repeat(2000) })).status, 200);
    let long = stage.send(stage.general, json!({ "content": text(2001) }));
    assert_eq!(mistake(&long, "content"), "BASE_TYPE_MAX_LENGTH");
}

fn row(components: Value) -> RestAnswer {
    let stage = Stage::new();
    stage.send(stage.general, json!({ "components": [{ "type": 1, "components": components }] }))
}

fn button(custom_id: &str) -> Value {
    json!({ "type": 2, "style": 1, "custom_id": custom_id, "label": "x" })
}

fn select(options: Vec<Value>) -> Value {
    json!({ "type": 3, "custom_id": "s", "options": options })
}

fn option(value: &str) -> Value {
    json!({ "label": value, "value": value })
}

#[test]
fn components_have_their_places_and_limits() {
    let six: Vec<Value> = (0..6).map(|n| button(&n.to_string())).collect();
    let options: Vec<Value> = (0..26).map(|n| option(&n.to_string())).collect();
    let with = |key: &str, value: Value| {
        let mut button = button("b");
        button[key] = value;
        json!([button])
    };
    let cases = [
        (json!(six), "components", "BASE_TYPE_BAD_LENGTH"),
        (json!([]), "components", "BASE_TYPE_BAD_LENGTH"),
        (json!([button("a"), button("a")]), "components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (json!([button(&text(101))]), "components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        (json!([button("")]), "components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        (with("label", json!(text(81))), "components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (with("style", json!(9)), "components.0.style", "BASE_TYPE_CHOICES"),
        (with("emoji", json!({ "name": "black_nib" })), "components.0.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
        (with("emoji", json!({ "id": "5", "name": "x" })), "components.0.emoji.id", "BUTTON_COMPONENT_INVALID_EMOJI"),
        (with("style", json!(5)), "components.0", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        (
            json!([{ "type": 2, "style": 1, "label": "x" }]),
            "components.0.custom_id",
            "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
        ),
        (json!([{ "type": 2, "style": 5, "label": "x" }]), "components.0.url", "BUTTON_COMPONENT_URL_REQUIRED"),
        (json!([{ "type": 4, "custom_id": "t", "style": 1 }]), "components.0.type", "UNION_TYPE_CHOICES"),
        (json!([select(vec![option("a")]), button("b")]), "components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (json!([select(options)]), "components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (json!([select(vec![])]), "components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (
            json!([select(vec![option("a"), option("a")])]),
            "components.0.options.1",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (json!([select(vec![option(&text(101))])]), "components.0.options.0.label", "BASE_TYPE_BAD_LENGTH"),
    ];
    for (body, path, code) in cases {
        assert_eq!(mistake(&row(body), &format!("components.0.{path}")), code, "{path}");
    }
}

#[test]
fn good_components_pass_and_get_ids() {
    let emoji = json!({ "type": 2, "style": 3, "custom_id": "e", "emoji": { "name": "🎫" } });
    let link = json!({ "type": 2, "style": 5, "url": "https://example.com", "label": "there" });
    let sent = row(json!([button("a"), emoji, link]));
    assert_eq!(sent.status, 200, "{sent:?}");
    let kept = &sent.body["components"][0];
    assert_eq!((&kept["id"], &kept["components"][2]["id"]), (&json!(1), &json!(4)));
    for emoji in ["👍🏽", "🏳️‍🌈", "🇩🇪", "1️⃣", "❤️", "👨‍👩‍👧"] {
        let sent = row(json!([{ "type": 2, "style": 1, "custom_id": "e", "emoji": { "name": emoji } }]));
        assert_eq!(sent.status, 200, "{emoji}");
    }
}

#[test]
fn six_rows_are_too_many_and_a_button_needs_a_row() {
    let stage = Stage::new();
    let row = |n: usize| json!({ "type": 1, "components": [button(&n.to_string())] });
    let rows: Vec<Value> = (0..6).map(row).collect();
    let sent = stage.send(stage.general, json!({ "components": rows }));
    assert_eq!(mistake(&sent, "components"), "BASE_TYPE_MAX_LENGTH");
    let bare = stage.send(stage.general, json!({ "components": [button("a")] }));
    assert_eq!(mistake(&bare, "components.0.type"), "UNION_TYPE_CHOICES");
}

#[test]
fn the_new_components_exclude_content_and_cannot_be_taken_off() {
    let stage = Stage::new();
    let shown = json!([{ "type": 17, "components": [{ "type": 10, "content": "# Hello" }] }]);
    let sent = stage.send(stage.general, json!({ "flags": 1 << 15, "components": shown }));
    assert_eq!(sent.status, 200, "{sent:?}");
    let path = format!("/channels/{}/messages/{}", stage.general, sent.body["id"].as_str().unwrap());
    let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
    assert_eq!(mistake(&stage.patch(&path, json!({ "content": "x" })), "content"), code);
    assert_eq!(
        mistake(&stage.send(stage.general, json!({ "components": shown })), "components.0.type"),
        "UNION_TYPE_CHOICES"
    );
}

#[test]
fn galleries_separators_and_files_get_their_defaults() {
    let stage = Stage::new();
    let shown = json!([
        { "type": 12, "items": [{ "media": { "url": "https://example.com/a.png" } }] },
        { "type": 14 },
        { "type": 9, "components": [{ "type": 10, "content": "x" }],
            "accessory": { "type": 11, "media": { "url": "https://example.com/b.png" } } },
    ]);
    let sent = stage.send(stage.general, json!({ "flags": 1 << 15, "components": shown }));
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(sent.body["components"][1], json!({ "type": 14, "divider": true, "spacing": 1, "id": 2 }));
    let cases = [
        (json!([{ "type": 12, "items": [] }]), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
        (json!([{ "type": 13, "file": { "url": "https://x.y" } }]), "components.0.file.url", "URL_TYPE_INVALID_SCHEME"),
        (
            json!([{ "type": 9, "components": [{ "type": 10, "content": "x" }] }]),
            "components.0.accessory",
            "BASE_TYPE_REQUIRED",
        ),
        (json!(vec![json!({ "type": 10, "content": text(2001) }); 2]), "components", "BASE_TYPE_MAX_LENGTH"),
    ];
    for (components, path, code) in cases {
        let sent = stage.send(stage.general, json!({ "flags": 1 << 15, "components": components }));
        assert_eq!(mistake(&sent, path), code);
    }
}
