//! The wire to Discord: the gateway connection and the REST client.

pub mod adapter;
pub mod connection;
pub mod error;
pub mod event;
mod frame;
mod identify;
pub mod invalid;
pub mod limiter;
mod line;
pub mod rest;
mod shards;
mod tap;
pub mod token;
mod upstream;

pub use adapter::Adapter;
pub use connection::{Connection, Options};
pub use error::ConnectionError;
pub use event::GatewayEvent;
pub use invalid::Invalid;
pub use rest::Rest;
pub use token::check as check_token;

#[cfg(test)]
mod tests;
