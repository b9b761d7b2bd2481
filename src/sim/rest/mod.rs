//! The REST API, one resource a file.

pub(super) mod answer;
pub(super) mod ask;
pub(super) mod ban;
pub mod call;
pub(super) mod callback;
pub(super) mod channel;
pub(super) mod command;
pub(super) mod followup;
pub(super) mod gateway;
pub(super) mod guild;
pub(super) mod member;
pub(super) mod message;
pub(super) mod overwrite;
pub(super) mod pin;
pub(super) mod reaction;
pub(super) mod role;
pub(super) mod route;
pub(super) mod user;
pub(super) mod webhook;
