//! Reading a template into its parts, and every mistake of its grammar at once.

use super::mistake;
use super::problem::{Problem, ProblemKind};
use super::syntax::{Block, Call, Node, Output, Word, Writing};
use super::tag::Tag;
use std::ops::Range;

/// Bytes a template may have.
pub const MAX_LENGTH: usize = 20_000;
/// How deep blocks, and brackets inside a tag, may stand in each other.
pub const MAX_DEPTH: usize = 32;

/// The blocks there are.
pub const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];

/// What was read; only sound when no problem was found.
pub struct Parsed {
    pub nodes: Vec<Node>,
    pub problems: Vec<Problem>,
    /// A block is closed or divided that was never opened: names inside of it may be those of its items.
    pub headless: bool,
}

pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_LENGTH {
        return Parsed { nodes: Vec::new(), problems: vec![too_long(text)], headless: false };
    }
    let mut parser = Parser { text, at: 0, problems: Vec::new(), open: vec![Frame::root()], headless: false };
    parser.run();
    parser.finish()
}

fn too_long(text: &str) -> Problem {
    Problem::new(0..text.len(), ProblemKind::TooDeep, format!("this text has {} bytes", text.len()))
        .label(format!("at most {MAX_LENGTH} are allowed"))
}

/// A block that is not closed yet; the first stands for the whole text.
struct Frame {
    head: Option<Head>,
    nodes: Vec<Node>,
    /// What stood before `{{else}}`, once that came.
    body: Option<Vec<Node>>,
    /// It began with `{{else if …}}` and ends with the block it continues.
    chained: bool,
}

struct Head {
    /// The opening tag with its braces.
    range: Range<usize>,
    unread: bool,
    call: Call,
    parameters: Vec<Word>,
}

impl Frame {
    fn root() -> Self {
        Self { head: None, nodes: Vec::new(), body: None, chained: false }
    }

    fn open(head: Head, chained: bool) -> Self {
        Self { head: Some(head), nodes: Vec::new(), body: None, chained }
    }

    fn close(self) -> Option<Node> {
        let head = self.head?;
        let (body, inverse) = match self.body {
            Some(body) => (body, Some(self.nodes)),
            None => (self.nodes, None),
        };
        let Head { call, parameters, unread, .. } = head;
        Some(Node::Block(Box::new(Block { call, unread, parameters, body, inverse })))
    }

    fn is_unread(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.unread)
    }

    fn name(&self) -> &str {
        self.head.as_ref().and_then(|head| head.call.name.segments.first()).map_or("", |word| &word.text)
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    problems: Vec<Problem>,
    open: Vec<Frame>,
    /// See [`Parsed::headless`].
    headless: bool,
}

impl<'t> Parser<'t> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            self.copy();
            if self.at < self.text.len() && self.tag().is_none() {
                // What was not read may have closed the blocks that are open.
                self.open.iter_mut().filter_map(|frame| frame.head.as_mut()).for_each(|head| head.unread = true);
                return;
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, node: Node) {
        if let Some(frame) = self.open.last_mut() {
            frame.nodes.push(node);
        }
    }

    /// Text up to the next tag. `\{{` is text; of several backslashes before `{{` one goes, and the tag is a tag.
    fn copy(&mut self) {
        let start = self.at;
        while self.at < self.text.len() && !self.rest().starts_with("{{") {
            self.at += escaped(self.rest()).unwrap_or_else(|| self.rest().chars().next().map_or(1, char::len_utf8));
        }
        if self.at > start {
            self.push(Node::Text(start..self.at));
        }
    }

    /// One tag; `None` ends the reading.
    fn tag(&mut self) -> Option<()> {
        let start = self.at;
        if self.rest().starts_with("{{{{") {
            return self.raw_block(start);
        }
        if self.rest().starts_with("{{!") {
            return self.comment(start);
        }
        let mut tag = Tag::open(self.text, start);
        let result = self.content(&mut tag);
        match result {
            Ok(()) => {
                self.at = tag.at;
                Some(())
            }
            Err(problem) => self.recover(start, problem),
        }
    }

    /// Goes on behind a tag that could not be read.
    fn recover(&mut self, start: usize, problem: Problem) -> Option<()> {
        let deep = problem.kind == ProblemKind::TooDeep;
        let Some(end) = end_of_tag(self.text, start) else {
            let single = self.rest()[2..].lines().next().is_some_and(|line| line.contains('}'));
            let label = if single { "only one `}` follows" } else { "no `}}` follows" };
            let unclosed = Problem::new(start..start + 2, ProblemKind::Syntax, "this `{{` is never closed")
                .label(label)
                .help("to write braces as they are, put a backslash before them: `\\{{`");
            self.problems.push(unclosed);
            return None;
        };
        // One that lacks a brace ends where the next one begins.
        let next = self.text[start + 2..end].find("{{").filter(|next| *next > 0).map(|next| start + 2 + next);
        let inside = match next {
            Some(next) => start + 2..next,
            None => Tag::content(self.text, start, end),
        };
        let end = next.unwrap_or(end);
        let problem = match next {
            Some(next) if problem.range.start >= next => {
                Problem::new(start..start + 2, ProblemKind::Syntax, "this `{{` is never closed")
                    .label("another `{{` comes before its `}}`")
            }
            _ => problem,
        };
        self.problems.push(if deep { problem } else { mistake::explain(self.text, inside, problem) });
        self.guess_block(start);
        self.at = end;
        if deep { None } else { Some(()) }
    }

    /// A block whose opening tag cannot be read is still a block, so that its end is not called a stray.
    fn guess_block(&mut self, start: usize) {
        let head = self.text[start + 2..].trim_start_matches('~').trim_start();
        if head.starts_with('/') {
            self.close_block();
        }
        if let Some(head) = head.strip_prefix('#') {
            let head = head.trim_start();
            let name = head.split(|c: char| c.is_whitespace() || c == '}').next().unwrap_or_default();
            let call = Call::named_only(name, start..start);
            self.open
                .push(Frame::open(Head { range: start..start + 2, unread: true, call, parameters: Vec::new() }, false));
        }
    }

    fn comment(&mut self, start: usize) -> Option<()> {
        let end = if self.rest().starts_with("{{!--") {
            self.rest()[5..].find("--}}").map(|at| start + 5 + at + 4)
        } else {
            self.rest().find("}}").map(|at| start + at + 2)
        };
        match end {
            Some(end) => {
                self.push(Node::Text(start..start));
                self.at = end;
                Some(())
            }
            None => {
                self.problems.push(
                    Problem::new(start..start + 3, ProblemKind::Syntax, "this comment is never closed")
                        .label("no end follows"),
                );
                None
            }
        }
    }

    fn raw_block(&mut self, start: usize) -> Option<()> {
        let range = start..start + 4;
        let rest = self.rest();
        let name = rest[4..].find("}}}}").map(|end| (rest[4..4 + end].trim(), start + 4 + end + 4));
        let Some((name, body)) = name else {
            self.problems.push(
                Problem::new(range.clone(), ProblemKind::Syntax, "this `{{{{` is never closed")
                    .label("no `}}}}` follows"),
            );
            return None;
        };
        if name != "raw" {
            self.problems.push(
                Problem::new(range.clone(), ProblemKind::Syntax, format!("`{{{{{{{{{name}}}}}}}}}` is not a block"))
                    .label("four braces keep text as it is: `{{{{raw}}}} … {{{{/raw}}}}`"),
            );
        }
        let end = close_of_raw(self.text, body, name);
        match end {
            Some(end) => {
                self.push(Node::Raw);
                self.at = end;
                Some(())
            }
            None => {
                let problem = Problem::new(range, ProblemKind::Syntax, format!("`{name}` is never closed"))
                    .label(format!("no `{{{{{{{{/{name}}}}}}}}}` follows"));
                self.problems.push(problem);
                None
            }
        }
    }

    fn content(&mut self, tag: &mut Tag<'_>) -> Result<(), Problem> {
        if tag.triple {
            let call = tag.call()?;
            let range = tag.close()?;
            self.push(Node::Output(Output { range, call, triple: true, writing: Writing::Markdown, most: None }));
            return Ok(());
        }
        tag.blank();
        match tag.peek() {
            Some('#') => self.block(tag),
            Some('/') => self.end(tag),
            Some('^') => self.other(tag),
            Some('>') => Err(refused(tag, "templates cannot include other templates")),
            Some('*') => Err(refused(tag, "decorators do not exist here")),
            _ if tag.keyword("else") => self.other(tag),
            sigil => {
                let triple = sigil == Some('&');
                if triple {
                    tag.skip('&');
                }
                let call = tag.call()?;
                let range = tag.close()?;
                self.push(Node::Output(Output { range, call, triple, writing: Writing::Markdown, most: None }));
                Ok(())
            }
        }
    }

    fn block(&mut self, tag: &mut Tag<'_>) -> Result<(), Problem> {
        tag.skip('#');
        tag.blank();
        match tag.peek() {
            Some('>') => return Err(refused(tag, "templates cannot include other templates")),
            Some('*') => return Err(refused(tag, "decorators do not exist here")),
            _ => {}
        }
        let head = head(tag)?;
        self.enter(head, false)
    }

    fn enter(&mut self, head: Head, chained: bool) -> Result<(), Problem> {
        if self.open.len() > MAX_DEPTH {
            return Err(Problem::new(head.range, ProblemKind::TooDeep, "blocks stand too deep in each other")
                .label(format!("at most {MAX_DEPTH} levels")));
        }
        self.open.push(Frame::open(head, chained));
        Ok(())
    }

    /// `{{else}}`, `{{^}}` or `{{else if …}}`
    fn other(&mut self, tag: &mut Tag<'_>) -> Result<(), Problem> {
        let start = tag.start;
        if tag.peek() == Some('^') {
            tag.skip('^');
        } else {
            tag.take("else");
        }
        tag.blank();
        let head = if tag.at_close() { None } else { Some(head(tag)?) };
        let range = match &head {
            Some(head) => start..head.range.end,
            None => tag.close()?,
        };
        self.divide(range, head.is_none())?;
        match head {
            Some(head) => self.enter(head, true),
            None => Ok(()),
        }
    }

    fn divide(&mut self, range: Range<usize>, last: bool) -> Result<(), Problem> {
        let frame = self.open.last_mut().filter(|frame| frame.head.is_some());
        let Some(frame) = frame else {
            self.headless = true;
            if let Some(opening) = self.single_brace(0..range.start, "{#") {
                return Err(opening);
            }
            return Err(Problem::new(range, ProblemKind::Syntax, "`{{else}}` stands outside of a block")
                .label("no `{{#if}}` is open here"));
        };
        if frame.body.is_some() {
            let what = if last { "a second `{{else}}`" } else { "`{{else if}}` after `{{else}}`" };
            return Err(Problem::new(range, ProblemKind::Syntax, what).label("the block has an `{{else}}` already"));
        }
        frame.body = Some(std::mem::take(&mut frame.nodes));
        Ok(())
    }

    /// `{{/if}}` closes the block and every `{{else if}}` that continues it.
    fn end(&mut self, tag: &mut Tag<'_>) -> Result<(), Problem> {
        tag.skip('/');
        tag.blank();
        let name = tag.closing_name();
        let range = tag.close()?;
        let Some(base) = self.innermost() else {
            // The `{{else}}` before was told of already.
            if std::mem::replace(&mut self.headless, true) {
                return Ok(());
            }
            if let Some(opening) = self.single_brace(0..range.start, &format!("{{#{}", name.text)) {
                return Err(opening);
            }
            return Err(Problem::new(range, ProblemKind::Syntax, format!("`{{{{/{}}}}}` closes nothing", name.text))
                .label("no block is open here"));
        };
        let expected = self.open[base].name().to_owned();
        let exists = BLOCKS.contains(&expected.as_str());
        if expected != name.text && exists && !self.open[base].is_unread() {
            self.problems.push(
                Problem::new(name.range, ProblemKind::Syntax, format!("`{expected}` is closed by another name"))
                    .label(format!("`{{{{/{expected}}}}}` must come first"))
                    .instead(expected),
            );
        }
        self.close_block();
        Ok(())
    }

    /// The last `{#each list}` or `{/each}` within these bytes, which is text because a brace is missing.
    fn single_brace(&self, within: Range<usize>, begins: &str) -> Option<Problem> {
        let before = &self.text[within.clone()];
        if let Some(end) = begins.strip_prefix("{/").and_then(|name| before.find(&format!("/{name}}}}}")))
            && !before[..end].ends_with('{')
        {
            let range = within.start + end..within.start + end + begins.len() + 1;
            let problem = Problem::new(range.clone(), ProblemKind::Syntax, "this `}}` closes nothing");
            let right = format!("{{{{{}", &self.text[range]);
            return Some(problem.label("no `{{` stands before it").instead(right));
        }
        let (at, _) = before.rmatch_indices(begins).find(|(at, _)| !before[..*at].ends_with(['{', '\\']))?;
        let start = within.start + at;
        let length = self.text[start..].find('}')?;
        let inside = self.text[start + 1..start + length].to_owned();
        let end = start + length + if self.text[start + length..].starts_with("}}") { 2 } else { 1 };
        let what = if begins.starts_with("{/") { "ends" } else { "begins" };
        let message = format!("`{}` {what} no block", &self.text[start..end]);
        let problem = Problem::new(start..end, ProblemKind::Syntax, message).label("two braces are needed");
        Some(problem.instead(format!("{{{{{inside}}}}}")))
    }

    /// The open block that the next end belongs to.
    fn innermost(&self) -> Option<usize> {
        self.open.iter().rposition(|frame| frame.head.is_some() && !frame.chained)
    }

    fn close_block(&mut self) {
        let Some(base) = self.innermost() else { return };
        while self.open.len() > base {
            let node = self.open.pop().and_then(Frame::close);
            self.open.last_mut().expect("the whole text is the first frame").nodes.extend(node);
        }
    }

    fn finish(mut self) -> Parsed {
        for frame in self.open.iter().skip(1).filter(|frame| !frame.chained && !frame.is_unread()) {
            let Some(head) = &frame.head else { continue };
            let name = frame.name();
            if let Some(end) = self.single_brace(head.range.end..self.text.len(), &format!("{{/{name}")) {
                self.problems.push(end);
                continue;
            }
            let problem = Problem::new(head.range.clone(), ProblemKind::Syntax, format!("`{name}` is never closed"))
                .label(format!("no `{{{{/{name}}}}}` follows"));
            self.problems.push(problem);
        }
        // What stands in a block that is not closed yet is read all the same.
        while self.open.len() > 1 {
            let node = self.open.pop().and_then(Frame::close);
            self.open.last_mut().expect("the whole text is the first frame").nodes.extend(node);
        }
        self.problems.sort_by_key(|problem| problem.range.start);
        Parsed { nodes: self.open.swap_remove(0).nodes, problems: self.problems, headless: self.headless }
    }
}

fn head(tag: &mut Tag<'_>) -> Result<Head, Problem> {
    let call = tag.block_call()?;
    let parameters = tag.block_parameters()?;
    let range = tag.close()?;
    Ok(Head { range, unread: false, call, parameters })
}

fn refused(tag: &Tag<'_>, message: &str) -> Problem {
    Problem::new(tag.start..tag.at + 1, ProblemKind::Syntax, message)
        .label("not allowed")
        .help("write the text where it is used")
}

/// The bytes of an escape that `text` begins with, if it begins with one.
pub fn escaped(text: &str) -> Option<usize> {
    let slashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    let braces = text[slashes..].starts_with("{{");
    match slashes {
        1 if braces => Some(if text[1..].starts_with("{{{") { 4 } else { 3 }),
        0 | 1 => None,
        _ if braces => Some(slashes),
        _ => None,
    }
}

/// Where the tag that begins at `start` ends, braces in quoted texts left aside when that works out.
fn end_of_tag(text: &str, start: usize) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text[start..].char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if text[start + at..].starts_with("}}") => return Some(braces_end(text, start + at)),
            None => {}
        }
    }
    text[start..].find("}}").map(|at| braces_end(text, start + at))
}

fn braces_end(text: &str, at: usize) -> usize {
    if text[at..].starts_with("}}}") { at + 3 } else { at + 2 }
}

/// Where a raw block ends: `{{{{/name}}}}` with the blanks that are allowed in it.
fn close_of_raw(text: &str, from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    while at < text.len() {
        if let Some(skip) = escaped(&text[at..]) {
            at += skip;
            continue;
        }
        if let Some(rest) = text[at..].strip_prefix("{{{{") {
            let inside = rest.find("}}}}").map(|end| (rest[..end].trim(), at + 4 + end + 4))?;
            return inside.0.strip_prefix('/').filter(|close| close.trim() == name).map(|_| inside.1);
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}
