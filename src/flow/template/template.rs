//! A text with names in it: checked when it is compiled, rendered many times.

use super::check::Check;
use super::code;
use super::engine::Limited;
use super::length::Length;
use super::parse::{self, parse};
use super::place::Place;
use super::problem::{Problem, ProblemKind};
use super::scope::Scope;
use super::syntax::{Node, Output};
use super::weave::{self, weave};
use crate::flow::function::{Budget, Functions};
use crate::flow::note::Notes;
use crate::flow::types::{Names, Type};
use handlebars::template::{Parameter, TemplateElement};
use handlebars::{Handlebars, RenderContext, Renderable};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Cheap to clone and to keep; rendering parses nothing.
#[derive(Clone)]
pub struct Template {
    body: Arc<Body>,
}

struct Body {
    work: Work,
    kind: Type,
    reads: Vec<String>,
    length: Length,
}

enum Work {
    /// No tag in it: the text itself.
    Constant(String),
    /// A program that holds one is never run.
    Poison,
    Rendered {
        registry: Arc<Handlebars<'static>>,
        template: handlebars::Template,
        single: Option<Parameter>,
    },
}

/// A template, unless something is wrong with it, and what is wrong with it. Warnings alone prevent nothing.
#[derive(Debug)]
pub struct Compiled {
    pub template: Option<Template>,
    pub problems: Vec<Problem>,
}

/// Why a rendering came to no end; names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub String);

impl From<handlebars::RenderError> for RenderError {
    fn from(error: handlebars::RenderError) -> Self {
        use handlebars::RenderErrorReason as Reason;
        Self(match error.reason() {
            Reason::Other(reason) => reason.clone(),
            Reason::IOError(reason) => reason.to_string(),
            Reason::InvalidJsonIndex(_) => "a list was asked for a field".to_owned(),
            _ => "the text could not be rendered".to_owned(),
        })
    }
}

impl Template {
    pub fn compile(text: &str, place: Place, names: &Names, functions: &Functions) -> Compiled {
        Self::compile_noting(text, place, names, functions, None)
    }

    /// The same, and what each of its words stands for goes into `notes`.
    pub fn compile_noting(
        text: &str,
        place: Place,
        names: &Names,
        functions: &Functions,
        notes: Option<&Notes>,
    ) -> Compiled {
        if !text.contains("{{") && text.len() <= parse::MAX_LENGTH {
            return constant(text, place, names, functions);
        }
        let parsed = parse(text);
        let broken = !parsed.problems.is_empty();
        let mut nodes = parsed.nodes;
        let mut check = Check::new(text, place, names, functions);
        check.notes = notes;
        let kind = check.kind(&mut nodes);
        let mut problems = parsed.problems;
        if parsed.headless {
            check
                .problems
                .retain(|problem| !matches!(problem.kind, ProblemKind::UnknownName | ProblemKind::UnknownField));
        }
        problems.append(&mut check.problems);
        problems.sort_by_key(|problem| problem.range.start);
        if broken || problems.iter().any(|problem| !problem.warning) {
            return Compiled { template: None, problems };
        }
        code::mark(text, &mut nodes);
        let reads = check.reads.into_iter().collect();
        let length = Length::of(text, &nodes);
        match woven(text, &nodes, functions) {
            Ok(work) => Compiled { template: Some(Self::new(work, kind, reads, length)), problems },
            Err(problem) => Compiled { template: None, problems: vec![problem] },
        }
    }

    /// Why a text that is one tag and nothing else cannot be shown to people: it is a thing or a list.
    pub fn unshowable(text: &str, place: Place, names: &Names, functions: &Functions) -> Vec<Problem> {
        let mut check = Check::new(text, place, names, functions);
        check.nodes(&mut parse(text).nodes);
        check.problems
    }

    /// A text that stands as it is.
    pub fn literal(text: impl Into<String>) -> Self {
        let text = text.into();
        let length = Length::exactly(text.chars().count());
        Self::new(Work::Constant(text), Type::TEXT, Vec::new(), length)
    }

    /// Stands in for a text that is wrong and reported: it may be anything, so nothing else complains of it.
    pub fn poison() -> Self {
        Self::new(Work::Poison, Type::Any, Vec::new(), Length::default())
    }

    fn new(work: Work, kind: Type, reads: Vec<String>, length: Length) -> Self {
        Self { body: Arc::new(Body { work, kind, reads, length }) }
    }

    /// How long it comes out, whatever the names stand for.
    pub fn length(&self) -> &Length {
        &self.body.length
    }

    /// The text itself, when it has no tags.
    pub fn constant(&self) -> Option<&str> {
        match &self.body.work {
            Work::Constant(text) => Some(text),
            Work::Poison | Work::Rendered { .. } => None,
        }
    }

    /// A text that is exactly one tag has that tag's type; every other is a text.
    pub fn kind(&self) -> &Type {
        &self.body.kind
    }

    /// Whether it is written like another one, of the same names.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.body.work, &other.body.work) {
            (Work::Constant(own), Work::Constant(text)) => own == text,
            (Work::Rendered { template: own, .. }, Work::Rendered { template, .. }) => own == template,
            _ => false,
        }
    }

    /// Whether something secret is part of it.
    pub fn is_secret(&self) -> bool {
        self.body.kind.traces().secret
    }

    /// The names it reads, without their fields.
    pub fn reads(&self) -> &[String] {
        &self.body.reads
    }

    pub fn render(&self, scope: &Scope) -> Result<String, RenderError> {
        match &self.body.work {
            Work::Constant(text) => Ok(text.clone()),
            Work::Poison => Err(RenderError("the text is wrong".to_owned())),
            Work::Rendered { registry, template, .. } => {
                let _budget = Budget::open();
                let mut out = Limited { text: String::with_capacity(64) };
                template.render(registry, scope.context(), &mut RenderContext::new(None), &mut out)?;
                Ok(out.text)
            }
        }
    }

    /// The value of a text that is exactly one tag, with its type and without any escape; else the rendered text.
    pub fn value(&self, scope: &Scope) -> Result<Value, RenderError> {
        match &self.body.work {
            Work::Rendered { registry, single: Some(single), .. } => {
                let _budget = Budget::open();
                let mut context = RenderContext::new(None);
                Ok(single.expand(registry, scope.context(), &mut context)?.value().clone())
            }
            _ => self.render(scope).map(Value::String),
        }
    }
}

/// Single braces are all that can be wrong with it.
fn constant(text: &str, place: Place, names: &Names, functions: &Functions) -> Compiled {
    let mut check = Check::new(text, place, names, functions);
    check.nodes(&mut [Node::Text(0..text.len())]);
    Compiled { template: Some(Template::literal(text)), problems: check.problems }
}

fn woven(text: &str, nodes: &[Node], functions: &Functions) -> Result<Work, Problem> {
    let unreadable = || {
        Problem::new(0..text.len(), ProblemKind::Syntax, "this text cannot be read").label("braces are not in order")
    };
    let mut template = handlebars::Template::compile(text).map_err(|_| unreadable())?;
    let single = single(nodes).map(|output| (output, template.clone()));
    weave(nodes, &mut template).map_err(|_| unreadable())?;
    let single = match single {
        Some((output, mut plain)) => Some(parameter(output, &mut plain).ok_or_else(unreadable)?),
        None => None,
    };
    Ok(Work::Rendered { registry: functions.templates().clone(), template, single })
}

/// The tag that is the whole text.
fn single(nodes: &[Node]) -> Option<&Output> {
    match nodes {
        [Node::Output(output)] => Some(output),
        _ => None,
    }
}

fn parameter(output: &Output, template: &mut handlebars::Template) -> Option<Parameter> {
    let element = template.elements.first_mut()?;
    weave::names(output, element).ok()?;
    match template.elements.swap_remove(0) {
        TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => {
            Some(weave::value(&output.call, *tag))
        }
        _ => None,
    }
}

impl Check<'_> {
    /// Checks everything; gives the type of the whole.
    fn kind(&mut self, nodes: &mut [Node]) -> Type {
        if let [Node::Output(output)] = nodes {
            return self.single(output);
        }
        self.nodes(nodes);
        Type::Text(self.traces)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body.work {
            Work::Constant(text) => f.debug_tuple("Template").field(text).finish(),
            Work::Poison => f.write_str("poison"),
            Work::Rendered { .. } => f.debug_struct("Template").field("reads", &self.body.reads).finish(),
        }
    }
}
