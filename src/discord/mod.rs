//! The wire to Discord: the gateway connection and the REST client.

pub mod adapter;
pub mod limiter;
pub mod rest;
pub mod token;

#[cfg(test)]
mod tests;
