//! Rhai.
use crate::flow::function::Function;
pub fn engine<'f>(_: impl Iterator<Item = &'f Function>) -> rhai::Engine {
    rhai::Engine::new_raw()
}
