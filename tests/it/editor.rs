//! What people write bots in: the published schema in the YAML language server, and our server under VS Code's own client.
//!
//! Both come from npm (`tests/editor`); without them these tests say that they are skipped.

use crate::harness::{Editor, marked};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn is_installed() -> bool {
    let node = Command::new("node").arg("--version").output().is_ok_and(|told| told.status.success());
    let installed = node && repository("tests/editor/node_modules/yaml-language-server").is_dir();
    if !installed {
        // Past the test harness, which keeps what passing tests print.
        let _nobody_reads = writeln!(
            std::io::stderr(),
            "skipped: what editors make of the schema is not tried; it needs node, and `npm ci` in tests/editor"
        );
    }
    installed
}

/// The YAML language server with the published schema.
fn yaml_server() -> Option<Editor> {
    if !is_installed() {
        return None;
    }
    let mut command = Command::new("node");
    command.arg(repository("tests/editor/node_modules/yaml-language-server/bin/yaml-language-server")).arg("--stdio");
    let schema = format!("file://{}", repository("schemas/bot.json").display());
    let yaml = json!({
        "schemas": { schema: "*.yaml" }, "validate": true, "completion": true, "hover": true,
        "schemaStore": { "enable": false }, "hoverSchemaSource": false,
    });
    let mut editor = Editor::of(command, json!({ "yaml": yaml }));
    // It asks for its settings when it likes; before it has them, it knows of no schema.
    assert!((0..100).any(|_| knows_the_schema(&mut editor)), "the server never reads the schema");
    Some(editor)
}

fn knows_the_schema(editor: &mut Editor) -> bool {
    let name = format!("first{}.yaml", editor.count());
    editor.open(&name, "no: bot\n");
    !editor.diagnostics(&name).is_empty()
}

/// The store's file without the line that says where its schema is, and with a part replaced by another.
fn store(part: &str, with: &str) -> String {
    let text = marked::store(part, with);
    let (_, text) = text.split_once('\n').expect("its first line names the schema");
    text.to_owned()
}

fn asked(editor: &mut Editor, method: &str, marked: &str) -> Value {
    marked::asked(editor, method, marked).expect("an answer")
}

#[test]
fn the_schema_suggests_what_could_stand_there() {
    let Some(mut editor) = yaml_server() else { return };
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "    description: Review our service\n",
            "    description: Review our service\n    ¦\n",
            &["refused", "nsfw"],
            &["steps"],
        ),
        ("required: true\n        choices", "¦\n        choices", &["required", "autocomplete"], &["description"]),
        ("      - panel: support\n", "      - panel: support\n      - ¦\n", &["reply", "insert", "stop"], &["null"]),
        ("      - panel: support\n", "      - panel: support\n        ¦\n", &["as", "on_refusal"], &["panel"]),
        (
            "- reply: { embed: stocked, ephemeral: true }",
            "- reply:\n          ¦",
            &["content", "embed", "buttons"],
            &["title"],
        ),
        ("then: [{ log: stock_restored }]", "then:\n          - ¦", &["log", "let"], &[]),
        ("style: secondary", "style: ¦", &["primary", "danger"], &["null"]),
        ("type: attachment", "type: ¦", &["attachment", "integer"], &["null"]),
        (
            "      ephemeral: true\n          buttons",
            "      ephemeral: ¦\n          buttons",
            &["true", "false"],
            &["null"],
        ),
        ("      by: [opener, staff]", "      by: ¦", &["opener", "staff"], &["null"]),
        ("        as: remaining", "        as: ¦", &[], &["true", "null"]),
        ("\n  admin: { permissions: [administrator] }", "\n  admin:\n    ¦", &["permissions", "any"], &[]),
        ("    args: { page: integer }", "    args:\n      page: ¦", &["text", "user"], &["webhook"]),
        ("title: Out of stock\n", "title: Out of stock\n    ¦\n", &["fields", "footer"], &["color"]),
        ("\nbuttons:\n", "\nbuttons:\n  new:\n    ¦\n", &["label", "expires"], &["description"]),
    ];
    let mut wrong = Vec::new();
    for (part, with, offered, not) in cases {
        let told = asked(&mut editor, "textDocument/completion", &store(part, with));
        let items = told["items"].as_array().or(told.as_array()).cloned().unwrap_or_default();
        let labels: Vec<&str> = items.iter().filter_map(|item| item["label"].as_str()).collect();
        let missing = offered.iter().filter(|label| !labels.contains(label)).map(|label| format!("without {label}"));
        let surplus = not.iter().filter(|label| labels.contains(label)).map(|label| format!("with {label}"));
        wrong.extend(missing.chain(surplus).map(|what| format!("{with}\n    {what}: {labels:?}")));
        let silent = items.iter().filter(|item| {
            offered.iter().any(|label| item["label"] == *label && *label != "true" && *label != "false")
        });
        let silent = silent.filter(|item| {
            item["documentation"].as_str().or(item["documentation"]["value"].as_str()).unwrap_or_default().is_empty()
        });
        wrong.extend(silent.map(|item| format!("{with}\n    nothing is said of {}", item["label"])));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_schema_explains_keys_and_words() {
    let Some(mut editor) = yaml_server() else { return };
    for (part, with, words) in [
        (
            "expires: 10m",
            "exp¦ires: 10m",
            "How long after its message was sent it works, such as `10m`. Without it, for ever.",
        ),
        ("expires: 10m\n    expired", "expires: 10m\n    exp¦ired", "What somebody is told who presses it later."),
        ("style: danger", "sty¦le: danger", "* `danger`: Red."),
        (
            "      - panel: support",
            "      - pan¦el: support",
            "Posts the panel of a ticket. Its button works for ever.",
        ),
        (
            "- reply: { embed: stocked,",
            "- re¦ply: { embed: stocked,",
            "Answers whoever used the command or pressed the button.",
        ),
        ("- let: {", "- l¦et: {", "Gives a name to the value of an expression, for later steps."),
        ("embed: stocked,", "emb¦ed: stocked,", "The name of an embed, or an embed written here."),
        ("\ncommands:", "\ncomm¦ands:", "The slash commands."),
        ("access: admin", "acc¦ess: admin", "Who may use it: a rule, or the name of one."),
        ("        as: file", "        a¦s: file", "The name under which later steps know what this one gave."),
        ("choices: {", "cho¦ices: {", "The only values there are:"),
        ("autocomplete: [", "autoc¦omplete: [", "Values to offer while the user types"),
        ("vouches_channel: { type: channel, value", "vouches_channel: { type: channel, val¦ue", "The value itself."),
        (
            "vouches_channel: { type: channel,",
            "vouches_channel: { ty¦pe: channel,",
            "* `webhook`: The URL of a webhook",
        ),
        ("args: { clearing: text", "ar¦gs: { clearing: text", "`{{args.page}}`"),
        ("    color: gold", "    co¦lor: gold", "A name such as `green` or `gold`"),
        ("      - stop\n", "      - st¦op\n", "Ends here: no later step is done."),
    ] {
        let told = asked(&mut editor, "textDocument/hover", &store(part, with));
        let told = told["contents"]["value"].as_str().unwrap_or_default();
        assert!(told.contains(words), "{with}: {told}");
        for noise in ["Only for the schema", "||", "Botwright bot", "\\`"] {
            assert!(!told.contains(noise), "{with}: {told}");
        }
        let first = told.lines().next().unwrap_or_default();
        assert_eq!(told.matches(first).count(), 1, "said twice: {told}");
    }
}

#[test]
fn the_schema_warns_of_nothing_in_any_bot() {
    let Some(mut editor) = yaml_server() else { return };
    let mut count = 0;
    for folder in ["bots", "examples"] {
        for entry in std::fs::read_dir(repository(folder)).expect("the folder can be read") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(".yaml") && !name.contains(".test.") {
                let text = std::fs::read_to_string(&path).expect("the file can be read");
                let text = text
                    .lines()
                    .filter(|line| !line.starts_with("# yaml-language-server"))
                    .collect::<Vec<_>>()
                    .join("\n");
                editor.open(&name, &(text + "\n"));
                let found = editor.diagnostics(&name);
                assert!(found.is_empty(), "{name}: {found:#?}");
                count += 1;
            }
        }
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn the_schema_warns_where_something_is_wrong_and_says_what() {
    let Some(mut editor) = yaml_server() else { return };
    for (index, (part, with, words)) in [
        ("    description: Review our service", "    descriptoin: Review our service", "descriptoin is not allowed"),
        ("type: integer", "type: integr", "\"integer\""),
        ("style: danger", "style: red", "\"danger\""),
        ("required: true", "required: perhaps", "\"boolean\""),
        ("- panel: support", "- pannel: support", "pannel is not allowed"),
        ("max_length: 1000", "max_length: long", "\"integer\""),
        ("permissions: [administrator]", "permission: [administrator]", "permission is not allowed"),
        ("        as: file", "        sa: file", "sa is not allowed"),
        ("    columns:", "    colums:", "\"columns\""),
        ("bot: store", "bott: store", "\"bot\""),
        ("steps: [{ flow", "step: [{ flow", "step is not allowed"),
        ("    title: Out of stock", "    titel: Out of stock", "titel is not allowed"),
        ("by: [opener, staff]", "by: [opener, stuff]", "\"staff\""),
        ("type: text, one_of", "type: txt, one_of", "\"text\""),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("wrong{index}.yaml");
        editor.open(&name, &store(part, with));
        let found = editor.diagnostics(&name);
        assert!(found.iter().any(|found| found.message.contains(words)), "{with}: {found:#?}");
        assert!(found.iter().all(|found| !found.message.contains("\"reply\"")), "{with}: {found:#?}");
    }
}

#[test]
fn the_language_server_serves_the_client_of_vs_code() {
    if !is_installed() {
        return;
    }
    let mut command = Command::new("node");
    command.arg(repository("tests/editor/client.js")).arg(env!("CARGO_BIN_EXE_botwright")).arg(repository("."));
    let output = command.output().expect("node starts");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.trim() == "ok", "{told}{errors}");
}
