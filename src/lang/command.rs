//! A slash command and its options.

use crate::lang::access::Access;
use crate::text::{Literal, Named, OneOrMany, OrText, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A slash command.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// What Discord shows beside the name: 1 to 100 characters.
    pub description: Text,
    /// Who may use it: a rule, or the name of one. Without it, everyone.
    pub access: Option<OrText<Access>>,
    /// What somebody is told who may not.
    pub refused: Option<Text>,
    /// `false`: the command can be used in DMs too.
    pub guild_only: Option<bool>,
    /// Only in channels marked as age-restricted.
    #[serde(default)]
    pub nsfw: bool,
    /// What the user gives, in the order in which Discord asks; required ones first.
    #[serde(default)]
    pub options: Named<CommandOption>,
    /// What the bot does.
    #[schemars(with = "crate::lang::flow::Steps")]
    pub steps: Option<Raw>,
    /// Commands below this one: `/shop give`. A command with subcommands has no options and steps of its own.
    #[serde(default)]
    pub subcommands: Named<Command>,
    /// The name in other languages, by Discord's locale: `de: laden`.
    #[serde(default)]
    pub name_localizations: Named<Text>,
    /// The description in other languages, by Discord's locale.
    #[serde(default)]
    pub description_localizations: Named<Text>,
}

/// One option of a command.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandOption {
    /// What Discord lets the user give.
    #[serde(rename = "type")]
    pub kind: Spanned<OptionType>,
    /// What Discord shows beside the name: 1 to 100 characters.
    pub description: Text,
    /// The command cannot be sent without it.
    #[serde(default)]
    pub required: bool,
    /// The only values there are: a map of what is shown to what is meant, or a list.
    #[schemars(with = "Option<Choices>")]
    pub choices: Option<Raw>,
    /// Values to offer while the user types; others are accepted too. A list, or `{ column: TABLE.COLUMN }`, or several of these.
    #[schemars(with = "Option<OneOrMany<OrText<ColumnOffer>>>")]
    pub autocomplete: Option<Raw>,
    /// The least number.
    pub min_value: Option<Spanned<f64>>,
    /// The greatest number.
    pub max_value: Option<Spanned<f64>>,
    /// The least length of a text.
    pub min_length: Option<Spanned<u32>>,
    /// The greatest length of a text; up to 6,000.
    pub max_length: Option<Spanned<u32>>,
    /// The kinds of channel that can be given.
    #[serde(default)]
    pub channel_types: Vec<Spanned<ChannelType>>,
    /// What it is when the user leaves it out.
    pub default: Option<Literal>,
    /// The name in other languages, by Discord's locale.
    #[serde(default)]
    pub name_localizations: Named<Text>,
    /// The description in other languages, by Discord's locale.
    #[serde(default)]
    pub description_localizations: Named<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OptionType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A user.
    User,
    /// A channel.
    Channel,
    /// A role.
    Role,
    /// A user or a role.
    Mentionable,
    /// A file.
    Attachment,
}

impl OptionType {
    /// Source: "Application command option types" of Discord's published API documentation.
    pub fn number(self) -> u8 {
        match self {
            Self::String => 3,
            Self::Integer => 4,
            Self::Boolean => 5,
            Self::User => 6,
            Self::Channel => 7,
            Self::Role => 8,
            Self::Mentionable => 9,
            Self::Number => 10,
            Self::Attachment => 11,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelType {
    /// A text channel.
    Text,
    /// A voice channel.
    Voice,
    /// A category.
    Category,
    /// An announcement channel.
    Announcement,
    /// A public thread.
    PublicThread,
    /// A private thread.
    PrivateThread,
    /// A stage channel.
    Stage,
    /// A forum.
    Forum,
}

impl ChannelType {
    /// Source: "Channel types" of Discord's published API documentation.
    pub fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Voice => 2,
            Self::Category => 4,
            Self::Announcement => 5,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
            Self::Stage => 13,
            Self::Forum => 15,
        }
    }
}

// Only for the schema: a map of shown to meant, or a list.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "describes what `Raw` may hold")]
enum Choices {
    Map(std::collections::BTreeMap<String, Text>),
    List(Vec<Text>),
}

/// Completions from what stands in a column.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnOffer {
    /// `TABLE.COLUMN`.
    pub column: Text,
    /// Which rows count.
    #[schemars(with = "Option<crate::lang::flow::Where>")]
    pub r#where: Option<Raw>,
}
