//! Expressions: conditions and values, checked where they are used.

mod chain;
mod check;
mod convert;
mod engine;
#[allow(clippy::module_inception, reason = "the file of the noun itself")]
mod expression;
mod mistake;
mod operator;
mod place;
mod refusal;

pub use engine::LISTS;
pub(crate) use engine::engine;
pub use expression::{Compiled, EvalError, Expression};
pub use mistake::{MAX_DEPTH, MAX_LENGTH};

#[cfg(test)]
mod tests;

#[cfg(test)]
mod bounds;
