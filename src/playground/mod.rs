//! A place to play: bots on a simulated Discord in one process, and a prompt to be its people.

pub mod completion;
mod look;
pub mod order;
pub mod screen;
pub mod session;

pub use screen::Screen;
pub use session::{Answer, Session};

#[cfg(test)]
mod tests;
