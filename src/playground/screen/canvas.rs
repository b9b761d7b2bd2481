//! Where people's view is drawn: its world, its width and its colours.

use super::Ink;
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
