//! A Discord small enough to hold in the hand.

pub mod act;
pub mod application;
pub mod channel;
pub mod clock;
pub mod command;
pub mod default_world;
pub mod dispatch;
pub mod fault;
pub mod guild;
pub mod happening;
pub mod id;
pub mod inproc;
pub mod intent;
pub mod interaction;
pub mod limit;
pub mod member;
pub mod message;
pub mod net;
pub mod permission;
pub mod rest;
pub mod role;
pub mod state;
pub mod user;
pub mod view;
pub mod webhook;
pub mod world;

mod access;
mod change;
mod hand;
mod post;
mod refused;
mod show;
mod time;
mod validate;

pub use act::Unable;
pub use clock::ManualClock;
pub use default_world::Playground;
pub use dispatch::{Closed, Dispatch};
pub use fault::{Breakage, Target};
pub use hand::Impossible;
pub use happening::Happening;
pub use id::Id;
pub use limit::Limits;
pub use permission::Permissions;
pub use rest::call::{RestAnswer, RestCall};
pub use state::Hosts;
pub use world::World;

#[cfg(test)]
mod tests;
