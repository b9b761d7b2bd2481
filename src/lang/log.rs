//! What is reported to a webhook.

use crate::lang::embed::Embed;
use crate::text::{Named, OrText, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// The webhook log. An entry that cannot be delivered waits in the database and arrives later, in order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// A setting of type `webhook`: `{{settings.NAME}}`. Where it is not set, entries go to the console.
    pub to: Text,
    /// The footer of every entry that has none of its own.
    pub footer: Option<Text>,
    /// Every entry shows when it happened.
    #[serde(default)]
    pub timestamp: bool,
    /// What can be reported; `log: NAME` does it. An entry is an embed.
    pub entries: Named<OrText<Embed>>,
}
