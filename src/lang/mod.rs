//! The shape of a definition: one noun a file, decoded, documented and checked for its schema by the same struct.

pub mod access;
pub mod bot;
pub mod button;
pub mod command;
pub mod embed;
pub mod event;
pub mod flow;
pub mod log;
pub mod mapping;
pub mod message;
pub mod modal;
pub mod schedule;
pub mod select;
pub mod setting;
pub mod table;
pub mod ticket;
pub mod wording;
