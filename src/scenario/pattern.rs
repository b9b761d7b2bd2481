//! What a text has to be: itself, or one that contains or matches something, or any.

use crate::text::{OneOrMany, Shorthand, Text};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a text has to be. Written as a text: that text; `any`; `contains WORDS`; `/REGEX/`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Exactly that.
    pub equals: Option<Text>,
    /// That stands in it; of several, all.
    pub contains: Option<OneOrMany<Text>>,
    /// A regular expression that is found in it. A named group, `(?<key>\w+)`, is known as `$key` in later steps.
    pub matches: Option<Text>,
    /// That does not stand in it; of several, none.
    pub lacks: Option<OneOrMany<Text>>,
    /// As it was written, where it was a text.
    #[serde(skip)]
    #[schemars(skip)]
    pub written: Option<Text>,
}

impl Shorthand for Pattern {
    fn from_text(text: Text) -> Self {
        Self { written: Some(text), ..Self::default() }
    }
}

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Any,
    Equals(String),
    Contains(String),
    Lacks(String),
    Matches(String),
}

impl Pattern {
    /// Each thing that has to hold, with the place where it is written.
    pub fn wanted(&self) -> Vec<(Wanted, &Text)> {
        let mut all = Vec::new();
        if let Some(text) = &self.written {
            all.push((short(text), text));
        }
        all.extend(self.equals.iter().map(|text| (Wanted::Equals(text.value.clone()), text)));
        let contains = self.contains.iter().flat_map(|list| list.iter());
        all.extend(contains.map(|text| (Wanted::Contains(text.value.clone()), text)));
        all.extend(self.matches.iter().map(|text| (Wanted::Matches(text.value.clone()), text)));
        let lacks = self.lacks.iter().flat_map(|list| list.iter());
        all.extend(lacks.map(|text| (Wanted::Lacks(text.value.clone()), text)));
        all
    }

    /// A regular expression of it that is none, with what is wrong with it.
    pub fn bad_regex(&self) -> Option<(&Text, String)> {
        self.wanted().into_iter().find_map(|(wanted, text)| match wanted {
            Wanted::Matches(regex) => Regex::new(&regex).err().map(|error| (text, reason(&error))),
            _ => None,
        })
    }

    /// The names that its groups give.
    pub fn groups(&self) -> Vec<String> {
        let regexes = self.wanted().into_iter().filter_map(|(wanted, _)| match wanted {
            Wanted::Matches(regex) => Regex::new(&regex).ok(),
            _ => None,
        });
        regexes.flat_map(|regex| regex.capture_names().flatten().map(str::to_owned).collect::<Vec<_>>()).collect()
    }
}

fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

fn short(text: &Text) -> Wanted {
    let value = text.value.as_str();
    if value == "any" && !text.quoted {
        return Wanted::Any;
    }
    if let Some(rest) = value.strip_prefix("contains ").filter(|_| !text.quoted) {
        let rest = rest.trim();
        let bare = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(rest);
        return Wanted::Contains(bare.to_owned());
    }
    let regex = value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    match regex.filter(|regex| !text.quoted && !regex.is_empty()) {
        Some(regex) => Wanted::Matches(regex.to_owned()),
        None => Wanted::Equals(value.to_owned()),
    }
}

impl Wanted {
    /// Whether a text is so; `fill` puts in what earlier steps gave names to. What a regular expression's groups found.
    pub fn fits(&self, actual: &str, fill: &dyn Fn(&str) -> String) -> Option<Vec<(String, String)>> {
        let fits = match self {
            Self::Any => true,
            Self::Equals(text) => actual.trim_end() == fill(text).trim_end(),
            Self::Contains(text) => actual.contains(&fill(text)),
            Self::Lacks(text) => !actual.contains(&fill(text)),
            Self::Matches(regex) => return found(&fill(regex), actual),
        };
        fits.then(Vec::new)
    }

    /// In words: `contains "…"`.
    pub fn words(&self, fill: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Equals(text) => format!("{:?}", fill(text)),
            Self::Contains(text) => format!("something with {:?}", fill(text)),
            Self::Lacks(text) => format!("nothing with {:?}", fill(text)),
            Self::Matches(regex) => format!("something like /{regex}/"),
        }
    }
}

fn found(regex: &str, actual: &str) -> Option<Vec<(String, String)>> {
    let regex = Regex::new(regex).ok()?;
    let captures = regex.captures(actual)?;
    let named = regex.capture_names().flatten();
    Some(named.filter_map(|name| Some((name.to_owned(), captures.name(name)?.as_str().to_owned()))).collect())
}
