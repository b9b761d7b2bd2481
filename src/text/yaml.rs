//! From a file's text to its tree, with every syntax mistake on the way reported and stepped over.

use super::layout::Layout;
use super::mend::Mender;
use super::node::Node;
use super::slip::slips;
use super::source::{SourceId, Sources, Span};
use super::suggestion::{Suggestion, quoted};
use super::tree::Grower;
use super::{Diagnostics, code, diagnostic::Diagnostic};

/// How many syntax mistakes of a file are stepped over before the rest of it counts as unreadable.
const MENDS: usize = 32;

/// A comment of a file, from its `#` to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    /// What follows the `#`, as written.
    pub text: String,
}

/// What was read of a file.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What could not be read is [`super::Kind::Poison`] in it.
    pub root: Node,
    pub comments: Vec<Comment>,
    /// What stands in the file and was not read, since something is wrong with it.
    pub unread: Vec<Span>,
}

/// Reads a file as YAML 1.2; `diagnostics` gets all that is wrong with its syntax.
pub fn parse(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Parsed {
    let source = sources.get(id);
    let text = &source.text;
    if source.unread {
        return Parsed { root: Node::poison(Span::new(id, 0, 0)), comments: Vec::new(), unread: Vec::new() };
    }
    let mut mender = Mender::new(id, text);
    for _ in 0..MENDS {
        match Grower::grow(id, text, &mender) {
            Ok(mut grown) => {
                let unread = mender.unread.iter().map(|range| Span::new(id, range.start as u32, range.end as u32));
                grown.parsed.unread.extend(unread);
                diagnostics.extend(mender.found);
                diagnostics.extend(grown.diagnostics);
                diagnostics.extend(slips(id, text, &grown.parsed.comments));
                return grown.parsed;
            }
            Err(mistake) if mender.mend(&mistake) => {}
            Err(_) => break,
        }
    }
    diagnostics.extend(mender.found);
    let whole = Span::new(id, 0, text.len() as u32);
    Parsed { root: Node::poison(whole), comments: Vec::new(), unread: vec![whole] }
}

/// The mistake of a template without quotes, which YAML reads as a mapping.
pub(super) fn unquoted_template(text: &str, span: Span) -> Diagnostic {
    let written = &text[span.start as usize..span.end as usize];
    let message = "a template must be quoted: `{{` without quotes begins a mapping in YAML";
    let quoted = quoted(written);
    Diagnostic::new(code::UNQUOTED_TEMPLATE, span, message)
        .help(format!("write `{quoted}`"))
        .propose(in_quotes(text, span, quoted))
}

/// A value of one line in quotes; one that goes on in the next line would not be all of it.
pub(super) fn in_quotes(text: &str, span: Span, quoted: String) -> Option<Suggestion> {
    let certain = !Layout::new(text).goes_on(span.end as usize);
    Some(Suggestion { span, replacement: quoted, certain })
}
