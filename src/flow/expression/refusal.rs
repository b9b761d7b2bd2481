//! The engine's errors in the words of somebody who writes a bot file; never with a value in them.

use super::place::Source;
use crate::flow::template::problem::{Problem, ProblemKind};
use rhai::{EvalAltResult, LexError, ParseError, ParseErrorType};

/// Why a text could not be read as an expression.
pub fn unreadable(text: &str, error: &ParseError) -> Problem {
    use ParseErrorType as Kind;
    let source = Source(text);
    let range = match error.1.is_none() || source.at(error.1) >= text.trim_end().len() {
        true => text.trim_end().len()..text.trim_end().len(),
        false => source.word(error.1),
    };
    let here = text[range.clone()].to_owned();
    let ended = range.is_empty();
    let problem = |message: String| Problem::new(range.clone(), ProblemKind::Syntax, message);
    match error.0.as_ref() {
        Kind::ExprTooDeep => {
            Problem::new(0..text.len(), ProblemKind::TooDeep, "this expression is too long or too deep")
                .label("split it into several steps")
        }
        Kind::MissingToken(token, _) => problem(format!("`{token}` is missing")).label("expected here"),
        Kind::BadInput(LexError::UnterminatedString) => {
            problem("this text is never closed".to_owned()).label("no closing quote follows")
        }
        Kind::BadInput(LexError::MalformedNumber(_)) => problem("this is no number".to_owned()).label("not understood"),
        Kind::PropertyExpected | Kind::Reserved(_) if is_reserved_field(text, &range) => {
            let right = format!("[\"{here}\"]");
            problem(format!("`{here}` is a word of the expressions themselves"))
                .label("cannot stand behind a dot")
                .help(format!("write it in brackets instead: `{right}`"))
                .fix(range.start - 1..range.end, right)
        }
        Kind::PropertyExpected => problem("the name of a field is missing".to_owned()).label("expected here"),
        Kind::VariableExpected => problem("a name is missing".to_owned()).label("expected here"),
        Kind::Reserved(word) => problem(format!("`{word}` cannot be used in an expression")).label("not a name"),
        Kind::MismatchedType(wanted, _) if wanted == "bool" => {
            problem("`&&`, `||` and `!` join conditions".to_owned()).label("not true or false")
        }
        _ if ended => problem("the expression ends too early".to_owned()).label("something is missing here"),
        _ => problem(format!("`{here}` cannot stand here")).label("not understood"),
    }
}

/// `options.in`: a name of the file that means something else to the engine.
fn is_reserved_field(text: &str, range: &std::ops::Range<usize>) -> bool {
    let before = &text[..range.start];
    text[range.clone()].starts_with(char::is_alphabetic) && before.ends_with('.') && !before.ends_with("?.")
}

/// Why an evaluation came to no end.
pub fn failed(error: &EvalAltResult) -> String {
    use EvalAltResult as Error;
    match error {
        Error::ErrorInFunctionCall(_, _, inner, _) => failed(inner),
        Error::ErrorRuntime(reason, _) => reason.to_string(),
        Error::ErrorTerminated(..) | Error::ErrorTooManyOperations(_) => "it takes too long".to_owned(),
        Error::ErrorStackOverflow(_) => "it calls too deep".to_owned(),
        Error::ErrorDataTooLarge(..) => "a text or list becomes too large".to_owned(),
        Error::ErrorArithmetic(..) => "a division by zero, or a number that is too large".to_owned(),
        Error::ErrorFunctionNotFound(signature, _) => {
            let name = signature.split([' ', '(']).next().unwrap_or_default();
            format!("`{name}` does not work with these values")
        }
        Error::ErrorMismatchDataType(..) => "a value has another type than is needed here".to_owned(),
        Error::ErrorIndexingType(..) | Error::ErrorDotExpr(..) => "a value has no fields".to_owned(),
        Error::ErrorStringBounds(..) => "the text is too short".to_owned(),
        _ => "the expression could not be evaluated".to_owned(),
    }
}
