//! The store, tested through the port as the engine uses it.

mod desk;

mod failing;
mod growing;
mod inserting;
mod opening;
mod outbox;
mod panels;
mod reading;
mod schedules;
mod taking;
mod tickets;
mod timers;
mod writing;
