//! A setting: a value with a type, in one place of the file.

use crate::text::{OneOrMany, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A value that the file uses as `{{settings.NAME}}`. `${VARIABLE}` and `${VARIABLE:-default}` read the environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What kind of value it is.
    #[serde(rename = "type")]
    pub kind: Spanned<SettingType>,
    /// The value itself. An empty one means "not set".
    #[schemars(with = "OneOrMany<Text>")]
    pub value: Raw,
    /// What it is for.
    pub description: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of texts.
    List,
    /// A channel: its ID, or its name where only one channel has it.
    Channel,
    /// A role: its ID, or its name where only one role has it.
    Role,
    /// A user: the ID.
    User,
    /// The URL of a webhook: a credential that never shows.
    Webhook,
    /// Text that never shows in a log.
    Secret,
}
