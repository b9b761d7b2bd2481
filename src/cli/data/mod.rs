//! `botwright data`: what a bot remembers, to look at, to take out, to bring in, to keep and to verify.

mod arguments;
mod backup;
mod bar;
mod csv;
mod export;
mod import;
mod input;
mod json;
mod map;
mod show;
mod table;
mod tables;
mod value;
mod verify;

pub use arguments::{Arguments, run};
