//! The stage door, `/sim/*`: JSON for other processes' tests, and for people with `curl`.

pub mod act;
pub mod clock;
pub mod complaint;
pub mod events;
pub mod fault;
pub mod find;
pub mod guard;
pub mod interaction;
pub mod journal;
pub mod messages;
pub mod overview;
pub mod requests;
pub mod router;
pub mod since;

pub use router::router;
