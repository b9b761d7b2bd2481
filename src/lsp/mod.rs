//! The language server: what the one check knows of a file, told to an editor while the file is written.

mod analysis;
mod completion;
mod document;
mod findings;
mod fix;
mod hover;
mod inbox;
mod lines;
mod outline;
mod question;
mod rename;
mod repair;
mod server;
mod session;
mod shape;
mod symbol;
mod trail;
mod wire;

pub use server::serve;
