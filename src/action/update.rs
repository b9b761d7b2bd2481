//! `update`: changes rows of a table.

use crate::action::binder::Binder;
use crate::action::row::{RowTemplate, fill, known_row_type, present};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, Operation, Table};
use crate::flow::program::FilterTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::types::{Field, Record, Type};
use crate::lang::flow::{RowValues, Where};
use crate::text::{Raw, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Changed rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name of a table.
    pub table: Text,
    /// Which rows.
    #[schemars(with = "Where")]
    pub r#where: Raw,
    /// What they get.
    #[schemars(with = "RowValues")]
    pub set: Raw,
}

/// What `as:` binds.
fn updated_type(row: &Type) -> Type {
    let fields = [
        ("count", Type::Integer, "How many rows were changed."),
        ("rows", Type::list(row.clone()), "The rows as they are now."),
    ];
    let fields = fields.into_iter().map(|(name, kind, doc)| (name.to_owned(), Field::new(kind, doc))).collect();
    Type::Record(Arc::new(Record { name: "update's result".into(), fields }))
}

impl Verb for Update {
    const WORD: &'static str = "update";
    const CLAUSES: Clauses = Clauses { gives: true, ..Clauses::NONE };
    const DOC: &'static str = "Changes all rows that meet the conditions, at once.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let Some(table) = binder.table(&self.table) else { return Bound::new(crate::action::stop::Ending) };
        let filter = binder.filter(table, Some(&self.r#where.0));
        binder.searched(table, &filter, std::iter::empty());
        let set = binder.row(table, &self.set.0);
        Bound::new(Updating { table: table.clone(), filter, set }).gives(updated_type(&known_row_type(binder, table)))
    }
}

#[derive(Debug)]
struct Updating {
    table: Table,
    filter: FilterTemplate,
    set: RowTemplate,
}

#[async_trait]
impl Action for Updating {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let (filter, set) = (self.filter.fill(run)?, fill(&self.set, run)?);
        let operation =
            Operation::Update { table: self.table.name.clone(), guild: run.guild().to_owned(), filter, set };
        match run.ask(operation).await? {
            Answer::Rows(rows) => {
                let rows: Vec<Value> = rows.into_iter().map(|row| present(&self.table, row)).collect();
                Ok(Done::Gave(json!({ "count": rows.len(), "rows": rows })))
            }
            other => Err(Failure::Other(format!("the database answered an update with {other:?}"))),
        }
    }
}
