//! `for_each`: does steps with each item of a list.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::run::Run;
use crate::flow::step::{Action, Block, Done, Next};
use crate::flow::template::Template;
use crate::flow::trace::way;
use crate::flow::track::{Branch, branch};
use crate::flow::types::Type;
use crate::text::{Diagnostic, Raw, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A list, and what is done with each of its items.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForEach {
    /// The list: `{{rows}}` of a `find` before, or another one.
    pub r#in: Text,
    /// The name of one item in the steps; `item` without it.
    pub r#as: Option<Text>,
    /// What is done with each item, one after the other.
    #[schemars(with = "crate::lang::flow::Steps")]
    pub steps: Raw,
}

/// An item without a name of its own.
const UNNAMED: &str = "item";
/// Items of one list; the rest is left alone.
const ITEMS: usize = 100;

impl Verb for ForEach {
    const WORD: &'static str = "for_each";
    const DOC: &'static str = "Does steps with each item of a list: at most 100 items of a list, and 1,000 in one run.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let (list, item) = binder.items(&self.r#in);
        let mark = binder.names.mark();
        match &self.r#as {
            Some(name) => binder.bind_name(name, item),
            None => binder.names.bind(UNNAMED, item, "One item of the list."),
        }
        let before = binder.answers.len();
        let steps = binder.steps(&self.steps.0).block;
        binder.names.back_to(mark);
        if binder.answers[before..].iter().any(|answer| answer.modal) {
            let diagnostic =
                Diagnostic::new(code::SECOND_ANSWER, written.span, "a modal cannot be opened for each item");
            binder.report(diagnostic.label("the second would not be a first answer"));
        }
        let name = self.r#as.map_or_else(|| UNNAMED.to_owned(), |name| name.value);
        Bound::new(Repeating { list, name, steps })
    }
}

impl Binder<'_> {
    /// A template that is a list, and the type of its items.
    fn items(&mut self, text: &Text) -> (Template, Type) {
        let template = self.plain(text);
        let item = match template.kind().present() {
            Type::List(of) => of.as_ref().clone(),
            Type::Any => Type::Any,
            _ if text.poisoned => Type::Any,
            other => {
                let message = format!("a list belongs here, this is a {other}");
                let diagnostic = Diagnostic::new(code::TYPE_MISMATCH, text.span, message);
                let is_name = self.names.roots.contains_key(&text.value);
                let meant = is_name.then(|| format!("write `\"{{{{{}}}}}\"`", text.value));
                self.report(Diagnostic { help: meant, ..diagnostic });
                Type::Any
            }
        };
        (template, item)
    }
}

#[derive(Debug)]
struct Repeating {
    list: Template,
    name: String,
    steps: Block,
}

#[async_trait]
impl Action for Repeating {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let items = match run.value(&self.list)? {
            Value::Array(items) => items,
            Value::Null => return Ok(Done::NOTHING),
            _ => return Err(Failure::Other("`for_each` was given no list".into())),
        };
        // A run that goes on inside has its item.
        let first = run.track.branch().map(|item| (item - branch::OWN) as usize);
        if first.is_none() {
            run.outer.push(run.scope.get(&self.name).cloned().unwrap_or_default());
        }
        let next = self.go_through(items, first, run).await?;
        if next == Next::Continue {
            let around = run.outer.pop().unwrap_or_default();
            run.scope.bind(&self.name, around);
        }
        Ok(next.into())
    }

    fn blocks(&self) -> Vec<(&'static str, &Block)> {
        vec![(way::EACH, &self.steps)]
    }
}

impl Repeating {
    /// From the first, or from the one that was under way.
    async fn go_through(&self, items: Vec<Value>, first: Option<usize>, run: &mut Run) -> Result<Next, Failure> {
        let count = items.len();
        for (index, item) in items.into_iter().enumerate().skip(first.unwrap_or(0)) {
            // The item that was under way is counted already.
            if index == ITEMS || first != Some(index) && !run.begin_round() {
                tracing::warn!(
                    run = run.id,
                    "`for_each` is done with {index} of {count} items; the rest is left alone"
                );
                break;
            }
            if first != Some(index) {
                run.scope.bind(&self.name, item);
            }
            let branch = branch::OWN + Branch::try_from(index).unwrap_or(0);
            run.goes(way::EACH);
            run.track.go_into(branch, index + 1 == count.min(ITEMS));
            let next = self.steps.run(run).await?;
            if next != Next::Continue {
                return Ok(next);
            }
        }
        Ok(Next::Continue)
    }
}
