//! Texts with a `¦` in them, which is where the cursor stands and no part of the text.

use super::editor::Editor;
use super::files::store_bot;
use lsp_types::{Position, Range};
use serde_json::{Value, json};

/// A small bot, with characters that count twice in UTF-16.
pub const HELLO: &str =
    "bot: hello\ncommands:\n  hi:\n    description: 🎫 hi\n    steps: [{ reply: \"🎫 {{user.name}}!\" }]\n";

/// From column to column of a line, all from 0.
pub fn between(line: u32, start: u32, end: u32) -> Range {
    Range::new(Position::new(line, start), Position::new(line, end))
}

/// Opens a marked text; gives the text without the mark, and where it stood.
pub fn open(editor: &mut Editor, name: &str, marked: &str) -> (String, Position) {
    let at = marked.find('¦').expect("the cursor is marked");
    let text = marked.replacen('¦', "", 1);
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    let character = text[start..at].encode_utf16().count();
    editor.open(name, &text);
    (text, Position::new(line as u32, character as u32))
}

/// The store's file with a part replaced by another.
pub fn store(part: &str, with: &str) -> String {
    let text = store_bot();
    assert!(text.contains(part), "{part}");
    text.replacen(part, with, 1)
}

/// A place in a document, as it is asked about.
pub fn place(name: &str, position: Position) -> Value {
    json!({ "textDocument": { "uri": Editor::uri(name) }, "position": position })
}

/// What is answered at the cursor of a marked text.
pub fn asked(editor: &mut Editor, method: &str, marked: &str) -> Result<Value, i32> {
    // Another document each time: servers may keep what they know of one.
    let name = format!("asked{}.yaml", editor.count());
    let (_, position) = open(editor, &name, marked);
    let mut params = place(&name, position);
    params["context"] = json!({ "includeDeclaration": true, "triggerKind": 1 });
    editor.try_ask(method, params)
}

/// The text after edits, which the protocol lets stand in any order.
pub fn edited(text: &str, edits: &Value) -> String {
    let mut edits: Vec<lsp_types::TextEdit> = serde_json::from_value(edits.clone()).expect("edits");
    edits.sort_by_key(|edit| edit.range.start);
    let mut edited = text.to_owned();
    for edit in edits.into_iter().rev() {
        edited.replace_range(offset(text, edit.range.start)..offset(text, edit.range.end), &edit.new_text);
    }
    edited
}

fn offset(text: &str, position: Position) -> usize {
    let start: usize = text.split_inclusive('\n').take(position.line as usize).map(str::len).sum();
    let units: Vec<u16> = text[start..].encode_utf16().take(position.character as usize).collect();
    start + String::from_utf16(&units).expect("a position stands between characters").len()
}

/// The lines (from 1) and the texts that locations cover.
pub fn covered(text: &str, locations: &Value) -> Vec<(usize, String)> {
    let ranges = locations.as_array().into_iter().flatten().map(|location| location["range"].clone());
    let ranges = ranges.map(|range| serde_json::from_value::<Range>(range).expect("a range"));
    let one = |range: Range| {
        let bytes = offset(text, range.start)..offset(text, range.end);
        (range.start.line as usize + 1, text[bytes].to_owned())
    };
    ranges.map(one).collect()
}
