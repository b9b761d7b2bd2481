//! How long a text comes out: at least, and at most as far as that is known.

use super::syntax::{Block, Node, Output};
use std::ops::Range;

/// Lengths in characters, before what users wrote is escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Length {
    /// What comes out in any case: what is written down, and of branches the shorter one.
    pub least: usize,
    /// What is written down and can come out: of branches the longer one. Further rounds of a loop are not counted.
    pub written: usize,
    /// The tags beside it whose greatest length is known. Of others nothing is counted.
    pub tags: Vec<Tag>,
}

/// A tag, and how many characters it can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub range: Range<usize>,
    pub most: usize,
    /// Nobody said so: it is only what Discord lets through.
    pub untold: bool,
}

impl Length {
    pub fn of(text: &str, nodes: &[Node]) -> Self {
        nodes.iter().map(|node| Self::of_node(text, node)).fold(Self::default(), Self::then)
    }

    /// A text that stands as it is.
    pub fn exactly(length: usize) -> Self {
        Self { least: length, written: length, tags: Vec::new() }
    }

    /// What it can come to, as far as that is known.
    pub fn most(&self) -> usize {
        self.written + self.tags.iter().map(|tag| tag.most).sum::<usize>()
    }

    /// The same without what only Discord bounds.
    pub fn told(&self) -> Self {
        let tags = self.tags.iter().filter(|tag| !tag.untold).cloned().collect();
        Self { tags, ..*self }
    }

    fn of_node(text: &str, node: &Node) -> Self {
        match node {
            Node::Text(range) => Self::exactly(text[range.clone()].chars().filter(|c| *c != '\\').count()),
            Node::Output(output) => Self::of_tag(output),
            Node::Block(block) => Self::of_block(text, block),
            Node::Raw => Self::default(),
        }
    }

    fn of_tag(output: &Output) -> Self {
        let Some(most) = output.most else { return Self::default() };
        let (range, untold) = (output.range.clone(), most.untold);
        let most = usize::try_from(most.characters).unwrap_or(usize::MAX);
        Self { tags: vec![Tag { range, most, untold }], ..Self::default() }
    }

    fn of_block(text: &str, block: &Block) -> Self {
        let body = Self::of(text, &block.body);
        let otherwise = block.inverse.as_ref().map(|nodes| Self::of(text, nodes)).unwrap_or_default();
        let least = body.least.min(otherwise.least);
        let longer = if otherwise.most() > body.most() { otherwise } else { body };
        Self { least, ..longer }
    }

    fn then(mut self, next: Self) -> Self {
        self.least += next.least;
        self.written += next.written;
        self.tags.extend(next.tags);
        self
    }
}
