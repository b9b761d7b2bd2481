//! Scenarios: a bot tested in the words it is written in, on the real engine and the simulated Discord.

mod align;
pub mod bless;
mod compare;
pub mod coverage;
pub mod expected;
mod failure;
pub mod file;
pub mod gate;
pub mod given;
mod names;
pub mod observed;
pub mod pattern;
mod patterns;
mod programs;
mod record;
pub mod run;
mod scene;
mod schema;
mod server;
pub mod step;
pub mod suite;
mod table;
pub mod yaml;

pub use record::Recorder;
pub use run::{Outcome, Verdict, run};
pub use scene::Played;
pub use schema::schema;
pub use suite::{Case, CheckedSuite, Suite, check_suite};
