//! What each word of a template or an expression stands for, noted while it is checked, for whoever reads along.

use crate::flow::types::{Field, Type};
use std::cell::RefCell;
use std::ops::Range;

/// Takes notes of one text. A check without one notes nothing and costs nothing.
#[derive(Debug, Default)]
pub struct Notes {
    /// A word that stands where somebody wants to know what could stand.
    wanted: Option<String>,
    taken: RefCell<Taken>,
}

/// What was noted.
#[derive(Debug, Default)]
pub struct Taken {
    pub words: Vec<Noted>,
    pub choices: Option<Choices>,
}

/// One word of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    pub range: Range<usize>,
    pub meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// A name, or a field of what stands before it.
    Value(Field),
    /// A name that the text itself gives an item, there: `as |row|`.
    Item(Type, Range<usize>),
    Function(String),
}

/// What could stand in the place of the wanted word.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub range: Range<usize>,
    pub names: Vec<(String, Field)>,
    /// It begins a path, so that the name of a function may stand there too.
    pub begins: bool,
}

impl Notes {
    pub fn wanting(word: Option<&str>) -> Self {
        Self { wanted: word.map(str::to_owned), taken: RefCell::default() }
    }

    pub fn word(&self, range: Range<usize>, meaning: Meaning) {
        self.taken.borrow_mut().words.push(Noted { range, meaning });
    }

    pub fn is_wanted(&self, word: &str) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| word.contains(wanted))
    }

    /// Notes what could stand there, unless that was noted before.
    pub fn choices(&self, range: Range<usize>, names: Vec<(String, Field)>, begins: bool) {
        let choices = &mut self.taken.borrow_mut().choices;
        choices.get_or_insert(Choices { range, names, begins });
    }

    /// Notes a field of something, and what other fields it has where that is wanted.
    pub fn field(&self, of: &Type, name: &str, range: Range<usize>) {
        let of = of.present();
        if let Type::Record(record) = of {
            if self.is_wanted(name) {
                let fields = record.fields.iter().map(|(name, field)| (name.clone(), field.clone())).collect();
                self.choices(range, fields, false);
            } else if let Some(field) = record.fields.get(name) {
                self.word(range, Meaning::Value(field.clone()));
            }
        } else if let (Type::List(item), Ok(_)) = (of, name.parse::<usize>()) {
            self.word(range, Meaning::Value(Field::new(item.as_ref().clone(), "One item of the list.")));
        }
    }

    pub fn into_taken(self) -> Taken {
        self.taken.into_inner()
    }
}
