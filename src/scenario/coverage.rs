//! What of a bot's file can be reached, and what scenarios have reached.

use crate::flow::access::Access;
use crate::flow::program::{Component, Handler, Program};
use crate::flow::step::Block;
use crate::flow::trace::way;
use crate::text::Span;
use std::collections::{BTreeSet, HashSet};

/// Something of the file, and a way in which it can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reach {
    pub span: Span,
    pub way: &'static str,
    /// In words: "`/review` is never used".
    pub words: String,
}

/// All that can be reached, in the order of the file.
pub fn all(program: &Program) -> Vec<Reach> {
    let mut all = BTreeSet::new();
    for command in program.commands.values() {
        of_handler(&command.handler, &format!("`{}`", command.handler.name), &mut all);
    }
    for components in [&program.buttons, &program.selects, &program.modals] {
        for component in components.values() {
            of_component(component, &mut all);
        }
    }
    for handlers in program.events.values() {
        handlers.iter().for_each(|handler| of_handler(handler, &format!("the event `{}`", handler.name), &mut all));
    }
    for kind in program.tickets.values() {
        let mut add = |way, words: String| all.insert(Reach { span: kind.span, way, words });
        add(way::OPENED, format!("no ticket of `{}` is opened", kind.name));
        add(way::ALREADY_OPEN, format!("nobody opens a second ticket of `{}`", kind.name));
        add(way::CLOSED, format!("no ticket of `{}` is closed", kind.name));
        add(way::CLOSE_REFUSED, format!("nobody tries to close a ticket of `{}` who may not", kind.name));
        if !matches!(kind.access, Access::Everyone) {
            add(way::REFUSED, format!("nobody tries to open a ticket of `{}` who may not", kind.name));
        }
    }
    for block in blocks(program) {
        each(block, &mut |step| of_step(step, &mut all));
    }
    all.into_iter().filter(|reach| !reach.span.is_none()).collect()
}

/// What of all that was not reached.
pub fn missed<'r>(all: &'r [Reach], reached: &HashSet<(Span, &'static str)>) -> Vec<&'r Reach> {
    all.iter().filter(|reach| !reached.contains(&(reach.span, reach.way))).collect()
}

fn of_handler(handler: &Handler, name: &str, all: &mut BTreeSet<Reach>) {
    let span = handler.span;
    all.insert(Reach { span, way: way::USED, words: format!("{name} is never used") });
    if !matches!(handler.access, Access::Everyone) {
        all.insert(Reach { span, way: way::REFUSED, words: format!("nobody tries {name} who may not") });
    }
}

fn of_component(component: &Component, all: &mut BTreeSet<Reach>) {
    let name = format!("the {}", component.handler.name);
    of_handler(&component.handler, &name, all);
    if component.expires.is_some() {
        let words = format!("nobody uses {name} too late");
        all.insert(Reach { span: component.handler.span, way: way::EXPIRED, words });
    }
}

fn of_step(step: &crate::flow::step::Step, all: &mut BTreeSet<Reach>) {
    let (span, word) = (step.span, step.word);
    let mut add = |way, words: String| all.insert(Reach { span, way, words });
    add(way::USED, format!("this `{word}` is never reached"));
    for (way, _) in step.action.blocks() {
        let words = match way {
            way::THEN => format!("the condition of this `{word}` never holds"),
            way::ELSE => format!("the condition of this `{word}` always holds"),
            _ => format!("the steps of this `{word}` are never done"),
        };
        add(way, words);
    }
    if step.otherwise.is_some() {
        add(way::ELSE, format!("the `else` of this `{word}` is never reached"));
    }
    if step.on_refusal.is_some() {
        add(way::ON_REFUSAL, format!("the `on_refusal` of this `{word}` is never reached"));
    }
    if let Some((span, name)) = step.action.leads_to() {
        all.insert(Reach { span, way: way::LOGGED, words: format!("the log entry `{name}` is never reported") });
    }
}

/// Every block of the file that something begins with.
fn blocks(program: &Program) -> Vec<&Block> {
    let commands = program.commands.values().map(|command| &command.handler.block);
    let components = [&program.buttons, &program.selects, &program.modals].into_iter().flat_map(|all| all.values());
    let events = program.events.values().flatten().map(|handler| &handler.block);
    let tickets = program.tickets.values().flat_map(|kind| [&kind.on_opened, &kind.on_closed]);
    let schedules = program.schedules.values().map(|schedule| &schedule.block);
    let components = components.map(|component| &component.handler.block);
    commands.chain(components).chain(events).chain(tickets).chain(schedules).chain(program.flows.values()).collect()
}

fn each(block: &Block, act: &mut dyn FnMut(&crate::flow::step::Step)) {
    for step in &block.steps {
        act(step);
        let inside = step.action.blocks().into_iter().map(|(_, block)| block);
        for block in inside.chain(&step.otherwise).chain(&step.on_refusal) {
            each(block, act);
        }
    }
}
