//! Functions: one table for templates, expressions, checks and the reference.

mod budget;
mod call;
mod compare;
#[allow(clippy::module_inception, reason = "the file of the noun itself")]
mod function;
mod list;
mod number;
mod show;
mod table;
mod value;
mod words;

pub use budget::{Budget, Spent};
pub(crate) use call::{Given, check_call, literal_type, note_fields};
pub use function::{Example, Function, MAX_ARGUMENTS, Parameter, Wanted, Work};
pub use table::Functions;
pub use value::{MAX_ITEMS, MAX_TEXT, printed};

#[cfg(test)]
mod tests;
