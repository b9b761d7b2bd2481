//! Text within a width: as a terminal counts columns, whatever colours are in it.

use unicode_width::UnicodeWidthStr;

/// Columns that a text takes; what sets colours takes none.
pub fn width(text: &str) -> usize {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        plain.push_str(&rest[..start]);
        rest = rest[start..].split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.width()
}

/// The text in lines of at most `limit` columns, broken at blanks where that is possible. Blanks at the beginning of a
/// line stay.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, limit.max(1))).collect()
}

fn wrap_line(line: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split_inclusive(' ') {
        if width(&current) + width(word.trim_end()) > limit && !current.trim().is_empty() {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
        }
        current.push_str(word);
        while width(&current) > limit && !current.contains('\x1b') {
            let (head, tail) = split_at_width(current.trim_end(), limit);
            if tail.is_empty() {
                break;
            }
            lines.push(head);
            current = tail;
        }
    }
    lines.push(current.trim_end().to_owned());
    lines
}

fn split_at_width(text: &str, limit: usize) -> (String, String) {
    let fits = |end: &usize| width(&text[..*end]) <= limit;
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(fits).last().or_else(|| text.chars().next().map(char::len_utf8)).unwrap_or(0);
    (text[..end].to_owned(), text[end..].to_owned())
}

/// With blanks behind it up to so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// One line, cut to a width.
pub fn clipped(text: &str, limit: usize) -> String {
    let line = text.lines().collect::<Vec<_>>().join(" ");
    if width(&line) <= limit {
        return line;
    }
    format!("{}…", split_at_width(&line, limit.saturating_sub(1)).0)
}
