//! The wire, tried against a small Discord of its own.
