//! What somebody meant who wrote something else than a template between the braces.

use super::problem::{Problem, ProblemKind};
use super::tag::is_symbol;
use std::ops::Range;

/// Operators of expressions, longest first, with the function that does the same in a template.
const OPERATORS: [(&str, &str); 18] = [
    ("===", "eq"),
    ("!==", "ne"),
    (">=", "gte"),
    ("<=", "lte"),
    ("==", "eq"),
    ("!=", "ne"),
    ("<>", "ne"),
    ("&&", "and"),
    ("||", "or"),
    ("??", "default"),
    (">", "gt"),
    ("<", "lt"),
    ("+", "add"),
    ("-", "sub"),
    ("*", "mul"),
    ("/", "div"),
    ("%", "mod"),
    ("=", "eq"),
];

const CONDITIONS: [&str; 9] = ["eq", "ne", "gte", "lte", "gt", "lt", "and", "or", "not"];

/// A better problem than `found` for what stands in `inside`, when the mistake is a known one.
pub fn explain(text: &str, inside: Range<usize>, found: Problem) -> Problem {
    let content = &text[inside.clone()];
    filter(content, &inside)
        .or_else(|| call_with_brackets(content, &inside))
        .or_else(|| ternary(content, &inside))
        .or_else(|| operator(content, &inside))
        .or_else(|| negation(content, &inside))
        .or_else(|| dot(content, &inside))
        .or_else(|| bare_text(content, &inside))
        .or_else(|| empty(content, &inside))
        .unwrap_or(found)
}

fn expression(range: Range<usize>) -> Problem {
    Problem::new(range, ProblemKind::ExpressionInTemplate, "an expression stands inside `{{ }}`")
        .label("a template knows names and functions, but no operators")
}

/// `options.rating >= 4`, also behind `#if`.
fn operator(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let (block, condition) = block_head(content);
    let offset = inside.start + content.len() - condition.len();
    let (at, symbol, function) = find_operator(condition)?;
    let left = condition[..at].trim();
    let right = condition[at + symbol.len()..].trim();
    let range = offset..offset + condition.len();
    let problem = expression(range.clone());
    if !is_simple(left) || !is_simple(right) {
        return Some(problem.help("compare with functions such as `(gte a b)`, or use an `if:` step"));
    }
    let call = format!("{function} {left} {}", double_quoted(right));
    if block.is_some() {
        return Some(problem.help(format!("write `({call})`")).fix(range, format!("({call})")));
    }
    if CONDITIONS.contains(&function) {
        return Some(problem.help(format!("use `{{{{#if ({call})}}}}` or an `if:` step")));
    }
    Some(problem.help(format!("write `{{{{{call}}}}}`")).fix(range, call))
}

/// `#if`, `else if` and the like, and what follows it.
fn block_head(content: &str) -> (Option<&str>, &str) {
    for word in ["#if", "#unless", "#each", "#with", "else if", "else unless", "^if"] {
        if let Some(rest) = content.strip_prefix(word)
            && rest.starts_with(char::is_whitespace)
        {
            return (Some(word), rest.trim_start());
        }
    }
    (None, content)
}

/// The first operator outside of quotes and brackets. `-` and `/` are part of names unless blanks surround them.
fn find_operator(text: &str) -> Option<(usize, &'static str, &'static str)> {
    let mut quote = None;
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => continue,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '(' => depth += 1,
            None if c == ')' => depth = depth.saturating_sub(1),
            None if depth > 0 => continue,
            None => {
                let found = OPERATORS.iter().find(|(symbol, _)| text[at..].starts_with(symbol));
                if let Some((symbol, function)) = found
                    && (!matches!(*symbol, "-" | "/") || text[..at].ends_with(' '))
                    && at > 0
                {
                    return Some((at, symbol, function));
                }
            }
        }
    }
    None
}

/// A path, a number or one quoted text.
fn is_simple(text: &str) -> bool {
    let quoted = text.len() >= 2
        && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
        && text[1..text.len() - 1].find(['"', '\'']).is_none();
    quoted || (!text.is_empty() && text.chars().all(|c| is_symbol(c) || matches!(c, '.' | '@' | '/')))
}

fn double_quoted(text: &str) -> String {
    match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => format!("\"{inner}\""),
        None => text.to_owned(),
    }
}

/// `!options.note`
fn negation(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let (block, condition) = block_head(content);
    let name = condition.strip_prefix('!').map(str::trim).filter(|name| is_simple(name))?;
    let start = inside.start + content.len() - condition.len();
    let range = start..start + condition.len();
    let problem = expression(range.clone());
    match block {
        Some(_) => Some(
            problem
                .help(format!("write `(not {name})`, or `{{{{#unless {name}}}}}`"))
                .fix(range, format!("(not {name})")),
        ),
        None => Some(problem.help(format!("use `{{{{#unless {name}}}}}`"))),
    }
}

/// `stars(options.rating)`
fn call_with_brackets(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let (_, call) = block_head(content);
    let open = call.find('(').filter(|open| *open > 0)?;
    let name = &call[..open];
    let arguments = call[open + 1..].strip_suffix(')')?;
    let plain = name.chars().all(is_symbol) && !arguments.contains(['(', ')', '"', '\'']);
    if !plain {
        return None;
    }
    let words: Vec<&str> = arguments.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    if !words.iter().all(|word| is_simple(word)) {
        return None;
    }
    let start = inside.start + content.len() - call.len();
    let range = start..start + call.len();
    let mut right = [&[name], words.as_slice()].concat().join(" ");
    if call.len() != content.len() {
        right = format!("({right})");
    }
    Some(
        Problem::new(range, ProblemKind::Syntax, "a template calls a function without brackets and commas")
            .label(format!("write `{right}`"))
            .instead(right),
    )
}

/// `user.name | upper`
fn filter(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let (value, name) = content.split_once('|')?;
    let (value, name) = (value.trim(), name.trim());
    let is_filter = is_simple(value) && !name.is_empty() && name.chars().all(is_symbol) && !content.contains("||");
    is_filter.then(|| {
        Problem::new(inside.clone(), ProblemKind::Syntax, "there is no `|` in a template")
            .label(format!("write `{name} {value}`"))
            .instead(format!("{name} {value}"))
    })
}

/// `a ? b : c`
fn ternary(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let (condition, rest) = content.split_once(" ? ")?;
    let (yes, no) = rest.split_once(" : ")?;
    let show = |text: &str| {
        let text = text.trim();
        let inner = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
        inner.map_or_else(|| format!("{{{{{text}}}}}"), str::to_owned)
    };
    let help = format!("write `{{{{#if {}}}}}{}{{{{else}}}}{}{{{{/if}}}}`", condition.trim(), show(yes), show(no));
    Some(expression(inside.clone()).help(help))
}

/// `{{.}}` and `{{..}}`
fn dot(content: &str, inside: &Range<usize>) -> Option<Problem> {
    (content == ".").then(|| {
        Problem::new(inside.clone(), ProblemKind::Syntax, "`.` alone is no name")
            .label("the item at hand is `this`")
            .instead("this")
    })
}

/// `{{"text"}}`
fn bare_text(content: &str, inside: &Range<usize>) -> Option<Problem> {
    let quoted = content.starts_with(['"', '\'']) && is_simple(content);
    quoted.then(|| {
        Problem::new(inside.clone(), ProblemKind::Syntax, "a quoted text needs no braces")
            .label("write the text itself")
    })
}

fn empty(content: &str, inside: &Range<usize>) -> Option<Problem> {
    content.trim_matches(['{', '}', '~', ' ', '\t', '\n']).is_empty().then(|| {
        Problem::new(inside.clone(), ProblemKind::Syntax, "nothing stands between the braces")
            .label("a name is missing")
            .help("to write braces as they are, put a backslash before them: `\\{{`")
    })
}

/// `{options.rating}`, `{options.rating}}` and `options.rating}}` in a text that is copied, where the name or the
/// function exists.
pub fn single_braces(
    text: &str,
    copied: Range<usize>,
    exists: impl Fn(&str) -> bool,
    called: impl Fn(&str) -> bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut at = copied.start;
    while let Some(found) = text[at..copied.end].find(['{', '}']).map(|found| at + found) {
        at = found + 1;
        if text[found..].starts_with("}}") {
            problems.push(unopened(text, copied.start, found));
            at = found + 2;
        } else if text[found..].starts_with('{') {
            let rest = &text[at..copied.end];
            let Some(end) = rest.find(['}', '{']).filter(|end| rest[*end..].starts_with('}')) else { continue };
            if says_something(rest[..end].trim(), &exists, &called) {
                let close = at + end + if rest[end..].starts_with("}}") { 2 } else { 1 };
                problems.push(one_brace(text, found..close, rest[..end].trim()));
                at = close;
            }
        }
    }
    problems
}

/// Whether what stands between single braces would be a tag between double ones.
fn says_something(inside: &str, exists: &impl Fn(&str) -> bool, called: &impl Fn(&str) -> bool) -> bool {
    let block =
        inside == "else" || inside.starts_with(['#', '/']) && inside[1..].starts_with(|c: char| c.is_alphabetic());
    let is_path = |word: &str| !word.is_empty() && word.chars().all(|c| is_symbol(c) || c == '.');
    let first = inside.split([' ', '(']).next().unwrap_or_default();
    block || is_path(inside) && exists(inside) || inside != first && is_path(first) && called(first)
}

fn one_brace(text: &str, range: Range<usize>, inside: &str) -> Problem {
    let written = &text[range.clone()];
    Problem::new(range, ProblemKind::Syntax, format!("`{written}` is copied as it stands"))
        .label("a name stands in two braces")
        .instead(format!("{{{{{inside}}}}}"))
        .warn()
}

/// `}}` that nothing opened, with the word before it.
fn unopened(text: &str, from: usize, at: usize) -> Problem {
    let before = &text[from..at];
    let start = before
        .rfind(|c: char| !(is_symbol(c) || matches!(c, '.' | '/' | '#')))
        .map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
    Problem::new(from + start..at + 2, ProblemKind::Syntax, "this `}}` closes nothing")
        .label("no `{{` stands before it")
        .help("a name stands between `{{` and `}}`")
        .warn()
}
