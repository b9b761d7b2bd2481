//! What is promised, tried on the real command against a simulated Discord on loopback.

mod harness;
mod openapi;

mod access;
mod asking;
mod by_hand;
mod clearing;
mod cli;
mod editor;
mod explain;
mod fixing;
mod gateway;
mod guilds;
mod lists;
mod logs;
mod lsp;
mod markdown;
mod mistakes;
mod pages;
mod registration;
mod reload;
mod review;
mod schema;
mod sending;
mod shutdown;
mod slow;
mod startup;
mod stocking;
mod tickets;
mod tickets_restart;
mod twenty;
