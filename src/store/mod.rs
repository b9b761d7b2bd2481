//! Tables, tickets, outbox and timers in SQL.

mod archive;
mod backup;
mod cell;
mod claim;
mod count;
mod delete;
mod dialect;
mod distinct;
mod entries;
mod export;
mod filter;
mod find;
mod give_back;
mod held;
mod import;
mod index;
mod insert;
mod line;
mod location;
mod migrate;
mod name;
mod newborn;
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
mod stage;
mod take;
mod ticket;
mod ticket_table;
mod timer;
mod update;
mod verify;
mod work;
mod writer;

#[cfg(test)]
mod tests;

pub use archive::{Archive, ArchiveError, Present};
pub use backup::BackupError;
pub use claim::{Claim, ClaimError};
pub use entries::{Counts, Entry, Retried, Which};
pub use export::{Asked, Owned};
pub use held::Held;
pub use import::{Given, Import, Imported, Mode, Place, Problem};
pub use name::reserved;
pub use options::{Durability, SqliteOptions};
pub use sqlite::SqliteStore;
pub use ticket_table::ticket_table;
pub use verify::{Invariants, Tally, Verified, Violation};
