//! The table of functions, and the two engines that know them.

use super::function::Function;
use super::{compare, list, number, show, words};
use crate::flow::{expression, template};
use handlebars::Handlebars;
use indexmap::IndexMap;
use rhai::Engine;
use std::sync::Arc;

/// Made once and shared: cloning copies a pointer.
#[derive(Clone)]
pub struct Functions {
    inner: Arc<Inner>,
}

struct Inner {
    table: IndexMap<String, Function>,
    templates: Arc<Handlebars<'static>>,
    expressions: Arc<Engine>,
}

impl Functions {
    /// Every function that the language brings.
    pub fn standard() -> Self {
        Self::with(Vec::new())
    }

    /// The language's functions and further ones; a further one replaces its namesake.
    pub fn with(further: Vec<Function>) -> Self {
        let mut table = IndexMap::new();
        let standard = [show::all(), words::all(), number::all(), compare::all(), list::all()];
        for function in standard.into_iter().flatten().chain(further) {
            table.insert(function.name.to_string(), function);
        }
        let templates = Arc::new(template::registry(table.values()));
        let expressions = Arc::new(expression::engine(table.values()));
        Self { inner: Arc::new(Inner { table, templates, expressions }) }
    }

    pub fn get(&self, name: &str) -> Option<&Function> {
        self.inner.table.get(name)
    }

    /// In the order of the reference.
    pub fn iter(&self) -> impl Iterator<Item = &Function> {
        self.inner.table.values()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.inner.table.keys().map(String::as_str)
    }

    pub(crate) fn templates(&self) -> &Arc<Handlebars<'static>> {
        &self.inner.templates
    }

    pub(crate) fn expressions(&self) -> &Arc<Engine> {
        &self.inner.expressions
    }
}

impl std::fmt::Debug for Functions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.inner.table.keys()).finish()
    }
}
