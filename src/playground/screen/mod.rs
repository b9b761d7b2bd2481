//! What people see, drawn as text.

mod component;
mod embed;
mod ink;
mod markdown;
mod message;
mod note;
mod table;
mod wrap;

pub use ink::Ink;
pub use note::Seat;
pub use table::table;

use crate::sim::World;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// How much fits, in which colours, and in whose time zone.
#[derive(Clone)]
pub struct Screen {
    pub world: Arc<World>,
    pub ink: Ink,
    /// Columns.
    pub width: usize,
    pub zone: TimeZone,
}
