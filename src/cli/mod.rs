//! The command line: one file a verb; the only place that wires the world together.

mod arguments;
mod check;
mod logging;
mod play;
mod run;
mod schema;
mod shown;
mod sim;

pub use arguments::main;
