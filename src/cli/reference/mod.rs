//! `botwright reference`: every key, verb, name and function, as Markdown made of the code's own descriptions.

mod page;
mod shape;
mod value;

pub use page::run;
