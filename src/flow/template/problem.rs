//! What is wrong with a template or an expression, at which bytes of it, and what would be right.

use std::ops::Range;

/// One mistake inside a text. The caller knows which file and line the text stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes inside the given text: exactly the part that is wrong, such as one segment of a path.
    pub range: Range<usize>,
    pub kind: ProblemKind,
    /// The one sentence that heads the message.
    pub message: String,
    /// A few words to stand under the range.
    pub label: String,
    /// What is known at this place, as full paths ("options.rating").
    pub known: Vec<String>,
    /// Replace these bytes by this text.
    pub nearest: Option<(Range<usize>, String)>,
    pub help: Option<String>,
    /// The text works as it stands, but hardly as it was meant.
    pub warning: bool,
}

/// What sort of mistake it is; one diagnostic code stands for one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// It cannot be read at all.
    Syntax,
    /// A path begins with a name that does not exist here.
    UnknownName,
    /// A thing has no such field.
    UnknownField,
    UnknownFunction,
    /// A value of the wrong type.
    Type,
    /// Too few, too many or badly named arguments.
    Arguments,
    /// An expression stands inside `{{ }}`.
    ExpressionInTemplate,
    /// `{{ }}` stands inside an expression.
    TemplateInExpression,
    /// A word or sign of another language, for which there is exactly one here.
    OtherWord,
    /// Longer or deeper than is allowed.
    TooDeep,
    /// Something secret is about to be shown.
    Secret,
    /// `{{{ }}}` around something that a user wrote.
    Unescaped,
}

/// How many known names a problem lists.
const KNOWN: usize = 64;

impl Problem {
    pub fn new(range: Range<usize>, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            range,
            kind,
            message: message.into(),
            label: String::new(),
            known: Vec::new(),
            nearest: None,
            help: None,
            warning: false,
        }
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub fn known(mut self, known: impl IntoIterator<Item = String>) -> Self {
        self.known = known.into_iter().take(KNOWN).collect();
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Replacing `range` by `by` makes it right.
    pub fn fix(mut self, range: Range<usize>, by: impl Into<String>) -> Self {
        self.nearest = Some((range, by.into()));
        self
    }

    /// Replacing what is marked by `by` makes it right.
    pub fn instead(self, by: impl Into<String>) -> Self {
        let range = self.range.clone();
        self.fix(range, by)
    }

    pub fn instead_of(self, by: Option<impl Into<String>>) -> Self {
        match by {
            Some(by) => self.instead(by),
            None => self,
        }
    }

    pub fn warn(mut self) -> Self {
        self.warning = true;
        self
    }

    /// Everything else about it with the range moved to the right.
    pub fn moved(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self.nearest = self.nearest.map(|(range, text)| (range.start + by..range.end + by, text));
        self
    }
}
