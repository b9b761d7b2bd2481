//! What a word means, when the mouse rests on it.

use crate::action::index::{Mention, What};
use crate::flow::expression::LISTS;
use crate::flow::function::{Function, Functions, printed};
use crate::flow::types::Type;
use crate::lsp::analysis::Analysis;
use crate::lsp::shape::Shape;
use crate::lsp::symbol::Symbol;
use crate::lsp::trail::{End, Trail, entries};
use crate::text::{Span, mask};
use std::ops::Range;
use std::sync::LazyLock;

/// Lines of a declaration that are shown.
const LINES: usize = 12;

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(Functions::standard);

/// Every function there is.
pub fn functions() -> &'static Functions {
    &FUNCTIONS
}

/// What is told, as Markdown, and of which bytes.
pub fn hover(analysis: &Analysis, text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let mentions = analysis.mentions(at);
    if let Some(first) = mentions.first() {
        let mut told: Vec<String> = Vec::new();
        for mention in &mentions {
            let one = of_mention(analysis, text, mention);
            if !told.contains(&one) {
                told.push(one);
            }
        }
        return Some((told.join("\n\n---\n\n"), bytes(first.span)));
    }
    if let Some(declaration) = analysis.declaration(at) {
        let used = Symbol::at(analysis, at).map_or(0, |symbol| symbol.used.len());
        let times = match used {
            0 => "not used".to_owned(),
            1 => "used once".to_owned(),
            _ => format!("used {used} times"),
        };
        return Some((format!("{} `{}`, {times}", declaration.what, declaration.name), bytes(declaration.span)));
    }
    of_shape(analysis, at)
}

fn of_mention(analysis: &Analysis, text: &str, mention: &Mention) -> String {
    match &mention.what {
        What::Value { kind, doc } => value(text.get(bytes(mention.span)).unwrap_or_default(), kind, doc),
        What::Function(name) => function(name),
        What::Thing(what) => thing(analysis, text, what, mention.declared),
    }
}

/// A key of the language, or one of the words that it takes.
fn of_shape(analysis: &Analysis, at: usize) -> Option<(String, Range<usize>)> {
    let trail = Trail::to(&analysis.root, at)?;
    let shape = Shape::at(&trail.steps);
    let (word, span, words) = match trail.end {
        End::Key(entry, _) => (entry.name(), entry.key.span, shape.keys()),
        End::Value(node) => (node.as_str()?, node.span, shape.values()),
    };
    let found = words.into_iter().find(|known| known.word == word).filter(|found| !found.doc.is_empty())?;
    Some((format!("**{word}**\n\n{}", found.doc), bytes(span)))
}

/// `name: type`, and what it is.
pub fn value(name: &str, kind: &Type, doc: &str) -> String {
    format!("```\n{name}: {}\n```\n\n{doc}", described(kind))
}

/// A type with what matters of it: who wrote it, whether it may be missing.
pub fn described(kind: &Type) -> String {
    let mut words = kind.to_string();
    if let Type::Text(text) = kind.present() {
        if text.secret {
            words.push_str(", secret");
        } else if text.from_user {
            words.push_str(", written by a user");
        }
    }
    if matches!(kind, Type::Optional(_)) {
        words.push_str(", may be missing");
    }
    words
}

/// A function's signature, meaning and example.
pub fn function(name: &str) -> String {
    if let Some((name, about, example)) = LISTS.iter().find(|(known, ..)| *known == name) {
        return format!("```\nlist.{name}(|item| …)\n```\n\n{about}\n\nSuch as `{example}`");
    }
    FUNCTIONS.get(name).map_or_else(String::new, |function| {
        format!("```\n{}\n```\n\n{}{}", function.signature(), function.doc, example(function))
    })
}

fn example(function: &Function) -> String {
    let Some(example) = function.examples.first() else { return String::new() };
    let arguments: Vec<String> = example.arguments.iter().map(ToString::to_string).collect();
    format!("\n\nSuch as `{} {}`: {}", function.name, arguments.join(" "), printed(&example.result))
}

/// What a name of the file stands for: how it is declared.
pub fn thing(analysis: &Analysis, text: &str, what: &str, declared: Span) -> String {
    let name = analysis.declared(declared).map_or("", |declaration| declaration.name.as_str());
    format!("{what} `{name}`\n\n```yaml\n{}\n```", declaration(analysis, text, declared))
}

/// The lines in which something is declared, without what they have too much in front.
fn declaration(analysis: &Analysis, text: &str, declared: Span) -> String {
    let mut whole = bytes(declared);
    entries(&analysis.root, &mut |entry| {
        if entry.key.span == declared {
            whole.end = whole.end.max(entry.value.span.end as usize);
        }
        entry.key.span.start <= declared.start
    });
    let text = text.get(whole.clone()).unwrap_or_default();
    let indent = indentation(text);
    let mut lines: Vec<&str> = text.lines().map(|line| line.strip_prefix(indent).unwrap_or(line).trim_end()).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    if lines.len() > LINES {
        lines.truncate(LINES - 1);
        lines.push("…");
    }
    mask(&lines.join("\n")).into_owned()
}

/// The indentation of the key: two blanks less than that of the least indented line below it.
fn indentation(text: &str) -> &str {
    let below = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let least =
        below.map(|line| &line[..line.len() - line.trim_start_matches(' ').len()]).min_by_key(|indent| indent.len());
    least.map_or("", |indent| &indent[indent.len().min(2)..])
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
