//! Walking `options.friend.name`, `keys[0].key` and `name.upper()` along their types.

use super::check::{Check, Seen, closure};
use crate::flow::note::Meaning;
use crate::flow::template::names::{Dialect, describe, field};
use crate::flow::template::problem::ProblemKind;
use crate::flow::types::Type;
use rhai::{ASTFlags, Expr, Position};
use std::ops::Range;

/// One step of a chain.
enum Step<'e> {
    Field(&'e str, Position),
    Method(&'e rhai::FnCallExpr, Position),
    Item(&'e Expr),
}

impl Check<'_> {
    pub(super) fn chain(&mut self, expr: &Expr) -> Type {
        let (base, steps) = flat(expr);
        let base = self.expr(base);
        let start = base.range.start;
        let mut end = base.range.end;
        let mut kind = base.kind;
        for step in steps {
            let before = Seen { kind, range: start..end, literal: None };
            (kind, end) = self.step(before, step);
        }
        kind
    }

    fn step(&mut self, before: Seen, step: Step<'_>) -> (Type, usize) {
        match step {
            Step::Field(name, position) => {
                let range = self.source.word(position);
                let end = range.end;
                (self.field(before, name, range), end)
            }
            Step::Method(call, position) => {
                let end = self.source.range(&Expr::MethodCall(Box::new(call.clone()), position)).end;
                (self.method(before, call, position), end)
            }
            Step::Item(index) => {
                let end = self.source.range(index).end + 1;
                (self.item(before, index), end)
            }
        }
    }

    fn field(&mut self, before: Seen, name: &str, range: Range<usize>) -> Type {
        let counts = matches!(before.kind.present(), Type::List(_) | Type::Text(_)) && matches!(name, "len" | "length");
        if counts {
            return Type::Integer;
        }
        if let Some(notes) = self.notes {
            notes.field(&before.kind, name, range.clone());
        }
        let path = self.source.0.get(before.range.clone()).unwrap_or_default().to_owned();
        match field(&before.kind, &path, name, range, Dialect::Expression) {
            Ok(kind) => kind,
            Err(problem) => {
                let called = self.functions.get(name).is_some() && problem.nearest.is_none();
                let help = format!("`{name}` is a function: write `{path}.{name}()`");
                self.problems.push(if called { problem.help(help) } else { problem });
                Type::Any
            }
        }
    }

    fn method(&mut self, before: Seen, call: &rhai::FnCallExpr, position: Position) -> Type {
        if let Some(closure) = closure(call.args.last()) {
            return self.closure_call(&call.name, Some(before), closure, position);
        }
        let mut arguments = vec![before];
        arguments.extend(call.args.iter().map(|argument| self.expr(argument)).collect::<Vec<_>>());
        self.function(&call.name, arguments, position)
    }

    fn item(&mut self, before: Seen, index: &Expr) -> Type {
        let seen = self.expr(index);
        match (before.kind.present(), &seen.literal) {
            (Type::Record(_), Some(serde_json::Value::String(name))) => self.field(before, name, seen.range),
            (Type::List(of), _) => Type::optional(of.as_ref().clone()),
            (Type::Text(text), _) => Type::Text(*text),
            (Type::Any | Type::Record(_), _) => Type::Any,
            (other, _) => {
                let what = describe(other);
                self.problem(
                    before.range,
                    ProblemKind::Type,
                    format!("{what} has no items"),
                    format!("this is {what}"),
                );
                Type::Any
            }
        }
    }

    /// `list.filter(|item| …)`
    pub(super) fn closure_call(&mut self, name: &str, list: Option<Seen>, closure: String, position: Position) -> Type {
        let range = self.source.word(position);
        let known = super::engine::LISTS.iter().any(|(known, ..)| *known == name);
        if !known {
            match self.functions.get(name) {
                Some(_) => self.problem(
                    range,
                    ProblemKind::Arguments,
                    format!("`{name}` takes no closure"),
                    "a closure is given",
                ),
                None => self.no_function(name, range),
            }
            return Type::Any;
        }
        self.note(position, || Meaning::Function(name.to_owned()));
        let item = list.map_or(Type::Any, |list| self.items(list, name));
        let made = self.closure_body(&closure, item.clone(), range.end);
        match name {
            "filter" => Type::list(item),
            "map" => Type::list(made),
            "find" => Type::optional(item),
            "count" => Type::Integer,
            _ => Type::Boolean,
        }
    }

    fn items(&mut self, list: Seen, name: &str) -> Type {
        match list.kind.present() {
            Type::List(of) => of.as_ref().clone(),
            Type::Any => Type::Any,
            other => {
                let what = describe(other);
                let message = format!("`{name}` goes through a list, not {what}");
                self.problem(list.range.clone(), ProblemKind::Type, message, format!("this is {what}"));
                Type::Any
            }
        }
    }
}

/// A chain as its beginning and its steps. The engine nests them to the right, unless a flag says that what is
/// nested is a whole of its own.
fn flat(expr: &Expr) -> (&Expr, Vec<Step<'_>>) {
    let mut steps = Vec::new();
    let (base, mut rest, mut flags, mut dotted) = match expr {
        Expr::Dot(x, flags, _) => (&x.lhs, &x.rhs, *flags, true),
        Expr::Index(x, flags, _) => (&x.lhs, &x.rhs, *flags, false),
        other => return (other, steps),
    };
    loop {
        match rest {
            Expr::Dot(x, inner, _) if !flags.intersects(ASTFlags::BREAK) => {
                steps.push(step(&x.lhs, dotted));
                (rest, flags, dotted) = (&x.rhs, *inner, true);
            }
            Expr::Index(x, inner, _) if !flags.intersects(ASTFlags::BREAK) => {
                steps.push(step(&x.lhs, dotted));
                (rest, flags, dotted) = (&x.rhs, *inner, false);
            }
            last => {
                steps.push(step(last, dotted));
                return (base, steps);
            }
        }
    }
}

fn step(expr: &Expr, dotted: bool) -> Step<'_> {
    match expr {
        Expr::Property(property, position) if dotted => Step::Field(&property.2, *position),
        Expr::MethodCall(call, position) | Expr::FnCall(call, position) if dotted => Step::Method(call, *position),
        other => Step::Item(other),
    }
}
