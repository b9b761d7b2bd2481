//! Expressions: conditions and values, checked where they are used.

mod engine;

pub(crate) use engine::engine;
