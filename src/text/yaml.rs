//! From a file's text to its tree, with every syntax mistake on the way reported and stepped over.

use super::mend::Mender;
use super::node::Node;
use super::source::{SourceId, Sources, Span};
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
}

/// Reads a file as YAML 1.2; `diagnostics` gets all that is wrong with its syntax.
pub fn parse(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Parsed {
    let text = &sources.get(id).text;
    let mut mender = Mender::new(id, text);
    for _ in 0..MENDS {
        match Grower::grow(id, text, &mender) {
            Ok(grown) => {
                diagnostics.extend(mender.found);
                diagnostics.extend(grown.diagnostics);
                return grown.parsed;
            }
            Err(mistake) if mender.mend(&mistake) => {}
            Err(_) => break,
        }
    }
    diagnostics.extend(mender.found);
    Parsed { root: Node::poison(Span::new(id, 0, text.len() as u32)), comments: Vec::new() }
}

/// The mistake of a template without quotes, which YAML reads as a mapping.
pub(super) fn unquoted_template(span: Span, written: &str) -> Diagnostic {
    let quote = if written.contains('"') { '\'' } else { '"' };
    let message = "a template must be quoted: `{{` without quotes begins a mapping in YAML";
    let quoted = format!("{quote}{written}{quote}");
    Diagnostic::new(code::UNQUOTED_TEMPLATE, span, message).help(format!("write `{quoted}`")).suggest(span, quoted)
}
