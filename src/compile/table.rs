//! Tables: columns with their types, defaults and rules.

use crate::action::binder::{Binder, is_name};
use crate::action::index::Index;
use crate::flow::memory::{Column, ColumnDefault, ColumnKind, Table};
use crate::lang::bot::Bot;
use crate::lang::table::{self, Scope};
use crate::text::{Diagnostic, Diagnostics, Named, OneOrMany, Sources, Spanned, Text, code};
use indexmap::IndexMap;

/// Column names that every table has by itself.
const RESERVED: [&str; 2] = ["id", "guild_id"];

/// All tables by name.
pub fn tables(bot: &Bot, binder: &mut Binder<'_>) -> IndexMap<String, Table> {
    bot.tables.iter().map(|(name, table)| (name.value.clone(), compile(name, table, binder))).collect()
}

/// Tables of which only the shape counts: for the types of rows, before anything else is bound.
pub fn shapes(
    bot: &Bot,
    sources: &Sources,
    functions: &crate::flow::function::Functions,
    index: &mut Option<Index>,
) -> (IndexMap<String, Table>, Diagnostics) {
    let none = IndexMap::new();
    let mut binder = Binder::new(sources, bot, functions, &none, crate::flow::types::Type::Any);
    binder.index = index.take();
    let tables = tables(bot, &mut binder);
    *index = binder.index.take();
    (tables, binder.diagnostics)
}

fn compile(name: &Spanned<String>, table: &table::Table, binder: &mut Binder<'_>) -> Table {
    if !is_name(&name.value) || name.value.starts_with("bw_") || name.value.starts_with("sqlite_") {
        let message = format!(
            "`{}` cannot be the name of a table: letters, digits and `_`; `bw_` and `sqlite_` are taken",
            name.value
        );
        binder.mistake(code::BAD_NAME, name.span, message);
    }
    let mut columns = IndexMap::new();
    for (column_name, column) in table.columns.iter() {
        column_name_fits(column_name, binder);
        if let Some(column) = compile_column(column_name, column, binder) {
            columns.insert(column_name.value.clone(), column);
        }
    }
    let unique = table
        .unique
        .iter()
        .map(|rule| unique(rule, &table.columns, &name.value, binder))
        .filter(|rule| !rule.is_empty())
        .collect();
    let global = table.scope.as_ref().is_some_and(|scope| scope.value == Scope::Global);
    Table { name: name.value.clone(), columns, unique, global, indexes: Vec::new() }
}

fn column_name_fits(name: &Spanned<String>, binder: &mut Binder<'_>) {
    if RESERVED.contains(&name.value.as_str()) {
        binder.report(
            Diagnostic::new(code::NAME_TAKEN, name.span, format!("every table has `{}` by itself", name.value))
                .help("choose another name, or leave it out"),
        );
    } else if !is_name(&name.value) || name.value.ends_with("_folded") {
        binder.mistake(
            code::BAD_NAME,
            name.span,
            format!("`{}` cannot be the name of a column: letters, digits and `_`", name.value),
        );
    }
}

fn compile_column(name: &Spanned<String>, column: &table::Column, binder: &mut Binder<'_>) -> Option<Column> {
    let kind = binder.column_kind(&column.kind)?;
    if kind != ColumnKind::Text {
        for (set, word) in
            [(column.ignore_case, "ignore_case"), (!column.one_of.is_empty(), "one_of"), (column.secret, "secret")]
        {
            if set {
                binder.mistake(code::BAD_VALUE, name.span, format!("`{word}` is for columns of type `text`"));
            }
        }
    }
    let mut compiled = Column {
        kind,
        optional: column.optional,
        secret: column.secret,
        ignore_case: column.ignore_case,
        // Of a list that is wrong in part, nobody knows what it allows.
        one_of: match column.one_of.iter().any(|value| value.poisoned) {
            true => Vec::new(),
            false => column.one_of.iter().map(|value| value.value.clone()).collect(),
        },
        default: None,
    };
    compiled.default = column.default.as_ref().map(|default| {
        if kind == ColumnKind::Time && default.text.value == "now" {
            return ColumnDefault::Now;
        }
        ColumnDefault::Value(binder.literal(&default.text, &default.text.value, &compiled, &name.value))
    });
    Some(compiled)
}

fn unique(
    rule: &OneOrMany<Text>,
    columns: &Named<crate::text::OrText<table::Column>>,
    table: &str,
    binder: &mut Binder<'_>,
) -> Vec<String> {
    let mut names = Vec::new();
    for column in rule.iter() {
        binder.mention("column", columns, column);
        if columns.get(&column.value).is_some() {
            names.push(column.value.clone());
        } else if !column.poisoned && !columns.incomplete {
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, column.span, format!("`{table}` has no column `{}`", column.value));
            binder.report(diagnostic.among(&column.value, column.span, columns.names()));
        }
    }
    names
}
