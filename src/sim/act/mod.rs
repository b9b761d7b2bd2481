//! What people do in their clients.

pub(super) mod begin;
pub(super) mod component;
pub mod deed;
pub(super) mod modal;
pub(super) mod notation;
pub(super) mod resolve;
pub(super) mod say;
pub(super) mod slash;
pub(super) mod value;

pub use deed::Deed;

use crate::sim::refused::Refused;

/// Why a client does not let somebody do something, in the words that they read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unable(pub String);

impl From<Refused> for Unable {
    fn from(refused: Refused) -> Self {
        Self(refused.message)
    }
}

/// `Err` with formatted words.
macro_rules! unable {
    ($($words:tt)*) => { Err($crate::sim::act::Unable(format!($($words)*))) };
}
pub(in crate::sim) use unable;
