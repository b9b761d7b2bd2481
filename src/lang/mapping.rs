//! A mapping: how the JSON document of another bot becomes rows and tickets.

use crate::text::{Items, Named, Raw, Spanned, Text};
use serde::Deserialize;

/// What `data import --map` reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What is imported, in a sentence.
    #[serde(rename = "import")]
    pub about: Text,
    /// The zone of times that name none, such as `Europe/Berlin`. Without it, they are UTC.
    pub zone: Option<Text>,
    /// What numbers count that are times: `milliseconds` since 1970 (without it), or `seconds`.
    pub times: Option<Spanned<Unit>>,
    /// Values that the document does not have, as `{{values.NAME}}`; they may read environment variables.
    #[serde(default)]
    pub values: Named<Text>,
    /// What becomes of the parts of the document, in this order.
    pub rows: Items<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Milliseconds,
    Seconds,
}

/// Some part of the document, each of which becomes a row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Where they stand: keys with dots between them; `{name}` is any key and its name, `[]` each item of a list.
    pub each: Text,
    /// Only those for which this expression holds.
    #[serde(rename = "if")]
    pub when: Option<Text>,
    /// The table that the rows go into.
    pub into: Option<Text>,
    /// The kind of tickets that they become.
    pub ticket: Option<Text>,
    /// A value for each column; the part itself is `{{item}}`.
    pub row: Raw,
}
