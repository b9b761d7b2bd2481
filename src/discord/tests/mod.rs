//! The wire, tried on loopback against a small Discord of its own.

mod download;
mod effects;
mod fake;
mod gateway;
mod limits;
#[path = "../../../tests/it/openapi.rs"]
mod openapi;
mod rest;
mod tap;
mod token;
