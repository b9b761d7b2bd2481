//! `count`: counts rows of a table, all or by groups.

use crate::action::binder::{Binder, column_type};
use crate::action::row::{column_field, present_value};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, Operation, Table};
use crate::flow::program::FilterTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::types::{Field, Record, Type};
use crate::lang::bot::Bot;
use crate::lang::flow::Where;
use crate::text::{Diagnostic, OneOrMany, Raw, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A number of rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The name of a table.
    pub r#in: Text,
    /// Which rows; without it, all.
    #[schemars(with = "Option<Where>")]
    pub r#where: Option<Raw>,
    /// Columns to count by: `as:` then binds a list with these columns and `count`, in their order.
    pub by: Option<OneOrMany<Text>>,
}

impl Verb for Count {
    const WORD: &'static str = "count";
    const CLAUSES: Clauses = Clauses { gives: true, ..Clauses::NONE };
    const DOC: &'static str =
        "Counts rows of a table. `as:` binds the number, or with `by:` a list with a number for each group.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let Some(table) = binder.table(&self.r#in) else { return Bound::new(crate::action::stop::Ending) };
        let filter = binder.filter(table, self.r#where.as_ref().map(|raw| &raw.0));
        let asked = self.by.as_ref().map_or(0, |by| by.len());
        let by = self.by.map(|columns| binder.columns(table, columns.iter()));
        binder.searched(table, &filter, by.iter().flatten().map(String::as_str));
        let gives = match &by {
            Some(by) if by.len() < asked => Type::list(Type::Any),
            Some(by) => group_type(table, by, binder.bot),
            None => Type::Integer,
        };
        Bound::new(Counting { table: table.clone(), filter, by }).gives(gives)
    }
}

impl Binder<'_> {
    fn columns<'t>(&mut self, table: &Table, columns: impl Iterator<Item = &'t Text>) -> Vec<String> {
        let bot = self.bot;
        let mut names = Vec::new();
        for column in columns {
            if let Some(declared) = bot.tables.get(&table.name) {
                self.mention("column", &declared.columns, column);
            }
            if self.is_broken_column(table, &column.value) {
                continue;
            }
            if table.columns.contains_key(&column.value) {
                names.push(column.value.clone());
            } else if !column.poisoned {
                let diagnostic = Diagnostic::new(
                    code::UNKNOWN_NAME,
                    column.span,
                    format!("`{}` has no column `{}`", table.name, column.value),
                );
                self.report(diagnostic.among(&column.value, column.span, table.columns.keys()));
            }
        }
        names
    }
}

fn group_type(table: &Table, by: &[String], bot: &Bot) -> Type {
    let columns = by.iter().filter_map(|name| table.columns.get(name).map(|column| (name, column)));
    let mut fields: indexmap::IndexMap<String, Field> = columns
        .map(|(name, column)| (name.clone(), column_field(table, name, column_type(column.kind, column.secret), bot)))
        .collect();
    fields.insert("count".into(), Field::new(Type::Integer, "How many rows."));
    Type::list(Type::Record(Arc::new(Record { name: "group".into(), fields })))
}

#[derive(Debug)]
struct Counting {
    table: Table,
    filter: FilterTemplate,
    by: Option<Vec<String>>,
}

#[async_trait]
impl Action for Counting {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let (table, guild, filter) = (self.table.name.clone(), run.guild().to_owned(), self.filter.fill(run)?);
        let operation = match &self.by {
            None => Operation::Count { table, guild, filter },
            Some(by) => Operation::CountBy { table, guild, filter, by: by.clone() },
        };
        match run.ask(operation).await? {
            Answer::Count(count) => Ok(Done::Gave(json!(count))),
            Answer::Rows(mut rows) => {
                for (name, column) in rows.iter_mut().flat_map(|row| row.iter_mut()) {
                    if let Some(declared) = self.table.columns.get(name) {
                        present_value(declared.kind, column);
                    }
                }
                Ok(Done::Gave(Value::Array(rows.into_iter().map(Value::Object).collect())))
            }
            other => Err(Failure::Other(format!("the database answered a count with {other:?}"))),
        }
    }
}
