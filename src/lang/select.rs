//! A select menu.

use crate::lang::access::Access;
use crate::text::{OrText, Raw, Shorthand, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A select menu of texts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// What stands in it before anything is chosen: up to 150 characters.
    pub placeholder: Option<Text>,
    /// Up to 25 options: a text, or with a value, a description and an emoji.
    pub options: Vec<OrText<SelectOption>>,
    /// Makes the options once for each item of a list, as `{{item}}`.
    pub each: Option<Text>,
    /// How many must be chosen; 1 without it.
    pub min_values: Option<Spanned<u8>>,
    /// How many can be chosen; 1 without it.
    pub max_values: Option<Spanned<u8>>,
    /// Who may choose: a rule, or the name of one. Without it, everyone.
    pub access: Option<OrText<Access>>,
    /// What somebody is told who may not.
    pub refused: Option<Text>,
    /// What the bot does with the choice: `{{values}}`, and `{{value}}` for the first.
    #[schemars(with = "crate::lang::flow::Steps")]
    pub steps: Raw,
}

/// One option of a select menu.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectOption {
    /// What is shown: up to 100 characters.
    pub label: Text,
    /// What is meant; the label without it.
    pub value: Option<Text>,
    /// A smaller text below: up to 100 characters.
    pub description: Option<Text>,
    /// An emoji before it.
    pub emoji: Option<Text>,
}

impl Shorthand for SelectOption {
    fn from_text(text: Text) -> Self {
        Self { label: text, ..Self::default() }
    }
}
