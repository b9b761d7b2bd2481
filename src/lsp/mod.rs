//! The language server: what the one check knows of a file, told to an editor while the file is written.

mod analysis;
mod document;
mod findings;
mod inbox;
mod lines;
mod server;
mod session;
mod wire;

pub use server::serve;
