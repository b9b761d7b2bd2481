//! The wire of the simulated Discord.
mod allowance;
mod answer;
mod attachment;
mod close;
mod connection;
mod control;
mod form;
mod gateway;
mod identify;
mod members;
mod opcode;
mod order;
mod outlet;
mod requests;
mod rest;
mod ring;
mod router;
pub mod server;
mod session;
mod sessions;
pub mod settings;
mod shard;
mod wire;

#[cfg(test)]
mod tests;
