//! What is right as YAML and hardly what was meant: a comment that begins in the middle of a text.

use super::code;
use super::diagnostic::Diagnostic;
use super::layout::Layout;
use super::source::{SourceId, Span};
use super::yaml::Comment;

/// A warning for each comment that looks like the end of a text: `title: Look at #general`.
pub(super) fn slips(id: SourceId, text: &str, comments: &[Comment]) -> Vec<Diagnostic> {
    comments.iter().filter_map(|comment| comment_in_text(id, text, comment)).collect()
}

/// People put a blank behind the `#` of a comment, and none behind the one of a channel, a colour or a number.
fn comment_in_text(id: SourceId, text: &str, comment: &Comment) -> Option<Diagnostic> {
    let glued = comment.text.starts_with(|c: char| c.is_alphanumeric());
    let start = comment.span.start as usize;
    let layout = Layout::new(text);
    let shape = layout.shape(layout.line(start));
    let before = text[shape.content..start].trim_end();
    let one_blank = text[..start].ends_with(' ') && !text[..start].ends_with("  ");
    let continues = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '!' | '?' | ':' | '…' | ')'));
    if !glued || !one_blank || !continues || comment.text.starts_with("allow(") {
        return None;
    }
    let end = shape.line.start + text[shape.line.clone()].trim_end().len();
    let value = text[shape.value.start.min(start)..end].trim();
    let span = Span::new(id, start as u32, end as u32);
    let diagnostic = Diagnostic::new(code::COMMENT_IN_TEXT, span, "a comment begins here, and the text ends before it")
        .label("not part of the text");
    let quoted = format!("\"{value}\"");
    Some(if value.contains(['"', '\\', '{', '[']) {
        diagnostic.help("put the text into quotes, or a blank behind the `#`")
    } else {
        let whole = Span::new(id, (end - value.len()) as u32, end as u32);
        diagnostic.help(format!("write `{quoted}`, or put a blank behind the `#`")).guess(whole, quoted)
    })
}
