//! How the lines of a YAML file look, for when the parser gave up: indentation, `key:`, value, top-level sections.

use std::ops::Range;

/// A text seen as lines; all ranges are bytes of the text.
pub(super) struct Layout<'a> {
    pub text: &'a str,
}

/// One line: `␣␣- key: value`.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Without the line break.
    pub line: Range<usize>,
    /// Where the first thing on the line stands.
    pub content: usize,
    /// The key's text, if the line has one.
    pub key: Option<Range<usize>>,
    /// What follows the key (or the `- `, or all of the line), without a comment and spaces at its end.
    pub value: Range<usize>,
}

/// A top-level key and all lines that belong to it.
pub(super) struct Section {
    pub range: Range<usize>,
    /// Where the `:` of its key ends; nothing when the section has no key of its own.
    pub key_end: Option<usize>,
}

impl<'a> Layout<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The line around an offset.
    pub fn line(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1);
        let end = self.text[at..].find(['\n', '\r']).map_or(self.text.len(), |found| at + found);
        start..end
    }

    /// The nearest line above that holds more than spaces and comments.
    pub fn above(&self, line: &Range<usize>) -> Option<Range<usize>> {
        let mut start = line.start;
        while start > 0 {
            let before = self.line(self.line_end_before(start));
            if !is_empty(&self.text[before.clone()]) {
                return Some(before);
            }
            start = before.start;
        }
        None
    }

    /// The nearest line below that holds more than spaces and comments.
    pub fn below(&self, line: &Range<usize>) -> Option<Range<usize>> {
        let mut end = line.end;
        while end < self.text.len() {
            let rest = &self.text[end..];
            let start = end + if rest.starts_with("\r\n") { 2 } else { 1 };
            let next = self.line(start);
            if !is_empty(&self.text[next.clone()]) {
                return Some(next);
            }
            end = next.end.max(start);
        }
        None
    }

    fn line_end_before(&self, start: usize) -> usize {
        start - if self.text[..start].ends_with("\r\n") { 2 } else { 1 }
    }

    pub fn shape(&self, line: Range<usize>) -> Shape {
        let written = &self.text[line.clone()];
        let content = line.start + (written.len() - written.trim_start_matches([' ', '\t']).len());
        let mut at = content;
        while self.text[at..line.end].starts_with("- ") {
            at += 2;
            at += self.text[at..line.end].len() - self.text[at..line.end].trim_start().len();
        }
        let key = key_length(&self.text[at..line.end]).map(|length| at..at + length);
        let after = key
            .as_ref()
            .map_or(at, |key| self.text[key.end..line.end].find(':').map_or(line.end, |colon| key.end + colon + 1));
        let rest = &self.text[after..line.end];
        let start = after + (rest.len() - rest.trim_start().len());
        let value = start..start + without_comment(&self.text[start..line.end]).len();
        Shape { line, content, key, value }
    }

    /// Whether the value that ends here goes on in the next line, which is indented deeper than its key.
    pub fn goes_on(&self, value_end: usize) -> bool {
        let shape = self.shape(self.line(value_end));
        let Some(next) = self.below(&shape.line).filter(|_| value_end >= shape.value.end) else { return false };
        let own = shape.key.map_or(shape.content, |key| key.start) - shape.line.start;
        self.shape(next.clone()).content - next.start > own
    }

    /// The top-level section around an offset.
    pub fn section(&self, at: usize) -> Section {
        let margin = self.margin();
        let mut line = self.line(at);
        while !self.begins_section(&line, margin) && line.start > 0 {
            line = self.line(self.line_end_before(line.start));
        }
        let shape = self.shape(line.clone());
        let key_end = shape
            .key
            .filter(|_| self.begins_section(&line, margin))
            .and_then(|key| self.text[key.end..line.end].find(':').map(|colon| key.end + colon + 1));
        let mut end = line.end;
        while let Some(next) = self.below(&(line.start..end)) {
            if self.begins_section(&next, margin) {
                break;
            }
            end = next.end;
        }
        Section { range: line.start..end, key_end }
    }

    /// How far from the left the whole text stands, as a bot on a page does in a list.
    fn margin(&self) -> usize {
        let lines = self.text.lines().filter(|line| !is_empty(line));
        lines.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or_default()
    }

    fn begins_section(&self, line: &Range<usize>, margin: usize) -> bool {
        let written = self.text[line.clone()].get(margin..).unwrap_or_default();
        !written.starts_with([' ', '\t', '#', '-', '}', ']', '\u{feff}']) && !is_empty(written)
    }

    /// Where a value for a top-level key could stand: behind a space on its line, or indented below.
    pub fn place_for_a_value(&self, from: usize, to: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let fits = |&at: &usize| {
            let free = self.text.is_char_boundary(at) && !matches!(bytes[at], b'\n' | b'\r');
            free && !matches!(bytes[at - 1], b'\n' | b'\r') && self.text.is_char_boundary(at - 1) && at > from
        };
        (from..to).find(fits)
    }
}

/// The range, widened so that it cuts no character.
pub(super) fn whole_characters(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}

/// The `{{…}}` that begins at `start`, with the text around it that belongs to the same value.
pub(super) fn template_at(text: &str, start: usize) -> Range<usize> {
    let layout = Layout::new(text);
    let line = layout.line(start);
    let in_flow = open_brackets(&text[line.start..start]) > 0;
    let rest = &text[start..line.end];
    let end = if in_flow { flow_value_length(rest) } else { without_comment(rest).len() };
    start..start + text[start..start + end].trim_end().len()
}

/// The length of the `{{…}}` that a text begins with; all of it when nothing ends it.
pub(super) fn template_length(text: &str) -> usize {
    let braces = text.bytes().take_while(|&byte| byte == b'{').count();
    text.find("}}")
        .map_or(text.len(), |end| end + text[end..].bytes().take(braces).take_while(|&byte| byte == b'}').count())
}

/// How many more brackets a text opens than it closes, quotes or not.
pub(super) fn surplus_brackets(text: &str) -> i64 {
    text.bytes().fold(0, |open, byte| match byte {
        b'[' | b'{' => open + 1,
        b']' | b'}' => open - 1,
        _ => open,
    })
}

/// How many `{` and `[` are open at the end of this part of a line, quotes respected.
pub(super) fn open_brackets(text: &str) -> usize {
    scan(text).0
}

/// Whether this part of a line ends inside quotes.
pub(super) fn ends_in_quotes(text: &str) -> bool {
    scan(text).1
}

fn scan(text: &str) -> (usize, bool) {
    let mut quote = None;
    let mut open: usize = 0;
    let mut before = ' ';
    for c in text.chars() {
        match (quote, c) {
            (Some(q), _) if c == q && before != '\\' => quote = None,
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | ':') => quote = Some(c),
            (None, '{' | '[') => open += 1,
            (None, '}' | ']') => open = open.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    (open, quote.is_some())
}

/// Up to the `,`, `]` or `}` that ends a value inside `[…]` or `{…}`, stepping over whole templates.
fn flow_value_length(text: &str) -> usize {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("{{") {
            match rest.find("}}") {
                Some(end) => at += end + 2,
                None => return text.trim_end().len(),
            }
        } else if rest.starts_with([',', ']', '}']) {
            return at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.trim_end().len()
}

/// The length of the key at the start of a line, if `: ` or the line's end follows it.
fn key_length(text: &str) -> Option<usize> {
    if let Some(quote) = text.chars().next().filter(|&c| matches!(c, '"' | '\'')) {
        let end = closing_quote(&text[1..], quote)? + 2;
        let follows = text[end..].trim_start();
        return (follows == ":" || follows.starts_with(": ")).then_some(end);
    }
    if text.starts_with(['{', '[', '#', '|', '>', '&', '*', '!', '@', '`', '%']) {
        return None;
    }
    let comment = text.find(" #").unwrap_or(text.len());
    let colon = text[..comment].find(": ").or_else(|| text[..comment].trim_end().strip_suffix(':').map(str::len))?;
    (colon > 0).then_some(colon)
}

/// Where the quote that was opened before this text closes.
pub(super) fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            ('"', b'\\') => at += 1,
            ('\'', b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 1,
            (_, byte) if char::from(byte) == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A line's value without the comment and the spaces behind it.
pub(super) fn without_comment(text: &str) -> &str {
    if text.starts_with('#') {
        return "";
    }
    let from = text
        .chars()
        .next()
        .filter(|&c| matches!(c, '"' | '\''))
        .and_then(|quote| closing_quote(&text[1..], quote))
        .map_or(0, |end| end + 2);
    let end = text[from..].find(" #").map_or(text.len(), |found| from + found);
    text[..end].trim_end()
}

fn is_empty(line: &str) -> bool {
    let content = line.trim_start_matches([' ', '\t', '\u{feff}']);
    content.is_empty() || content.starts_with('#')
}
