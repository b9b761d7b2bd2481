//! The language server, spoken to over its pipes as an editor does.

use crate::harness::Editor;
use lsp_types::{DiagnosticSeverity, Position, Range};
use serde_json::{Value, json};

const HELLO: &str =
    "bot: hello\ncommands:\n  hi:\n    description: 🎫 hi\n    steps: [{ reply: \"🎫 {{user.name}}!\" }]\n";

fn between(line: u32, start: u32, end: u32) -> Range {
    Range::new(Position::new(line, start), Position::new(line, end))
}

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
fn a_server_that_is_left_without_a_word_ends() {
    let mut editor = Editor::start();
    assert_eq!(editor.ended().code(), Some(1));
    let mut editor = Editor::start();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(1));
}
