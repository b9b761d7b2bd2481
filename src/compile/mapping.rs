//! Mappings: every name, column and template of them, checked against the bot that the rows are for.

use crate::action::binder::{Binder, is_name};
use crate::compile::environment::{Environment, Expanded};
use crate::flow::expression::Expression;
use crate::flow::function::Functions;
use crate::flow::mapping::{Mapping, Part, Step, Target};
use crate::flow::memory::{Column, ColumnKind, Table};
use crate::flow::program::Program;
use crate::flow::types::{Names, Record, Type};
use crate::lang::bot::Bot;
use crate::lang::mapping::{self, Unit};
use crate::text::{self, Diagnostic, Diagnostics, Sources, Text, code};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::sync::Arc;

/// What became of a mapping.
pub struct CheckedMapping {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// None when there is any mistake.
    pub mapping: Option<Mapping>,
}

/// Checks a mapping and compiles it for this bot.
pub fn check_mapping(name: &str, bytes: &[u8], environment: &Environment, program: &Program) -> CheckedMapping {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let source = sources.add_bytes(name, bytes, &mut diagnostics);
    let parsed = text::parse(&sources, source, &mut diagnostics);
    let written: Option<mapping::Mapping> = text::decode(&parsed.root, &mut diagnostics);
    let tables: IndexMap<String, Table> =
        program.tables.iter().map(|table| (table.name.clone(), table.clone())).collect();
    let mapping = written.zip(no_bot()).and_then(|(written, bot)| {
        let functions = Functions::standard();
        let mut binder = Binder::new(&sources, &bot, &functions, &tables, Type::Any);
        let mapping = binder.mapping_of(&written, environment, program);
        diagnostics.extend(std::mem::take(&mut binder.diagnostics));
        (!diagnostics.has_errors()).then_some(mapping)
    });
    CheckedMapping { sources, diagnostics, mapping }
}

/// A mapping stands for itself: it sees what a bot remembers, and nothing else of it.
fn no_bot() -> Option<Bot> {
    let mut sources = Sources::new();
    let source = sources.add("", "bot: none");
    let parsed = text::parse(&sources, source, &mut Diagnostics::new());
    text::decode(&parsed.root, &mut Diagnostics::new())
}

/// The columns of a ticket, by the words of a mapping.
pub fn ticket_columns(kind: &str) -> Table {
    let columns = [
        ("number", ColumnKind::Integer, false),
        ("user", ColumnKind::User, false),
        ("user_name", ColumnKind::Text, true),
        ("channel", ColumnKind::Channel, true),
        ("open", ColumnKind::Boolean, false),
        ("opened_at", ColumnKind::Time, false),
        ("closed_at", ColumnKind::Time, true),
        ("closed_by", ColumnKind::User, true),
    ];
    let column = |(name, kind, optional): (&str, ColumnKind, bool)| {
        let column = Column { kind, optional, secret: false, ignore_case: false, one_of: Vec::new(), default: None };
        (name.to_owned(), column)
    };
    let columns = columns.into_iter().map(column).collect();
    Table { name: kind.to_owned(), columns, unique: Vec::new(), global: false, indexes: Vec::new() }
}

impl Binder<'_> {
    fn mapping_of(&mut self, written: &mapping::Mapping, environment: &Environment, program: &Program) -> Mapping {
        let mut values = Map::new();
        for (name, text) in written.values.iter() {
            values.insert(name.value.clone(), self.outside_value(text, environment).into());
        }
        Mapping {
            zone: self.zone(written.zone.as_ref()),
            seconds: written.times.as_ref().is_some_and(|unit| unit.value == Unit::Seconds),
            values: Value::Object(values),
            parts: written.rows.values().map(|part| self.part(part, written, program)).collect(),
        }
    }

    fn outside_value(&mut self, text: &Text, environment: &Environment) -> String {
        match environment.expand(&text.value) {
            Expanded::Text(value) => value,
            Expanded::Unset(names) => {
                let message = format!("the environment variable `{}` is not set", names.join("`, `"));
                self.mistake(code::VARIABLE_NOT_SET, text.span, message);
                String::new()
            }
        }
    }

    fn part(&mut self, part: &mapping::Part, written: &mapping::Mapping, program: &Program) -> Part {
        let each = self.steps_into(&part.each);
        self.names = names(&each, written);
        let row = match self.target(part, program) {
            Some((table, target)) => {
                let row = self.row(&table, &part.row);
                self.complete(&table, &row, &part.row);
                Some((target, row))
            }
            None => None,
        };
        let when = part.when.as_ref().map(|text| self.condition(text));
        let (target, row) = row.unwrap_or((Target::Table(String::new()), Vec::new()));
        Part { written: part.each.value.clone(), each, when, target, row }
    }

    fn condition(&mut self, text: &Text) -> Expression {
        let condition = self.expression(text);
        if !matches!(condition.kind().present(), Type::Boolean | Type::Any) && !text.poisoned {
            let message = format!("a condition belongs here, this is a {}", condition.kind());
            self.mistake(code::TYPE_MISMATCH, text.span, message);
        }
        condition
    }

    /// `orders.{who}[]`
    fn steps_into(&mut self, text: &Text) -> Vec<Step> {
        let mut steps = Vec::new();
        for part in text.value.split('.') {
            let bare = part.trim_end_matches("[]");
            let lists = (part.len() - bare.len()) / 2;
            match bare.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    if !is_name(name) || name == "item" || name == "values" {
                        let message = format!("`{name}` cannot be the name of a key: letters, digits and `_`");
                        self.mistake(code::BAD_NAME, text.span, message);
                    }
                    steps.push(Step::AnyKey(name.to_owned()));
                }
                None if bare.contains(['{', '}', '[', ']']) || bare.is_empty() && lists == 0 => {
                    if !text.poisoned {
                        let told = Diagnostic::new(code::BAD_VALUE, text.span, "this leads nowhere");
                        self.report(
                            told.help("write keys with dots between them, `{name}` for any key, `[]` behind a list"),
                        );
                    }
                    return steps;
                }
                None if bare.is_empty() => {}
                None => steps.push(Step::Key(bare.to_owned())),
            }
            steps.extend(std::iter::repeat_n(Step::Items, lists));
        }
        steps
    }

    fn target(&mut self, part: &mapping::Part, program: &Program) -> Option<(Table, Target)> {
        match (&part.into, &part.ticket) {
            (Some(name), None) => {
                let table = self.table_of(name, program)?;
                Some((table, Target::Table(name.value.clone())))
            }
            (None, Some(kind)) => {
                self.kind_of_ticket(kind, program)?;
                Some((ticket_columns(&kind.value), Target::Ticket(kind.value.clone())))
            }
            _ => {
                let told = Diagnostic::new(code::MISSING_KEY, part.each.span, "this has to become something");
                self.report(told.help("write either `into: TABLE` or `ticket: KIND`"));
                None
            }
        }
    }

    fn table_of(&mut self, name: &Text, program: &Program) -> Option<Table> {
        if name.poisoned {
            return None;
        }
        let found = program.tables.iter().find(|table| table.name == name.value);
        if found.is_none() {
            let message = format!("the bot has no table named `{}`", name.value);
            let told = Diagnostic::new(code::UNKNOWN_NAME, name.span, message);
            self.report(told.among(&name.value, name.span, program.tables.iter().map(|table| &table.name)));
        }
        found.cloned()
    }

    fn kind_of_ticket(&mut self, name: &Text, program: &Program) -> Option<()> {
        if name.poisoned {
            return None;
        }
        let known = program.tickets.contains_key(&name.value);
        if !known {
            let message = format!("the bot has no tickets named `{}`", name.value);
            let told = Diagnostic::new(code::UNKNOWN_NAME, name.span, message);
            self.report(told.among(&name.value, name.span, program.tickets.keys()));
        }
        known.then_some(())
    }
}

fn names(each: &[Step], written: &mapping::Mapping) -> Names {
    let fields = written.values.iter().map(|(name, _)| {
        (name.value.clone(), crate::flow::types::Field::new(Type::TEXT, "A value of the mapping.").declared(name.span))
    });
    let values = match written.values.is_whole() {
        true => Type::Record(Arc::new(Record { name: "values".to_owned(), fields: fields.collect() })),
        false => Type::Any,
    };
    let names = Names::default().with("item", Type::Any, "This part of the document.").with(
        "values",
        values,
        "The values of the mapping.",
    );
    each.iter().fold(names, |names, step| match step {
        Step::AnyKey(name) => names.with(name, Type::TEXT, "A key on the way to this part."),
        Step::Key(_) | Step::Items => names,
    })
}
