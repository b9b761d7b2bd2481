//! Rows from JSON: one object a line, or one list of objects, however long.

use super::input::{Input, Read, Reading};
use crate::store::Problem;
use serde_json::{StreamDeserializer, Value, de::IoRead};
use std::cell::Cell;
use std::io::{BufRead, Read as IoReadTrait};
use std::rc::Rc;

pub struct Json<'a, R: BufRead> {
    reading: Reading<'a>,
    values: StreamDeserializer<'a, IoRead<Unlisted<R>>, Value>,
    /// The line on which the latest value began.
    line: Rc<Cell<u64>>,
    broken: bool,
}

impl<'a, R: BufRead + 'a> Json<'a, R> {
    pub fn new(reading: Reading<'a>, input: R) -> Self {
        let line = Rc::new(Cell::new(1));
        let unlisted = Unlisted { input, depth: 0, listed: false, text: Text::Outside, at: 1, began: Rc::clone(&line) };
        Self { reading, values: serde_json::Deserializer::from_reader(unlisted).into_iter(), line, broken: false }
    }
}

impl<R: BufRead> Input for Json<'_, R> {
    fn next(&mut self) -> Option<Read> {
        if self.broken {
            return None;
        }
        let value = self.values.next()?;
        let place = format!("line {}", self.line.get());
        let problem = |problem: String| Err(vec![Problem { place: place.clone(), column: None, problem }]);
        Some(match value {
            Ok(Value::Object(fields)) => self.reading.row(place, fields),
            Ok(_) => problem("is no object: a row is `{\"column\": value, …}`".to_owned()),
            Err(error) => {
                self.broken = true;
                let told = match error.classify() {
                    serde_json::error::Category::Io => "cannot be read",
                    serde_json::error::Category::Eof => "the file ends in the middle of a row",
                    _ => "is no JSON; the rest was not looked at",
                };
                problem(told.to_owned())
            }
        })
    }
}

/// Hands on what stands in a list as if it stood alone, so that a list of a million rows is read row by row.
struct Unlisted<R> {
    input: R,
    depth: u32,
    /// The outermost list is open.
    listed: bool,
    text: Text,
    at: u64,
    began: Rc<Cell<u64>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escaped,
}

impl<R> Unlisted<R> {
    fn pass(&mut self, byte: u8) -> u8 {
        self.at += u64::from(byte == b'\n');
        match (self.text, byte) {
            (Text::Escaped, _) | (Text::Outside, b'"') => self.text = Text::Inside,
            (Text::Inside, b'\\') => self.text = Text::Escaped,
            (Text::Inside, b'"') => self.text = Text::Outside,
            (Text::Outside, b'[') if self.depth == 0 && !self.listed => {
                self.listed = true;
                return b' ';
            }
            (Text::Outside, b']' | b',') if self.depth == 0 && self.listed => return b' ',
            (Text::Outside, b'{' | b'[') => {
                if self.depth == 0 {
                    self.began.set(self.at);
                }
                self.depth += 1;
            }
            (Text::Outside, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (Text::Outside, other) if self.depth == 0 && !other.is_ascii_whitespace() => self.began.set(self.at),
            _ => {}
        }
        byte
    }
}

impl<R: BufRead> IoReadTrait for Unlisted<R> {
    /// One byte at a time, so that what is noted of lines is never ahead of what is read.
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (Some(first), Some(byte)) = (buffer.first_mut(), self.input.fill_buf()?.first().copied()) else {
            return Ok(0);
        };
        self.input.consume(1);
        *first = self.pass(byte);
        Ok(1)
    }
}
