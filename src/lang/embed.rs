//! An embed: the coloured box in a message.

use crate::text::{Named, OrText, Shorthand, Span, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// An embed. Every text is a template.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Embed {
    /// Up to 256 characters.
    pub title: Option<Text>,
    /// Up to 4,096 characters.
    pub description: Option<Text>,
    /// Where the title leads.
    pub url: Option<Text>,
    /// A name such as `green` or `gold`, or `#RRGGBB`.
    pub color: Option<Text>,
    /// `now`, `true` for the same, or a time.
    pub timestamp: Option<Text>,
    /// The small text below: a text, or with an icon.
    pub footer: Option<OrText<Footer>>,
    /// The address of a large picture.
    pub image: Option<Text>,
    /// The address of a small picture.
    pub thumbnail: Option<Text>,
    /// The line above the title.
    pub author: Option<OrText<Author>>,
    /// Up to 25 fields: name and value.
    #[serde(default)]
    pub fields: Named<OrText<Field>>,
    /// The name of an embed, where the embed stands elsewhere.
    #[serde(skip)]
    #[schemars(skip)]
    pub reference: Option<Text>,
}

impl Embed {
    /// Where it is written, as far as one of its texts tells.
    pub fn place(&self) -> Option<Span> {
        let texts = [&self.reference, &self.title, &self.description, &self.color];
        texts.into_iter().flatten().map(|text| text.span).next()
    }
}

impl Shorthand for Embed {
    fn from_text(text: Text) -> Self {
        Self { reference: Some(text), ..Self::default() }
    }
}

/// The small text below an embed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// Up to 2,048 characters; no Markdown.
    pub text: Text,
    /// The address of a picture beside it.
    pub icon: Option<Text>,
}

impl Shorthand for Footer {
    fn from_text(text: Text) -> Self {
        Self { text, icon: None }
    }
}

/// The line above an embed's title.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Up to 256 characters; no Markdown.
    pub name: Text,
    /// Where it leads.
    pub url: Option<Text>,
    /// The address of a picture beside it.
    pub icon: Option<Text>,
}

impl Shorthand for Author {
    fn from_text(text: Text) -> Self {
        Self { name: text, ..Self::default() }
    }
}

/// A field of an embed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Up to 1,024 characters.
    pub value: Text,
    /// Up to three such fields stand side by side.
    #[serde(default)]
    pub inline: bool,
    /// The field is shown only when this holds.
    pub r#if: Option<Text>,
}

impl Shorthand for Field {
    fn from_text(text: Text) -> Self {
        Self { value: text, ..Self::default() }
    }
}
