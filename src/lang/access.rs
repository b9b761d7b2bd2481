//! Who may: permissions, roles and users, joined by any, all and not.

use crate::text::{OneOrMany, OrText, Shorthand, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A rule of who may do something. Of several keys in one rule all must hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// All of these permissions of Discord's, such as `administrator` or `manage_messages`.
    pub permissions: Option<OneOrMany<Text>>,
    /// This role: its ID, its name, or a setting.
    pub role: Option<Text>,
    /// One of these roles.
    pub roles: Option<Vec<Text>>,
    /// This user: the ID, or a setting.
    pub user: Option<Text>,
    /// One of these users.
    pub users: Option<Vec<Text>>,
    /// At least one of these rules.
    pub any: Option<Vec<OrText<Access>>>,
    /// Every one of these rules.
    pub all: Option<Vec<OrText<Access>>>,
    /// Everybody but those whom this rule means.
    pub not: Option<Box<OrText<Access>>>,
    /// The name of a rule, where the rule stands elsewhere.
    #[serde(skip)]
    #[schemars(skip)]
    pub reference: Option<Text>,
}

impl Shorthand for Access {
    fn from_text(text: Text) -> Self {
        Self { reference: Some(text), ..Self::default() }
    }
}
