//! Whom a message may ping: `allowed_mentions`, read and applied to what the text says.

use crate::sim::id::Id;
use crate::sim::validate::form::Form;
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

/// What `allowed_mentions` lets through.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sim) struct Allowed {
    pub everyone: bool,
    all_users: bool,
    all_roles: bool,
    users: Vec<Id>,
    roles: Vec<Id>,
    /// Whether the author of the message that is replied to is pinged.
    pub replied_user: bool,
}

/// Without the field everything that the text says pings.
impl Default for Allowed {
    fn default() -> Self {
        Self {
            everyone: true,
            all_users: true,
            all_roles: true,
            users: Vec::new(),
            roles: Vec::new(),
            replied_user: true,
        }
    }
}

impl Allowed {
    pub(in crate::sim) fn user(&self, id: Id) -> bool {
        self.all_users || self.users.contains(&id)
    }

    pub(in crate::sim) fn role(&self, id: Id) -> bool {
        self.all_roles || self.roles.contains(&id)
    }
}

/// Source: "Allowed Mentions Object" in the reference of Discord's API.
pub(in crate::sim) fn allowed(form: &mut Form, body: &Value) -> Option<Allowed> {
    let given = body.get("allowed_mentions").filter(|given| !given.is_null())?;
    form.at("allowed_mentions", |form| {
        if !form.object(given) {
            return None;
        }
        let parse = form.list(given, "parse", 0..=3).unwrap_or_default();
        let says = |word: &str| parse.iter().any(|known| known.as_str() == Some(word));
        for (index, value) in parse.iter().enumerate() {
            if !matches!(value.as_str(), Some("users" | "roles" | "everyone")) {
                form.at("parse", |form| {
                    form.at(index, |form| {
                        form.error("BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').");
                    });
                });
            }
        }
        let users = ids(form, given, "users");
        let roles = ids(form, given, "roles");
        for (word, list) in [("users", &users), ("roles", &roles)] {
            if says(word) && !list.is_empty() {
                let words = format!("parse:[\"{word}\"] and {word}: [ids...] are mutually exclusive.");
                form.error("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words);
            }
        }
        let replied_user = form.boolean(given, "replied_user").unwrap_or(false);
        let (everyone, all_users, all_roles) = (says("everyone"), says("users"), says("roles"));
        Some(Allowed { everyone, all_users, all_roles, users, roles, replied_user })
    })
}

fn ids(form: &mut Form, given: &Value, key: &str) -> Vec<Id> {
    let list = form.list(given, key, 0..=100).unwrap_or_default();
    let read = |(index, value)| form.at(key, |form| form.at(index, |form| form.snowflake(value)));
    list.iter().enumerate().filter_map(read).collect()
}

/// What a text says, before anybody asks whether it may.
#[derive(Debug, Default, PartialEq)]
pub(in crate::sim) struct Said {
    pub users: Vec<Id>,
    pub roles: Vec<Id>,
    pub everyone: bool,
}

static MENTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<@(&?)!?(\d{1,20})>|@(?:everyone|here)\b").expect("the pattern is fixed"));

pub(in crate::sim) fn said(text: &str) -> Said {
    let mut said = Said::default();
    for found in MENTION.captures_iter(text) {
        let Some(id) = found.get(2).and_then(|id| id.as_str().parse().ok()) else {
            said.everyone |= found.get(2).is_none();
            continue;
        };
        let list = if &found[1] == "&" { &mut said.roles } else { &mut said.users };
        if !list.contains(&id) {
            list.push(id);
        }
    }
    said
}
