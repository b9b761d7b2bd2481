//! What people do in their clients.

pub(super) mod begin;
pub(super) mod component;
pub mod deed;
pub(super) mod modal;
pub(super) mod notation;
pub(super) mod resolve;
pub(super) mod say;
pub(super) mod slash;
mod unable;
pub(super) mod value;

pub use deed::Deed;
pub use unable::Unable;
pub(in crate::sim) use unable::unable;
