//! What has a run's steps: by name, so that a run finds them again in another process and in a changed file.

use crate::flow::memory::Ticket;
use crate::flow::program::Trigger;
use serde::{Deserialize, Serialize};

/// Which steps of the file a run does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// A ticket that a process left without its channel, which is opened to the end in this one.
    AdoptTicket(Box<Ticket>, String),
    CloseTicket(String),
}
