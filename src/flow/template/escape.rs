//! Making what users wrote inert: it shows exactly as they wrote it, formats nothing and mentions nobody.

/// Always part of Discord's Markdown, wherever they stand.
const ALWAYS: [char; 8] = ['\\', '*', '_', '~', '|', '`', '[', ']'];
/// Invisible; keeps `@` from being a mention.
const ZERO_WIDTH: char = '\u{200b}';

/// Escapes Markdown as Discord reads it.
///
/// A backslash takes the meaning of any punctuation (Discord shows the character alone). Quotes, headings and lists
/// are made only at the beginning of a line, and the beginning of a value may be one. `_` inside a web address stays,
/// since a backslash would break the link.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut before = '\n';
    let mut indented = true;
    let mut address = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        if at >= address && starts_address(rest) {
            address = at + rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
        }
        let link = at < address && c == '_';
        let line = indented && (opens_line(rest) || ends_number(text, at));
        if !link && (is_active(c) || line) {
            out.push('\\');
        }
        out.push(c);
        if c == '@' && mentions(rest, before) {
            out.push(ZERO_WIDTH);
        }
        indented = matches!(c, '\n' | '\r') || (indented && (c.is_whitespace() || c.is_ascii_digit()));
        before = c;
    }
    out
}

fn starts_address(rest: &str) -> bool {
    rest.starts_with("https://") || rest.starts_with("http://")
}

/// `<` begins mentions, times, emojis and links without preview.
fn is_active(c: char) -> bool {
    ALWAYS.contains(&c) || c == '<'
}

/// Headings, small text, quotes and lists.
fn opens_line(rest: &str) -> bool {
    rest.starts_with(['#', '>', '-', '+'])
}

/// The point of `1.` at the beginning of a line.
fn ends_number(text: &str, at: usize) -> bool {
    text[at..].starts_with(['.', ')']) && text[..at].ends_with(|c: char| c.is_ascii_digit())
}

/// `@everyone`, `@here` and `<@…>`
fn mentions(rest: &str, before: char) -> bool {
    let word: String = rest.chars().skip(1).take(8).flat_map(char::to_lowercase).collect();
    before == '<' || word.starts_with("everyone") || word.starts_with("here")
}

/// For a value between backticks of the text: nothing but backticks has a meaning there. An empty value is a blank,
/// since two backticks in a row would be another sort of code.
pub fn code(text: &str) -> String {
    if text.is_empty() { " ".to_owned() } else { text.replace('`', "\u{2cb}") }
}
