//! How long whoever caused the steps has waited when they are answered: Discord takes answers for a quarter of an hour.

use crate::action::binder::{Answering, Binder};
use crate::text::{Code, Diagnostic, Span, code};

/// How long an interaction can be answered once it is acknowledged, in milliseconds.
/// Source: "Followup messages" of Discord's published API documentation.
pub const TOKEN_MS: i64 = 15 * 60 * 1_000;
/// How long Discord waits for the first answer, which is all that a window can be.
/// Source: "Responding to an interaction" there.
const FIRST_MS: i64 = 3_000;

/// What the steps before a place wait at least, on the longest way to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waited {
    pub ms: i64,
    /// The last `wait` of them, or the flow that it stands in.
    at: Option<Span>,
}

impl Waited {
    /// Of two ways to a place, the one that takes longer.
    pub fn or(self, other: Self) -> Self {
        if other.ms > self.ms { other } else { self }
    }
}

impl Binder<'_> {
    /// The steps go on so many milliseconds later.
    pub fn waits(&mut self, ms: i64, at: Span) {
        if ms > 0 {
            self.waited = Waited { ms: self.waited.ms.saturating_add(ms), at: Some(at) };
        }
    }

    /// An answer is given here.
    pub fn answer(&mut self, answering: Answering, span: Span) {
        if answering.modal && self.waited.ms >= FIRST_MS {
            let message = "a modal can only be opened within three seconds, and steps before this one wait longer";
            self.too_late(code::SECOND_ANSWER, span, message.to_owned(), "open it before the `wait`");
        } else {
            self.answered_after(0, "this answer comes too late", span);
        }
        self.answers.push(answering);
        self.answered = true;
    }

    /// Whoever asked is answered so many milliseconds behind this place.
    pub fn answered_after(&mut self, ms: i64, what: &str, span: Span) {
        let ms = self.waited.ms.saturating_add(ms);
        if ms < TOKEN_MS {
            self.latest_answer = self.latest_answer.max(Some(ms));
        } else if self.cause.answers {
            let message = format!("{what}: Discord takes answers for 15 minutes, and the steps before it wait longer");
            self.too_late(code::LATE_ANSWER, span, message, "answer before the `wait`, or write with `dm:` or `send:`");
        }
    }

    fn too_late(&mut self, code: Code, span: Span, message: String, help: &str) {
        let diagnostic = Diagnostic::new(code, span, message).label("nobody will see it");
        let diagnostic = match self.waited.at {
            Some(at) => diagnostic.related(at, "waits here"),
            None => diagnostic,
        };
        self.report(diagnostic.help(help));
    }
}
