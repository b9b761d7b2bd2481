//! Rows from CSV: the first line names the columns.

use super::input::{Input, Read, Reading, skip_mark};
use super::value;
use crate::store::Problem;
use crate::text::nearest;
use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;
use std::io::BufRead;

pub struct Csv<'a, R> {
    reading: Reading<'a>,
    reader: Reader<R>,
    names: Vec<String>,
    record: ByteRecord,
}

impl<'a, R: BufRead> Csv<'a, R> {
    /// Reads the first line; the error is everything that is wrong with it.
    pub fn new(reading: Reading<'a>, mut input: R) -> Result<Self, Vec<Problem>> {
        let wrong = |problem: String| vec![Problem { place: "line 1".to_owned(), column: None, problem }];
        skip_mark(&mut input).map_err(|error| wrong(error.to_string()))?;
        let delimiter = delimiter(input.fill_buf().map_err(|error| wrong(error.to_string()))?);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
        let header = reader.byte_headers().map_err(|error| wrong(error.to_string()))?;
        let names = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let csv = Self { reading, reader, names, record: ByteRecord::new() };
        let problems = csv.header();
        if problems.is_empty() { Ok(csv) } else { Err(problems) }
    }

    /// What is wrong with the names of the columns.
    fn header(&self) -> Vec<Problem> {
        let table = self.reading.table;
        let problem = |column: &str, problem: String| Problem {
            place: "line 1".to_owned(),
            column: Some(column.to_owned()),
            problem,
        };
        let own = |name: &str| name == "id" || name == "guild_id" && !table.global;
        let mut problems = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            if self.names[..index].contains(name) {
                problems.push(problem(name, "stands there twice".to_owned()));
            } else if !own(name) && !table.columns.contains_key(name) {
                let near = nearest(name, table.columns.keys().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                problems.push(problem(name, format!("is not a column of `{}`{near}", table.name)));
            }
        }
        let needed = table.columns.iter().filter(|(_, column)| !column.optional && column.default.is_none());
        let missing = needed.filter(|(name, _)| !self.names.contains(name));
        problems.extend(missing.map(|(name, _)| problem(name, "is missing: every row needs a value".to_owned())));
        problems
    }

    fn fields(&self, place: &str) -> Result<Vec<(String, Value)>, Vec<Problem>> {
        let problem = |column: Option<&String>, problem: String| Problem {
            place: place.to_owned(),
            column: column.cloned(),
            problem,
        };
        if self.record.len() != self.names.len() {
            let told = format!("has {} fields, and the first line has {}", self.record.len(), self.names.len());
            return Err(vec![problem(None, told)]);
        }
        let (mut fields, mut problems) = (Vec::with_capacity(self.names.len()), Vec::new());
        for (name, field) in self.names.iter().zip(self.record.iter()) {
            let Ok(text) = std::str::from_utf8(field) else {
                problems.push(problem(Some(name), "is not UTF-8: save the file as UTF-8".to_owned()));
                continue;
            };
            let value = match self.reading.table.columns.get(name) {
                Some(column) => value::unfield(column, text),
                None => Some(text.into()),
            };
            fields.extend(value.map(|value| (name.clone(), value)));
        }
        if problems.is_empty() { Ok(fields) } else { Err(problems) }
    }
}

/// Spreadsheets write `;` in some countries, and tabs when asked to.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    [b';', b'\t'].into_iter().find(|other| count(*other) > count(b',')).unwrap_or(b',')
}

impl<R: BufRead> Input for Csv<'_, R> {
    fn next(&mut self) -> Option<Read> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line);
                let place = format!("line {line}");
                Some(self.fields(&place).and_then(|fields| self.reading.row(place, fields)))
            }
            Err(error) => {
                let place = format!("line {}", self.reader.position().line());
                Some(Err(vec![Problem { place, column: None, problem: error.to_string() }]))
            }
        }
    }
}
