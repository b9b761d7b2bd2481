//! A button.

use crate::lang::access::Access;
use crate::text::{Named, OrText, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A button. It works as long as its name stands in the file: across restarts, reloads and upgrades.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// Up to 80 characters. A button needs a label or an emoji.
    pub label: Option<Text>,
    /// An emoji: 🎫, or `<:name:id>` for one of the server's own.
    pub emoji: Option<Text>,
    /// The colour; `secondary` without it.
    pub style: Option<Spanned<ButtonStyle>>,
    /// Where a link button leads; it has no steps.
    pub url: Option<Text>,
    /// Who may press it: a rule, or the name of one. Without it, everyone.
    pub access: Option<OrText<Access>>,
    /// What somebody is told who may not.
    pub refused: Option<Text>,
    /// What it carries, and of which type: `page: integer`. In its steps, `{{args.page}}`.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, crate::lang::table::ColumnType>")]
    pub args: Named<Text>,
    /// How long after its message was sent it works, such as `10m`. Without it, for ever.
    pub expires: Option<Text>,
    /// What somebody is told who presses it later.
    pub expired: Option<Text>,
    /// What the bot does.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub steps: Option<Raw>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// Blurple.
    Primary,
    /// Grey.
    Secondary,
    /// Green.
    Success,
    /// Red.
    Danger,
    /// Grey, and leads to a `url`.
    Link,
}

impl ButtonStyle {
    /// Source: "Button styles" of Discord's published API documentation.
    pub fn number(self) -> u8 {
        match self {
            Self::Primary => 1,
            Self::Secondary => 2,
            Self::Success => 3,
            Self::Danger => 4,
            Self::Link => 5,
        }
    }
}
