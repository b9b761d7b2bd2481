//! What happens without a command.

use crate::text::Raw;
use schemars::JsonSchema;
use serde::Deserialize;

/// Steps for what happens without a command.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Somebody joined the server. Needs the Server Members intent.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub member_join: Option<Raw>,
    /// Somebody left the server. Needs the Server Members intent.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub member_leave: Option<Raw>,
    /// Somebody (no bot) wrote a message. Needs the Message Content intent.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub message: Option<Raw>,
}
