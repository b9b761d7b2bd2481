//! `give_back`: returns a row that this run took.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::Operation;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::types::Type;
use crate::text::{Diagnostic, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct GiveBack(
    /// The name that `take` bound with `as:`.
    Text,
);

impl Verb for GiveBack {
    const WORD: &'static str = "give_back";
    const DOC: &'static str = "Returns a row that this run took: it is as it was before.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let name = self.0.value.trim_start_matches("{{").trim_end_matches("}}").trim().to_owned();
        binder.given.read(&name);
        let kind = binder.names.roots.get(&name).map(|field| field.kind.present().clone());
        let open = kind == Some(Type::Any) || binder.names.open;
        let table = match kind {
            Some(Type::Record(record)) => {
                record.name.strip_prefix("row of `").and_then(|rest| rest.strip_suffix('`')).map(str::to_owned)
            }
            _ => None,
        };
        if let Some(start) = self.0.value.find(&name) {
            let span = self.0.locate(start..start + name.len());
            binder.mention_name(&name, span);
        }
        if table.is_none() && !open && !self.0.poisoned {
            let rows = binder.names.roots.iter().filter(
                |(_, field)| matches!(field.kind.present(), Type::Record(record) if record.name.starts_with("row of")),
            );
            let known: Vec<String> = rows.map(|(name, _)| name.clone()).collect();
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, self.0.span, format!("`{name}` is not a row that was taken"));
            binder.report(diagnostic.label("name what a `take` before bound with `as:`").among(
                &name,
                self.0.span,
                known,
            ));
        }
        Bound::new(Returning { name, table: table.unwrap_or_default() })
    }
}

#[derive(Debug)]
struct Returning {
    name: String,
    table: String,
}

#[async_trait]
impl Action for Returning {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let row = run.scope.get(&self.name).and_then(|row| row["id"].as_i64());
        if let Some(row) = row {
            let operation = Operation::GiveBack { table: self.table.clone(), row, run: run.id.clone() };
            run.ask(operation).await?;
        }
        Ok(Done::NOTHING)
    }
}
