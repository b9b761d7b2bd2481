//! Putting what the check decided into the compiled template.

use super::engine;
use super::syntax::{Argument, Block, Call, Node, Output, Path, Writing};
use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, Subexpression, TemplateElement, TemplateMapping};
use std::collections::HashMap;

/// The engine read the text in another way than the check did. No text is known for which it does; should there be
/// one, it is refused rather than rendered without its escapes.
#[derive(Debug, PartialEq, Eq)]
pub struct Mismatch;

type Woven = Result<(), Mismatch>;

pub fn weave(nodes: &[Node], template: &mut Template) -> Woven {
    let mut parts = nodes.iter().filter(|node| !matches!(node, Node::Text(_)));
    for element in &mut template.elements {
        if matches!(element, TemplateElement::RawString(_) | TemplateElement::Comment(_)) {
            continue;
        }
        one(parts.next().ok_or(Mismatch)?, element)?;
    }
    if parts.next().is_some() { Err(Mismatch) } else { Ok(()) }
}

fn one(node: &Node, element: &mut TemplateElement) -> Woven {
    match (node, &mut *element) {
        (Node::Output(output), TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag)) => {
            call(&output.call, tag)?;
            let tag = tag.clone();
            *element = written(output, *tag);
            Ok(())
        }
        (Node::Block(node), TemplateElement::HelperBlock(tag)) => block(node, tag),
        (Node::Raw, TemplateElement::HelperBlock(_)) => Ok(()),
        _ => Err(Mismatch),
    }
}

/// Puts the names of one tag right, and nothing else.
pub fn names(output: &Output, element: &mut TemplateElement) -> Woven {
    match element {
        TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => call(&output.call, tag),
        _ => Err(Mismatch),
    }
}

/// Only `Expression` goes through the Markdown escape.
fn written(output: &Output, tag: HelperTemplate) -> TemplateElement {
    match output.writing {
        Writing::Markdown => TemplateElement::Expression(Box::new(tag)),
        Writing::Plain => TemplateElement::HtmlExpression(Box::new(tag)),
        Writing::Code => wrapped(engine::CODE, output, tag),
        Writing::Number => wrapped(engine::NUMBER, output, tag),
        Writing::Timestamp => wrapped(engine::TIMESTAMP, output, tag),
        Writing::Date => wrapped(engine::DATE, output, tag),
    }
}

fn wrapped(helper: &str, output: &Output, tag: HelperTemplate) -> TemplateElement {
    let value = value(&output.call, tag);
    expression(Subexpression::new(Parameter::Name(helper.to_owned()), vec![value], HashMap::new()))
}

/// What a tag stands for, as an argument.
pub fn value(call: &Call, tag: HelperTemplate) -> Parameter {
    if call.arguments.is_empty() {
        return tag.name;
    }
    Parameter::Subexpression(Subexpression::new(tag.name, tag.params, tag.hash))
}

fn expression(call: Subexpression) -> TemplateElement {
    match *call.element {
        TemplateElement::Expression(tag) => TemplateElement::HtmlExpression(tag),
        other => other,
    }
}

fn block(node: &Block, tag: &mut HelperTemplate) -> Woven {
    call(&node.call, tag)?;
    branch(&node.body, tag.template.as_mut())?;
    match &node.inverse {
        Some(inverse) => branch(inverse, tag.inverse.as_mut())?,
        None if tag.inverse.is_some() => return Err(Mismatch),
        None => {}
    }
    if node.call.name.word().is_some_and(|word| word.text == "each")
        && let Some(body) = tag.template.as_mut()
    {
        count_rounds(body);
    }
    Ok(())
}

fn branch(nodes: &[Node], template: Option<&mut Template>) -> Woven {
    match template {
        Some(template) => weave(nodes, template),
        None if nodes.iter().all(|node| matches!(node, Node::Text(_))) => Ok(()),
        None => Err(Mismatch),
    }
}

/// Each round of a loop is paid for, also where it writes nothing.
fn count_rounds(body: &mut Template) {
    let round = Subexpression::new(
        Parameter::Name(engine::ROUND.to_owned()),
        vec![Parameter::Literal(true.into())],
        HashMap::new(),
    );
    let mut place = Template::default();
    std::mem::swap(&mut place.mapping, &mut body.mapping);
    let first = place.mapping.first().cloned();
    body.mapping = first.into_iter().chain(place.mapping).collect::<Vec<TemplateMapping>>();
    body.elements.insert(0, expression(round));
}

fn call(node: &Call, tag: &mut HelperTemplate) -> Woven {
    if node.arguments.len() != tag.params.len() || node.named.len() != tag.hash.len() {
        return Err(Mismatch);
    }
    name(&node.name, &mut tag.name)?;
    node.arguments.iter().zip(&mut tag.params).try_for_each(|(argument, param)| parameter(argument, param))
}

fn parameter(argument: &Argument, param: &mut Parameter) -> Woven {
    match (argument, param) {
        (Argument::Path(path), param @ Parameter::Path(_)) => name(path, param),
        (Argument::Literal(value, _), Parameter::Literal(read)) if value == read => Ok(()),
        (Argument::Call(inner, _), Parameter::Subexpression(tag)) => match tag.element.as_mut() {
            TemplateElement::Expression(tag) => call(inner, tag),
            _ => Err(Mismatch),
        },
        _ => Err(Mismatch),
    }
}

fn name(path: &Path, read: &mut Parameter) -> Woven {
    let written = read.as_name().ok_or(Mismatch)?;
    if path.word().is_some_and(|word| word.text != written) || written.len() != path.range.len() {
        return Err(Mismatch);
    }
    if let Some(rewritten) = &path.rewritten {
        let parsed = handlebars::Path::parse(rewritten).map_err(|_| Mismatch)?;
        *read = Parameter::Path(parsed);
    }
    Ok(())
}
