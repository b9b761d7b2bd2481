//! What stands outside of the file: environment variables, and settings that somebody else decides.

use std::collections::HashMap;

/// Where `${NAME}` is looked up.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
    /// A variable that is neither set nor has a default is a mistake.
    strict: bool,
    /// Values of settings that count instead of those in the file.
    overrides: HashMap<String, String>,
}

/// What `${…}` came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expanded {
    Text(String),
    /// These are not set and have no default.
    Unset(Vec<String>),
}

impl Environment {
    /// The variables of this process; `strict` when the bot is to run.
    pub fn of_process(strict: bool) -> Self {
        Self { variables: std::env::vars().collect(), strict, overrides: HashMap::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Replaces the value of a setting.
    pub fn decide(&mut self, setting: &str, value: &str) {
        self.overrides.insert(setting.to_owned(), value.to_owned());
    }

    pub fn decided(&self, setting: &str) -> Option<&str> {
        self.overrides.get(setting).map(String::as_str)
    }

    pub fn is_strict(&self) -> bool {
        self.strict
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Replaces `${NAME}` and `${NAME:-default}`; an empty variable counts as not set, as in a shell.
    pub fn expand(&self, text: &str) -> Expanded {
        let mut out = String::new();
        let mut unset = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else { break };
            out.push_str(&rest[..start]);
            let inner = &rest[start + 2..start + length];
            let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
            match self.variable(name).or(default) {
                Some(value) => out.push_str(value),
                None => unset.push(name.to_owned()),
            }
            rest = &rest[start + length + 1..];
        }
        out.push_str(rest);
        if unset.is_empty() || !self.strict { Expanded::Text(out) } else { Expanded::Unset(unset) }
    }
}

/// The names of the variables in a text.
pub fn variables(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("${").skip(1) {
        if let Some(inner) = part.split('}').next() {
            names.push(inner.split(":-").next().unwrap_or_default().to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> Expanded {
        Environment { strict: true, ..Environment::default() }.with("SET", "value").with("EMPTY", "").expand(text)
    }

    #[test]
    fn a_variable_is_replaced_and_a_default_counts_where_it_is_not_set() {
        assert_eq!(expand("a ${SET} b"), Expanded::Text("a value b".into()));
        assert_eq!(expand("${UNSET:-default}"), Expanded::Text("default".into()));
        assert_eq!(expand("${EMPTY:-default}"), Expanded::Text("default".into()));
        assert_eq!(expand("${UNSET:-}"), Expanded::Text(String::new()));
    }

    #[test]
    fn a_variable_that_is_not_set_is_told() {
        assert_eq!(expand("${UNSET}"), Expanded::Unset(vec!["UNSET".into()]));
    }

    #[test]
    fn what_is_no_variable_stays() {
        assert_eq!(expand("$5 and ${unclosed"), Expanded::Text("$5 and ${unclosed".into()));
    }
}
