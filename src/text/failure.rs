//! What stops a decoding attempt: a mistake that only the decoded type itself could see.

use super::source::Span;
use serde::de;
use std::fmt;

/// Names a value of the tree across attempts: where it stands and what it is.
pub(super) type Identity = (Span, u8);

/// The reader of a structure: its type, and the structure's (or variant's) name, since readers of variants share a name.
pub(super) type Owner = (&'static str, &'static str);

#[derive(Debug)]
pub(super) enum Reason {
    /// A field without which the type cannot be.
    Missing(&'static str),
    /// In the words of the type.
    Told(String),
}

#[derive(Debug)]
pub(super) struct Failure(pub Box<Details>);

#[derive(Debug)]
pub(super) struct Details {
    pub reason: Reason,
    /// The reader of the structure that misses a field.
    pub owner: Option<Owner>,
    /// From the value that failed up to the root.
    pub trail: Vec<Identity>,
    /// The value was known to be bad, so the failure is nobody's news.
    pub silent: bool,
}

impl Failure {
    fn new(reason: Reason) -> Self {
        Self(Box::new(Details { reason, owner: None, trail: Vec::new(), silent: false }))
    }

    pub fn message(&self) -> String {
        match &self.0.reason {
            Reason::Missing(field) => format!("`{field}` is missing here"),
            Reason::Told(message) => message.clone(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Reason::Told(message.to_string()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Reason::Missing(field))
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected} here"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected} here"))
    }
}
