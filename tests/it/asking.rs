//! What an editor asks the language server: what could stand here, what it means, where it is declared, another name.

use crate::harness::marked::{HELLO, asked, between, covered, edited, open, place, store};
use crate::harness::{Editor, store_bot};
use lsp_types::Range;
use serde_json::{Value, json};

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().expect("completions").iter().map(|item| item["label"].as_str().expect("a label")).collect()
}

fn hover(editor: &mut Editor, marked: &str) -> String {
    let told = asked(editor, "textDocument/hover", marked).expect("an answer");
    told["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn completion_knows_what_could_stand_at_the_cursor() {
    let mut editor = Editor::start();
    // The part of the store's file, what is typed instead, some of what is offered, and what is not.
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        // Keys: of the file, of a command, of an option, of a verb, in one line.
        ("\ncommands:\n", "\nev¦\ncommands:\n", &["events", "modals", "token"], &["tables", "bot"]),
        (
            "    description: Review our service\n",
            "    description: Review our service\n    re¦\n",
            &["refused", "nsfw"],
            &["description", "options"],
        ),
        ("required: true\n        choices", "requ¦\n        choices", &["required", "autocomplete"], &["choices"]),
        ("buttons: [{ button: undo_clear,", "buttons: [{ di¦, button: undo_clear,", &["disabled"], &["button", "with"]),
        (
            "      - panel: support\n",
            "      - panel: support\n        o¦\n",
            &["on_refusal", "as"],
            &["else", "then", "panel", "read"],
        ),
        (
            "- reply: { embed: stocked, ephemeral: true }",
            "- reply: { em¦",
            &["embed", "ephemeral", "content"],
            &["title"],
        ),
        // Verbs, on a line of their own and as the first in a list.
        (
            "      - panel: support\n",
            "      - panel: support\n      - ¦\n",
            &["reply", "insert", "stop"],
            &["as", "embed"],
        ),
        ("then: [{ log: stock_restored }]", "then: [{ l¦ }]", &["log", "let"], &["then"]),
        // Words of an enum, of a flag, of the engine's own lists.
        ("style: secondary", "style: ¦", &["primary", "danger"], &["short"]),
        ("type: attachment", "type: att¦", &["attachment", "integer"], &["webhook"]),
        ("      ephemeral: true\n          buttons", "      ephemeral: t¦\n          buttons", &["true", "false"], &[]),
        ("title: Out of stock\n    color: red", "title: Out of stock\n    color: ¦", &["green", "blurple"], &[]),
        ("[administrator]", "[ma¦]", &["manage_messages", "administrator"], &[]),
        // References.
        ("embed: out_of_stock", "embed: ¦", &["review", "out_of_stock", "history"], &["support"]),
        ("- log: keys_stocked", "- log: key¦", &["keys_stocked", "ticket_opened"], &["stocked"]),
        ("from: keys", "from: ¦", &["keys", "reviews"], &[]),
        ("- panel: support", "- panel: ¦", &["support"], &[]),
        (
            "description: Clear what is in stock of a product\n    access: admin",
            "description: Clear\n    access: ¦",
            &["admin", "staff"],
            &[],
        ),
        ("button: undo_clear", "button: ¦", &["undo_clear", "history_next"], &["support"]),
        ("steps: [{ flow: inventory_page, with: { page:", "steps: [{ flow: inventory_page, with: { ¦", &["page"], &[]),
        ("flow: inventory_page\n", "flow: ¦\n", &["inventory_page", "history_page"], &[]),
        ("order_by: { delivered_at: desc", "order_by: { deli¦: desc", &["delivered_at", "product", "id"], &["rating"]),
        ("state: stocked }, by:", "state: ¦ }, by:", &["stocked", "delivered", "cleared"], &[]),
        ("column: keys.product,", "column: keys.¦,", &["product", "duration"], &["rating"]),
        ("give_back: key", "give_back: ¦", &["key"], &[]),
        // Paths, segment by segment, whether the braces, the quote and the bracket are closed or not.
        (
            "{{user.mention}} (`{{user.id}}`)\"\n    stock_cleared",
            "{{¦}}\"\n    stock_cleared",
            &["options", "stocked", "upper", "user", "settings"],
            &["ticket", "mention"],
        ),
        (
            "rating: \"{{options.rating}}\", text",
            "rating: \"{{options.¦}}\", text",
            &["rating", "review"],
            &["user", "upper"],
        ),
        (
            "rating: \"{{options.rating}}\", text: \"{{options.review}}\" } }",
            "rating: \"{{options.ra¦",
            &["rating", "review"],
            &["user"],
        ),
        (
            "content: \"{{plural restored.count \\\"key\\\"}} back in stock.\"",
            "content: \"{{plural restored.¦\"",
            &["count", "rows"],
            &["user"],
        ),
        ("to: \"{{settings.vouches_channel}}\"", "to: \"{{settings.¦\"", &["vouches_channel", "staff_role"], &[]),
        (
            "channel: \"ticket-{{ticket.number}}-{{user.name}}\"",
            "channel: \"ticket-{{ticket.¦}}-{{user.name}}\"",
            &["number", "channel"],
            &[],
        ),
        (
            "{{this.product}}** · {{this.duration}}: {{this.count}}",
            "{{this.¦",
            &["product", "duration", "count"],
            &["user"],
        ),
        ("{{#each shown}}", "{{#¦", &["each", "if", "unless", "with"], &["user"]),
        ("{{#if delivery.ok}}", "{{#if delivery.¦}}", &["ok", "reason"], &[]),
        (
            "{{count_where stocked.conflicts \\\"state\\\"",
            "{{count_where stocked.conflicts \\\"sta¦\\\"",
            &["state", "product"],
            &["user"],
        ),
        // Expressions.
        ("- if: delivery.ok\n", "- if: delivery.¦\n", &["ok", "reason"], &["user"]),
        ("- if: length(given) == 0", "- if: len¦", &["length", "given", "options"], &["if"]),
        ("'min(args.page, pages)'", "'min(args.¦'", &["page"], &["pages"]),
        ("if: page > 1 }", "if: ¦ }", &["page", "pages", "shown", "args", "max"], &["clearing"]),
    ];
    let mut wrong = Vec::new();
    for (part, with, offered, not) in cases {
        let items = asked(&mut editor, "textDocument/completion", &store(part, with)).unwrap();
        let labels = labels(&items);
        let missing = offered.iter().filter(|label| !labels.contains(label)).map(|label| format!("without {label}"));
        let surplus = not.iter().filter(|label| labels.contains(label)).map(|label| format!("with {label}"));
        wrong.extend(missing.chain(surplus).map(|what| format!("{with}\n    {what}: {labels:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_completion_replaces_the_word_and_tells_its_type_and_meaning() {
    let mut editor = Editor::start();
    let marked = store(
        "content: \"Thank you! Your review is in {{settings.vouches_channel.mention}}.\"",
        "content: \"🎫 {{options.ra¦t}}\"",
    );
    let (text, position) = open(&mut editor, "a.yaml", &marked);
    let items = editor.ask("textDocument/completion", place("a.yaml", position));
    let rating = items.as_array().unwrap().iter().find(|item| item["label"] == "rating").unwrap();
    assert_eq!(rating["detail"], "whole number");
    assert_eq!(rating["documentation"]["value"], "How many stars");
    assert_eq!(edited(&text, &json!([rating["textEdit"]])), text.replacen("{{options.rat}}", "{{options.rating}}", 1));

    let marked = store("    description: Review our service\n", "    description: Review our service\n    ref¦\n");
    let (text, position) = open(&mut editor, "b.yaml", &marked);
    let items = editor.ask("textDocument/completion", place("b.yaml", position));
    let refused = items.as_array().unwrap().iter().find(|item| item["label"] == "refused").unwrap();
    assert!(refused["documentation"]["value"].as_str().unwrap().contains("What somebody is told"));
    assert_eq!(edited(&text, &json!([refused["textEdit"]])), text.replacen("    ref\n", "    refused: \n", 1));

    let items = asked(&mut editor, "textDocument/completion", &store("embed: review", "embed: ¦")).unwrap();
    let review = items.as_array().unwrap().iter().find(|item| item["label"] == "review").unwrap();
    assert_eq!(review["detail"], "embed");
    assert!(review["documentation"]["value"].as_str().unwrap().contains("title: New Review"));
}

#[test]
fn nothing_is_offered_where_nothing_is_known() {
    let mut editor = Editor::start();
    for (part, with) in [
        ("description: Review our service", "description: Review ¦"),
        ("title: Out of stock", "title: Out of ¦"),
        ("# Steps that a command", "# Steps ¦ that a command"),
        ("Press **Close Ticket**", "Press **Close ¦Ticket**"),
        ("  reviews:\n    columns:", "  rev¦:\n    columns:"),
    ] {
        let items = asked(&mut editor, "textDocument/completion", &store(part, with)).unwrap();
        assert_eq!(labels(&items), [""; 0], "{with}");
    }
}

#[test]
fn hover_tells_types_meanings_and_what_is_referred_to() {
    let mut editor = Editor::start();
    for (part, with, words) in [
        ("rating: \"{{options.rating}}\", text", "rating: \"{{options.ra¦ting}}\", text", "rating: whole number"),
        ("rating: \"{{options.rating}}\", text", "rating: \"{{opt¦ions.rating}}\", text", "What the user gave."),
        ("Key: \"`{{key.key}}`\"", "Key: \"`{{key.k¦ey}}`\"", "text, secret"),
        (
            "{{stars options.rating}} ({{options.rating}}/5)\", Review",
            "{{st¦ars options.rating}} ({{options.rating}}/5)\", Review",
            "stars rating",
        ),
        ("- if: delivery.ok\n", "- if: deliv¦ery.ok\n", "Bound by a step before."),
        ("'max(1, (length(groups) + 14) / 15)'", "'ma¦x(1, (length(groups) + 14) / 15)'", "max a b…"),
        ("embed: out_of_stock", "embed: out_¦of_stock", "title: Out of stock"),
        ("from: keys", "from: ke¦ys", "ignore_case: true"),
        ("\n  out_of_stock:", "\n  out_¦of_stock:", "embed `out_of_stock`, used once"),
        ("expires: 10m", "exp¦ires: 10m", "How long after its message was sent"),
        ("style: danger", "style: da¦nger", "Red."),
        ("      - panel: support", "      - pan¦el: support", "Posts the panel of a ticket."),
    ] {
        let told = hover(&mut editor, &store(part, with));
        assert!(told.contains(words), "{with}: {told}");
    }
    assert_eq!(hover(&mut editor, &store("# Steps that", "# St¦eps that")), "");
}

#[test]
fn a_name_leads_to_where_it_is_declared() {
    let mut editor = Editor::start();
    for (part, with, declared) in [
        ("embed: out_of_stock", "embed: out_¦of_stock", "  out_of_stock:"),
        ("- log: keys_stocked", "- log: keys_¦stocked", "    keys_stocked:"),
        ("from: keys", "from: ke¦ys", "  keys:"),
        ("set: { state: delivered,", "set: { sta¦te: delivered,", "      state:        { type: text, one_of:"),
        (
            "unique: [[product, duration, key]]",
            "unique: [[product, dur¦ation, key]]",
            "      duration:     { type: text",
        ),
        ("flow: inventory_page\n", "flow: inven¦tory_page\n", "  inventory_page:"),
        ("button: undo_clear", "button: un¦do_clear", "  undo_clear:"),
        ("with: { clearing: \"{{run.id}}\" }", "with: { clea¦ring: \"{{run.id}}\" }", "    args: { clearing: text }"),
        ("{ any: [admin,", "{ any: [ad¦min,", "  admin: {"),
        ("to: \"{{settings.vouches_channel}}\"", "to: \"{{settings.vouches_¦channel}}\"", "  vouches_channel:"),
        ("rating: \"{{options.rating}}\", text", "rating: \"{{options.¦rating}}\", text", "      rating:"),
        ("Remaining: \"{{remaining}}\"", "Remaining: \"{{rem¦aining}}\"", "        as: remaining"),
        ("- give_back: key", "- give_back: k¦ey", "        as: key"),
        ("if: cleared.count > 0", "if: clea¦red.count > 0", "        as: cleared"),
        ("'min(args.page, pages)'", "'min(args.page, pa¦ges)'", "      - let: { total: 'sum(groups"),
        ("'min(args.page, pages)'", "'min(args.pa¦ge, pages)'", "    args: { page: integer }"),
        ("- panel: support", "- panel: sup¦port", "  support:"),
        ("column: keys.product,", "column: keys.pro¦duct,", "      product:      {"),
    ] {
        let marked = store(part, with);
        let locations = asked(&mut editor, "textDocument/definition", &marked).unwrap();
        let text = marked.replacen('¦', "", 1);
        let lines: Vec<&str> =
            covered(&text, &locations).iter().map(|(line, _)| text.lines().nth(*line - 1).unwrap()).collect();
        assert!(lines.iter().any(|line| line.starts_with(declared)), "{with}: {lines:?}");
    }
}

#[test]
fn the_item_of_a_closure_is_defined_between_its_bars() {
    let mut editor = Editor::start();
    let bot = |condition: &str| {
        format!(
            "bot: cafe\ntables:\n  orders: {{ columns: {{ drink: text, cups: integer }} }}\ncommands:\n  all:\n    description: All\n    steps:\n      - find: {{ in: orders }}\n        as: orders\n      - if: {condition}\n        then: [{{ reply: Yes }}]\n        else: [{{ reply: No }}]\n"
        )
    };
    for (condition, column) in [
        // The second of two items of the same name is its own.
        ("orders.any(|o| o.cups > 1) && orders.all(|o| o¦.cups > 2)", 54),
        ("orders.any(|order| order.cups > 1 && or¦der.drink != \"tea\")", 24),
    ] {
        let marked = bot(condition);
        let locations = asked(&mut editor, "textDocument/definition", &marked).unwrap();
        let found = covered(&marked.replacen('¦', "", 1), &locations);
        let word = condition.split('|').nth(1).unwrap();
        assert_eq!(found, [(10, word.to_owned())], "{condition}");
        assert_eq!(locations[0]["range"]["start"]["character"], column, "{condition}: {locations}");
    }
    // A field of the item is a column.
    let marked = bot("orders.any(|order| order.cu¦ps > 1)");
    let locations = asked(&mut editor, "textDocument/definition", &marked).unwrap();
    assert_eq!(covered(&marked.replacen('¦', "", 1), &locations), [(3, "cups".to_owned())]);
}

#[test]
fn many_changes_and_many_places_of_a_name_take_no_time() {
    let mut editor = Editor::start();
    let steps: String = (0..3_000).map(|at| format!("      - reply: \"{at} {{{{settings.greeting}}}}\"\n")).collect();
    let text = format!(
        "bot: many\nsettings:\n  gre¦eting: {{ type: text, value: Hi }}\ncommands:\n  hi:\n    description: Hi\n    steps:\n{steps}"
    );
    let (text, position) = open(&mut editor, "many.yaml", &text);
    let mut params = place("many.yaml", position);
    params["newName"] = json!("welcome");
    let edits = editor.try_ask("textDocument/rename", params).unwrap();
    let edits = &edits["changes"][Editor::uri("many.yaml").as_str()];
    assert_eq!(edits.as_array().map(Vec::len), Some(3_001));
    let renamed = edited(&text, edits);
    assert_eq!(renamed, text.replace("greeting", "welcome"));
    // As an editor sends it that has renamed: one change for each place, the last first.
    let mut changes = edits.as_array().unwrap().clone();
    changes.reverse();
    let changes: Vec<Value> =
        changes.iter().map(|edit| json!({ "range": edit["range"], "text": edit["newText"] })).collect();
    editor.change("many.yaml", json!(changes));
    assert_eq!(editor.codes("many.yaml"), [""; 0]);
    let outline =
        editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": Editor::uri("many.yaml") } }));
    assert_eq!(outline[1]["children"][0]["name"], "welcome");
}

#[test]
fn references_are_found_in_steps_templates_and_expressions() {
    let mut editor = Editor::start();
    let marked = store(
        "  history_page:\n    args: { customer: user, page: integer }",
        "  history_page:\n    args: { cust¦omer: user, page: integer }",
    );
    let locations = asked(&mut editor, "textDocument/references", &marked).unwrap();
    let text = marked.replacen('¦', "", 1);
    let found = covered(&text, &locations);
    assert!(found.iter().all(|(_, word)| word == "customer"), "{found:?}");
    // The declaration, `with:` of a command and of four buttons, and six templates.
    let lines =
        |words: &str| found.iter().filter(|(line, _)| text.lines().nth(*line - 1).unwrap().contains(words)).count();
    assert_eq!(lines("args: { customer: user, page: integer }"), 1);
    assert!(lines("with: { customer:") >= 3, "{found:?}");
    assert!(lines("{{args.customer") >= 4, "{found:?}");
}

#[test]
fn a_rename_changes_every_place_and_nothing_else() {
    let mut editor = Editor::start();
    for (part, with, to, changed) in [
        ("\n  out_of_stock:", "\n  out_of¦_stock:", "sold_out", 2),
        ("vouches_channel: {", "vouches_¦channel: {", "praise", 3),
        ("        as: remaining", "        as: rem¦aining", "left", 4),
        ("  undo_clear:\n", "  undo_¦clear:\n", "take_back", 2),
        ("      state:        {", "      sta¦te:        {", "stage", 15),
        ("      delivered_to: {", "      delivered_¦to: {", "receiver", 6),
        ("      rating:\n        type", "      rat¦ing:\n        type", "stars_given", 6),
        ("pages: 'max(1, (length", "pa¦ges: 'max(1, (length", "sheets", 4),
    ] {
        let marked = store(part, with);
        let (text, position) = open(&mut editor, "rename.yaml", &marked);
        let prepared = editor.ask("textDocument/prepareRename", place("rename.yaml", position));
        let old = prepared["placeholder"].as_str().unwrap().to_owned();
        let mut params = place("rename.yaml", position);
        params["newName"] = json!(to);
        let edit = editor.ask("textDocument/rename", params);
        let edits = &edit["changes"][Editor::uri("rename.yaml")];
        let count = edits.as_array().unwrap().len();
        assert!(count >= changed, "{old}: {count} places");
        let renamed = edited(&text, edits);
        editor.write("rename.yaml", &renamed);
        assert_eq!(editor.codes("rename.yaml"), [""; 0], "{old} → {to}\n{renamed}");
    }
}

#[test]
fn a_name_that_is_taken_or_bad_is_refused() {
    let mut editor = Editor::start();
    for (part, with, to) in [
        ("\n  out_of_stock:", "\n  out_of¦_stock:", "stocked"),
        ("        as: remaining", "        as: rem¦aining", "user"),
        ("        as: remaining", "        as: rem¦aining", "no name"),
        ("      - let: { given:", "      - let: { gi¦ven:", "product"),
        ("      rating:\n        type", "      rat¦ing:\n        type", "Loud Name"),
        ("\n  out_of_stock:", "\n  out_of¦_stock:", "a: b"),
        ("\n  out_of_stock:", "\n  out_of¦_stock:", ""),
        ("\n  out_of_stock:", "\n  out_of¦_stock:", "x # y"),
        ("      delivered_to: {", "      delivered_¦to: {", "id"),
    ] {
        let (_, position) = open(&mut editor, "rename.yaml", &store(part, with));
        let mut params = place("rename.yaml", position);
        params["newName"] = json!(to);
        assert_eq!(editor.try_ask("textDocument/rename", params), Err(-32803), "{with} → {to}");
    }
    let marked =
        store("{{user.mention}} (`{{user.id}}`)\"\n    stock_cleared", "{{us¦er.mention}}\"\n    stock_cleared");
    assert_eq!(asked(&mut editor, "textDocument/prepareRename", &marked), Err(-32803));
}

#[test]
fn the_outline_has_sections_and_names() {
    let mut editor = Editor::start();
    editor.open("store.yaml", &store_bot());
    let outline =
        editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": Editor::uri("store.yaml") } }));
    fn names(symbols: &Value) -> Vec<String> {
        symbols
            .as_array()
            .into_iter()
            .flatten()
            .map(|symbol| symbol["name"].as_str().expect("a name").to_owned())
            .collect()
    }
    let sections = names(&outline);
    assert_eq!(sections[..4], ["bot", "description", "settings", "access"]);
    let below = |section: &str| {
        outline.as_array().unwrap().iter().find(|symbol| symbol["name"] == section).unwrap()["children"].clone()
    };
    assert!(names(&below("commands")).starts_with(&["review".into(), "ticketpanel".into(), "stock".into()]));
    assert_eq!(names(&below("commands")[0]["children"]), ["rating", "review"]);
    assert!(names(&below("logs")).contains(&"key_sent".to_owned()));
    assert!(names(&below("tables")[0]["children"]).contains(&"delivered_to".to_owned()));
    fn nested(symbol: &Value) {
        let range: Range = serde_json::from_value(symbol["range"].clone()).expect("a range");
        let selection: Range = serde_json::from_value(symbol["selectionRange"].clone()).expect("a range");
        assert!(range.start <= selection.start && selection.end <= range.end, "{symbol}");
        symbol["children"].as_array().into_iter().flatten().for_each(nested);
    }
    outline.as_array().unwrap().iter().for_each(nested);
}

#[test]
fn a_suggestion_is_a_quick_fix() {
    let mut editor = Editor::start();
    let text = HELLO.replace("user.name", "user.nam").replace("description", "descripton");
    editor.open("hello.yaml", &text);
    let params = json!({
        "textDocument": { "uri": Editor::uri("hello.yaml") }, "range": between(4, 33, 33), "context": { "diagnostics": [] },
    });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(actions.as_array().unwrap().len(), 1, "{actions}");
    assert_eq!((&actions[0]["title"], &actions[0]["kind"]), (&json!("Write `name`"), &json!("quickfix")));
    assert_eq!(actions[0]["diagnostics"][0]["code"], "E0302");
    let edits = &actions[0]["edit"]["changes"][Editor::uri("hello.yaml")];
    assert_eq!(edited(&text, edits), text.replace("user.nam}", "user.name}"));
}
