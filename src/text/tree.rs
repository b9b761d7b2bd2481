//! Grows the tree of a file out of the parser's events: aliases, merges, duplicate keys and limits.

use super::code;
use super::diagnostic::Diagnostic;
use super::mend::{Mender, template_at};
use super::node::{Entry, Kind, Mapping, Node, Resolved, Scalar, Style, resolve};
use super::places::Places;
use super::source::{SourceId, Span};
use super::suggestion::quoted;
use super::yaml::{Comment, Parsed, unquoted_template};
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use std::collections::HashMap;
use std::sync::Arc;

/// How deep values may be nested, aliases followed.
pub const MAX_DEPTH: usize = 64;
/// How many values a file may have when every alias is written out.
pub const MAX_NODES: u64 = 1_000_000;

/// Anchors that an unknown alias is compared with.
const GUESSES: usize = 256;

pub(super) struct Grown {
    pub parsed: Parsed,
    pub diagnostics: Vec<Diagnostic>,
}

/// A finished part of the tree with what limits need to know of it.
#[derive(Clone)]
struct Part {
    node: Node,
    /// Values in it, itself and what aliases repeat included.
    nodes: u64,
    depth: usize,
}

/// A list or mapping that is still open.
struct Open {
    start: u32,
    anchor: usize,
    nodes: u64,
    depth: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    /// `glued`: the key at hand took its value in.
    Mapping {
        entries: Vec<Entry>,
        key: Option<Node>,
        template: Option<Span>,
        glued: bool,
    },
}

pub(super) struct Grower<'a> {
    id: SourceId,
    text: &'a str,
    mender: &'a Mender<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Part>,
    root: Option<Node>,
    comments: Vec<Comment>,
    diagnostics: Vec<Diagnostic>,
    unread: Vec<Span>,
    /// Texts that are marked by an anchor which nothing has named yet.
    marked: HashMap<usize, Diagnostic>,
    /// The anchors of the file, once somebody asks for them.
    names: Option<Vec<(usize, &'a str)>>,
    nodes: u64,
    /// How many lists and mappings deep we are in what is nested too deep.
    skipping: usize,
    last_end: u32,
}

impl<'a> Grower<'a> {
    /// Reads the mended text; the first syntax mistake that is left ends it.
    pub fn grow(id: SourceId, text: &'a str, mender: &'a Mender<'a>) -> Result<Grown, ScanError> {
        let mut grower = Self {
            id,
            text,
            mender,
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            comments: Vec::new(),
            diagnostics: Vec::new(),
            unread: Vec::new(),
            marked: HashMap::new(),
            names: None,
            nodes: 0,
            skipping: 0,
            last_end: 0,
        };
        grower.read()?;
        grower.diagnostics.extend(std::mem::take(&mut grower.marked).into_values());
        let nothing = if mender.lost { Node::poison } else { Node::null };
        let root = grower.root.unwrap_or_else(|| nothing(Span::new(id, 0, 0)));
        let parsed = Parsed { root, comments: grower.comments, unread: grower.unread };
        Ok(Grown { parsed, diagnostics: grower.diagnostics })
    }

    fn read(&mut self) -> Result<(), ScanError> {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: 1_000_000,
            simple_key_max_lookahead: 4096,
        };
        let mender = self.mender;
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(mender.text(), options) {
            let (event, span) = next?;
            let range = span.byte_range().expect("a parser of a string knows its offsets");
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    self.second_document(self.span(range.start, range.end));
                    break;
                }
            }
            self.take(event, range.start, range.end);
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'_>, start: usize, end: usize) {
        let span = self.span(start, end);
        match event {
            Event::Comment(text, _) => self.comments.push(Comment { span, text: text.into_owned() }),
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(_, anchor, tag) => {
                self.start(anchor, tag.as_deref(), span, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                let content = Content::Mapping { entries: Vec::new(), key: None, template: None, glued: false };
                self.start(anchor, tag.as_deref(), span, content);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => self.unknown_alias(&name, span),
            _ => {}
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start as u32, end as u32)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        if self.skipping > 0 {
            return;
        }
        let node = if self.mender.is_blank(span.start) || self.refuses_tag(tag, span) || self.marks(anchor, span) {
            Node::poison(span)
        } else {
            let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
            self.stray_quote(value, style, span);
            self.scalar_node(value, self::style(style), is_text, span)
        };
        self.part(Part { node, nodes: 1, depth: 0 }, anchor);
    }

    /// `title: Hello"` – somebody forgot the first of two quotes.
    fn stray_quote(&mut self, value: &str, style: ScalarStyle, span: Span) {
        let odd = value.ends_with('"') && value.matches('"').count() % 2 == 1;
        if style != ScalarStyle::Plain || !odd || self.expects_key() {
            return;
        }
        let place = Span { start: span.end - 1, ..span };
        let message = "this text ends with a quote, and begins without one";
        let diagnostic = Diagnostic::new(code::STRAY_QUOTE, place, message).label("would be shown");
        self.report(
            diagnostic.help("put a `\"` before the text, or take this one out").guess(span.start_point(), "\""),
        );
    }

    fn scalar_node(&self, value: &str, style: Style, is_text: bool, span: Span) -> Node {
        let null = style == Style::Plain && !is_text && resolve(value) == Resolved::Null;
        if null && !self.expects_key() {
            return Node::null(span);
        }
        let range = span.start as usize..span.end as usize;
        let places = Places::of(self.mender.text(), range, style, value);
        let style = if is_text && style == Style::Plain { Style::Double } else { style };
        let value = if null && span.is_empty() { String::new() } else { value.to_owned() };
        let kind = Kind::Scalar(Arc::new(Scalar { value, style, places }));
        Node { span: trimmed(self.text, span, style), kind }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn start(&mut self, anchor: usize, tag: Option<&Tag>, span: Span, content: Content) {
        if self.skipping > 0 {
            self.skipping += 1;
        } else if self.open.len() >= MAX_DEPTH {
            self.skipping = 1;
            self.too_deep(span);
        } else {
            self.refuses_tag(tag, span);
            self.open.push(Open { start: span.start, anchor, nodes: 1, depth: 0, content });
        }
    }

    fn end(&mut self, span: Span) {
        if self.skipping > 0 {
            self.skipping -= 1;
            if self.skipping == 0 {
                self.part(Part { node: Node::poison(span), nodes: 1, depth: 0 }, 0);
            }
            return;
        }
        let open = self.open.pop().expect("the parser closes only what it opened");
        let end = if span.is_empty() { self.last_end.max(open.start) } else { span.end };
        let span = Span::new(self.id, open.start, end);
        let node = match open.content {
            Content::Sequence(items) => Node { span, kind: Kind::Sequence(items.into()) },
            Content::Mapping { template: Some(template), .. } => self.template(template),
            Content::Mapping { entries, .. } => self.mapping(entries, span),
        };
        self.part(Part { node, nodes: open.nodes, depth: open.depth + 1 }, open.anchor);
    }

    /// A finished value goes to where it belongs.
    fn part(&mut self, part: Part, anchor: usize) {
        self.last_end = self.last_end.max(part.node.span.end);
        self.nodes += 1;
        if anchor > 0 {
            self.anchors.insert(anchor, part.clone());
        }
        self.place(part);
    }

    fn place(&mut self, part: Part) {
        let part = self.parted_entry(part);
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(part.node);
            return;
        };
        parent.nodes += part.nodes;
        parent.depth = parent.depth.max(part.depth);
        match &mut parent.content {
            Content::Sequence(items) => items.push(part.node),
            Content::Mapping { entries, key, glued, .. } => match key.take() {
                Some(key) if std::mem::take(glued) => {
                    let value = Node::poison(part.node.span);
                    entries.push(Entry { key, value });
                }
                Some(key) => entries.push(Entry { key, value: part.node }),
                None => self.key(part.node),
            },
        }
    }

    fn key(&mut self, node: Node) {
        let (node, is_glued) = self.parted_key(node);
        let bad = match &node.kind {
            Kind::Scalar(scalar) if !scalar.value.is_empty() || !scalar.is_plain() => None,
            Kind::Poison => None,
            _ => Some(node.span),
        };
        let is_template = self.text[node.span.start as usize..].starts_with('{');
        let Some(Open { content: Content::Mapping { key, template, glued, .. }, start, .. }) = self.open.last_mut()
        else {
            return;
        };
        *key = Some(node);
        *glued = is_glued;
        let Some(span) = bad else { return };
        if is_template && self.text[*start as usize..].starts_with("{{") {
            *template = Some(Span { start: *start, ..span });
        } else {
            let message = "a key must be text, and this is not";
            self.report(Diagnostic::new(code::BAD_KEY, span, message).help("write `key: value`"));
        }
    }

    /// Inside of `{…}`, `key:value` is a key of its own: it is reported, and its value is known to be bad.
    fn parted_key(&mut self, node: Node) -> (Node, bool) {
        let plain = matches!(&node.kind, Kind::Scalar(scalar) if scalar.is_plain());
        let colon = node.as_str().filter(|_| plain).and_then(glued);
        let (Some(colon), Some(written)) = (colon, node.as_str().map(str::to_owned)) else { return (node, false) };
        let at = node.span.start + colon as u32;
        let (name, value) = (&written[..colon], &written[colon + 1..]);
        let place = Span { start: at, end: at + 1, ..node.span };
        let told = Diagnostic::new(code::MISSING_SPACE, place, format!("a space is missing behind `{name}:`"));
        self.report(told.help(format!("write `{name}: {value}`")).suggest(place, ": "));
        let key = Scalar { value: name.to_owned(), style: Style::Plain, places: Places::default() };
        let span = Span { end: at, ..node.span };
        (Node { span, kind: Kind::Scalar(Arc::new(key)) }, true)
    }

    /// Inside of `{…}`, `key value` is a key without a value: it is reported, and its value is known to be bad.
    fn parted_entry(&mut self, part: Part) -> Part {
        let Some(Open { content: Content::Mapping { key: Some(key), .. }, start, .. }) = self.open.last() else {
            return part;
        };
        // Within `{{…}}` blanks part the words of a template, which is told as a whole.
        let (before, from) = self.text.split_at(*start as usize);
        let in_braces = from.starts_with('{') && !before.ends_with('{');
        let nothing = matches!(part.node.kind, Kind::Null) && part.node.span.is_empty();
        let plain = matches!(&key.kind, Kind::Scalar(scalar) if scalar.is_plain());
        let written = key.as_str().filter(|_| in_braces && nothing && plain).map(str::to_owned);
        let Some(written) = written else { return part };
        if let Some(quote) = odd_quote(&written) {
            return self.cut_text(part, quote);
        }
        let Some(length) = unparted(&written) else { return part };
        let (span, name) = (key.span, &written[..length]);
        let value = written[length..].trim_start_matches([' ', '=']);
        let gap = Span::new(self.id, span.start + length as u32, span.start + (written.len() - value.len()) as u32);
        let place = Span { end: gap.start, ..span };
        let told = Diagnostic::new(code::MISSING_COLON, place, format!("a colon is missing behind `{name}`"));
        self.report(told.help(format!("write `{name}: {value}`")).guess(gap, ": "));
        let renamed = Scalar { value: name.to_owned(), style: Style::Plain, places: Places::default() };
        if let Some(Open { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(Node { span: place, kind: Kind::Scalar(Arc::new(renamed)) });
        }
        Part { node: Node::poison(part.node.span), ..part }
    }

    /// Inside of `{…}`, a text without its first quote ends at its first comma; the rest became a key.
    fn cut_text(&mut self, part: Part, quote: char) -> Part {
        let Some(Open { content: Content::Mapping { key: Some(key), .. }, .. }) = self.open.last() else { return part };
        let place = Span { start: key.span.end - 1, ..key.span };
        let told = Diagnostic::new(code::UNCLOSED, place, format!("this `{quote}` closes nothing"));
        let told = told.label("the text began without a quote").help(format!("put a `{quote}` where the text begins"));
        self.report(told);
        Part { node: Node::poison(part.node.span), ..part }
    }

    fn template(&mut self, span: Span) -> Node {
        let range = template_at(self.text, span.start as usize);
        let span = self.span(range.start, range.end);
        self.report(unquoted_template(self.text, span));
        Node::poison(span)
    }

    fn mapping(&mut self, entries: Vec<Entry>, span: Span) -> Node {
        let mut incomplete = self.mender.lost && self.open.is_empty() || self.lost_entry(&entries, span);
        let mut seen: HashMap<String, usize> = HashMap::with_capacity(entries.len());
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut merges = Vec::new();
        for entry in entries {
            if entry.key.as_str().is_none() {
                incomplete = true;
            } else if is_merge(&entry.key) {
                merges.push((kept.len(), entry));
            } else if let Some(&first) = seen.get(entry.name()) {
                self.duplicate(&kept[first], &entry);
            } else {
                seen.insert(entry.name().to_owned(), kept.len());
                kept.push(entry);
            }
        }
        for (at, merge) in merges.into_iter().rev() {
            incomplete |= self.merge(&mut kept, &mut seen, at, &merge);
        }
        Node { span, kind: Kind::Mapping(Arc::new(Mapping { entries: kept, incomplete })) }
    }

    fn lost_entry(&self, entries: &[Entry], span: Span) -> bool {
        let Some(first) = entries.first().filter(|_| self.mender.has_lost_lines()) else { return false };
        let start = first.key.span.start as usize;
        let column = start - self.text[..start].rfind(['\n', '\r']).map_or(0, |found| found + 1);
        self.mender.lost_entry(span.start as usize..span.end as usize, column)
    }

    /// `<<` brings the keys that are not here already; says whether some could not be read.
    fn merge(&mut self, kept: &mut Vec<Entry>, seen: &mut HashMap<String, usize>, at: usize, merge: &Entry) -> bool {
        let from = match &merge.value.kind {
            Kind::Sequence(list) => list.to_vec(),
            _ => vec![merge.value.clone()],
        };
        let mut incomplete = false;
        let mut brought = Vec::new();
        for node in from {
            match &node.kind {
                Kind::Mapping(mapping) => {
                    incomplete |= mapping.incomplete;
                    for entry in &mapping.entries {
                        if seen.insert(entry.name().to_owned(), usize::MAX).is_none() {
                            brought.push(entry.clone());
                        }
                    }
                }
                Kind::Poison => incomplete = true,
                _ => self.bad_merge(merge.key.span.to(merge.key.span), node.span),
            }
        }
        if let Some(open) = self.open.last_mut() {
            open.nodes += brought.len() as u64;
        }
        kept.splice(at..at, brought);
        incomplete
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        if self.skipping > 0 {
            return;
        }
        self.marked.remove(&anchor);
        let part = match self.anchors.get(&anchor) {
            None => self.poisoned_alias(span, code::BAD_ALIAS, "an alias cannot stand inside what it names"),
            Some(part) if self.open.len() + part.depth > MAX_DEPTH => {
                let message =
                    format!("what this alias names is nested too deep here; at most {MAX_DEPTH} levels are read");
                self.poisoned_alias(span, code::TOO_DEEP, &message)
            }
            Some(part) if self.nodes + part.nodes > MAX_NODES => {
                let message = format!("with its aliases written out, the file has more than {MAX_NODES} values");
                self.poisoned_alias(span, code::TOO_MANY_NODES, &message)
            }
            Some(part) => part.clone(),
        };
        self.nodes += part.nodes;
        self.last_end = self.last_end.max(span.end);
        self.place(part);
    }

    fn poisoned_alias(&mut self, span: Span, code: code::Code, message: &str) -> Part {
        self.report(Diagnostic::new(code, span, message));
        Part { node: Node::poison(span), nodes: 1, depth: 0 }
    }

    fn unknown_alias(&mut self, name: &str, span: Span) {
        if self.skipping > 0 {
            return;
        }
        let message = format!("`*{name}` names no anchor: nothing above is marked `&{name}`");
        let help = format!("a text that begins with `*` needs quotes: `\"*{name}\"`");
        let text = self.text;
        let known = self.names.get_or_insert_with(|| anchors(text));
        let anchors = known.iter().filter(|(at, _)| *at < span.start as usize).map(|(_, name)| *name).take(GUESSES);
        let anchors: Vec<&str> = anchors.collect();
        // One that stands in a part that could not be read is told of there.
        if anchors.contains(&name) {
            return self.part(Part { node: Node::poison(span), nodes: 1, depth: 0 }, 0);
        }
        let told = Diagnostic::new(code::BAD_ALIAS, span, message).help(help);
        let name_span = Span { start: (span.start + 1).min(span.end), ..span };
        self.report(told.among(name, name_span, anchors));
        self.part(Part { node: Node::poison(span), nodes: 1, depth: 0 }, 0);
    }

    /// Only YAML's own tags mean something; `!x` is a text somebody forgot to quote.
    fn refuses_tag(&mut self, tag: Option<&Tag>, span: Span) -> bool {
        let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema() && !tag.suffix().is_empty()) else { return false };
        let written = tag.original();
        let before = &self.text[..span.start as usize];
        let start = before.rfind(&written).unwrap_or(before.len());
        let span = self.span(start, start + written.len().min(self.text.len() - start));
        let message = format!("`{written}` is a tag of YAML, and means nothing here");
        let help = format!("a text that begins with `!` needs quotes: `\"{written}\"`");
        self.report(Diagnostic::new(code::UNQUOTED_SIGN, span, message).help(help));
        true
    }

    /// `&Welcome` marks nothing, and `&Ask us` marks `us`: somebody forgot to quote a text. Says whether nothing is left.
    fn marks(&mut self, anchor: usize, span: Span) -> bool {
        let is_empty = span.is_empty();
        if anchor == 0 && !is_empty {
            return false;
        }
        let Some(place) = self.anchor(span.start as usize) else { return false };
        let written = &self.text[place.start..place.end];
        let rest = &self.text[place.start..(span.end as usize).max(place.end)];
        let place = self.span(place.start, place.end);
        if is_empty {
            let message = format!("`{written}` is an anchor of YAML, and nothing stands behind it");
            let help = format!("a text that begins with `&` needs quotes: `\"{written}\"`");
            self.report(Diagnostic::new(code::UNQUOTED_SIGN, place, message).help(help));
        } else if !rest.contains(['\n', '\r']) {
            let message = format!("`{written}` is an anchor of YAML, and nothing names it: the text begins behind it");
            let help = format!("if it belongs to the text, write `{}`; otherwise take it out", quoted(rest));
            self.marked.insert(anchor, Diagnostic::new(code::UNUSED_ANCHOR, place, message).help(help));
        }
        is_empty
    }

    /// Where the anchor stands whose value begins at a place: before it, or behind it when the value is empty.
    fn anchor(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let (before, behind) = (self.text[..at].trim_end(), &self.text[at..]);
        let word = before.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        if before[word..].starts_with('&') {
            return Some(word..before.len());
        }
        let start = at + behind.len() - behind.trim_start_matches(':').trim_start_matches(' ').len();
        let length = self.text[start..].find([' ', '\n', '\r', ',', ']', '}']).unwrap_or(self.text.len() - start);
        self.text[start..].starts_with('&').then_some(start..start + length)
    }

    fn second_document(&mut self, span: Span) {
        self.unread.push(Span { end: self.text.len() as u32, ..span });
        let message = "a second document begins here, and what follows is not read: one file is one document";
        self.report(
            Diagnostic::new(code::SECOND_DOCUMENT, span, message)
                .help("remove this line, or put the rest into another file"),
        );
    }

    fn too_deep(&mut self, span: Span) {
        let message = format!("this is nested too deep; at most {MAX_DEPTH} levels are read");
        self.report(Diagnostic::new(code::TOO_DEEP, span, message));
    }

    fn duplicate(&mut self, first: &Entry, second: &Entry) {
        let message = format!("the key `{}` is written twice", second.name());
        let diagnostic = Diagnostic::new(code::DUPLICATE_KEY, second.key.span, message)
            .label("written again here")
            .related(first.key.span, "first written here");
        self.report(diagnostic.help("keep one of the two; the first one was read"));
    }

    fn bad_merge(&mut self, key: Span, value: Span) {
        let diagnostic = Diagnostic::new(code::BAD_ALIAS, value, "`<<` takes a mapping, or a list of mappings");
        self.report(diagnostic.related(key, "to be merged in here"));
    }
}

/// The anchors of a text and where they stand, as they are written: `&name`.
fn anchors(text: &str) -> Vec<(usize, &str)> {
    let begins = text.match_indices([' ', '\n']).filter(|(at, _)| text[at + 1..].starts_with('&'));
    let name = |at: usize| text[at + 2..].split([' ', '\n', '\r', ',']).next().unwrap_or_default();
    begins.map(|(at, _)| (at, name(at))).filter(|(_, name)| !name.is_empty()).collect()
}

/// The quote that a text ends with and did not begin with.
fn odd_quote(text: &str) -> Option<char> {
    let quote = text.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    (text.matches(quote).count() % 2 == 1).then_some(quote)
}

/// A key that no blank parts from its value: `type:text`, `label:"Open"`.
fn glued(key: &str) -> Option<usize> {
    let colon = key.find(':')?;
    let name = &key[..colon];
    let is_key = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let address = key[colon..].starts_with("://");
    (is_key && !address && colon + 1 < key.len()).then_some(colon)
}

/// The length of the key in `type user` or `type = user`.
fn unparted(key: &str) -> Option<usize> {
    let length = key.find([' ', '='])?;
    let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key[..length].chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (is_key && !key[length..].trim_start_matches([' ', '=']).is_empty()).then_some(length)
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, Kind::Scalar(scalar) if scalar.is_plain() && scalar.value == "<<")
}

fn style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    }
}

/// A block scalar ends with its last line of text, not with the empty lines that follow.
fn trimmed(text: &str, span: Span, style: Style) -> Span {
    if !matches!(style, Style::Literal | Style::Folded) {
        return span;
    }
    let written = &text[span.start as usize..span.end as usize];
    Span { end: span.start + written.trim_end().len() as u32, ..span }
}
