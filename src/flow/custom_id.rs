//! The name tag of a button, select or modal: what and which, by name, so that it outlives deployments.

use std::fmt;

/// Discord allows 1 to 100 characters.
pub const MAX_LENGTH: usize = 100;

/// `b:undo:abc` – a kind, a name and the arguments, parted by `:`; `%` and `:` inside a part are written `%25` and `%3A`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomId {
    pub kind: Kind,
    pub name: String,
    pub arguments: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Button,
    Select,
    Modal,
    /// Opens a ticket of that name.
    OpenTicket,
    /// Closes the ticket whose channel it stands in.
    CloseTicket,
}

impl Kind {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Button, "b"),
        (Self::Select, "s"),
        (Self::Modal, "m"),
        (Self::OpenTicket, "to"),
        (Self::CloseTicket, "tc"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("b", |(_, word)| word)
    }
}

impl CustomId {
    pub fn new(kind: Kind, name: impl Into<String>, arguments: Vec<String>) -> Self {
        Self { kind, name: name.into(), arguments }
    }

    /// `None`: not one of ours, or of a version that wrote them differently.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let word = parts.next()?;
        let kind = Kind::ALL.iter().find(|(_, known)| *known == word)?.0;
        let name = decode(parts.next()?);
        Some(Self { kind, name, arguments: parts.map(decode).collect() })
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.word(), encode(&self.name))?;
        self.arguments.iter().try_for_each(|argument| write!(f, ":{}", encode(argument)))
    }
}

fn encode(part: &str) -> String {
    part.replace('%', "%25").replace(':', "%3A")
}

fn decode(part: &str) -> String {
    part.replace("%3A", ":").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_written_is_read(name in "\\PC{1,20}", arguments in proptest::collection::vec("\\PC{0,20}", 0..4)) {
            let id = CustomId::new(Kind::Button, name, arguments);
            prop_assert_eq!(CustomId::parse(&id.to_string()), Some(id));
        }
    }

    #[test]
    fn a_foreign_one_is_told_apart() {
        assert_eq!(CustomId::parse("ticket-open"), None);
        assert_eq!(CustomId::parse(""), None);
    }
}
