//! Looking names and fields up in their types, and saying what is there when they are not.

use super::nearest::nearest;
use super::problem::{Problem, ProblemKind};
use crate::flow::types::{Field, Names, Record, Type};
use indexmap::IndexMap;
use std::ops::Range;
use std::sync::Arc;

/// Whose words a message speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Template,
    Expression,
}

impl Dialect {
    /// How a function is called.
    pub fn call(self, function: &str, arguments: &[&str]) -> String {
        match self {
            Self::Template => format!("({function} {})", arguments.join(" ")),
            Self::Expression => format!("{function}({})", arguments.join(", ")),
        }
    }
}

/// The type of one field of `of`, which `path` leads to.
pub fn field(of: &Type, path: &str, name: &str, range: Range<usize>, dialect: Dialect) -> Result<Type, Problem> {
    match of {
        Type::Any => Ok(Type::Any),
        Type::Optional(inner) => field(inner, path, name, range, dialect).map(Type::optional),
        Type::Record(record) => match record.fields.get(name) {
            Some(field) => Ok(field.kind.clone()),
            None => Err(no_field(record, path, name, range)),
        },
        Type::List(item) => {
            if name.parse::<usize>().is_ok() {
                return Ok(Type::optional(item.as_ref().clone()));
            }
            Err(no_field_of_list(item, path, name, range, dialect))
        }
        plain => Err(no_field_of_value(plain, path, name, range, dialect)),
    }
}

fn no_field(record: &Arc<Record>, path: &str, name: &str, range: Range<usize>) -> Problem {
    let near = nearest(name, record.fields.keys().map(String::as_str));
    Problem::new(range, ProblemKind::UnknownField, format!("`{path}` has no `{name}`"))
        .label(format!("not {}", part_of(&record.name)))
        .known(record.fields.keys().map(|field| format!("{path}.{field}")))
        .instead_of(near)
}

const LENGTH_WORDS: [&str; 4] = ["length", "len", "size", "count"];

fn no_field_of_list(item: &Type, path: &str, name: &str, range: Range<usize>, dialect: Dialect) -> Problem {
    let problem = Problem::new(range, ProblemKind::UnknownField, format!("`{path}` has no `{name}`"))
        .label(format!("it is a list of {item}"));
    if LENGTH_WORDS.contains(&name) {
        return problem.help(format!("its length is `{}`", dialect.call("length", &[path])));
    }
    match name {
        "first" | "last" => problem.help(format!("write `{}`", dialect.call(name, &[path]))),
        _ if dialect == Dialect::Template => {
            problem.help(format!("go through it with `{{{{#each {path} as |item|}}}}`"))
        }
        _ => problem.help(format!("one of its items is `{path}[0]`")),
    }
}

fn no_field_of_value(plain: &Type, path: &str, name: &str, range: Range<usize>, dialect: Dialect) -> Problem {
    let problem = Problem::new(range, ProblemKind::UnknownField, format!("`{path}` has no `{name}`"))
        .label(format!("`{path}` is {}", describe(plain)));
    match (plain, LENGTH_WORDS.contains(&name)) {
        (Type::Text(_), true) => problem.help(format!("its length is `{}`", dialect.call("length", &[path]))),
        _ => problem,
    }
}

/// The problem of a path that begins with a name that nobody knows.
/// `near` adds to the candidates, such as fields of the item at hand and functions.
pub fn unknown(name: &str, range: Range<usize>, names: &Names, also: &[String]) -> Problem {
    let problem = Problem::new(range, ProblemKind::UnknownName, format!("nothing here is called `{name}`"))
        .label("not known here")
        .known(names.roots.keys().cloned().chain(also.iter().cloned()));
    if let Some(path) = inside(name, names) {
        return problem.instead(path);
    }
    let candidates = names.roots.keys().map(String::as_str).chain(also.iter().map(String::as_str));
    problem.instead_of(nearest(name, candidates))
}

/// Among the fields of more things than that, no one is looked for.
const MOST: usize = 256;

/// The path of a field that somebody named without what it belongs to: `rating` for `options.rating`,
/// `username` for `user.name`.
fn inside(name: &str, names: &Names) -> Option<String> {
    let flat = |text: &str| text.to_lowercase().replace(['_', '.', '-'], "");
    if names.roots.len() > MOST {
        return None;
    }
    let fields = fields(&names.roots);
    let exact = fields.iter().find(|(_, field, _)| *field == name);
    let joined = || fields.iter().find(|(root, field, _)| flat(name) == flat(&format!("{root}{field}")));
    exact.or_else(joined).map(|(root, field, _)| format!("{root}.{field}"))
}

fn fields(roots: &IndexMap<String, Field>) -> Vec<(&str, &str, &Field)> {
    let mut fields = Vec::new();
    for (root, value) in roots {
        if let Type::Record(record) = value.kind.present() {
            fields.extend(record.fields.iter().map(|(name, field)| (root.as_str(), name.as_str(), field)));
        }
    }
    fields
}

/// "a field of user", "an option of `/review`", "a column of `keys`".
pub fn part_of(record: &str) -> String {
    if let Some(table) = record.strip_prefix("row of ") {
        return format!("a column of {table}");
    }
    if record == "settings" {
        return "a setting of this bot".to_owned();
    }
    match record.split_once(" of ") {
        Some((plural, owner)) if plural.ends_with('s') => {
            format!("{} of {owner}", article(plural.trim_end_matches('s')))
        }
        _ => format!("a field of {record}"),
    }
}

/// "a user", "an option", and plurals as they are.
pub fn article(noun: &str) -> String {
    let first = noun.split(' ').next().unwrap_or_default();
    if first.ends_with('s') && !first.ends_with("ss") && !first.ends_with("us") {
        return noun.to_owned();
    }
    match noun.chars().next() {
        Some('a' | 'e' | 'i' | 'o') => format!("an {noun}"),
        _ => format!("a {noun}"),
    }
}

/// A type in a sentence: "a text", "a whole number", "true or false".
pub fn describe(kind: &Type) -> String {
    match kind.present() {
        Type::Boolean => "true or false".to_owned(),
        Type::Any => "anything".to_owned(),
        other => article(&other.to_string()),
    }
}

/// The fields that somebody most likely meant who wrote the record itself.
const SPEAKING: [&str; 8] = ["mention", "name", "id", "title", "label", "content", "url", "key"];

/// Paths below `path` that can stand in a text, the likeliest first; two at most.
pub fn printable(record: &Record, path: &str) -> Vec<String> {
    let fits = |name: &&str| record.fields.get(*name).is_some_and(|field| field.kind.is_printable());
    let mut found: Vec<&str> = SPEAKING.iter().copied().filter(fits).collect();
    if found.is_empty() {
        found = record.fields.keys().map(String::as_str).filter(fits).collect();
    }
    found.into_iter().take(2).map(|name| format!("{path}.{name}")).collect()
}
