//! A place to play: bots on a simulated Discord in one process, and a prompt to be its people.

pub mod clock;
pub mod completion;
mod deed;
mod look;
mod memory;
pub mod order;
pub mod provision;
pub mod screen;
pub mod session;
pub mod stage;

pub use clock::StageClock;
pub use provision::Provision;
pub use screen::Screen;
pub use session::{Answer, Session};
pub use stage::{Mistaken, Player, Reloaded, Stage, StageError};

#[cfg(test)]
mod tests;
