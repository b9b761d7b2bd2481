//! A shop on a simulated Discord with the real bot in it, and the words in which its tests are written.

mod answer;
mod editor;
mod embed;
mod files;
mod lines;
pub mod marked;
mod person;
mod process;
mod rows;
mod shop;
mod town;
mod wait;
mod webhook;

pub use answer::Answer;
pub use editor::Editor;
pub use embed::Embed;
pub use files::{Folder, of_repository, store_bot};
pub use lines::Lines;
pub use person::Person;
pub use process::{Finished, botwright, botwright_with, shell};
pub use shop::{Scene, Shop};
pub use town::Town;
pub use wait::PATIENCE;
