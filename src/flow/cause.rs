//! What has a run's steps: by name, so that a run finds them again in another process and in a changed file.

use crate::flow::program::Trigger;
use serde::{Deserialize, Serialize};

/// Which steps of the file a run does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// By its path: `review`, or `shop give`.
    Command(String),
    Button(String),
    Select(String),
    Modal(String),
    /// The handler of that place among those of the event.
    Event(Trigger, usize),
    Schedule(String),
    OpenTicket(String),
    CloseTicket(String),
}
