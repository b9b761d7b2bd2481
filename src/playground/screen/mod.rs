//! What people see, drawn as text.

mod canvas;
mod component;
mod embed;
mod ink;
mod markdown;
mod message;
mod note;
mod table;
mod wrap;

pub use canvas::Screen;
pub use ink::Ink;
pub use note::Seat;
pub use table::table;
