//! A value as an owner would write it in YAML, in one line.

use serde_json::Value;

/// `{ to: ana, content: "Thank you!" }`
pub fn flow(value: &Value) -> String {
    match value {
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", word(key), flow(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::String(text) => word(text),
        other => other.to_string(),
    }
}

/// A text, in quotes where it would be read as something else.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
    let reads_as_text = matches!(crate::text::resolve(text), crate::text::Resolved::Text);
    let special =
        ["any", "nothing", "anything", "yes", "no", "on", "off"].contains(&text) || text.starts_with("contains ");
    let begins = text.chars().next().is_some_and(char::is_alphanumeric);
    if begins && reads_as_text && !special && !text.ends_with(' ') && text.chars().all(plain) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
