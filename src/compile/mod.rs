//! From a definition to a program, or to everything that is wrong with it.

mod access;
mod allow;
mod autocomplete;
mod check;
mod command;
mod component;
mod cron;
mod declare;
mod doubt;
mod echo;
mod environment;
mod event;
mod index;
mod logs;
mod mapping;
mod option;
mod schedule;
mod setting;
mod table;
mod ticket;
mod unused;
mod usage;

#[cfg(test)]
mod tests;

pub use check::{Checked, Inspected, check, inspect};
pub use environment::Environment;
pub use mapping::{CheckedMapping, check_mapping, ticket_columns};
