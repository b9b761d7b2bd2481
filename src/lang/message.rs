//! A message: text, embeds, buttons, select menus and files.

use crate::lang::embed::Embed;
use crate::lang::flow::Arguments;
use crate::text::{OneOrMany, OrText, Raw, Shorthand, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// Declares a struct that is a message with further keys, so that every verb that sends one describes it the same way.
macro_rules! message {
    ($(#[$about:meta])* pub struct $name:ident { $($(#[$doc:meta])* pub $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* pub $field: $kind,)*
            /// The text: up to 2,000 characters.
            pub content: Option<$crate::text::Text>,
            /// The name of an embed, or an embed written here.
            pub embed: Option<$crate::text::OrText<$crate::lang::embed::Embed>>,
            /// Several embeds: up to 10.
            pub embeds: Option<Vec<$crate::text::OrText<$crate::lang::embed::Embed>>>,
            /// Buttons, five a row; the rows are laid out by themselves.
            pub buttons: Option<Vec<$crate::text::OrText<$crate::lang::message::ButtonUse>>>,
            /// Buttons in rows as you give them: up to five rows of up to five.
            pub rows: Option<Vec<Vec<$crate::text::OrText<$crate::lang::message::ButtonUse>>>>,
            /// The name of a select menu, or several.
            pub select: Option<$crate::text::OneOrMany<$crate::text::Text>>,
            /// Files to send along.
            pub files: Option<Vec<$crate::lang::message::FileText>>,
            /// Whom the text may ping: `users`, `roles`, `everyone`. Without it, nobody.
            pub mentions: Option<$crate::text::OneOrMany<$crate::text::Spanned<$crate::lang::message::Mentions>>>,
        }

        impl $name {
            /// The message in it.
            pub fn body(&self) -> $crate::lang::message::Body<'_> {
                $crate::lang::message::Body {
                    content: self.content.as_ref(),
                    embed: self.embed.as_ref(),
                    embeds: self.embeds.as_deref().unwrap_or_default(),
                    buttons: self.buttons.as_deref().unwrap_or_default(),
                    rows: self.rows.as_deref().unwrap_or_default(),
                    select: self.select.as_ref(),
                    files: self.files.as_deref().unwrap_or_default(),
                    mentions: self.mentions.as_ref(),
                }
            }
        }

        impl $crate::text::Shorthand for $name {
            fn from_text(text: $crate::text::Text) -> Self {
                Self { content: Some(text), ..Self::default() }
            }
        }
    };
}
pub(crate) use message;

/// The keys that every message has.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    pub content: Option<&'a Text>,
    pub embed: Option<&'a OrText<Embed>>,
    pub embeds: &'a [OrText<Embed>],
    pub buttons: &'a [OrText<ButtonUse>],
    pub rows: &'a [Vec<OrText<ButtonUse>>],
    pub select: Option<&'a OneOrMany<Text>>,
    pub files: &'a [FileText],
    pub mentions: Option<&'a OneOrMany<Spanned<Mentions>>>,
}

message! {
    /// A message; a text alone is its content.
    pub struct Message {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mentions {
    /// The users whom the text mentions.
    Users,
    /// The roles that the text mentions.
    Roles,
    /// @everyone and @here.
    Everyone,
}

impl Mentions {
    pub fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Everyone => "everyone",
        }
    }
}

/// A button in a message: its name, or its name with what it carries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ButtonUse {
    /// The name of a button.
    pub button: Text,
    /// What it carries: a value for each of the button's `args`.
    #[schemars(with = "Option<Arguments>")]
    pub with: Option<Raw>,
    /// The button is shown only when this holds.
    pub r#if: Option<Text>,
    /// The button is shown, but cannot be pressed, when this holds.
    pub disabled: Option<Text>,
}

impl Shorthand for ButtonUse {
    fn from_text(text: Text) -> Self {
        Self { button: text, ..Self::default() }
    }
}

/// A text file that the bot writes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileText {
    /// The file's name, such as `report.txt`.
    pub name: Text,
    /// What stands in it.
    pub content: Text,
}
