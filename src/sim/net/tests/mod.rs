//! The wire, tested from its other end.

mod client;
mod control;
mod description;
mod gateway;
mod outlet;
mod rest;
mod serenity;
mod speed;
mod stage;
