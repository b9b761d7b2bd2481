//! What operators take: comparisons that can never hold and sums of what has none are mistakes.

use super::check::{Check, Seen};
use crate::flow::template::names::describe;
use crate::flow::template::problem::{Problem, ProblemKind};
use crate::flow::types::Type;
use rhai::Position;
use serde_json::Value;

impl Check<'_> {
    pub(super) fn operator(&mut self, sign: &str, mut operands: Vec<Seen>, position: Position) -> Type {
        let second = if operands.len() > 1 { operands.pop() } else { None };
        let Some(first) = operands.pop() else { return Type::Any };
        let Some(second) = second else { return self.unary(sign, first) };
        match sign {
            "==" | "!=" => self.equality(&first, &second),
            "<" | ">" | "<=" | ">=" => self.order(sign, &first, &second),
            "+" => self.sum(&first, &second),
            "-" | "*" | "/" | "%" | "**" => self.arithmetic(sign, &first, &second),
            "in" | "contains" => Type::Boolean,
            _ => {
                let range = self.source.word(position);
                self.problem(range, ProblemKind::Syntax, format!("`{sign}` has no use here"), "not allowed");
                Type::Any
            }
        }
    }

    fn unary(&mut self, sign: &str, operand: Seen) -> Type {
        match sign {
            "!" => {
                // `!` of something missing holds: that is what it is asked for.
                let missing = matches!(&operand.kind, Type::Optional(inner) if **inner == Type::Boolean);
                if !missing {
                    self.condition(&operand, "`!`");
                }
                Type::Boolean
            }
            _ => self.number(&operand, sign),
        }
    }

    fn equality(&mut self, a: &Seen, b: &Seen) -> Type {
        if a.is_missing() || b.is_missing() {
            return Type::Boolean;
        }
        let (x, y) = (a.kind.present(), b.kind.present());
        if let Some(problem) = self.record_compared(a, b).or_else(|| self.record_compared(b, a)) {
            self.problems.push(problem);
        } else if !comparable(x, y) {
            self.never(a, b);
        }
        Type::Boolean
    }

    /// A user is not its id: which of its fields is meant?
    fn record_compared(&self, a: &Seen, b: &Seen) -> Option<Problem> {
        let Type::Record(record) = a.kind.present() else { return None };
        if *b.kind.present() == Type::Any {
            return None;
        }
        let written = &self.source.0[a.range.clone()];
        let problem =
            Problem::new(a.range.clone(), ProblemKind::Type, format!("{} cannot be compared", describe(&a.kind)))
                .label(format!("this is {}", describe(&a.kind)));
        if !record.fields.contains_key("id") {
            return Some(problem.help("compare one of its fields"));
        }
        let other = &self.source.0[b.range.clone()];
        Some(match b.kind.present() {
            Type::Record(_) => problem.help(format!("compare `{written}.id` with `{other}.id`")),
            _ => problem.help(format!("compare `{written}.id`")).instead(format!("{written}.id")),
        })
    }

    /// The two are never the same, so the comparison says nothing.
    fn never(&mut self, a: &Seen, b: &Seen) {
        let (value, literal) = if b.literal.is_some() { (a, b) } else { (b, a) };
        let message = format!("{} is never the same as {}", describe(&value.kind), describe(&literal.kind));
        let range = if literal.literal.is_some() { literal.range.clone() } else { a.range.start..b.range.end };
        let problem = Problem::new(range, ProblemKind::Type, message).label(format!(
            "`{}` is {}",
            &self.source.0[value.range.clone()],
            describe(&value.kind)
        ));
        let right = match (value.kind.present(), &literal.literal) {
            (Type::Integer | Type::Number, Some(Value::String(text))) if text.parse::<f64>().is_ok() => {
                Some(text.clone())
            }
            (Type::Boolean, Some(Value::String(text))) if text == "true" || text == "false" => Some(text.clone()),
            (Type::Text(_), Some(Value::Number(number))) => Some(format!("\"{number}\"")),
            _ => None,
        };
        self.problems.push(problem.instead_of(right));
    }

    fn order(&mut self, sign: &str, a: &Seen, b: &Seen) -> Type {
        for seen in [a, b] {
            let fits =
                matches!(seen.kind.present(), Type::Any | Type::Integer | Type::Number | Type::Time | Type::Text(_));
            if !fits && !seen.is_missing() {
                let what = describe(&seen.kind);
                self.problem(
                    seen.range.clone(),
                    ProblemKind::Type,
                    format!("`{sign}` compares numbers, times and texts"),
                    format!("this is {what}"),
                );
                return Type::Boolean;
            }
        }
        if !comparable(a.kind.present(), b.kind.present()) {
            let (value, literal) = if b.literal.is_some() { (a, b) } else { (b, a) };
            let message = format!("{} cannot be compared with {}", describe(&value.kind), describe(&literal.kind));
            let right = match (value.kind.present(), &literal.literal) {
                (Type::Integer | Type::Number, Some(Value::String(text))) if text.parse::<f64>().is_ok() => {
                    Some(text.clone())
                }
                _ => None,
            };
            let problem =
                Problem::new(literal.range.clone(), ProblemKind::Type, message).label(describe(&literal.kind));
            self.problems.push(problem.instead_of(right));
        }
        Type::Boolean
    }

    fn sum(&mut self, a: &Seen, b: &Seen) -> Type {
        let text = |seen: &Seen| matches!(seen.kind.present(), Type::Text(_)) && !seen.is_missing();
        if text(a) || text(b) {
            self.printable(a);
            self.printable(b);
            return Type::Text(a.kind.traces().and(b.kind.traces()));
        }
        if a.kind == Type::Any || b.kind == Type::Any {
            return Type::Any;
        }
        self.arithmetic("+", a, b)
    }

    fn arithmetic(&mut self, sign: &str, a: &Seen, b: &Seen) -> Type {
        let (x, y) = (self.number(a, sign), self.number(b, sign));
        match (x, y) {
            (Type::Time, Type::Time) if sign == "-" => Type::Integer,
            (Type::Time, _) | (_, Type::Time) if matches!(sign, "+" | "-") => Type::Time,
            (Type::Integer, Type::Integer) => Type::Integer,
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            _ => Type::Number,
        }
    }

    /// The type of something that must be a number, and must be there.
    fn number(&mut self, seen: &Seen, sign: &str) -> Type {
        let written = self.source.0[seen.range.clone()].to_owned();
        match &seen.kind {
            Type::Any => Type::Any,
            Type::Integer | Type::Number | Type::Time => seen.kind.clone(),
            Type::Optional(inner) if matches!(**inner, Type::Integer | Type::Number | Type::Time) => {
                let right = format!("({written} ?? 0)");
                self.problems.push(
                    Problem::new(
                        seen.range.clone(),
                        ProblemKind::Type,
                        format!("`{sign}` needs a number that is there"),
                    )
                    .label("may be missing")
                    .help(format!("write `{right}`"))
                    .instead(right),
                );
                inner.as_ref().clone()
            }
            other => {
                let what = describe(other);
                self.problem(
                    seen.range.clone(),
                    ProblemKind::Type,
                    format!("`{sign}` takes numbers, not {what}"),
                    format!("this is {what}"),
                );
                Type::Any
            }
        }
    }
}

/// Whether the two can be the same at all.
fn comparable(a: &Type, b: &Type) -> bool {
    let number = |kind: &Type| matches!(kind, Type::Integer | Type::Number | Type::Time);
    match (a, b) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Text(_), Type::Text(_)) | (Type::Boolean, Type::Boolean) | (Type::List(_), Type::List(_)) => true,
        _ => number(a) && number(b),
    }
}
