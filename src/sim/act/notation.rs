//! The notation of commands that Discord itself shows: `/rate stars:5 text:"Great service" user:@ana`.

use crate::sim::act::{Unable, unable};
use crate::sim::command::option;
use serde_json::Value;

/// The first word, without its slash, and the rest.
pub(super) fn head(text: &str) -> (&str, &str) {
    let text = text.trim().trim_start_matches('/');
    text.split_once(char::is_whitespace).map_or((text, ""), |(name, rest)| (name, rest.trim()))
}

/// Walks into subcommands: the options of the leaf, the names on the way, and what is left of the text.
pub(super) fn descend<'a, 't>(
    options: &'a [Value],
    text: &'t str,
) -> Result<(&'a [Value], Vec<&'a Value>, &'t str), Unable> {
    let mut path = Vec::new();
    let (mut options, mut rest) = (options, text);
    while options.first().is_some_and(is_branch) {
        let (word, left) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let Some(branch) = options.iter().find(|option| option["name"].as_str() == Some(word)) else {
            return unable!("Choose a subcommand: {}.", names(options).join(", "));
        };
        path.push(branch);
        options = branch["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        rest = left.trim();
    }
    Ok((options, path, rest))
}

fn is_branch(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(option::SUBCOMMAND | option::GROUP))
}

pub(super) fn names(options: &[Value]) -> Vec<&str> {
    options.iter().filter_map(|option| option["name"].as_str()).collect()
}

/// `name:value` pairs. A value reaches to the next known name, or stands in quotes.
pub(super) fn pairs<'a>(options: &'a [Value], text: &str) -> Result<Vec<(&'a Value, String)>, Unable> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (option, after) = key(options, rest)?;
        let (value, left) = value(options, after.trim_start());
        if pairs.iter().any(|(other, _): &(&Value, String)| other["name"] == option["name"]) {
            return unable!("`{}` is there twice.", option["name"].as_str().unwrap_or_default());
        }
        pairs.push((option, value));
        rest = left.trim_start();
    }
    Ok(pairs)
}

/// `name:value` pairs of a window's fields; a name with blanks stands in quotes.
pub(super) fn fields(names: &[&str], text: &str) -> Result<Vec<(String, String)>, Unable> {
    let mut fields = Vec::new();
    let known: Vec<Value> = names.iter().map(|name| serde_json::json!({ "name": name })).collect();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = field(names, rest)?;
        let (value, left) = value(&known, after.trim_start());
        fields.push((name, value));
        rest = left.trim_start();
    }
    Ok(fields)
}

fn field<'t>(names: &[&str], text: &'t str) -> Result<(String, &'t str), Unable> {
    let (name, after) = match text.strip_prefix('"').and_then(unquote) {
        Some(quoted) => quoted,
        None => text.find(':').map_or((text.to_owned(), ""), |at| (text[..at].trim_end().to_owned(), &text[at..])),
    };
    let Some(known) = names.iter().find(|known| known.to_lowercase() == name.to_lowercase()) else {
        return unable!("The window has no field `{name}`. Fields are: {}.", names.join(", "));
    };
    match after.trim_start().strip_prefix(':') {
        Some(after) => Ok(((*known).to_owned(), after)),
        None => unable!("Write `{name}:` and then its value."),
    }
}

fn key<'a, 't>(options: &'a [Value], text: &'t str) -> Result<(&'a Value, &'t str), Unable> {
    let word = text.split_whitespace().next().unwrap_or_default();
    let name = word.split(':').next().unwrap_or_default();
    let known = names(options);
    let Some(option) = options.iter().find(|option| option["name"].as_str() == Some(name)) else {
        return if known.is_empty() {
            unable!("This command takes no options, and `{word}` is too much.")
        } else {
            unable!("There is no option `{name}`. Options are: {}.", known.join(", "))
        };
    };
    match text[name.len()..].trim_start().strip_prefix(':') {
        Some(after) => Ok((option, after)),
        None => unable!("Write `{name}:` and then its value."),
    }
}

fn value<'t>(options: &[Value], text: &'t str) -> (String, &'t str) {
    if let Some(quoted) = text.strip_prefix('"').and_then(unquote) {
        return quoted;
    }
    let starts_name = |at: usize| {
        let rest = text[at..].trim_start();
        names(options).iter().any(|name| rest.strip_prefix(name).is_some_and(|after| after.starts_with(':')))
    };
    let mut blanks = text.char_indices().filter(|(_, c)| c.is_whitespace());
    let end = blanks.find(|(at, _)| starts_name(*at)).map_or(text.len(), |(at, _)| at);
    if starts_name(0) {
        return (String::new(), text);
    }
    (text[..end].trim_end().to_owned(), &text[end..])
}

/// Up to the closing quote, with `\"`, `\\` and `\n` inside. None when it never closes.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
    None
}
