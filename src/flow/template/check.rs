//! Checking a template: every name and field exists, every function is given what it takes.

use super::mistake;
use super::names::{Dialect, article, describe, printable};
use super::nearest::nearest;
use super::place::Place;
use super::problem::{Problem, ProblemKind};
use super::syntax::{Argument, Block, Call, Node, Output, Path, Word, Writing};
use crate::flow::function::{Functions, Given, check_call, literal_type, note_fields};
use crate::flow::note::{Meaning, Notes};
use crate::flow::types::{Field, Names, Text, Type};
use indexmap::IndexSet;
use std::ops::Range;

/// The blocks of a template, with their meaning.
pub const BLOCKS: [(&str, &str); 4] = [
    ("if", "What stands in it is written when the condition holds; what follows `{{else}}` when it does not."),
    ("unless", "What stands in it is written when the condition does not hold."),
    ("each", "What stands in it is written for every item of a list: `{{#each list as |item|}} … {{/each}}`."),
    ("with", "Inside of it, the fields of one thing are names of their own."),
];

/// Walks a template once.
pub struct Check<'a> {
    pub text: &'a str,
    pub place: Place,
    pub names: &'a Names,
    pub functions: &'a Functions,
    /// Reads along, where somebody wants that.
    pub notes: Option<&'a Notes>,
    pub problems: Vec<Problem>,
    /// The roots that were read.
    pub reads: IndexSet<String>,
    /// What the whole text inherits from its parts.
    pub traces: Text,
    pub(super) levels: Vec<Level>,
}

/// Inside `{{#each}}` or `{{#with}}`, or outside of both (the first).
pub(super) struct Level {
    pub this: Type,
    /// Names, what they stand for, and where they were given.
    pub parameters: Vec<(String, Type, Range<usize>)>,
    pub each: bool,
}

impl<'a> Check<'a> {
    pub fn new(text: &'a str, place: Place, names: &'a Names, functions: &'a Functions) -> Self {
        let outside = Level { this: Type::Any, parameters: Vec::new(), each: false };
        Self {
            text,
            place,
            names,
            functions,
            notes: None,
            problems: Vec::new(),
            reads: IndexSet::new(),
            traces: Text::default(),
            levels: vec![outside],
        }
    }

    pub fn nodes(&mut self, nodes: &mut [Node]) {
        for node in nodes {
            match node {
                Node::Text(range) => self.copied(range.clone()),
                Node::Output(output) => self.output(output),
                Node::Block(block) => self.block(block),
                Node::Raw => {}
            }
        }
    }

    /// The type of a text that is one tag and nothing else.
    pub fn single(&mut self, output: &mut Output) -> Type {
        let kind = self.value(&mut output.call, output.range.clone());
        self.traces = self.traces.and(kind.traces());
        output.writing = self.writing(&output.call, &kind);
        output.most = kind.most();
        kind
    }

    fn copied(&mut self, range: Range<usize>) {
        let exists = |path: &str| {
            let root = path.split('.').next().unwrap_or_default();
            let item = root == "this" && self.levels.len() > 1;
            item || self.names.roots.contains_key(root) || self.parameter(root).is_some() || self.is_field_here(root)
        };
        let called = |name: &str| self.functions.get(name).is_some();
        let found = mistake::single_braces(self.text, range, exists, called);
        self.problems.extend(found);
    }

    fn is_field_here(&self, name: &str) -> bool {
        self.levels.iter().skip(1).any(|level| has_field(&level.this, name))
    }

    fn output(&mut self, output: &mut Output) {
        let kind = self.value(&mut output.call, output.range.clone());
        self.traces = self.traces.and(kind.traces());
        output.writing = self.writing(&output.call, &kind);
        output.most = kind.most();
        if !kind.is_printable() {
            self.unprintable(&output.call, &kind);
        }
        if output.triple && output.writing == Writing::Markdown && kind != Type::Any {
            self.problems.push(
                Problem::new(output.range.clone(), ProblemKind::Unescaped, "three braces switch no escape off")
                    .label("a Discord user wrote this")
                    .help("what users write never formats a message; two braces do the same")
                    .warn(),
            );
        }
    }

    fn writing(&self, call: &Call, kind: &Type) -> Writing {
        let shows_safely = || {
            let word = call.name.word().filter(|_| !call.arguments.is_empty());
            word.and_then(|word| self.functions.get(&word.text)).is_some_and(|function| function.shows_safely)
        };
        match self.place {
            Place::Plain if *kind.present() == Type::Time => Writing::Date,
            Place::Markdown if *kind.present() == Type::Time => Writing::Timestamp,
            _ if *kind.present() == Type::Number => Writing::Number,
            Place::Markdown if kind.from_user() && !shows_safely() => Writing::Markdown,
            Place::Markdown | Place::Plain => Writing::Plain,
        }
    }

    fn unprintable(&mut self, call: &Call, kind: &Type) {
        let range = call.range.clone();
        let written = &self.text[range.clone()];
        let what = match kind.present() {
            Type::List(_) => "a list".to_owned(),
            other => article(&other.to_string()),
        };
        let problem = Problem::new(range, ProblemKind::Type, format!("{what} can't stand inside a text"));
        let problem = match kind.present() {
            Type::Record(record) if call.arguments.is_empty() => {
                let fields = printable(record, written);
                let quoted: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                let problem = problem.label(format!("this is {}", article(&record.name))).instead_of(fields.first());
                if quoted.is_empty() { problem } else { problem.help(format!("write {}", quoted.join(" or "))) }
            }
            Type::List(of) => {
                let field = match of.present() {
                    Type::Record(record) => printable(record, "").first().map(|field| format!(" \"{}\"", &field[1..])),
                    _ => None,
                };
                problem.label(format!("this is a list of {of}")).help(format!(
                    "write `{{{{join {written} \", \"{}}}}}`, or go through it with `{{{{#each {written} as |item|}}}}`",
                    field.unwrap_or_default()
                ))
            }
            _ => problem.label(format!("this is {}", describe(kind))),
        };
        self.problems.push(problem);
    }

    fn block(&mut self, block: &mut Block) {
        let name = block.call.name.segments.first().map_or(String::new(), |word| word.text.clone());
        match name.as_str() {
            "if" | "unless" if block.unread => self.nodes(&mut block.body),
            _ if block.unread => self.open_level(block),
            "if" | "unless" => {
                self.head(block, true);
                self.no_parameters(block);
                self.nodes(&mut block.body);
            }
            "each" => self.each(block),
            "with" => self.with(block),
            _ => self.no_block(block, &name),
        }
        if let Some(inverse) = &mut block.inverse {
            self.nodes(inverse);
        }
    }

    /// Checks the one argument of a block; gives its type.
    fn head(&mut self, block: &mut Block, condition: bool) -> Type {
        let name = block.call.name.segments[0].text.clone();
        let named =
            block.call.named.iter().find(|(word, value)| {
                !(condition && word.text == "includeZero" && matches!(value, Argument::Literal(..)))
            });
        if let Some((word, value)) = named {
            let range = word.range.start..value.range().end;
            let problem =
                Problem::new(range.clone(), ProblemKind::Arguments, format!("`{name}` takes no `{}=`", word.text))
                    .label("`=` does not compare");
            let call = format!("(eq {} {})", word.text, &self.text[value.range()]);
            let problem = if condition && block.call.arguments.is_empty() {
                problem.help(format!("write `{call}`")).instead(call)
            } else {
                problem
            };
            self.problems.push(problem);
            return Type::Any;
        }
        let count = block.call.arguments.len();
        if count != 1 {
            let what = if condition { "a condition" } else { "a value" };
            let range = block.call.arguments.get(1).map_or(block.call.range.clone(), Argument::range);
            let label = if count == 0 { format!("{what} is missing") } else { "one too many".to_owned() };
            self.problems.push(
                Problem::new(range, ProblemKind::Arguments, format!("`#{name}` takes one value, not {count}"))
                    .label(label),
            );
            for argument in &mut block.call.arguments {
                self.argument(argument);
            }
            return Type::Any;
        }
        self.argument(&mut block.call.arguments[0]).kind
    }

    fn no_parameters(&mut self, block: &Block) {
        if let Some(word) = block.parameters.first() {
            let name = &block.call.name.segments[0].text;
            self.problems.push(
                Problem::new(word.range.clone(), ProblemKind::Arguments, format!("`#{name}` names nothing"))
                    .label("only `#each` and `#with` take `as |name|`"),
            );
        }
    }

    fn each(&mut self, block: &mut Block) {
        let kind = self.head(block, false);
        let item = match kind.present() {
            Type::List(of) => of.as_ref().clone(),
            Type::Any => Type::Any,
            other => {
                let range = block.call.arguments[0].range();
                self.problems.push(
                    Problem::new(
                        range,
                        ProblemKind::Type,
                        format!("`#each` goes through a list, not {}", describe(other)),
                    )
                    .label(format!("this is {}", describe(other))),
                );
                Type::Any
            }
        };
        let kinds = [item.clone(), Type::Integer];
        let parameters = block.parameters.iter().zip(kinds).map(|(word, kind)| self.parameter_of(word, kind)).collect();
        self.levels.push(Level { this: item, parameters, each: true });
        self.nodes(&mut block.body);
        self.levels.pop();
    }

    fn with(&mut self, block: &mut Block) {
        let kind = self.head(block, false).present().clone();
        if let Some(second) = block.parameters.get(1) {
            self.problems.push(
                Problem::new(second.range.clone(), ProblemKind::Arguments, "`#with` names one thing")
                    .label("one too many"),
            );
        }
        let parameters = block.parameters.iter().take(1).map(|word| self.parameter_of(word, kind.clone())).collect();
        self.levels.push(Level { this: kind, parameters, each: false });
        self.nodes(&mut block.body);
        self.levels.pop();
    }

    fn parameter_of(&self, word: &Word, kind: Type) -> (String, Type, Range<usize>) {
        if let Some(notes) = self.notes {
            notes.word(word.range.clone(), Meaning::Item(kind.clone(), word.range.clone()));
        }
        (word.text.clone(), kind, word.range.clone())
    }

    fn no_block(&mut self, block: &mut Block, name: &str) {
        let range = block.call.name.range.clone();
        let problem = Problem::new(range, ProblemKind::UnknownFunction, format!("there is no block `#{name}`"))
            .label("the blocks are if, unless, each and with");
        let problem = if self.names.roots.contains_key(name) {
            problem.help(format!("write `{{{{#if {name}}}}}`, or `{{{{#each {name} as |item|}}}}` for a list"))
        } else if self.functions.get(name).is_some() {
            problem.help(format!("`{name}` is a function: write `{{{{{name} …}}}}`"))
        } else {
            problem.instead_of(nearest(name, BLOCKS.map(|(block, _)| block)))
        };
        self.problems.push(problem);
        self.open_level(block);
    }

    /// Inside of something unknown every name may exist.
    fn open_level(&mut self, block: &mut Block) {
        self.levels.push(Level { this: Type::Any, parameters: Vec::new(), each: true });
        self.nodes(&mut block.body);
        self.levels.pop();
    }

    /// What a tag stands for.
    fn value(&mut self, call: &mut Call, tag: Range<usize>) -> Type {
        if !call.arguments.is_empty() || !call.named.is_empty() {
            return self.function(call);
        }
        let function = call.name.word().and_then(|word| self.functions.get(&word.text));
        match function {
            Some(function) if !self.is_name(&call.name) => {
                let function = function.clone();
                self.note_function(&call.name);
                check_call(&function, &[], call.name.range.clone(), Dialect::Template, &mut self.problems);
                Type::Any
            }
            Some(_) => {
                let kind = self.path(&mut call.name);
                if call.name.rewritten.is_none() {
                    call.name.rewritten = Some(format!("./{}", &self.text[call.name.range.clone()]));
                }
                kind
            }
            None if self.is_stray_keyword(call) => {
                let word = &self.text[call.name.range.clone()];
                self.problems.push(
                    Problem::new(tag, ProblemKind::Syntax, format!("`{word}` opens a block"))
                        .label(format!("write `{{{{#{word} …}}}}`")),
                );
                Type::Any
            }
            None => self.path(&mut call.name),
        }
    }

    fn is_stray_keyword(&self, call: &Call) -> bool {
        call.name.word().is_some_and(|word| is_block(&word.text)) && !self.is_name(&call.name)
    }

    /// Whether a word is a name here, and not only a function.
    fn is_name(&self, path: &Path) -> bool {
        let Some(word) = path.word() else { return true };
        self.names.roots.contains_key(&word.text)
            || self.parameter(&word.text).is_some()
            || self.levels.iter().skip(1).any(|level| has_field(&level.this, &word.text))
    }

    fn function(&mut self, call: &mut Call) -> Type {
        if self.is_value(call) {
            self.followed_value(call);
            return Type::Any;
        }
        let given: Vec<Given> = call.arguments.iter_mut().map(|argument| self.argument(argument)).collect();
        if let Some((word, _)) = call.named.first() {
            self.problems.push(
                Problem::new(word.range.clone(), ProblemKind::Arguments, "arguments come in order, without names")
                    .label(format!("leave out `{}=`", word.text)),
            );
            return Type::Any;
        }
        let written = self.text[call.name.range.clone()].to_owned();
        let function = call.name.word().and_then(|word| self.functions.get(&word.text)).cloned();
        let Some(function) = function else {
            self.no_function(call, &written);
            return Type::Any;
        };
        self.note_function(&call.name);
        if let Some(notes) = self.notes {
            note_fields(&function, &given, notes);
        }
        check_call(&function, &given, call.name.range.clone(), Dialect::Template, &mut self.problems)
    }

    /// Whether what stands where a function is expected is a name of the run.
    fn is_value(&self, call: &Call) -> bool {
        let root = call.name.segments.first().map_or("", |word| &word.text);
        let function = call.name.word().is_some_and(|word| self.functions.get(&word.text).is_some());
        !function && (self.names.roots.contains_key(root) || self.parameter(root).is_some())
    }

    /// `{{user name}}`
    fn followed_value(&mut self, call: &Call) {
        let written = &self.text[call.name.range.clone()];
        let problem = Problem::new(
            call.name.range.clone(),
            ProblemKind::UnknownFunction,
            format!("`{written}` is a value, and nothing can follow it"),
        )
        .label("not a function");
        let next = call.arguments.first().map(|argument| self.text[argument.range()].to_owned());
        let kind = self.names.roots.get(written).map(|root| root.kind.clone());
        let problem = match (next, kind) {
            (Some(next), Some(kind)) if has_field(&kind, &next) => {
                problem.fix(call.range.clone(), format!("{written}.{next}"))
            }
            _ => problem.help("one tag shows one value"),
        };
        self.problems.push(problem);
    }

    fn note_function(&self, name: &Path) {
        if let (Some(notes), Some(word)) = (self.notes, name.word()) {
            notes.word(word.range.clone(), Meaning::Function(word.text.clone()));
        }
    }

    /// All names that a path may begin with here, the nearest first.
    fn in_reach(&self) -> Vec<(String, Field)> {
        let mut all: Vec<(String, Field)> = Vec::new();
        for level in self.levels.iter().skip(1).rev() {
            let items =
                level.parameters.iter().map(|(name, kind, _)| (name.clone(), Field::new(kind.clone(), "The item.")));
            all.extend(items);
            if let Type::Record(record) = level.this.present() {
                all.extend(record.fields.iter().map(|(name, field)| (name.clone(), field.clone())));
            }
        }
        if let Some(level) = self.levels.get(1..).and_then(<[Level]>::last) {
            all.push(("this".to_owned(), Field::new(level.this.clone(), "The item itself.")));
        }
        all.extend(self.names.roots.iter().map(|(name, field)| (name.clone(), field.clone())));
        all
    }

    /// Notes what could stand in the place of a word that somebody asks about.
    pub(super) fn note_wanted(&self, word: &Word) {
        if let Some(notes) = self.notes.filter(|notes| notes.is_wanted(&word.text)) {
            notes.choices(word.range.clone(), self.in_reach(), true);
        }
    }

    fn no_function(&mut self, call: &Call, written: &str) {
        if let Some(word) = call.name.word() {
            self.note_wanted(word);
        }
        let range = call.name.range.clone();
        let problem = Problem::new(range, ProblemKind::UnknownFunction, format!("there is no function `{written}`"));
        let problem = if is_block(written) {
            problem.label(format!("a block begins with `#`: `{{{{#{written} …}}}}`")).instead(format!("#{written}"))
        } else {
            problem
                .label("not a function")
                .instead_of(nearest(written, self.functions.names()))
                .known(self.functions.names().map(str::to_owned))
        };
        self.problems.push(problem);
    }

    fn argument(&mut self, argument: &mut Argument) -> Given {
        let range = argument.range();
        match argument {
            Argument::Path(path) => Given { kind: self.path(path), range, literal: None },
            Argument::Literal(value, _) => Given { kind: literal_type(value), range, literal: Some(value.clone()) },
            Argument::Call(call, _) => Given { kind: self.brackets(call, range.clone()), range, literal: None },
        }
    }

    fn brackets(&mut self, call: &mut Call, range: Range<usize>) -> Type {
        if call.arguments.is_empty() && call.named.is_empty() && self.is_name(&call.name) {
            let blank = self.text[..range.start].ends_with(char::is_whitespace);
            let inside = format!("{}{}", if blank { "" } else { " " }, &self.text[call.name.range.clone()]);
            self.problems.push(
                Problem::new(range, ProblemKind::Syntax, "brackets call a function")
                    .label("leave the brackets out")
                    .instead(inside),
            );
            return Type::Any;
        }
        self.function(call)
    }
}

pub(super) fn has_field(this: &Type, name: &str) -> bool {
    match this.present() {
        Type::Record(record) => record.fields.contains_key(name),
        _ => false,
    }
}

fn is_block(word: &str) -> bool {
    BLOCKS.iter().any(|(block, _)| *block == word)
}
