//! The command line: one file a verb; the only place that wires the world together.

mod arguments;
mod check;
#[cfg(test)]
mod docs;
mod examined;
mod explain;
mod fix;
mod logging;
mod lsp;
mod outage;
mod play;
mod reference;
mod run;
mod schema;
mod shown;
mod sim;

pub use arguments::main;
