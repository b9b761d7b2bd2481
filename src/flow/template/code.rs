//! Which tags stand inside a code span or code block of the text around them.

use super::syntax::{Node, Output, Writing};
use std::ops::Range;

/// Marks the tags between backticks: their values are copied exactly, but for backticks.
///
/// Discord's code begins with a run of backticks and ends with the next run of the same length; there is no
/// escaping inside. A span counts only when both runs stand in the same branch and something always stands between
/// them, so that whatever is shown at run time, a value is either inside of both or outside.
pub fn mark(text: &str, nodes: &mut [Node]) {
    let mut survey = Survey { text, branches: 0, runs: Vec::new(), solid: Vec::new() };
    survey.walk(nodes);
    let spans = survey.spans();
    if !spans.is_empty() {
        apply(nodes, &spans);
    }
}

/// Backticks in a row.
struct Run {
    start: usize,
    length: usize,
    branch: usize,
    /// After a backslash the first backtick opens nothing.
    escaped: bool,
}

struct Survey<'t> {
    text: &'t str,
    branches: usize,
    runs: Vec<Run>,
    /// Where something stands that is never empty, and in which branch.
    solid: Vec<(usize, usize)>,
}

impl Survey<'_> {
    fn walk(&mut self, nodes: &[Node]) {
        let branch = self.branches;
        self.branches += 1;
        for node in nodes {
            match node {
                Node::Text(range) => self.read(range.clone(), branch),
                Node::Output(output) => self.solid.push((output.range.start, branch)),
                Node::Raw => {}
                Node::Block(block) => {
                    self.walk(&block.body);
                    if let Some(inverse) = &block.inverse {
                        self.walk(inverse);
                    }
                }
            }
        }
    }

    fn read(&mut self, range: Range<usize>, branch: usize) {
        let bytes = &self.text.as_bytes()[..range.end];
        let mut at = range.start;
        while at < range.end {
            let length = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
            if length > 0 {
                let slashes = bytes[range.start..at].iter().rev().take_while(|byte| **byte == b'\\').count();
                self.runs.push(Run { start: at, length, branch, escaped: slashes % 2 == 1 });
            } else {
                self.solid.push((at, branch));
            }
            at += length.max(1);
        }
    }

    fn spans(&self) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut at = 0;
        while let Some(open) = self.runs.get(at) {
            let length = open.length - usize::from(open.escaped);
            let following = &self.runs[at + 1..];
            let close = following.iter().position(|run| run.length == length).filter(|_| length > 0);
            match close {
                None => at += 1,
                Some(close) if self.is_certain(open, &following[..=close]) => {
                    spans.push(open.start..following[close].start);
                    at += close + 2;
                }
                // What is code now depends on what is shown: from here on nothing is taken for code.
                Some(_) => return spans,
            }
        }
        spans
    }

    fn is_certain(&self, open: &Run, following: &[Run]) -> bool {
        let end = following.last().map_or(open.start, |close| close.start);
        let between = open.start + open.length..end;
        following.iter().all(|run| run.branch == open.branch)
            && self.solid.iter().any(|(at, branch)| *branch == open.branch && between.contains(at))
    }
}

fn apply(nodes: &mut [Node], spans: &[Range<usize>]) {
    for node in nodes {
        match node {
            Node::Output(output) if spans.iter().any(|span| span.contains(&output.range.start)) => code(output),
            Node::Block(block) => {
                apply(&mut block.body, spans);
                if let Some(inverse) = &mut block.inverse {
                    apply(inverse, spans);
                }
            }
            _ => {}
        }
    }
}

fn code(output: &mut Output) {
    output.writing = match output.writing {
        Writing::Markdown | Writing::Plain | Writing::Number | Writing::Code => Writing::Code,
        Writing::Timestamp | Writing::Date => Writing::Date,
    };
}
