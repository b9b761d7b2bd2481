//! `if`: does one thing or another.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::expression::Expression;
use crate::flow::failure::Failure;
use crate::flow::message::holds;
use crate::flow::run::Run;
use crate::flow::step::{Action, Block, Done};
use crate::flow::trace::way;
use crate::flow::track::{Branch, branch};
use crate::text::{Diagnostic, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct If(
    /// An expression, such as `options.rating >= 4`.
    Text,
);

impl Verb for If {
    const WORD: &'static str = "if";
    const CLAUSES: Clauses = Clauses { then: true, otherwise: true, ..Clauses::NONE };
    const DOC: &'static str = "Does the steps of `then:` when the expression holds, those of `else:` when it does not.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let condition = binder.expression(&self.0);
        if written.then.is_none() && written.otherwise.is_none() && !written.broken {
            let diagnostic = Diagnostic::new(code::MISSING_STEP, written.span, "this `if` does nothing");
            binder.report(diagnostic.help("add `then:` with steps beside it"));
        }
        self.reachable(&condition, written, binder);
        let then = written.then.as_ref().map(|node| binder.branch(node)).unwrap_or_default();
        let otherwise = written.otherwise.as_ref().map(|node| binder.branch(node)).unwrap_or_default();
        binder.answered |= then.answered || otherwise.answered;
        binder.waited = binder.waited.or(then.waited).or(otherwise.waited);
        let ends = then.ends && otherwise.ends;
        let mut bound = Bound::new(Deciding { condition, then: then.block, otherwise: otherwise.block });
        bound.ends = ends;
        bound
    }
}

impl If {
    /// A condition that always comes to the same leaves the other steps for nothing.
    fn reachable(&self, condition: &Expression, written: &Written, binder: &mut Binder<'_>) {
        let dead = match condition.constant() {
            Some(true) => written.otherwise.as_ref().map(|_| "else"),
            Some(false) => written.then.as_ref().map(|_| "then"),
            None => None,
        };
        if let Some(word) = dead {
            let always = if word == "else" { "always holds" } else { "never holds" };
            let message = format!("this condition {always}: what stands in `{word}` is never reached");
            binder.mistake(code::UNREACHABLE_STEP, self.0.span, message);
        }
    }
}

#[derive(Debug)]
struct Deciding {
    condition: Expression,
    then: Block,
    otherwise: Block,
}

const THEN: Branch = branch::OWN;
const ELSE: Branch = branch::OWN + 1;

#[async_trait]
impl Action for Deciding {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let then = match run.track.branch() {
            Some(branch) => branch == THEN,
            None => holds(Some(&self.condition), run)?,
        };
        run.track.go_into(if then { THEN } else { ELSE }, true);
        run.goes(if then { way::THEN } else { way::ELSE });
        let block = if then { &self.then } else { &self.otherwise };
        Ok(block.run(run).await?.into())
    }

    fn blocks(&self) -> Vec<(&'static str, &Block)> {
        vec![(way::THEN, &self.then), (way::ELSE, &self.otherwise)]
    }
}
