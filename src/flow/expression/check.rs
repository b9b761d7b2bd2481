//! Checking an expression: names, fields, functions, and what can be compared with what.

use super::place::Source;
use crate::flow::function::{Functions, Given, check_call, note_fields};
use crate::flow::note::{Meaning, Notes};
use crate::flow::template::names::{Dialect, describe, unknown};
use crate::flow::template::nearest::nearest;
use crate::flow::template::problem::{Problem, ProblemKind};
use crate::flow::types::{Field, Names, Type};
use indexmap::IndexSet;
use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;

type Closure = (String, Vec<String>, Stmt);

/// Walks an expression once.
pub struct Check<'a> {
    pub source: Source<'a>,
    pub names: &'a Names,
    pub functions: &'a Functions,
    /// Reads along, where somebody wants that.
    pub notes: Option<&'a Notes>,
    /// Name, parameters and body of every closure.
    bodies: Arc<Vec<Closure>>,
    pub problems: Vec<Problem>,
    /// The roots that were read.
    pub reads: IndexSet<String>,
    /// What closures call their items, what these are, and where they are named so; the innermost last.
    pub locals: Vec<(String, Type, Range<usize>)>,
}

/// A part of an expression as the check knows it.
pub struct Seen {
    pub kind: Type,
    pub range: Range<usize>,
    pub literal: Option<Value>,
}

impl Seen {
    pub fn given(self) -> Given {
        Given { kind: self.kind, range: self.range, literal: self.literal }
    }

    pub fn is_missing(&self) -> bool {
        self.literal.as_ref().is_some_and(Value::is_null)
    }
}

impl<'a> Check<'a> {
    pub fn new(text: &'a str, names: &'a Names, functions: &'a Functions, ast: &AST) -> Self {
        let bodies = bodies(ast);
        let problems = if bodies.is_none() { vec![bodiless(text)] } else { Vec::new() };
        Self {
            source: Source(text),
            names,
            functions,
            notes: None,
            bodies: Arc::new(bodies.unwrap_or_default()),
            problems,
            reads: IndexSet::new(),
            locals: Vec::new(),
        }
    }

    pub fn problem(
        &mut self,
        range: Range<usize>,
        kind: ProblemKind,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.problems.push(Problem::new(range, kind, message).label(label));
    }

    /// What the statements come to: the last one's value.
    pub fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s Stmt>) -> Type {
        statements.into_iter().fold(Type::optional(Type::TEXT), |_, statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Stmt) -> Type {
        match statement {
            Stmt::Noop(_) | Stmt::Share(_) => Type::optional(Type::TEXT),
            Stmt::Expr(expr) => self.expr(expr).kind,
            Stmt::FnCall(call, position) => self.call(call, *position),
            Stmt::Block(block) => self.statements(block.iter()),
            Stmt::If(flow, _) => {
                let condition = self.expr(&flow.expr);
                self.condition(&condition, "`if`");
                let yes = self.statements(flow.body.iter());
                let no = self.statements(flow.branch.iter());
                if flow.branch.is_empty() { Type::optional(yes) } else { yes.either(&no) }
            }
            other => {
                let range = self.source.word(other.position());
                self.problem(range, ProblemKind::Syntax, "an expression has no statements", "not allowed");
                Type::Any
            }
        }
    }

    pub fn expr(&mut self, expr: &Expr) -> Seen {
        let range = self.source.range(expr);
        let literal = literal(expr);
        let kind = match expr {
            Expr::Variable(variable, _, position) => self.variable(&variable.1, *position),
            Expr::Dot(..) | Expr::Index(..) => self.chain(expr),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::And(parts, _) => self.conditions(parts, "`&&`"),
            Expr::Or(parts, _) => self.conditions(parts, "`||`"),
            Expr::Coalesce(parts, _) => self.otherwise(parts),
            Expr::Array(items, _) => self.list(items),
            Expr::InterpolatedString(parts, _) => self.joined(parts),
            Expr::Map(fields, _) => {
                fields.0.iter().for_each(|(_, value)| drop(self.expr(value)));
                Type::Any
            }
            Expr::Stmt(block) => self.statements(block.iter()),
            Expr::ThisPtr(_) => {
                self.problem(range.clone(), ProblemKind::UnknownName, "`this` stands for nothing here", "not a name");
                Type::Any
            }
            other => plain(other),
        };
        Seen { kind, range, literal }
    }

    fn variable(&mut self, name: &str, position: Position) -> Type {
        if let Some((_, kind, named)) = self.locals.iter().rev().find(|(local, ..)| local == name) {
            self.note(position, || Meaning::Item(kind.clone(), named.clone()));
            return kind.clone();
        }
        if let Some(root) = self.names.roots.get(name) {
            self.note(position, || Meaning::Value(root.clone()));
            self.reads.insert(name.to_owned());
            return root.kind.clone();
        }
        let also: Vec<String> = self.locals.iter().map(|(local, ..)| local.clone()).collect();
        let range = self.source.word(position);
        if let Some(notes) = self.notes.filter(|notes| notes.is_wanted(name)) {
            notes.choices(range.clone(), self.in_reach(), true);
        }
        let mut problem = unknown(name, range.clone(), self.names, &also);
        if problem.nearest.is_none() && self.functions.get(name).is_some() {
            problem = problem.label("a function").help(format!("a function is called with brackets: `{name}(…)`"));
        }
        self.problems.push(problem);
        Type::Any
    }

    pub fn note(&self, position: Position, meaning: impl FnOnce() -> Meaning) {
        if let Some(notes) = self.notes {
            notes.word(self.source.word(position), meaning());
        }
    }

    /// All names that are known here, the nearest first.
    fn in_reach(&self) -> Vec<(String, Field)> {
        let locals =
            self.locals.iter().rev().map(|(name, kind, _)| (name.clone(), Field::new(kind.clone(), "The item.")));
        locals.chain(self.names.roots.iter().map(|(name, field)| (name.clone(), field.clone()))).collect()
    }

    fn list(&mut self, items: &[Expr]) -> Type {
        let kinds: Vec<Type> = items.iter().map(|item| self.expr(item).kind).collect();
        Type::list(kinds.into_iter().reduce(|a, b| a.either(&b)).unwrap_or(Type::TEXT))
    }

    fn joined(&mut self, parts: &[Expr]) -> Type {
        let mut traces = crate::flow::types::Text::default();
        for part in parts {
            let seen = self.expr(part);
            self.printable(&seen);
            traces = traces.and(seen.kind.traces());
        }
        Type::Text(traces)
    }

    pub fn printable(&mut self, seen: &Seen) {
        if !seen.kind.is_printable() {
            let what = describe(&seen.kind);
            self.problem(
                seen.range.clone(),
                ProblemKind::Type,
                format!("{what} can't stand inside a text"),
                format!("this is {what}"),
            );
        }
    }

    fn otherwise(&mut self, parts: &[Expr]) -> Type {
        let kinds: Vec<Type> = parts.iter().map(|part| self.expr(part).kind).collect();
        let last = kinds.len().saturating_sub(1);
        let present = kinds.into_iter().enumerate().map(|(at, kind)| match at == last {
            true => kind,
            false => kind.present().clone(),
        });
        present.reduce(|a, b| a.either(&b)).unwrap_or(Type::Any)
    }

    fn conditions(&mut self, parts: &[Expr], sign: &str) -> Type {
        for part in parts {
            let seen = self.expr(part);
            self.condition(&seen, sign);
        }
        Type::Boolean
    }

    /// The engine stops where a condition is neither true nor false.
    pub fn condition(&mut self, seen: &Seen, sign: &str) {
        let written = &self.source.0[seen.range.clone()];
        let right = match &seen.kind {
            Type::Any | Type::Boolean => return,
            Type::Optional(inner) if matches!(**inner, Type::Boolean) => format!("{written} == true"),
            Type::Optional(_) => format!("{written} != ()"),
            Type::Text(_) => format!("{written} != \"\""),
            Type::List(_) => format!("{written}.len > 0"),
            Type::Integer | Type::Number => format!("{written} > 0"),
            Type::Time | Type::Record(_) => format!("{written} != ()"),
        };
        let right = if sign == "`!`" { format!("({right})") } else { right };
        let label = match &seen.kind {
            Type::Optional(inner) => format!("{}, and may be missing", describe(inner)),
            other => describe(other),
        };
        let range = seen.range.clone();
        let problem = Problem::new(range, ProblemKind::Type, format!("{sign} needs a condition"))
            .label(label)
            .help(format!("write `{right}`"));
        let is_path = written.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        self.problems.push(if is_path { problem.instead(right) } else { problem });
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) -> Type {
        let arguments: Vec<Seen> = match closure(call.args.last()) {
            Some(_) => call.args[..call.args.len() - 1].iter().map(|argument| self.expr(argument)).collect(),
            None => call.args.iter().map(|argument| self.expr(argument)).collect(),
        };
        if call.is_operator_call() {
            return self.operator(&call.name, arguments, position);
        }
        if let Some(closure) = closure(call.args.last()) {
            let list = arguments.into_iter().next();
            return self.closure_call(&call.name, list, closure, position);
        }
        self.function(&call.name, arguments, position)
    }

    /// `name(a, b)`, or `a.name(b)`, which is the same.
    pub fn function(&mut self, name: &str, arguments: Vec<Seen>, position: Position) -> Type {
        let range = self.source.word(position);
        let name = if name == "len" { "length" } else { name };
        let Some(function) = self.functions.get(name) else {
            self.no_function(name, range);
            return Type::Any;
        };
        self.note(position, || Meaning::Function(name.to_owned()));
        let given: Vec<Given> = arguments.into_iter().map(Seen::given).collect();
        if let Some(notes) = self.notes {
            note_fields(function, &given, notes);
        }
        check_call(function, &given, range, Dialect::Expression, &mut self.problems)
    }

    pub fn no_function(&mut self, name: &str, range: Range<usize>) {
        if let Some(notes) = self.notes.filter(|notes| notes.is_wanted(name)) {
            notes.choices(range.clone(), self.in_reach(), true);
        }
        let lists = super::engine::LISTS.iter().map(|(name, ..)| *name);
        let near = nearest(name, self.functions.names().chain(lists.clone()));
        let is_list = lists.clone().any(|list| list == name);
        let problem = Problem::new(range, ProblemKind::UnknownFunction, format!("there is no function `{name}`"));
        let problem = match is_list {
            true => problem.label("it takes a closure").help(format!("write `list.{name}(|item| …)`")),
            false => problem
                .label("not a function")
                .instead_of(near)
                .known(self.functions.names().chain(lists).map(str::to_owned)),
        };
        self.problems.push(problem);
    }

    /// What a closure, written behind that byte, makes of an item; the names around it are known inside of it.
    pub fn closure_body(&mut self, name: &str, item: Type, behind: usize) -> Type {
        let bodies = self.bodies.clone();
        let Some((_, parameters, body)) = bodies.iter().find(|(known, ..)| known == name) else { return Type::Any };
        if let Some(parameter) = parameters.last() {
            let named = self.source.parameter(parameter, behind);
            if let Some(notes) = self.notes {
                notes.word(named.clone(), Meaning::Item(item.clone(), named.clone()));
            }
            self.locals.push((parameter.clone(), item, named));
        }
        let kind = self.statement(body);
        self.locals.truncate(self.locals.len() - usize::from(!parameters.is_empty()));
        kind
    }
}

/// Name, parameters and body of every closure; `None` when one has no single expression as its body.
///
/// The engine shows the bodies of its functions only to a walker, one after the other and without their names, in
/// the order in which it lists the functions.
fn bodies(ast: &AST) -> Option<Vec<Closure>> {
    let mut found: Vec<Stmt> = Vec::new();
    ast.walk(&mut |path| {
        if let [ASTNode::Stmt(statement)] = path {
            found.push((*statement).clone());
        }
        true
    });
    let closures: Vec<_> = ast.iter_functions().collect();
    let bodies = found.split_off(ast.statements().len().min(found.len()));
    if bodies.len() != closures.len() {
        return None;
    }
    let named = closures.iter().zip(bodies).map(|(closure, body)| {
        (closure.name.to_owned(), closure.params.iter().map(|name| (*name).to_owned()).collect(), body)
    });
    Some(named.collect())
}

fn bodiless(text: &str) -> Problem {
    Problem::new(0..text.len(), ProblemKind::Syntax, "a closure is made of one expression").label("write `|item| …`")
}

/// The name under which the engine keeps a closure, when the argument is one.
pub fn closure(argument: Option<&Expr>) -> Option<String> {
    match argument? {
        Expr::DynamicConstant(value, _) => value.read_lock::<rhai::FnPtr>().map(|closure| closure.fn_name().to_owned()),
        Expr::Stmt(block) => match block.iter().last()? {
            Stmt::Expr(last) => closure(Some(last)),
            Stmt::FnCall(call, _) if call.name == "curry" => closure(call.args.first()),
            _ => None,
        },
        Expr::FnCall(call, _) if call.name == "curry" => closure(call.args.first()),
        _ => None,
    }
}

fn plain(expr: &Expr) -> Type {
    match expr {
        Expr::BoolConstant(..) => Type::Boolean,
        Expr::IntegerConstant(..) => Type::Integer,
        Expr::FloatConstant(..) => Type::Number,
        Expr::CharConstant(..) | Expr::StringConstant(..) => Type::TEXT,
        Expr::Unit(_) => Type::optional(Type::TEXT),
        _ => Type::Any,
    }
}

fn literal(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::BoolConstant(is, _) => Some(Value::Bool(*is)),
        Expr::IntegerConstant(number, _) => Some(Value::from(*number)),
        Expr::StringConstant(text, _) => Some(Value::from(text.as_str())),
        Expr::Unit(_) => Some(Value::Null),
        _ => None,
    }
}
