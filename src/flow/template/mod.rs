//! Templates: texts with names in them, checked where they are used.

#![allow(clippy::result_large_err, reason = "a problem is made once, when a definition is compiled")]

mod check;
mod code;
mod engine;
mod escape;
mod length;
mod mistake;
pub(crate) mod names;
pub(crate) mod nearest;
mod parse;
mod path;
mod place;
pub(crate) mod problem;
mod scope;
mod syntax;
mod tag;
#[allow(clippy::module_inception, reason = "the file of the noun itself")]
mod template;
mod weave;

pub use check::BLOCKS;
pub(crate) use engine::registry;
pub use escape::markdown as escape_markdown;
pub use length::{Length, Tag};
pub use parse::{MAX_DEPTH, MAX_LENGTH};
pub use place::Place;
pub use problem::{Problem, ProblemKind};
pub use scope::Scope;
pub use template::{Compiled, RenderError, Template};

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
mod bounds;
