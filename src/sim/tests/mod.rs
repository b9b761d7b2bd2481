//! The world from outside: each file is a chapter of what Discord does.

mod act;
mod channels;
mod commands;
mod dispatches;
mod faults;
mod forms;
mod interactions;
mod journal;
mod limits;
mod members;
mod messages;
mod modals;
mod permissions;
mod stage;
mod webhooks;
