//! The command line: one file a verb; the only place that wires the world together.

mod arguments;
mod check;
mod data;
mod database;
#[cfg(test)]
mod docs;
mod examined;
mod explain;
mod fix;
mod held;
mod listing;
mod logging;
mod lsp;
mod outage;
mod outbox;
mod play;
mod reference;
mod run;
mod schema;
mod shown;
mod sim;
mod test;
mod test_report;

pub use arguments::main;
