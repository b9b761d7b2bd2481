//! The life of the language server: what it tells by itself, and that nothing ends it, spoken to over its pipes.

use crate::harness::marked::{HELLO, between, place};
use crate::harness::{Editor, store_bot};
use lsp_types::{DiagnosticSeverity, DiagnosticTag, Position};
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn mistakes_are_told_while_the_file_is_written_and_go_when_they_are_mended() {
    let mut editor = Editor::start();
    editor.open("hello.yaml", HELLO);
    assert_eq!(editor.codes("hello.yaml"), [""; 0]);
    // `name` becomes `nam`: 🎫 counts twice in UTF-16.
    editor.change("hello.yaml", json!([{ "range": between(4, 35, 36), "text": "" }]));
    let found = editor.diagnostics("hello.yaml");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].range, between(4, 32, 35));
    assert_eq!(found[0].severity, Some(DiagnosticSeverity::ERROR));
    assert_eq!(found[0].source.as_deref(), Some("botwright"));
    assert!(found[0].message.contains("did you mean `name`?"), "{}", found[0].message);
    editor.change("hello.yaml", json!([{ "range": between(4, 35, 35), "text": "e" }]));
    assert_eq!(editor.codes("hello.yaml"), [""; 0]);
    assert!(editor.leave().success());
}

#[test]
fn bytes_are_counted_where_the_editor_asks_for_it() {
    let mut editor = Editor::with(json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } }));
    assert_eq!(editor.capabilities["positionEncoding"], "utf-8");
    editor.open("hello.yaml", &HELLO.replace("user.name", "user.nam").replace('\n', "\r\n"));
    assert_eq!(editor.diagnostics("hello.yaml")[0].range, between(4, 34, 37));
    assert_eq!(Editor::start().capabilities["positionEncoding"], "utf-16");
}

#[test]
fn a_diagnostic_points_at_related_places_and_fades_what_is_not_used() {
    let mut editor = Editor::start();
    editor.open("a.yaml", "bot: a\nbot: b\n");
    let found = editor.diagnostics("a.yaml");
    let related = found[0].related_information.as_ref().expect("the first of the two keys");
    assert_eq!(related[0].location.range, between(0, 0, 3));
    editor.open("b.yaml", &(HELLO.to_owned() + "embeds:\n  never: { title: x }\n"));
    let found = editor.diagnostics("b.yaml");
    assert_eq!(found[0].severity, Some(DiagnosticSeverity::WARNING));
    assert_eq!(found[0].tags, Some(vec![DiagnosticTag::UNNECESSARY]));
}

#[test]
fn every_bot_and_example_opens_without_a_word() {
    let mut editor = Editor::start();
    let mut count = 0;
    for folder in ["bots", "examples"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.ends_with(".yaml") && !name.contains(".test.") {
                editor.open(&name, &std::fs::read_to_string(&path).unwrap());
                assert_eq!(editor.codes(&name), [""; 0], "{name}");
                count += 1;
            }
        }
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn files_that_are_no_bots_are_left_alone() {
    let mut editor = Editor::start();
    editor.open("compose.yaml", "services:\n  web: { image: x }\n  bot: [\n");
    editor.open("hello.yaml", HELLO);
    assert_eq!(editor.codes("hello.yaml"), [""; 0]);
    assert!(!editor.was_told("compose.yaml"));
    assert_eq!(editor.ask("textDocument/hover", place("compose.yaml", Position::new(0, 1))), Value::Null);
    // One that becomes a bot is told of, and no more once it is none.
    editor.write("compose.yaml", "bot: X\n");
    assert_eq!(editor.codes("compose.yaml"), ["E0503"]);
    editor.write("compose.yaml", "not: X\n");
    assert_eq!(editor.codes("compose.yaml"), [""; 0]);
}

#[test]
fn scenarios_are_checked_against_their_bot_on_the_disk() {
    let mut editor = Editor::start();
    // The bot is there; what is not there is the scenarios' mistake.
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.yaml");
    let scenarios = |steps: &str| format!("bot: {bot}\nscenarios:\n  - scenario: x\n    steps:\n{steps}");
    editor.open("hello.test.yaml", &scenarios("      - ana: /helo\n      - restrat\n"));
    assert_eq!(editor.codes("hello.test.yaml"), ["E0301", "E0203"]);
    editor.write("hello.test.yaml", &scenarios("      - ana: /hello\n      - restart\n"));
    assert_eq!(editor.codes("hello.test.yaml"), [""; 0]);
    assert_eq!(editor.ask("textDocument/hover", place("hello.test.yaml", Position::new(0, 1))), Value::Null);
}

#[test]
fn documents_are_apart_and_a_closed_one_is_silent() {
    let mut editor = Editor::start();
    editor.open("a.yaml", "bot: A\n");
    editor.open("b.yaml", HELLO);
    assert_eq!(editor.codes("a.yaml"), ["E0503"]);
    assert_eq!(editor.codes("b.yaml"), [""; 0]);
    editor.close("a.yaml");
    assert_eq!(editor.codes("a.yaml"), [""; 0]);
    assert_eq!(editor.codes("b.yaml"), [""; 0]);
}

#[test]
fn what_is_typed_fast_is_told_once_and_never_late() {
    let mut editor = Editor::start();
    editor.open("hello.yaml", HELLO);
    editor.codes("hello.yaml");
    let before = editor.tellings;
    for _ in 0..40 {
        editor.change("hello.yaml", json!([{ "range": between(4, 35, 36), "text": "" }]));
        editor.change("hello.yaml", json!([{ "range": between(4, 35, 35), "text": "e" }]));
    }
    editor.change("hello.yaml", json!([{ "range": between(4, 35, 36), "text": "" }]));
    assert_eq!(editor.codes("hello.yaml"), ["E0302"]);
    assert!(editor.tellings - before <= 10, "told {} times", editor.tellings - before);
}

#[test]
fn no_message_ends_the_server() {
    let mut editor = Editor::silent();
    assert_eq!(editor.try_ask("textDocument/hover", json!({})), Err(-32002));
    editor.raw(b"Content-Length: 3\r\n\r\n{\"}");
    editor.ask("initialize", json!({ "capabilities": { "general": "nonsense" } }));
    assert_eq!(editor.try_ask("initialize", json!({ "capabilities": {} })), Err(-32600));
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///none", "version": 1 }, "contentChanges": [{ "text": "x" }] }),
    );
    editor.tell("textDocument/didOpen", json!("nonsense"));
    editor.tell("no/such/notification", json!({ "x": 1 }));
    editor.open("hello.yaml", HELLO);
    assert_eq!(editor.try_ask("no/such/request", Value::Null), Err(-32601));
    assert_eq!(
        editor.try_ask("textDocument/hover", json!({ "textDocument": { "uri": Editor::uri("hello.yaml") } })),
        Err(-32602)
    );
    let far = Position::new(99_999, u32::MAX);
    for method in ["hover", "definition", "completion", "prepareRename"] {
        let _whatever_it_says = editor.try_ask(&format!("textDocument/{method}"), place("hello.yaml", far));
    }
    // A range that is upside down, and one beyond the end.
    editor
        .change("hello.yaml", json!([{ "range": { "start": far, "end": { "line": 0, "character": 0 } }, "text": "" }]));
    editor.write("hello.yaml", HELLO);
    assert_eq!(editor.codes("hello.yaml"), [""; 0]);
    assert!(editor.leave().success());
}

#[test]
fn a_request_that_is_taken_back_is_answered_as_such() {
    let mut editor = Editor::start();
    editor.open("store.yaml", &store_bot());
    // In one write, so that the server sees them together.
    let hover = json!({ "jsonrpc": "2.0", "id": 900, "method": "textDocument/hover", "params": place("store.yaml", Position::new(5, 1)) });
    let slow = json!({ "jsonrpc": "2.0", "id": 901, "method": "textDocument/completion", "params": place("store.yaml", Position::new(40, 8)) });
    let back = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 901 } });
    let all = [framed(&hover), framed(&slow), framed(&back)].concat();
    editor.raw(all.as_bytes());
    assert!(editor.answer(&900.into()).is_ok());
    assert_eq!(editor.answer(&901.into()), Err(-32800));
}

fn framed(message: &Value) -> String {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn after_shutdown_only_exit_is_left() {
    let mut editor = Editor::start();
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.try_ask("shutdown", Value::Null), Err(-32600));
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
}

#[test]
fn a_server_that_is_left_without_a_word_ends() {
    let mut editor = Editor::start();
    assert_eq!(editor.ended().code(), Some(1));
    let mut editor = Editor::start();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(1));
}

/// Every prefix of a file is a file that somebody is writing.
#[test]
fn half_a_file_is_answered_too() {
    let mut editor = Editor::start();
    let text = store_bot();
    editor.open("half.yaml", "");
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(397).collect();
    for end in ends {
        let half = &text[..end];
        editor.write("half.yaml", half);
        let line = half.matches('\n').count() as u32;
        let column = half.rsplit('\n').next().unwrap_or_default().encode_utf16().count() as u32;
        let at = place("half.yaml", Position::new(line, column));
        for method in ["completion", "hover", "definition"] {
            let answered = editor.try_ask(&format!("textDocument/{method}"), at.clone());
            assert!(answered.is_ok(), "{method} at {end}: {answered:?}");
        }
    }
    editor.diagnostics("half.yaml");
}
