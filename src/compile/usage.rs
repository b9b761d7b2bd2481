//! Which parts of a file use a setting, in words for whoever has to know what stops working.

use crate::text::{Kind, Node};
use std::collections::HashMap;

/// By setting, in the order of the file.
pub fn usage(root: &Node) -> HashMap<String, Vec<String>> {
    let mut uses: HashMap<String, Vec<String>> = HashMap::new();
    for section in root.entries().iter().filter(|section| section.name() != "settings") {
        match section.value.entries() {
            parts if section.name() != "logs" => {
                for part in parts {
                    note(&part.value, &words(section.name(), part.name()), &mut uses);
                }
            }
            _ => note(&section.value, "the log", &mut uses),
        }
    }
    uses
}

fn words(section: &str, part: &str) -> String {
    match section {
        "commands" => format!("`/{part}`"),
        "access" => format!("the access rule `{part}`"),
        "tickets" => format!("the tickets `{part}`"),
        "events" => format!("the event `{part}`"),
        _ => format!("the {} `{part}`", section.trim_end_matches('s')),
    }
}

fn note(node: &Node, part: &str, uses: &mut HashMap<String, Vec<String>>) {
    match &node.kind {
        Kind::Scalar(scalar) => {
            for setting in named(&scalar.value) {
                let parts = uses.entry(setting.to_owned()).or_default();
                if parts.last().is_none_or(|last| last != part) {
                    parts.push(part.to_owned());
                }
            }
        }
        Kind::Sequence(items) => items.iter().for_each(|item| note(item, part, uses)),
        Kind::Mapping(mapping) => mapping.entries.iter().for_each(|entry| note(&entry.value, part, uses)),
        Kind::Null | Kind::Poison => {}
    }
}

/// The names behind `settings.` in a template or an expression.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("settings.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Diagnostics, Sources, parse};

    #[test]
    fn every_part_that_names_a_setting_is_told_once() {
        let text = "bot: b\nsettings: { a: { value: x } }\naccess: { crew: { role: '{{settings.r}}' } }\ncommands:\n  hi:\n    \
                    steps: [{ send: { to: '{{settings.a}}' } }, { reply: 'in {{settings.a.mention}}' }]\n\
                    buttons: { go: { steps: [{ let: { x: 'spelled(1, settings.a)' } }] } }\nlogs: { to: '{{settings.w}}' }\n";
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let source = sources.add_bytes("b.yaml", text.as_bytes(), &mut diagnostics);
        let uses = usage(&parse(&sources, source, &mut diagnostics).root);
        assert_eq!(uses["a"], ["`/hi`", "the button `go`"]);
        assert_eq!((uses["r"].concat(), uses["w"].concat()), ("the access rule `crew`".into(), "the log".into()));
    }
}
