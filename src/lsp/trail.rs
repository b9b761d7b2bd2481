//! The way through the tree of a file to one place: under which keys, in which lists.

use crate::lsp::analysis::touches;
use crate::text::{Entry, Kind, Node};

/// From the whole file to a place.
#[derive(Debug, Clone)]
pub struct Trail<'t> {
    /// The keys and lists passed, the outermost first, without what stands at the place itself.
    pub steps: Vec<Step<'t>>,
    pub end: End<'t>,
}

#[derive(Debug, Clone, Copy)]
pub enum Step<'t> {
    Key(&'t str),
    Item,
}

/// What stands at the place.
#[derive(Debug, Clone, Copy)]
pub enum End<'t> {
    /// A key, in the mapping with these entries.
    Key(&'t Entry, &'t [Entry]),
    /// A text, a number, or nothing.
    Value(&'t Node),
}

impl<'t> Trail<'t> {
    /// The way to what stands at a place; none between things.
    pub fn to(root: &'t Node, at: usize) -> Option<Self> {
        let mut steps = Vec::new();
        let mut node = root;
        loop {
            match &node.kind {
                Kind::Mapping(mapping) => {
                    let entries = &mapping.entries;
                    if let Some(entry) = entries.iter().find(|entry| touches(entry.key.span, at)) {
                        return Some(Self { steps, end: End::Key(entry, entries) });
                    }
                    let entry = entries.iter().find(|entry| touches(entry.value.span, at))?;
                    steps.push(Step::Key(entry.name()));
                    node = &entry.value;
                }
                Kind::Sequence(items) => {
                    let item = items.iter().find(|item| touches(item.span, at))?;
                    steps.push(Step::Item);
                    node = item;
                }
                Kind::Poison => return None,
                Kind::Scalar(_) | Kind::Null => return Some(Self { steps, end: End::Value(node) }),
            }
        }
    }
}

/// Every entry of a tree, with the keys of the mappings it stands in; the visitor says whether to go on inside.
pub fn entries<'t>(node: &'t Node, visit: &mut dyn FnMut(&'t Entry) -> bool) {
    for entry in node.entries() {
        if visit(entry) {
            entries(&entry.value, visit);
        }
    }
    for item in node.items() {
        entries(item, visit);
    }
}
