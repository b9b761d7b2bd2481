//! A condition or a value: checked when it is compiled, evaluated many times.

use super::check::Check;
use super::convert::{dynamic, json};
use super::engine::CLOSURES;
use super::{mistake, refusal};
use crate::flow::function::{Budget, Functions};
use crate::flow::note::Notes;
use crate::flow::template::{Problem, Scope};
use crate::flow::types::{Names, Type};
use rhai::{AST, Dynamic, Engine};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Cheap to clone and to keep; evaluating parses nothing.
#[derive(Clone)]
pub struct Expression {
    body: Arc<Body>,
}

struct Body {
    engine: Arc<Engine>,
    ast: AST,
    has_closures: bool,
    kind: Type,
    reads: Vec<String>,
    /// It reads nothing and asks nothing: always the same.
    fixed: bool,
}

/// An expression, unless something is wrong with it, and what is wrong with it.
#[derive(Debug)]
pub struct Compiled {
    pub expression: Option<Expression>,
    pub problems: Vec<Problem>,
}

/// Why an evaluation came to no end; names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(pub String);

impl Expression {
    pub fn compile(text: &str, names: &Names, functions: &Functions) -> Compiled {
        Self::compile_noting(text, names, functions, None)
    }

    /// The same, and what each of its words stands for goes into `notes`.
    pub fn compile_noting(text: &str, names: &Names, functions: &Functions, notes: Option<&Notes>) -> Compiled {
        let problems = mistake::find(text);
        if !problems.is_empty() {
            return Compiled { expression: None, problems };
        }
        let engine = functions.expressions();
        let ast = match engine.compile_expression(text) {
            Ok(ast) => ast,
            Err(error) => return Compiled { expression: None, problems: vec![refusal::unreadable(text, &error)] },
        };
        let mut check = Check::new(text, names, functions, &ast);
        check.notes = notes;
        let kind = check.statements(ast.statements());
        let mut problems = check.problems;
        problems.sort_by_key(|problem| problem.range.start);
        let reads: Vec<String> = check.reads.into_iter().collect();
        if problems.iter().any(|problem| !problem.warning) {
            return Compiled { expression: None, problems };
        }
        let has_closures = ast.iter_functions().next().is_some();
        let fixed = reads.is_empty() && !text.contains('(');
        let body = Body { engine: engine.clone(), ast, has_closures, kind, reads, fixed };
        Compiled { expression: Some(Self { body: Arc::new(body) }), problems }
    }

    /// Stands in for an expression that is wrong and reported: it may be anything, so nothing else complains of it. A
    /// program that holds one is never run.
    pub fn poison(functions: &Functions) -> Self {
        let (engine, ast) = (functions.expressions().clone(), AST::empty());
        let body = Body { engine, ast, has_closures: false, kind: Type::Any, reads: Vec::new(), fixed: false };
        Self { body: Arc::new(body) }
    }

    /// The type of its value.
    pub fn kind(&self) -> &Type {
        &self.body.kind
    }

    /// Whether its value is secret.
    pub fn is_secret(&self) -> bool {
        self.body.kind.traces().secret
    }

    /// The names it reads, without their fields.
    pub fn reads(&self) -> &[String] {
        &self.body.reads
    }

    /// Only the names it reads are handed to the engine; a name that the scope lacks is missing.
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, EvalError> {
        let _budget = Budget::open();
        let mut names = rhai::Scope::new();
        for root in &self.body.reads {
            names.push_dynamic(root.as_str(), scope.get(root).map_or(Dynamic::UNIT, dynamic));
        }
        if self.body.has_closures {
            names.push(CLOSURES, true);
        }
        match self.body.engine.eval_ast_with_scope::<Dynamic>(&mut names, &self.body.ast) {
            Ok(value) => json(&value.flatten()).ok_or_else(|| EvalError("the result is no value".to_owned())),
            Err(error) => Err(EvalError(refusal::failed(&error))),
        }
    }

    /// Whether it holds wherever it is asked: known for what is written down as `true`, `false`, or nothing but these.
    pub fn constant(&self) -> Option<bool> {
        self.body.fixed.then(|| self.holds(&Scope::default()).ok()).flatten()
    }

    /// A condition: true or false, and nothing else counts as either.
    pub fn holds(&self, scope: &Scope) -> Result<bool, EvalError> {
        match self.evaluate(scope)? {
            Value::Bool(is) => Ok(is),
            Value::Null => Ok(false),
            _ => Err(EvalError("a condition must be true or false".to_owned())),
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression").field("reads", &self.body.reads).finish()
    }
}
