//! What somebody does, read from a line of text: `click "Open Ticket" in general`. The prompt and the wire share it.

use crate::sim::act::{Unable, unable};

/// One deed, in pieces of the line it was read from. [`crate::sim::net`] has a table of what each does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed<'a> {
    Command(&'a str),
    Type(&'a str),
    Use {
        name: &'a str,
        on: &'a str,
    },
    Click {
        label: &'a str,
        place: Option<&'a str>,
    },
    Choose {
        menu: &'a str,
        values: Vec<&'a str>,
    },
    /// The fields that were typed, as `notation::fields` reads them.
    Submit(&'a str),
    Say(&'a str),
    Reply(&'a str),
    Dm(&'a str),
    Edit(&'a str),
    Delete,
    React(&'a str),
    Unreact(&'a str),
    Join,
    Leave,
}

impl<'a> Deed<'a> {
    /// The verbs; a command begins with `/` instead.
    pub const VERBS: &'static [&'static str] = &[
        "type", "use", "click", "choose", "submit", "say", "reply", "dm", "edit", "delete", "react", "unreact", "join",
        "leave",
    ];

    /// The verb may stand in the third person: `says`, `clicks`.
    pub fn read(line: &'a str) -> Result<Self, Unable> {
        let line = line.trim();
        if line.starts_with('/') {
            return Ok(Self::Command(line));
        }
        let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        Ok(match verb {
            "type" | "types" => Self::Type(rest),
            "use" | "uses" => Self::used(rest)?,
            "click" | "clicks" => Self::clicked(rest),
            "choose" | "chooses" => Self::chosen(rest)?,
            "submit" | "submits" => Self::Submit(rest),
            "say" | "says" => Self::Say(rest),
            "reply" | "replies" => Self::Reply(rest),
            "dm" | "dms" => Self::Dm(rest),
            "edit" | "edits" => Self::Edit(rest),
            "delete" | "deletes" => Self::Delete,
            "react" | "reacts" => Self::React(rest),
            "unreact" | "unreacts" => Self::Unreact(rest),
            "join" | "joins" => Self::Join,
            "leave" | "leaves" => Self::Leave,
            _ => return unable!("nobody can {verb:?}, only /command, {}", Self::VERBS.join(", ")),
        })
    }

    fn used(rest: &'a str) -> Result<Self, Unable> {
        let (name, on) = match quoted(rest) {
            Some((name, behind)) => (name, behind.trim().strip_prefix("on ")),
            None => rest.rsplit_once(" on ").map_or((rest, None), |(name, on)| (name, Some(on))),
        };
        let Some(on) = on else { return unable!("say `use \"Name\" on @somebody`, or on a message's id") };
        Ok(Self::Use { name: name.trim(), on: on.trim() })
    }

    /// Only behind quotes can a place follow: a bare label may contain ` in ` itself.
    fn clicked(rest: &'a str) -> Self {
        match quoted(rest) {
            Some((label, behind)) => Self::Click { label, place: behind.trim().strip_prefix("in ").map(str::trim) },
            None => Self::Click { label: rest, place: None },
        }
    }

    fn chosen(rest: &'a str) -> Result<Self, Unable> {
        let (menu, values) = match quoted(rest) {
            Some((menu, behind)) => (menu, behind.trim_start().strip_prefix(':')),
            None => rest.split_once(':').map_or((rest, None), |(menu, values)| (menu, Some(values))),
        };
        let Some(values) = values else { return unable!("say `choose \"Menu\": value, value`") };
        let values = values.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
        Ok(Self::Choose { menu: menu.trim(), values })
    }
}

/// What stands in quotes at the beginning, and what comes behind.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}
