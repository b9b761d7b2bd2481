//! `let`: gives names to what expressions come to.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::expression::Expression;
use crate::flow::failure::Failure;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::text::{Named, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Let(
    /// A name and an expression, such as `pages: max(1, total / 10)`.
    Named<Text>,
);

impl Verb for Let {
    const WORD: &'static str = "let";
    const DOC: &'static str = "Gives a name to the value of an expression, for later steps.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let mut bindings = Vec::new();
        binder.names.open |= self.0.incomplete;
        for (name, text) in self.0.iter() {
            let expression = binder.expression(text);
            let name_text = Text::at(name.value.clone(), name.span);
            binder.given.add(&name_text);
            binder.bind_name(&name_text, expression.kind().clone());
            bindings.push((name.value.clone(), expression));
        }
        Bound::new(Binding { bindings })
    }
}

#[derive(Debug)]
struct Binding {
    bindings: Vec<(String, Expression)>,
}

#[async_trait]
impl Action for Binding {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        for (name, expression) in &self.bindings {
            let value = expression.evaluate(&run.scope).map_err(|error| Failure::Evaluation(error.to_string()))?;
            run.scope.bind(name, value);
        }
        Ok(Done::NOTHING)
    }
}
