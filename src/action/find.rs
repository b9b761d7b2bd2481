//! `find`: reads rows of a table.

use crate::action::binder::{Binder, argument_column};
use crate::action::row::{known_row_type, present};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, ColumnKind, Operation, Order, Table};
use crate::flow::program::{FilterTemplate, Operand};
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::types::Type;
use crate::lang::flow::Where;
use crate::text::{Raw, Spanned, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Rows of a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// The name of a table.
    pub r#in: Text,
    /// Which rows; without it, all.
    #[schemars(with = "Option<Where>")]
    pub r#where: Option<Raw>,
    /// In which order: `{ column: asc }` or `desc`. Without it, the oldest first.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub order_by: Option<Raw>,
    /// How many at the most; 100 without it.
    pub limit: Option<Text>,
    /// How many to leave out at the beginning.
    pub offset: Option<Text>,
    /// Only the first row: `as:` binds it, and `else:` says what happens when there is none.
    pub first: Option<Spanned<bool>>,
}

/// More rows than that are asked for on purpose.
const LIMIT: u64 = 100;

impl Verb for Find {
    const WORD: &'static str = "find";
    const CLAUSES: Clauses = Clauses { gives: true, otherwise: true, ..Clauses::NONE };
    const DOC: &'static str = "Reads rows of a table. `as:` binds the list, or with `first: true` the row.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let limit = self.limit.as_ref().map(|text| binder.whole_number(text, "limit"));
        let offset = self.offset.as_ref().map(|text| binder.whole_number(text, "offset"));
        let Some(table) = binder.table(&self.r#in) else { return Bound::new(crate::action::stop::Ending) };
        let filter = binder.filter(table, self.r#where.as_ref().map(|raw| &raw.0));
        let order = binder.order(table, self.order_by.as_ref().map(|raw| &raw.0));
        binder.searched(table, &filter, order.iter().map(|order| order.column.as_str()));
        let first = self.first.is_some_and(|first| first.value);
        let row = known_row_type(binder, table);
        let gives = if first { row } else { Type::list(row) };
        Bound::new(Finding { table: table.clone(), filter, order, limit, offset, first }).gives(gives)
    }
}

impl Binder<'_> {
    fn whole_number(&mut self, text: &Text, name: &str) -> Operand {
        self.scalar_operand(text, &argument_column(ColumnKind::Integer), name)
    }
}

#[derive(Debug)]
struct Finding {
    table: Table,
    filter: FilterTemplate,
    order: Vec<Order>,
    limit: Option<Operand>,
    offset: Option<Operand>,
    first: bool,
}

fn number(operand: Option<&Operand>, run: &Run) -> Result<Option<u64>, Failure> {
    let value = operand.map(|operand| operand.value(run)).transpose()?;
    Ok(value.and_then(|value| value.as_i64()).map(|number| u64::try_from(number).unwrap_or(0)))
}

#[async_trait]
impl Action for Finding {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let limit = if self.first { 1 } else { number(self.limit.as_ref(), run)?.unwrap_or(LIMIT) };
        let operation = Operation::Find {
            table: self.table.name.clone(),
            guild: run.guild().to_owned(),
            filter: self.filter.fill(run)?,
            order: self.order.clone(),
            limit: Some(limit),
            offset: number(self.offset.as_ref(), run)?.unwrap_or(0),
        };
        let Answer::Rows(rows) = run.ask(operation).await? else {
            return Err(Failure::Other("the database did not answer a find with rows".into()));
        };
        let mut rows: Vec<Value> = rows.into_iter().map(|row| present(&self.table, row)).collect();
        Ok(match (self.first, rows.is_empty()) {
            (true, true) => Done::Missing,
            (true, false) => Done::Gave(rows.swap_remove(0)),
            (false, _) => Done::Gave(Value::Array(rows)),
        })
    }
}
