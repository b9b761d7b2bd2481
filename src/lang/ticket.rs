//! A ticket flow: a panel, a private channel for each ticket, a way to close it.

use crate::lang::access::Access;
use crate::lang::button::ButtonStyle;
use crate::lang::message::Message;
use crate::text::{OneOrMany, OrText, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// One kind of ticket.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The category of the channels: its name (made where there is none, continued in a second one when Discord says
    /// that it is full) or its ID.
    pub category: Option<Text>,
    /// The name of a ticket's channel.
    pub channel: Text,
    /// The topic of a ticket's channel.
    pub topic: Option<Text>,
    /// Who sees every ticket: a rule, or the name of one.
    pub staff: OrText<Access>,
    /// Who may open a ticket. Without it, everyone.
    pub access: Option<OrText<Access>>,
    /// How many tickets may be open.
    #[serde(default)]
    pub limit: TicketLimit,
    /// The message that `panel: NAME` posts, with the button that opens a ticket.
    pub panel: Panel,
    /// The first message in a ticket; the button that closes it stands below.
    pub welcome: OrText<Message>,
    /// What the opener is told.
    pub opened: Option<Text>,
    /// What somebody is told who has too many open tickets.
    pub already_open: Option<Text>,
    /// How a ticket is closed.
    pub close: Close,
    /// What else happens.
    #[serde(default)]
    pub on: TicketEvents,
}

/// How many tickets may be open.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketLimit {
    /// Open tickets of one user at a time: 1 without it.
    pub per_user: Option<Spanned<u32>>,
}

/// The message with the button that opens a ticket.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Text above.
    pub content: Option<Text>,
    /// The name of an embed, or an embed written here.
    pub embed: Option<OrText<crate::lang::embed::Embed>>,
    /// The button that opens a ticket.
    pub button: Spanned<PlainButton>,
}

/// How a button looks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainButton {
    /// Up to 80 characters.
    pub label: Option<Text>,
    /// An emoji.
    pub emoji: Option<Text>,
    /// The colour.
    pub style: Option<Spanned<ButtonStyle>>,
}

/// How a ticket is closed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Who may: `opener`, `staff`, or both (without it, both).
    pub by: Option<Spanned<OneOrMany<Spanned<Closer>>>>,
    /// The button below the first message.
    pub button: Spanned<PlainButton>,
    /// What somebody is told who may not.
    pub refused: Option<Text>,
    /// What the channel is told.
    pub message: Option<Text>,
    /// How long after closing the channel is deleted, such as `5s`. Without it, at once.
    pub delete_after: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closer {
    /// Who opened it.
    Opener,
    /// Whom `staff` means.
    Staff,
}

/// What else happens in the life of a ticket.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketEvents {
    /// Behind its opening.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub opened: Option<Raw>,
    /// Behind its closing.
    #[schemars(with = "Option<crate::lang::flow::Steps>")]
    pub closed: Option<Raw>,
}
