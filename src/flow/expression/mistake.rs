//! What somebody meant who wrote something else than an expression: found before the engine reads the text.

use super::place::string_end;
use crate::flow::template::problem::{Problem, ProblemKind};
use std::ops::Range;

/// Bytes an expression may have.
pub const MAX_LENGTH: usize = 4_000;
/// How deep brackets may stand in each other.
pub const MAX_DEPTH: usize = 32;

/// A word, a sign or a literal of the text.
struct Piece<'t> {
    text: &'t str,
    range: Range<usize>,
}

/// The first mistake that has words of its own.
pub fn find(text: &str) -> Vec<Problem> {
    if text.len() > MAX_LENGTH {
        return vec![
            Problem::new(0..text.len(), ProblemKind::TooDeep, format!("this expression has {} bytes", text.len()))
                .label(format!("at most {MAX_LENGTH} are allowed"))
                .help("a hook is the place for much logic"),
        ];
    }
    if text.trim().is_empty() {
        return vec![
            Problem::new(0..text.len(), ProblemKind::Syntax, "an expression is missing").label("nothing stands here"),
        ];
    }
    if let Some(problem) = braces(text) {
        return vec![problem];
    }
    let pieces = pieces(text);
    if let Some(problem) = depth(&pieces) {
        return vec![problem];
    }
    let at = |index: usize| problem_of(text, &pieces, index);
    if let Some(statement) = (0..pieces.len()).find_map(|index| statement(&pieces, index)) {
        return vec![statement];
    }
    let found: Vec<Problem> = (0..pieces.len()).filter_map(at).collect();
    if found.is_empty() { ternary(text, &pieces).into_iter().collect() } else { found }
}

/// `{{options.rating}} >= 4`
fn braces(text: &str) -> Option<Problem> {
    let first = text.find("{{")?;
    let end = text[first..].find("}}").map_or(text.len(), |end| first + end + 2);
    let right = without_braces(text);
    let problem = Problem::new(first..end, ProblemKind::TemplateInExpression, "`{{ }}` stands inside an expression")
        .label("an expression knows names without braces");
    Some(match right {
        Some(right) => problem.help(format!("write `{right}`")).fix(0..text.len(), right),
        None => problem.help("write the name alone, without braces"),
    })
}

/// The same without braces, when only paths stand in them; quotes around a path go too.
fn without_braces(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let end = rest[start..].find("}}")? + start;
        let path = rest[start + 2..end].trim().trim_matches('~').trim();
        let is_path = !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if !is_path {
            return None;
        }
        let (mut before, mut after) = (&rest[..start], &rest[end + 2..]);
        for quote in ['"', '\''] {
            if before.ends_with(quote) && after.starts_with(quote) {
                (before, after) = (&before[..before.len() - 1], &after[1..]);
            }
        }
        out.push_str(before);
        out.push_str(path);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = piece(rest);
        if !rest.starts_with(char::is_whitespace) && !rest.starts_with("//") && !rest.starts_with("/*") {
            pieces.push(Piece { text: &rest[..length], range: at..at + length });
        }
        at += length;
    }
    pieces
}

const SIGNS: [&str; 16] =
    ["===", "!==", "==", "!=", ">=", "<=", "<>", "&&", "||", "??", "=>", "+=", "-=", "*=", "/=", "?."];

fn piece(rest: &str) -> usize {
    let first = rest.chars().next().unwrap_or(' ');
    let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
    match first {
        '"' | '`' | '\'' => string_end(rest),
        _ if first.is_whitespace() => run(char::is_whitespace),
        _ if first.is_ascii_digit() => run(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')),
        _ if first.is_alphabetic() || first == '_' => run(|c| c.is_alphanumeric() || c == '_'),
        '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
        _ => SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len()),
    }
}

/// Brackets, and signs before a value, stand in each other; signs between values do not.
fn depth(pieces: &[Piece<'_>]) -> Option<Problem> {
    let mut brackets = 0usize;
    let mut signs = 0usize;
    for piece in pieces {
        match piece.text {
            "(" | "[" | "{" => brackets += 1,
            ")" | "]" | "}" => brackets = brackets.saturating_sub(1),
            "!" | "-" | "+" | "|" | "||" => signs += 1,
            _ => signs = 0,
        }
        if brackets + signs > MAX_DEPTH {
            return Some(
                Problem::new(piece.range.clone(), ProblemKind::TooDeep, "brackets stand too deep in each other")
                    .label(format!("at most {MAX_DEPTH} levels")),
            );
        }
    }
    None
}

const STATEMENTS: [&str; 12] =
    ["let", "const", "for", "while", "loop", "do", "fn", "return", "throw", "try", "import", "switch"];

fn is_field(pieces: &[Piece<'_>], index: usize) -> bool {
    index > 0 && matches!(pieces[index - 1].text, "." | "?.")
}

fn statement(pieces: &[Piece<'_>], index: usize) -> Option<Problem> {
    let piece = &pieces[index];
    let is_statement = STATEMENTS.contains(&piece.text) && !is_field(pieces, index);
    is_statement.then(|| {
        Problem::new(piece.range.clone(), ProblemKind::Syntax, format!("an expression has no `{}`", piece.text))
            .label("a statement")
            .help("`let:` steps give names, and a hook is the place for scripts")
    })
}

fn problem_of(text: &str, pieces: &[Piece<'_>], index: usize) -> Option<Problem> {
    let piece = &pieces[index];
    let field = is_field(pieces, index);
    match piece.text {
        "=" => Some(sign(piece, "a single `=` compares nothing", "==")),
        "===" => Some(sign(piece, "there is no `===`", "==")),
        "!==" | "<>" => Some(sign(piece, &format!("there is no `{}`", piece.text), "!=")),
        "+=" | "-=" | "*=" | "/=" => Some(
            Problem::new(piece.range.clone(), ProblemKind::Syntax, "an expression changes nothing")
                .label("not allowed"),
        ),
        "and" | "AND" if !field && between(pieces, index) => Some(word(piece, "&&")),
        "or" | "OR" if !field && between(pieces, index) => Some(word(piece, "||")),
        "not" | "NOT" if !field && !called(pieces, index) => Some(negation(text, pieces, index)),
        "null" | "nil" | "None" | "undefined" | "none" if !field => Some(word(piece, "()")),
        "True" | "False" | "TRUE" | "FALSE" if !field => Some(word(piece, &piece.text.to_lowercase())),
        quoted if quoted.starts_with('\'') => single_quoted(piece, quoted),
        digits if digits.starts_with(|c: char| c.is_ascii_digit()) => large(piece, digits),
        _ => None,
    }
}

fn sign(piece: &Piece<'_>, message: &str, right: &str) -> Problem {
    Problem::new(piece.range.clone(), ProblemKind::OtherWord, message).label(format!("use `{right}`")).instead(right)
}

fn word(piece: &Piece<'_>, right: &str) -> Problem {
    Problem::new(piece.range.clone(), ProblemKind::OtherWord, format!("there is no `{}` in an expression", piece.text))
        .label(format!("write `{right}`"))
        .instead(right)
}

/// `!` binds closer than a comparison: what it turns around stands in brackets.
fn negation(text: &str, pieces: &[Piece<'_>], index: usize) -> Problem {
    let ends = |piece: &&Piece<'_>| matches!(piece.text, "&&" | "||" | "and" | "or" | ")" | "," | "{");
    let following = &pieces[index + 1..];
    let count = following.iter().position(|piece| ends(&piece)).unwrap_or(following.len());
    let (Some(first), Some(last)) = (following.first(), following[..count].last()) else {
        return word(&pieces[index], "!");
    };
    let inner = &text[first.range.start..last.range.end];
    let right = if count == 1 || first.text == "(" { format!("!{inner}") } else { format!("!({inner})") };
    word(&pieces[index], "!").fix(pieces[index].range.start..last.range.end, right)
}

/// Between two values, not called like a function.
fn between(pieces: &[Piece<'_>], index: usize) -> bool {
    index > 0 && index + 1 < pieces.len() && !matches!(pieces[index - 1].text, "(" | "," | "&&" | "||" | "!")
}

fn called(pieces: &[Piece<'_>], index: usize) -> bool {
    pieces.get(index + 1).is_some_and(|next| next.text == "(" && next.range.start == pieces[index].range.end)
}

fn single_quoted(piece: &Piece<'_>, quoted: &str) -> Option<Problem> {
    let inner = quoted.trim_matches('\'');
    let problem =
        Problem::new(piece.range.clone(), ProblemKind::Syntax, "a text stands in double quotes").label("single quotes");
    Some(if inner.contains('"') { problem } else { problem.instead(format!("\"{inner}\"")) })
}

/// Beyond the engine's whole numbers: it would silently become inexact.
fn large(piece: &Piece<'_>, digits: &str) -> Option<Problem> {
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let whole = plain.chars().all(|c| c.is_ascii_digit()) && !plain.is_empty();
    (whole && plain.parse::<i64>().is_err()).then(|| {
        Problem::new(piece.range.clone(), ProblemKind::Syntax, "this number is too large to be exact")
            .label("write an ID in quotes")
            .instead(format!("\"{plain}\""))
    })
}

/// `a ? b : c`
fn ternary(text: &str, pieces: &[Piece<'_>]) -> Option<Problem> {
    let ask = pieces.iter().position(|piece| piece.text == "?")?;
    let or = pieces[ask..].iter().position(|piece| piece.text == ":")? + ask;
    let part = |range: Range<usize>| text[range].trim();
    let condition = part(0..pieces[ask].range.start);
    let yes = part(pieces[ask].range.end..pieces[or].range.start);
    let no = part(pieces[or].range.end..text.len());
    let right = format!("if {condition} {{ {yes} }} else {{ {no} }}");
    Some(
        Problem::new(pieces[ask].range.clone(), ProblemKind::Syntax, "there is no `? :` in an expression")
            .label("write `if … { … } else { … }`")
            .fix(0..text.len(), right),
    )
}
