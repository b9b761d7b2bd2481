//! The tables that were made room for, by name.

use super::shape::Shape;
use crate::flow::memory::MemoryError;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub struct Schema {
    shapes: HashMap<String, Arc<Shape>>,
}

impl Schema {
    pub fn shape(&self, table: &str) -> Result<Arc<Shape>, MemoryError> {
        let shape = self.shapes.get(table).cloned();
        shape.ok_or_else(|| MemoryError::Failed(format!("there is no table `{table}`")))
    }

    /// With these tables, and those it has already.
    pub fn with(&self, shapes: impl IntoIterator<Item = Arc<Shape>>) -> Self {
        let mut grown = self.clone();
        grown.shapes.extend(shapes.into_iter().map(|shape| (shape.name(), shape)));
        grown
    }
}
