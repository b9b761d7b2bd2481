//! What Discord checks before it does anything, with its own words for every mistake.

pub(super) mod channel;
pub(super) mod command;
pub(super) mod component;
pub(super) mod embed;
pub(super) mod emoji;
pub(super) mod form;
pub(super) mod media;
pub(super) mod mentions;
pub(super) mod message;
pub(super) mod modal;
