//! A modal: a window that asks for text.

use crate::lang::access::Access;
use crate::text::{Named, OrText, Raw, Shorthand, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A window that asks for text. `modal: NAME` opens it, as the first answer to a command or a click.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Modal {
    /// Up to 45 characters.
    pub title: Text,
    /// One to five fields; in the steps, `{{fields.NAME}}`.
    pub fields: Named<OrText<ModalField>>,
    /// What it carries from where it was opened, and of which type.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, crate::lang::table::ColumnType>")]
    pub args: Named<Text>,
    /// Who may send it: a rule, or the name of one. Without it, everyone.
    pub access: Option<OrText<Access>>,
    /// What somebody is told who may not.
    pub refused: Option<Text>,
    /// What the bot does with what was written.
    #[schemars(with = "crate::lang::flow::Steps")]
    pub steps: Raw,
}

/// A field of a modal; `name: What is it about?` is short for its label.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModalField {
    /// Up to 45 characters.
    pub label: Text,
    /// `short` (one line, the default) or `paragraph`.
    pub style: Option<Spanned<FieldStyle>>,
    /// What stands in it before anything is written: up to 100 characters.
    pub placeholder: Option<Text>,
    /// What is written in it already.
    pub value: Option<Text>,
    /// `false`: it may stay empty.
    pub required: Option<bool>,
    /// The least length.
    pub min_length: Option<Spanned<u16>>,
    /// The greatest length: up to 4,000.
    pub max_length: Option<Spanned<u16>>,
}

impl Shorthand for ModalField {
    fn from_text(text: Text) -> Self {
        Self { label: text, ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldStyle {
    /// One line.
    Short,
    /// Several lines.
    Paragraph,
}
