//! `flow`: does the steps of a flow, with arguments.

use crate::action::binder::{Binder, Cause, FlowState, column_type};
use crate::action::row::present_value;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::ColumnKind;
use crate::flow::program::Operand;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done, Next};
use crate::flow::track::branch;
use crate::flow::types::{Field, Names, Record, Type};
use crate::lang::flow::Flow;
use crate::text::{Diagnostic, Named, Span, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Call(
    /// The name of a flow.
    Text,
);

impl Verb for Call {
    const WORD: &'static str = "flow";
    const CLAUSES: Clauses = Clauses { with: true, ..Clauses::NONE };
    const DOC: &'static str = "Does the steps of a flow, with the arguments of `with:`.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let bot = binder.bot;
        let Some(flow) = binder.named("flows", "flow", &bot.flows, &self.0) else {
            return Bound::new(crate::action::stop::Ending);
        };
        let what = format!("the flow `{}`", self.0.value);
        let (kinds, operands) = binder.given(&flow.args, written.with.as_ref(), self.0.span, &what);
        binder.flow(&self.0, flow);
        if let Some(FlowState::Bound { answers, needs_answer, waits, latest_answer, .. }) =
            binder.flows.get(&self.0.value)
        {
            let (answers, needs_answer, waits, latest) = (answers.clone(), *needs_answer, *waits, *latest_answer);
            if let Some(ms) = latest {
                binder.answered_after(ms, &format!("{what} answers, and that comes too late"), written.span);
            }
            binder.waits(waits.ms, written.span);
            binder.answered |= !answers.is_empty();
            binder.answers.extend(answers);
            if needs_answer && !binder.cause.answers {
                let message = format!("{what} replies, and nobody waits for an answer in {}", binder.cause.label);
                binder.mistake(code::NOBODY_TO_ANSWER, written.span, message);
            }
        }
        binder.flow_fits(&self.0, flow, written.span);
        Bound::new(Calling { flow: self.0.value, kinds, operands })
    }
}

/// How deep flows may call each other.
const DEEPEST: usize = 32;

impl Binder<'_> {
    /// Binds a flow when it is first needed; one that calls itself is reported.
    pub fn flow(&mut self, name: &Text, flow: &Flow) {
        match self.flows.get(&name.value) {
            Some(FlowState::Bound { .. }) => return,
            Some(FlowState::Binding) => {
                let circle = format!("{} → {}", self.calling.join(" → "), name.value);
                self.report(
                    Diagnostic::new(code::CIRCLE, name.span, "this flow would never end: it calls itself")
                        .label(circle),
                );
                return;
            }
            None => {}
        }
        if self.calling.len() >= DEEPEST {
            let message = format!("flows call each other more than {DEEPEST} deep here");
            let told = self.calling.iter().map(String::as_str).take(3).collect::<Vec<_>>().join(" → ");
            self.report(Diagnostic::new(code::TOO_FAR, name.span, message).label(format!("{told} → …")));
            return;
        }
        self.flows.insert(name.value.clone(), FlowState::Binding);
        self.calling.push(name.value.clone());
        let names = args_names(self.base_names(), &flow.args, &self.arguments(&flow.args));
        let before = std::mem::replace(&mut self.names, names);
        let cause = Cause {
            label: format!("the flow `{}`", name.value),
            answers: true,
            absent: self.absent(),
            ..Cause::default()
        };
        let cause = std::mem::replace(&mut self.cause, cause);
        let answers = std::mem::take(&mut self.answers);
        let given = std::mem::take(&mut self.given);
        let answered = std::mem::take(&mut self.answered);
        let (waited, latest) = (std::mem::take(&mut self.waited), self.latest_answer.take());
        let bound = self.steps(&flow.steps.0);
        let answers = std::mem::replace(&mut self.answers, answers);
        self.given = given;
        self.answered = answered;
        let waits = std::mem::replace(&mut self.waited, waited);
        let latest_answer = std::mem::replace(&mut self.latest_answer, latest);
        self.cause = cause;
        self.names = before;
        self.calling.pop();
        let needs_answer = !answers.is_empty();
        let bound = FlowState::Bound { block: bound.block, answers, needs_answer, waits, latest_answer };
        self.flows.insert(name.value.clone(), bound);
    }
}

impl Binder<'_> {
    /// Reports a flow that needs what is not known where it is called: whoever caused the run, say.
    fn flow_fits(&mut self, name: &Text, flow: &Flow, span: Span) {
        if self.cause.absent.is_empty() || !self.calling.is_empty() {
            return;
        }
        let key = (name.value.clone(), self.cause.absent.clone());
        let lacking = match self.lacking.get(&key) {
            Some(known) => known.clone(),
            None => {
                let lacking = self.lacking_in(name, flow);
                self.lacking.insert(key, lacking.clone());
                lacking
            }
        };
        if let Some(lacking) = lacking {
            let message = format!("the flow `{}` needs what {} does not have", name.value, self.cause.label);
            let diagnostic = Diagnostic::new(code::UNKNOWN_PATH, span, message);
            self.report(diagnostic.related(lacking.primary.span, lacking.message));
        }
    }

    /// What is wrong with a flow only because something is absent: it is bound again without, and nothing of that is kept.
    fn lacking_in(&mut self, name: &Text, flow: &Flow) -> Option<Diagnostic> {
        let absent = self.cause.absent.clone();
        let before = self.found_in(name, flow);
        let base = self.base.clone();
        absent.iter().for_each(|name| drop(self.base.roots.shift_remove(name)));
        let found = self.found_in(name, flow);
        self.base = base;
        let known =
            |new: &Diagnostic| before.iter().any(|old| old.primary.span == new.primary.span && old.code == new.code);
        found.into_iter().find(|new| !known(new))
    }

    /// What is absent in a flow that is bound without it.
    fn absent(&self) -> Vec<String> {
        self.cause.absent.iter().filter(|name| !self.base.roots.contains_key(*name)).cloned().collect()
    }

    fn found_in(&mut self, name: &Text, flow: &Flow) -> Vec<Diagnostic> {
        let diagnostics = std::mem::take(&mut self.diagnostics);
        let (index, flows) = (self.index.take(), std::mem::take(&mut self.flows));
        self.flow(name, flow);
        (self.index, self.flows) = (index, flows);
        std::mem::replace(&mut self.diagnostics, diagnostics).into_iter().collect()
    }
}

/// `args` with a field for each declared argument.
pub fn args_names(names: Names, args: &Named<Text>, kinds: &[(String, ColumnKind)]) -> Names {
    let kind_of = |name: &str| kinds.iter().find(|(known, _)| known == name).map(|(_, kind)| column_type(*kind, false));
    let field = |name: &str| {
        let place = args.place(name).unwrap_or(Span::NONE);
        // One whose type is wrong, and reported, may be anything.
        Field::new(kind_of(name).unwrap_or(Type::Any), "An argument.").declared(place)
    };
    let fields = args.names().map(|name| (name.to_owned(), field(name))).collect();
    let record = Type::Record(Arc::new(Record { name: "arguments".into(), fields }));
    names.with("args", if args.incomplete { Type::Any } else { record }, "What this was given.")
}

/// The arguments as a run knows them.
pub fn args_value(kinds: &[(String, ColumnKind)], values: Vec<Value>) -> Value {
    let mut args = Map::new();
    for ((name, kind), mut value) in kinds.iter().zip(values) {
        present_value(*kind, &mut value);
        args.insert(name.clone(), value);
    }
    Value::Object(args)
}

#[derive(Debug)]
struct Calling {
    flow: String,
    kinds: Vec<(String, ColumnKind)>,
    operands: Vec<Operand>,
}

#[async_trait]
impl Action for Calling {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let program = Arc::clone(&run.program);
        let Some(block) = program.flows.get(&self.flow) else {
            return Err(Failure::Other(format!("there is no flow `{}`", self.flow)));
        };
        // A run that goes on inside has its arguments.
        if run.track.branch().is_none() {
            let values = self.operands.iter().map(|operand| operand.value(run)).collect::<Result<Vec<_>, _>>()?;
            run.outer.push(run.scope.get("args").cloned().unwrap_or_default());
            run.scope.bind("args", args_value(&self.kinds, values));
        }
        run.track.go_into(branch::OWN, true);
        let next = block.run(run).await?;
        if next == Next::Continue {
            let before = run.outer.pop().unwrap_or_default();
            run.scope.bind("args", before);
        }
        Ok(next.into())
    }
}
