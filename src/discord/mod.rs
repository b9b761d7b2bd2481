//! The wire to Discord: the gateway connection and the REST client.

pub mod adapter;
pub mod connection;
pub mod error;
pub mod event;
mod frame;
mod identify;
pub mod limiter;
mod line;
pub mod rest;
mod shards;
mod tap;
pub mod token;
mod upstream;

#[cfg(test)]
mod tests;
