//! Rows as they are read from a file, on their way to a table.

use super::value::{self, Times};
use crate::flow::memory::{Column, ColumnKind, Table};
use crate::store::{Given, Problem};
use serde_json::Value;
use std::io::BufRead;

/// For which table, and what the command line says about its rows.
pub struct Reading<'a> {
    pub table: &'a Table,
    /// The server of rows that name none.
    pub guild: Option<i64>,
    /// Ids that rows bring along do not count.
    pub new_ids: bool,
    pub times: Times,
}

/// What a row comes to, or everything that is wrong with it.
pub type Read = Result<Given, Vec<Problem>>;

/// Where rows come from, one after the other.
pub trait Input {
    fn next(&mut self) -> Option<Read>;
}

impl Reading<'_> {
    /// A row from its fields, by the names of the columns.
    pub fn row(&self, place: String, fields: impl IntoIterator<Item = (String, Value)>) -> Read {
        let mut given = Given { place, guild: self.guild, ..Given::default() };
        let mut problems = Vec::new();
        for (name, value) in fields {
            if let Err(problem) = self.field(&name, value, &mut given) {
                problems.push(Problem { place: given.place.clone(), column: Some(name), problem });
            }
        }
        if problems.is_empty() { Ok(given) } else { Err(problems) }
    }

    fn field(&self, name: &str, value: Value, given: &mut Given) -> Result<(), String> {
        match name {
            "id" if self.new_ids => {}
            "id" => given.id = integer(value)?,
            "guild_id" => self.belongs(value, given)?,
            _ => {
                let column = self.table.columns.get(name).ok_or("is not a column")?;
                given.row.insert(name.to_owned(), value::read(column, value, &self.times)?);
            }
        }
        Ok(())
    }

    fn belongs(&self, value: Value, given: &mut Given) -> Result<(), String> {
        if value.as_str().is_some_and(|text| text.trim().is_empty()) || value.is_null() {
            return Ok(());
        }
        let read = value::read(&column(ColumnKind::Channel), value, &self.times);
        let guild =
            read.ok().and_then(|id| id.as_str().and_then(|id| id.parse().ok())).ok_or("must be a server's id")?;
        if self.guild.is_some_and(|wanted| wanted != guild) {
            return Err("names another server than `--guild`".to_owned());
        }
        given.guild = Some(guild);
        Ok(())
    }
}

fn integer(value: Value) -> Result<Option<i64>, String> {
    if value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let read = value::read(&column(ColumnKind::Integer), value, &Times::default())?;
    match read.as_i64() {
        Some(id) if id > 0 => Ok(Some(id)),
        None if read.is_null() => Ok(None),
        _ => Err("must be a whole number above 0".to_owned()),
    }
}

pub fn column(kind: ColumnKind) -> Column {
    Column { kind, optional: true, secret: false, ignore_case: false, one_of: Vec::new(), default: None }
}

/// A mark that some programs put in front of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Goes past the mark in front, where there is one.
pub fn skip_mark(input: &mut impl BufRead) -> std::io::Result<()> {
    if input.fill_buf()?.starts_with(MARK) {
        input.consume(MARK.len());
    }
    Ok(())
}
