//! A function: one description for templates, expressions, checks and the reference.

use crate::flow::types::{Text, Type};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// What does the work: pure, and its errors name no value (a value may be secret).
pub type Work = Arc<dyn Fn(&[&Value]) -> Result<Value, String> + Send + Sync>;

#[derive(Clone)]
pub struct Function {
    pub name: Cow<'static, str>,
    /// One sentence.
    pub doc: Cow<'static, str>,
    pub parameters: Vec<Parameter>,
    /// The type of the result, from the types of the arguments.
    pub result: fn(&[Type]) -> Type,
    pub examples: Vec<Example>,
    /// Its result needs no escaping where it is written directly, whatever the arguments were.
    pub shows_safely: bool,
    pub work: Work,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Wanted,
    pub required: bool,
    /// The last one may come several times.
    pub many: bool,
}

/// What a parameter takes. A missing value (null) is taken everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Anything,
    /// Whatever can stand in a text.
    Text,
    Number,
    Integer,
    /// A number, or a time: what can be moved forward and back.
    Amount,
    Time,
    List,
    TextOrList,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of a field of the rows in the first argument; the result is made of its values.
    Field,
    /// The same, but the field only orders or selects.
    Key,
}

/// Arguments and what comes of them, as the reference shows and a test proves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub arguments: Vec<Value>,
    pub result: Value,
}

impl Wanted {
    /// Whether a value of this type may be given.
    pub fn takes(self, kind: &Type) -> bool {
        let kind = kind.present();
        if matches!(kind, Type::Any) {
            return true;
        }
        match self {
            Self::Anything => true,
            Self::Text => kind.is_printable(),
            Self::Number => matches!(kind, Type::Integer | Type::Number),
            Self::Integer => matches!(kind, Type::Integer),
            Self::Amount => matches!(kind, Type::Integer | Type::Number | Type::Time),
            Self::Time => matches!(kind, Type::Time | Type::Integer),
            Self::List => matches!(kind, Type::List(_)),
            Self::TextOrList => matches!(kind, Type::Text(_) | Type::List(_)),
            Self::Word(_) | Self::Field | Self::Key => matches!(kind, Type::Text(_)),
        }
    }

    /// In a message: "takes a number".
    pub fn describe(self) -> String {
        match self {
            Self::Anything => "anything".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Amount => "a number or a time".to_owned(),
            Self::Time => "a time".to_owned(),
            Self::List => "a list".to_owned(),
            Self::TextOrList => "a text or a list".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Field | Self::Key => "the name of a field".to_owned(),
        }
    }
}

impl Function {
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        doc: impl Into<Cow<'static, str>>,
        result: fn(&[Type]) -> Type,
        work: impl Fn(&[&Value]) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            doc: doc.into(),
            parameters: Vec::new(),
            result,
            examples: Vec::new(),
            shows_safely: false,
            work: Arc::new(work),
        }
    }

    pub fn takes(mut self, name: &'static str, kind: Wanted) -> Self {
        self.parameters.push(Parameter { name, kind, required: true, many: false });
        self
    }

    pub fn may_take(mut self, name: &'static str, kind: Wanted) -> Self {
        self.parameters.push(Parameter { name, kind, required: false, many: false });
        self
    }

    /// The last parameter may come again and again.
    pub fn and_more(mut self) -> Self {
        if let Some(last) = self.parameters.last_mut() {
            last.many = true;
        }
        self
    }

    pub fn safely(mut self) -> Self {
        self.shows_safely = true;
        self
    }

    /// `arguments` is a JSON array, `result` JSON.
    pub fn example(mut self, arguments: Value, result: Value) -> Self {
        let arguments = match arguments {
            Value::Array(arguments) => arguments,
            one => vec![one],
        };
        self.examples.push(Example { arguments, result });
        self
    }

    /// The fewest and the most arguments.
    pub fn arity(&self) -> (usize, usize) {
        let fewest = self.parameters.iter().filter(|parameter| parameter.required).count();
        let many = self.parameters.last().is_some_and(|last| last.many);
        (fewest, if many { MAX_ARGUMENTS } else { self.parameters.len() })
    }

    /// What the argument at `index` is.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or_else(|| self.parameters.last().filter(|last| last.many))
    }

    /// "truncate text length"
    pub fn signature(&self) -> String {
        let mut words = vec![self.name.to_string()];
        words.extend(self.parameters.iter().map(|parameter| match (parameter.required, parameter.many) {
            (true, false) => parameter.name.to_owned(),
            (true, true) => format!("{}…", parameter.name),
            (false, false) => format!("[{}]", parameter.name),
            (false, true) => format!("[{}…]", parameter.name),
        }));
        words.join(" ")
    }
}

/// Arguments a function with open end takes.
pub const MAX_ARGUMENTS: usize = 8;

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.signature())
    }
}

/// Results that lean on nothing.
pub fn text(_: &[Type]) -> Type {
    Type::TEXT
}

pub fn integer(_: &[Type]) -> Type {
    Type::Integer
}

pub fn number(_: &[Type]) -> Type {
    Type::Number
}

pub fn boolean(_: &[Type]) -> Type {
    Type::Boolean
}

/// Text that inherits who wrote it, and whether it is secret, from every argument.
pub fn joined(arguments: &[Type]) -> Type {
    Type::Text(arguments.iter().fold(Text::default(), |all, kind| all.and(kind.traces())))
}

pub fn list_of_joined(arguments: &[Type]) -> Type {
    Type::list(joined(arguments))
}

/// Whole when every argument is.
pub fn arithmetic(arguments: &[Type]) -> Type {
    if arguments.contains(&Type::Any) {
        return Type::Any;
    }
    let whole = arguments.iter().all(|kind| matches!(kind.present(), Type::Integer));
    if whole { Type::Integer } else { Type::Number }
}

/// The same sort of thing as the first argument.
pub fn same(arguments: &[Type]) -> Type {
    arguments.first().map_or(Type::Any, |kind| kind.present().clone())
}

/// An item of the first argument.
pub fn item(arguments: &[Type]) -> Type {
    match arguments.first().map(Type::present) {
        Some(Type::List(of)) => Type::optional(of.as_ref().clone()),
        Some(Type::Text(text)) => Type::Text(*text),
        _ => Type::Any,
    }
}
