//! The stage and the prompt, through what is typed and what is read.

mod completion;
mod lines;
mod loops;
mod reload;
mod room;
mod schedules;
mod screen;
mod stage;
mod transcript;
