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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::expression::Expression;
    use crate::flow::template::tests::{functions, names};
    use crate::flow::template::{Place, Template};

    fn of_template(text: &str) -> Taken {
        let notes = Notes::wanting(Some("HERE"));
        drop(Template::compile_noting(text, Place::Markdown, &names(), functions(), Some(&notes)));
        notes.into_taken()
    }

    fn of_expression(text: &str) -> Taken {
        let notes = Notes::wanting(Some("HERE"));
        drop(Expression::compile_noting(text, &names(), functions(), Some(&notes)));
        notes.into_taken()
    }

    fn words<'t>(text: &'t str, taken: &Taken) -> Vec<(&'t str, String)> {
        let meaning = |meaning: &Meaning| match meaning {
            Meaning::Value(Field { kind, .. }) | Meaning::Item(kind, _) => kind.to_string(),
            Meaning::Function(name) => format!("{name}()"),
        };
        taken.words.iter().map(|word| (&text[word.range.clone()], meaning(&word.meaning))).collect()
    }

    fn told(text: &str, taken: &Taken) -> String {
        words(text, taken).into_iter().map(|(word, kind)| format!("{word}: {kind}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn every_word_of_a_template_is_noted() {
        let text = "{{options.friend.name}} {{#each keys as |row|}}{{upper row.product}}{{at}}{{@index}}{{/each}}";
        let noted = "options: options of `/review`, friend: user, name: text, keys: list of row of `keys`, row: row of `keys`, \
                     row: row of `keys`, product: text, upper: upper(), at: time, index: whole number";
        assert_eq!(told(text, &of_template(text)), noted);
    }

    #[test]
    fn every_word_of_an_expression_is_noted() {
        let text = "length(keys) > 0 && keys.any(|row| row.owner.name == user.name) || sum(keys, \"at\") > 1";
        let taken = told(text, &of_expression(text));
        for noted in ["length: length()", "any: any()", "owner: user", "user: user", "at: time"] {
            assert!(taken.contains(noted), "{noted}: {taken}");
        }
    }

    fn choices(taken: Taken) -> (Vec<String>, bool) {
        let choices = taken.choices.expect("choices");
        (choices.names.into_iter().map(|(name, _)| name).collect(), choices.begins)
    }

    #[test]
    fn what_could_stand_there_is_noted_where_somebody_asks() {
        let (names, begins) = choices(of_template("{{#if options.rating}}{{options.HERE}}"));
        assert_eq!((names, begins), (vec!["rating".into(), "review".into(), "note".into(), "friend".into()], false));
        // Inside of a block that is not closed yet, its items are the nearest.
        let (names, begins) = choices(of_template("{{#each keys as |row|}} {{HERE}}"));
        assert_eq!(names[..2], ["row", "key"]);
        assert!(begins && names.contains(&"this".to_owned()) && names.contains(&"user".to_owned()));
        let (names, _) = choices(of_template("{{join keys \", \" \"HERE\"}}"));
        assert_eq!(names, ["key", "product", "at", "owner"]);
        let (names, begins) = choices(of_expression("keys.filter(|row| HERE)"));
        assert_eq!(names[0], "row");
        assert!(begins);
        assert!(of_template("{{options.rating}} HERE").choices.is_none());
    }
}
