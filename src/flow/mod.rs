//! The machine: what a compiled bot is made of and what one run of it does, seen through five doors to the world.

pub mod access;
pub mod answer;
pub mod custom_id;
pub mod directory;
pub mod effect;
pub mod entity;
pub mod event;
pub mod expression;
pub mod failure;
pub mod function;
pub mod limit;
pub mod mapping;
pub mod memory;
pub mod message;
pub mod note;
pub mod payload;
pub mod permission;
pub mod port;
pub mod program;
pub mod refusal;
pub mod request;
pub mod run;
pub mod step;
pub mod taken;
pub mod template;
pub mod types;
