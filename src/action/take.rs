//! `take`: takes one row for this run, so that no other run gets it.

use crate::action::binder::Binder;
use crate::action::row::{RowTemplate, fill, known_row_type, present};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, Operation, Order, Table};
use crate::flow::program::FilterTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::lang::flow::{RowValues, Where};
use crate::text::{Diagnostic, Raw, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

/// One row, for this run alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The name of a table.
    pub from: Text,
    /// Which rows will do.
    #[schemars(with = "Where")]
    pub r#where: Raw,
    /// What the row gets. If the run fails, or gives the row back, it is as it was.
    #[schemars(with = "RowValues")]
    pub set: Raw,
    /// Which one first: `{ column: asc }` or `desc`. Without it, the oldest.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub order_by: Option<Raw>,
}

impl Verb for Take {
    const WORD: &'static str = "take";
    const CLAUSES: Clauses = Clauses { gives: true, otherwise: true, ..Clauses::NONE };
    const DOC: &'static str = "Takes one row, and no other run can get it. If the run fails, the row goes back. `else:` says what happens when there is none.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let Some(table) = binder.table(&self.from) else { return Bound::new(crate::action::stop::Ending) };
        if written.name.is_none() {
            let diagnostic =
                Diagnostic::new(code::UNUSED_TAKE, written.span, "the row that is taken here is never used");
            binder.report(diagnostic.leans_on(["as"]).help("name it with `as:` beside `take`"));
        }
        let filter = binder.filter(table, Some(&self.r#where.0));
        let set = binder.row(table, &self.set.0);
        let order = binder.order(table, self.order_by.as_ref().map(|raw| &raw.0));
        binder.searched(table, &filter, order.iter().map(|order| order.column.as_str()));
        Bound::new(Taking { table: table.clone(), filter, set, order }).gives(known_row_type(binder, table))
    }
}

#[derive(Debug)]
struct Taking {
    table: Table,
    filter: FilterTemplate,
    set: RowTemplate,
    order: Vec<Order>,
}

#[async_trait]
impl Action for Taking {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let (filter, set) = (self.filter.fill(run)?, fill(&self.set, run)?);
        let operation = Operation::Take {
            table: self.table.name.clone(),
            guild: run.guild().to_owned(),
            filter,
            set,
            order: self.order.clone(),
            run: run.id.clone(),
        };
        match run.ask(operation).await? {
            Answer::Row(Some(row)) => Ok(Done::Gave(present(&self.table, row))),
            Answer::Row(None) => Ok(Done::Missing),
            other => Err(Failure::Other(format!("the database answered a take with {other:?}"))),
        }
    }
}
