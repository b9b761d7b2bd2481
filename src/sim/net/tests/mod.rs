//! The wire, tested from its other end.

mod client;
mod gateway;
mod rest;
mod serenity;
mod stage;
