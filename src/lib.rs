//! Botwright: a Discord bot is one YAML file, and a generic engine makes it live.
//!
//! The modules stand in a line and use only what stands left of them; `docs/ARCHITECTURE.md` draws it.

pub mod text;

pub mod lang;

pub mod flow;

pub mod action;

pub mod compile;

pub mod engine;

pub mod store;

pub mod discord;

pub mod sim;

pub mod stage;

pub mod scenario;

pub mod playground;

pub mod lsp;

pub mod cli;

#[cfg(test)]
mod architecture;
