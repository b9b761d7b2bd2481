//! A compiled mapping: which parts of a JSON document become which rows.

use crate::flow::expression::Expression;
use crate::flow::program::Operand;
use crate::flow::template::{RenderError, Scope};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

#[derive(Debug)]
pub struct Mapping {
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// Times that are numbers count seconds.
    pub seconds: bool,
    /// The name `values`.
    pub values: Value,
    pub parts: Vec<Part>,
}

#[derive(Debug)]
pub struct Part {
    /// As it is written, for messages.
    pub written: String,
    pub each: Vec<Step>,
    pub when: Option<Expression>,
    pub target: Target,
    pub row: Vec<(String, Operand)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Table(String),
    Ticket(String),
}

/// Values by the names of their columns.
pub type Fields = Vec<(String, Value)>;

/// Why a row could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Or `if`.
    pub column: String,
    /// Names no value.
    pub problem: String,
}

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    /// Every key, whose name is known by this one.
    AnyKey(String),
    Items,
}

/// A part of the document, with the keys on the way to it.
#[derive(Debug, Clone)]
pub struct Place<'d> {
    /// `orders.ana[3]`
    pub path: String,
    pub names: Map<String, Value>,
    pub item: &'d Value,
}

impl Part {
    /// Everything in the document that `each` leads to, in its order; keys that are not there lead nowhere. The error says
    /// where something stands that is no object or no list.
    pub fn places<'d>(&self, document: &'d Value) -> Result<Vec<Place<'d>>, String> {
        let mut places = vec![Place { path: String::new(), names: Map::new(), item: document }];
        for step in &self.each {
            let mut next = Vec::new();
            for place in &places {
                place.step(step, &mut next)?;
            }
            places = next;
        }
        Ok(places)
    }

    /// The values for the row that this place becomes; none when it is not meant. The error says which column failed and
    /// why, and names no value.
    pub fn row(&self, place: &Place<'_>, values: &Value) -> Result<Option<Fields>, Wrong> {
        let mut names = place.names.clone();
        names.insert("item".to_owned(), place.item.clone());
        names.insert("values".to_owned(), values.clone());
        let scope = Scope::new(names);
        if let Some(when) = &self.when
            && !when.holds(&scope).map_err(|error| Wrong { column: "if".to_owned(), problem: error.to_string() })?
        {
            return Ok(None);
        }
        let value = |(column, operand): &(String, Operand)| match operand {
            Operand::Fixed(value) => Ok((column.clone(), value.clone())),
            Operand::Template(template) => {
                let wrong = |error: RenderError| Wrong { column: column.clone(), problem: error.to_string() };
                let value = template.value(&scope).map_err(wrong)?;
                Ok((column.clone(), value))
            }
        };
        self.row.iter().map(value).collect::<Result<_, _>>().map(Some)
    }
}

impl<'d> Place<'d> {
    fn step(&self, step: &Step, next: &mut Vec<Place<'d>>) -> Result<(), String> {
        let fields = || self.item.as_object().ok_or_else(|| format!("{} is no object", self.shown()));
        match step {
            Step::Key(key) => next.extend(fields()?.get(key).map(|item| self.at(key, item))),
            Step::AnyKey(name) => {
                for (key, item) in fields()? {
                    let mut place = self.at(key, item);
                    place.names.insert(name.clone(), key.as_str().into());
                    next.push(place);
                }
            }
            Step::Items => {
                let items = self.item.as_array().ok_or_else(|| format!("{} is no list", self.shown()))?;
                next.extend(items.iter().enumerate().map(|(index, item)| Place {
                    path: format!("{}[{index}]", self.path),
                    names: self.names.clone(),
                    item,
                }));
            }
        }
        Ok(())
    }

    fn at(&self, key: &str, item: &'d Value) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { path, names: self.names.clone(), item }
    }

    fn shown(&self) -> &str {
        if self.path.is_empty() { "the document" } else { &self.path }
    }
}
