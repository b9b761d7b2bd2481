//! A declared table as the database has it: which columns are stored, compared and shown.

use super::cell::{self, Cell, Storage};
use super::dialect::Found;
use super::name::folded_column;
use crate::flow::memory::{Column, ColumnDefault, ColumnKind, MemoryError, Row, Table};
use serde_json::Value;

#[derive(Debug)]
pub struct Shape {
    pub table: Table,
    /// What a row is addressed by.
    id: Column,
}

impl Shape {
    pub fn new(table: Table) -> Self {
        let id = Column {
            kind: ColumnKind::Integer,
            optional: false,
            secret: false,
            ignore_case: false,
            one_of: Vec::new(),
            default: None,
        };
        Self { table, id }
    }

    pub fn name(&self) -> String {
        self.table.name.clone()
    }

    /// A column that rows can be found by.
    pub fn column(&self, name: &str) -> Result<&Column, MemoryError> {
        match name {
            "id" => Ok(&self.id),
            _ => self.table.columns.get(name).ok_or_else(|| self.wrong(name, "is not a column")),
        }
    }

    /// The stored column that a declared one is compared, grouped and ordered by.
    pub fn compared(&self, name: &str) -> String {
        match self.table.columns.get(name) {
            Some(column) if folds(column) => folded_column(name),
            _ => name.to_owned(),
        }
    }

    /// The stored columns of a unique rule's index.
    pub fn unique_columns(&self, rule: &[String]) -> Vec<String> {
        let guild = (!self.table.global).then(|| "guild_id".to_owned());
        guild.into_iter().chain(rule.iter().map(|column| self.compared(column))).collect()
    }

    /// The guild whose rows are meant; none for a global table.
    pub fn guild(&self, guild: &str) -> Result<Option<i64>, MemoryError> {
        if self.table.global {
            return Ok(None);
        }
        cell::id(guild).map(Some).ok_or_else(|| self.wrong("guild_id", "must be a server's id"))
    }

    /// A value to compare a column with.
    pub fn comparable(&self, name: &str, value: &Value) -> Result<Cell, MemoryError> {
        let column = self.column(name)?;
        let cell = cell::read(column, value).map_err(|problem| self.wrong(name, problem))?;
        Ok(if folds(column) { cell.folded() } else { cell })
    }

    /// The stored columns and values that `set` writes.
    pub fn assignments(&self, set: &Row) -> Result<Vec<(String, Cell)>, MemoryError> {
        let mut written = Vec::with_capacity(set.len());
        for (name, value) in set {
            self.write(name, value, &mut written)?;
        }
        Ok(written)
    }

    /// A whole row's stored columns and values, in the order of the declaration, with defaults.
    pub fn complete(&self, row: &Row, now: i64) -> Result<Vec<(String, Cell)>, MemoryError> {
        if let Some(name) = row.keys().find(|name| !self.table.columns.contains_key(*name)) {
            return Err(self.unwritable(name));
        }
        let mut written = Vec::with_capacity(self.table.columns.len() + 2);
        for (name, column) in &self.table.columns {
            match row.get(name) {
                Some(value) => self.write(name, value, &mut written)?,
                None => self.write(name, &default(column, now), &mut written)?,
            }
        }
        Ok(written)
    }

    /// Adds the stored columns and values that a value for a declared column comes to.
    pub fn write(&self, name: &str, value: &Value, written: &mut Vec<(String, Cell)>) -> Result<(), MemoryError> {
        let column = self.table.columns.get(name).ok_or_else(|| self.unwritable(name))?;
        let cell = cell::read(column, value).map_err(|problem| self.wrong(name, problem))?;
        cell::check(column, &cell).map_err(|problem| self.wrong(name, problem))?;
        if folds(column) {
            written.push((folded_column(name), cell.folded()));
        }
        written.push((name.to_owned(), cell));
        Ok(())
    }

    fn unwritable(&self, name: &str) -> MemoryError {
        let problem = if name == "id" { "is given by the database" } else { "is not a column" };
        self.wrong(name, problem)
    }

    /// The columns that [`Shape::row`] reads.
    pub fn shown(&self) -> impl Iterator<Item = String> + '_ {
        std::iter::once("id".to_owned()).chain(self.table.columns.keys().cloned())
    }

    pub fn row(&self, found: &Found) -> Result<Row, MemoryError> {
        let mut row = Row::with_capacity(self.table.columns.len() + 1);
        row.insert("id".to_owned(), found.integer(0)?.into());
        for (index, (name, column)) in self.table.columns.iter().enumerate() {
            let cell = found.cell(index + 1, column.kind.into())?;
            row.insert(name.clone(), cell.show(column.kind));
        }
        Ok(row)
    }

    /// The row that `written` makes, as [`Shape::row`] would read it.
    pub fn written_row(&self, id: i64, written: &[(String, Cell)]) -> Row {
        let mut row = Row::with_capacity(self.table.columns.len() + 1);
        row.insert("id".to_owned(), id.into());
        self.overwrite(&mut row, written);
        row
    }

    /// Changes a row as the database was told to.
    pub fn overwrite(&self, row: &mut Row, written: &[(String, Cell)]) {
        for (name, cell) in written {
            if let Some(column) = self.table.columns.get(name) {
                row.insert(name.clone(), cell.show(column.kind));
            }
        }
    }

    pub fn wrong(&self, column: &str, problem: impl Into<String>) -> MemoryError {
        MemoryError::Value { table: self.name(), column: column.to_owned(), problem: problem.into() }
    }
}

/// Whether a stored column beside it holds the folded text.
pub fn folds(column: &Column) -> bool {
    column.ignore_case && column.kind == ColumnKind::Text
}

/// How a stored column is read: a folded one is text.
pub fn storage(shape: &Shape, stored: &str) -> Storage {
    shape.table.columns.get(stored).map_or(Storage::Text, |column| column.kind.into())
}

/// The value of a column that a row does not name.
pub fn default(column: &Column, now: i64) -> Value {
    match &column.default {
        Some(ColumnDefault::Value(value)) => value.clone(),
        Some(ColumnDefault::Now) => now.into(),
        None => Value::Null,
    }
}
