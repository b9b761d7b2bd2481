//! What keeps programs alive: events become runs, logs and timers leave the database, a saved file becomes the program.

mod agenda;
mod arrived;
mod autocomplete;
mod bot;
mod busy;
mod destination;
mod health;
mod interaction;
mod lanes;
mod load;
mod names;
mod opening;
mod outbox;
mod panel;
mod reconcile;
mod registration;
mod resume;
mod schedule;
mod seen;
mod setting;
mod timer;
mod under_way;
mod watch;

pub use bot::{Bot, Identity, StartError, Swapped};
pub use load::{Loaded, load};
pub use watch::{Watch, WatchError};
