//! The wire, tried on loopback against a small Discord of its own.

mod fake;
mod gateway;
mod limits;
mod openapi;
mod rest;
mod shape;
