//! A stage: bots on a simulated Discord in one process, with the people of a server; the prompt and scenarios play on it.

mod clock;
mod memory;
pub mod person;
mod provision;
#[allow(clippy::module_inception)]
mod stage;

pub use clock::StageClock;
pub use memory::Lasting;
pub use person::Person;
pub use provision::Provision;
pub use stage::{Loader, Mistaken, Player, Reloaded, Stage, StageError, Wire};
