//! Tables, tickets, outbox and timers in SQL.

mod cell;
mod claim;
mod count;
mod delete;
mod dialect;
mod distinct;
mod filter;
mod find;
mod give_back;
mod index;
mod insert;
mod line;
mod location;
mod migrate;
mod name;
mod options;
mod outbox;
mod own_tables;
mod panel;
mod reader;
mod run;
mod schedule;
mod schema;
mod shape;
mod sqlite;
mod take;
mod ticket;
mod timer;
mod update;
mod work;
mod writer;

#[cfg(test)]
mod tests;

pub use claim::{Claim, ClaimError};
pub use name::reserved;
pub use options::{Durability, SqliteOptions};
pub use sqlite::SqliteStore;
