//! The machine: what a compiled bot is made of and what one run of it does, seen through five doors to the world.

pub mod effect;
pub mod expression;
pub mod function;
pub mod memory;
pub mod payload;
pub mod port;
pub mod refusal;
pub mod request;
pub mod template;
pub mod types;
