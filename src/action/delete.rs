//! `delete`: removes rows from a table.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, Operation};
use crate::flow::program::FilterTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::types::Type;
use crate::lang::flow::Where;
use crate::text::{Raw, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Removed rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The name of a table.
    pub from: Text,
    /// Which rows.
    #[schemars(with = "Where")]
    pub r#where: Raw,
}

impl Verb for Delete {
    const WORD: &'static str = "delete";
    const CLAUSES: Clauses = Clauses { gives: true, ..Clauses::NONE };
    const DOC: &'static str = "Removes all rows that meet the conditions. `as:` binds how many.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let Some(table) = binder.table(&self.from) else { return Bound::new(crate::action::stop::Ending) };
        let filter = binder.filter(table, Some(&self.r#where.0));
        binder.searched(table, &filter, std::iter::empty());
        Bound::new(Deleting { table: table.name.clone(), filter }).gives(Type::Integer)
    }
}

#[derive(Debug)]
struct Deleting {
    table: String,
    filter: FilterTemplate,
}

#[async_trait]
impl Action for Deleting {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let filter = self.filter.fill(run)?;
        match run.ask(Operation::Delete { table: self.table.clone(), guild: run.guild().to_owned(), filter }).await? {
            Answer::Count(count) => Ok(Done::Gave(json!(count))),
            other => Err(Failure::Other(format!("the database answered a delete with {other:?}"))),
        }
    }
}
