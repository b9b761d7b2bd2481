//! Handlebars with our functions, our escape and nothing that we do not know.

use super::escape;
use crate::flow::function::{Budget, Function, MAX_TEXT, printed};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, Output, RenderContext, RenderError, RenderErrorReason, ScopedJson,
};
use serde_json::Value;
use std::io;

/// Names of the engine's own helpers; no author can write a name with a blank in it.
pub const CODE: &str = "in code";
pub const NUMBER: &str = "as number";
pub const TIMESTAMP: &str = "as timestamp";
pub const DATE: &str = "as date";
pub const ROUND: &str = "next round";

const BUILT_IN: [&str; 12] = ["lookup", "log", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len"];

/// Made once for a table of functions; every template renders with it.
pub fn registry<'f>(functions: impl Iterator<Item = &'f Function>) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    for name in BUILT_IN {
        registry.unregister_helper(name);
    }
    registry.register_escape_fn(escape::markdown);
    for function in functions {
        registry.register_helper(&function.name, Box::new(Call(function.clone())));
    }
    registry.register_helper(CODE, Box::new(Own(code)));
    registry.register_helper(NUMBER, Box::new(Own(|value| printed(value).into_owned())));
    registry.register_helper(TIMESTAMP, Box::new(Own(timestamp)));
    registry.register_helper(DATE, Box::new(Own(date)));
    registry.register_helper(ROUND, Box::new(Own(|_| String::new())));
    registry
}

fn spend() -> Result<(), RenderError> {
    Budget::step().map_err(|spent| RenderErrorReason::Other(spent.reason().to_owned()).into())
}

/// A function of the table as a helper.
struct Call(Function);

impl HelperDef for Call {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        spend()?;
        let arguments: Vec<&Value> = helper.params().iter().map(|param| param.value()).collect();
        match (self.0.work)(&arguments) {
            Ok(value) => Ok(ScopedJson::Derived(value)),
            Err(reason) => Err(RenderErrorReason::Other(format!("`{}`: {reason}", self.0.name)).into()),
        }
    }
}

/// A helper that the check puts around a value.
struct Own(fn(&Value) -> String);

impl HelperDef for Own {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        spend()?;
        let value = helper.param(0).map_or(&Value::Null, |param| param.value());
        Ok(ScopedJson::Derived(Value::String((self.0)(value))))
    }
}

fn code(value: &Value) -> String {
    escape::code(&printed(value))
}

/// Shown by Discord to each reader in their own zone.
fn timestamp(value: &Value) -> String {
    value.as_i64().map(|at| format!("<t:{}:f>", at.div_euclid(1000))).unwrap_or_default()
}

/// Where no Markdown is rendered: "2026-01-05 09:00 UTC".
fn date(value: &Value) -> String {
    let moment = value.as_i64().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    moment.map(|moment| moment.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}

/// Takes what a rendering writes, up to a limit.
pub struct Limited {
    pub text: String,
}

impl Output for Limited {
    fn write(&mut self, segment: &str) -> Result<(), io::Error> {
        if self.text.len() + segment.len() > MAX_TEXT {
            return Err(io::Error::other(format!("the text would be longer than {MAX_TEXT} bytes")));
        }
        self.text.push_str(segment);
        Ok(())
    }
}
