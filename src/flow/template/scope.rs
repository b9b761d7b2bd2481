//! What a run knows: the values that templates and expressions read, by name.

use handlebars::Context;
use serde_json::{Map, Value};

/// One per run; bound to as the run goes on, and read by every template and expression without being copied.
#[derive(Debug, Clone)]
pub struct Scope {
    context: Context,
}

impl Default for Scope {
    fn default() -> Self {
        Self::new(Map::new())
    }
}

impl Scope {
    pub fn new(names: Map<String, Value>) -> Self {
        Self { context: Context::from(Value::Object(names)) }
    }

    /// Adds a name, or gives it a new value.
    pub fn bind(&mut self, name: &str, value: Value) {
        if let Value::Object(names) = self.context.data_mut() {
            names.insert(name.to_owned(), value);
        }
    }

    /// The value at a path such as `options.user.id` or `rows.0.name`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self.value(), |value, segment| match value {
            Value::Object(fields) => fields.get(segment),
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The object of all names.
    pub fn value(&self) -> &Value {
        self.context.data()
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }
}

/// Anything but an object makes an empty scope: names need names.
impl From<Value> for Scope {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(names) => Self::new(names),
            _ => Self::default(),
        }
    }
}
