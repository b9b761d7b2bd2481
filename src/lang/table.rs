//! A table: what the bot remembers, as rows with columns.

use crate::text::{Literal, Named, OneOrMany, OrText, Shorthand, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A table of the database. Each row has an `id` by itself, and belongs to the server it came from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What is remembered.
    pub description: Option<Text>,
    /// What each row holds.
    pub columns: Named<OrText<Column>>,
    /// Sets of columns whose values together may stand in one row only.
    #[serde(default)]
    pub unique: Vec<OneOrMany<Text>>,
    /// `guild` (each server sees its own rows; the default) or `global`.
    pub scope: Option<Spanned<Scope>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Each server sees its own rows.
    Guild,
    /// All servers share the rows.
    Global,
}

/// A column; `name: text` is short for `name: { type: text }`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What it holds.
    #[serde(rename = "type")]
    #[schemars(with = "ColumnType")]
    pub kind: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// A row may have no value here.
    #[serde(default)]
    pub optional: bool,
    /// It never shows in a log.
    #[serde(default)]
    pub secret: bool,
    /// `Alpha` and `alpha` are the same value.
    #[serde(default)]
    pub ignore_case: bool,
    /// The only values it may have.
    #[serde(default)]
    pub one_of: Vec<Text>,
    /// The value of a new row that gives none; `now` for a time.
    pub default: Option<Literal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A time.
    Time,
    /// A user.
    User,
    /// A role.
    Role,
    /// A channel.
    Channel,
}

impl Shorthand for Column {
    fn from_text(text: Text) -> Self {
        Self { kind: text, ..Self::default() }
    }
}
