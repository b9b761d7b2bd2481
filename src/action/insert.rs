//! `insert`: adds rows to a table.

use crate::action::binder::Binder;
use crate::action::row::{RowTemplate, fill, known_row_type, present};
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::memory::{Answer, Inserted, OnConflict, Operation, Row, Table};
use crate::flow::program::FilterTemplate;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::flow::types::{Field, Record, Type};
use crate::lang::flow::{RowValues, Where};
use crate::text::{Diagnostic, Raw, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// New rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Insert {
    /// The name of a table.
    pub into: Text,
    /// A value for each column; in it, `{{item}}` is the item of `each`.
    #[schemars(with = "RowValues")]
    pub row: Raw,
    /// A list: one row for each of its items.
    pub each: Option<Text>,
    /// What happens to a row whose unique values are there already. Without it, the run fails.
    pub on_conflict: Option<Conflict>,
}

/// A row whose unique values are there already stays as it is, or is changed by `set` when it meets `where`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Which of the rows that are there may be changed.
    #[schemars(with = "Option<Where>")]
    pub r#where: Option<Raw>,
    /// What they get.
    #[schemars(with = "Option<RowValues>")]
    pub set: Option<Raw>,
}

/// What `as:` binds.
fn inserted_type(row: &Type) -> Type {
    let fields = [
        ("count", Type::Integer, "How many rows were added or, by `on_conflict`, changed."),
        ("repeated", Type::Integer, "How many of the given rows repeat an earlier one of the same step."),
        ("rows", Type::list(row.clone()), "The rows that were added or changed."),
        ("conflicts", Type::list(row.clone()), "The rows that were there already and stayed as they are."),
    ];
    let fields = fields.into_iter().map(|(name, kind, doc)| (name.to_owned(), Field::new(kind, doc))).collect();
    Type::Record(Arc::new(Record { name: "insert's result".into(), fields }))
}

impl Verb for Insert {
    const WORD: &'static str = "insert";
    const CLAUSES: Clauses = Clauses { gives: true, ..Clauses::NONE };
    const DOC: &'static str = "Adds a row to a table, or one for each item of a list.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let each = self.each.as_ref().map(|each| binder.plain(each));
        let Some(table) = binder.table(&self.into) else { return Bound::new(crate::action::stop::Ending) };
        let mark = binder.names.mark();
        if let (Some(each), Some(text)) = (&each, &self.each) {
            binder.bind_item(each, text);
        }
        let row = binder.row(table, &self.row.0);
        binder.names.back_to(mark);
        binder.complete(table, &row, &self.row.0);
        if let Some(conflict) = self.on_conflict.as_ref().filter(|_| never_conflicts(binder, table)) {
            let span = conflict.set.as_ref().map_or(written.span, |set| set.0.span);
            let message = format!("rows of `{}` never conflict: it has no `unique`", table.name);
            binder.report(Diagnostic::new(code::NO_CONFLICT, span, message).leans_on(["unique"]));
        }
        let on_conflict = self.on_conflict.map(|conflict| {
            let filter = binder.filter(table, conflict.r#where.as_ref().map(|raw| &raw.0));
            (filter, conflict.set.map(|set| binder.row(table, &set.0)))
        });
        Bound::new(Inserting { table: table.clone(), row, each, on_conflict })
            .gives(inserted_type(&known_row_type(binder, table)))
    }
}

/// Whether rows may be as alike as they want; a rule that is wrong, and reported, is one.
fn never_conflicts(binder: &Binder<'_>, table: &Table) -> bool {
    let declared = binder.bot.tables.get(&table.name).is_some_and(|declared| !declared.unique.is_empty());
    table.unique.is_empty() && !declared && !binder.bot.tables.is_broken(&table.name)
}

impl Binder<'_> {
    /// `item`, for what stands in an `each`.
    fn bind_item(&mut self, each: &Template, text: &Text) {
        let item = match each.kind().present() {
            Type::List(of) => (**of).clone(),
            Type::Any => Type::Any,
            other => {
                let message = format!("`each` takes a list, this is a {other}");
                self.mistake(code::TYPE_MISMATCH, text.span, message);
                Type::Any
            }
        };
        self.names.bind("item", item, "One item of the list.");
    }
}

#[derive(Debug)]
struct Inserting {
    table: Table,
    row: RowTemplate,
    each: Option<Template>,
    on_conflict: Option<(FilterTemplate, Option<RowTemplate>)>,
}

impl Inserting {
    fn rows(&self, run: &mut Run) -> Result<Vec<Row>, Failure> {
        let Some(each) = &self.each else { return Ok(vec![fill(&self.row, run)?]) };
        let Value::Array(items) = run.value(each)? else { return Ok(Vec::new()) };
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            run.scope.bind("item", item);
            rows.push(fill(&self.row, run)?);
        }
        Ok(rows)
    }

    fn on_conflict(&self, run: &Run) -> Result<OnConflict, Failure> {
        Ok(match &self.on_conflict {
            None => OnConflict::Fail,
            Some((_, None)) => OnConflict::Skip,
            Some((filter, Some(set))) => OnConflict::Update { filter: filter.fill(run)?, set: fill(set, run)? },
        })
    }

    fn value(&self, inserted: Inserted) -> Value {
        let present =
            |rows: Vec<Row>| -> Vec<Value> { rows.into_iter().map(|row| present(&self.table, row)).collect() };
        let count = inserted.inserted.len() + inserted.updated.len();
        let mut rows = present(inserted.inserted);
        rows.extend(present(inserted.updated));
        json!({ "count": count, "repeated": inserted.repeated, "rows": rows, "conflicts": present(inserted.conflicts) })
    }
}

#[async_trait]
impl Action for Inserting {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let rows = self.rows(run)?;
        let on_conflict = self.on_conflict(run)?;
        let operation =
            Operation::Insert { table: self.table.name.clone(), guild: run.guild().to_owned(), rows, on_conflict };
        match run.ask(operation).await? {
            Answer::Inserted(inserted) => Ok(Done::Gave(self.value(inserted))),
            other => Err(Failure::Other(format!("the database answered an insert with {other:?}"))),
        }
    }
}
