//! What somebody who watches learns of runs: their steps, which way they went, and why they failed.

use crate::flow::payload::Embed;
use crate::text::Span;

/// Watches runs. Called on the path of every run, so it has to be quick, and must not wait.
pub trait Trace: Send + Sync {
    fn note(&self, noted: &Noted<'_>);
}

/// One thing that somebody who watches learns.
#[derive(Debug)]
pub enum Noted<'a> {
    /// A run begins, or goes on in another process.
    Begun { run: &'a str, trigger: &'a str },
    /// The run does a step; this task does it until the next note.
    Step { run: &'a str, word: &'static str, span: Span },
    /// What stands at that place was reached in that way.
    Way { span: Span, way: &'static str },
    /// A log entry is queued.
    Logged { run: &'a str, span: Span, entry: &'a str, embed: &'a Embed },
    /// The run, or what followed from it, failed.
    Failed { run: &'a str, span: Span, why: &'a str },
}

/// Ways in which something of the file is reached.
pub mod way {
    /// A command, a component or an event is used; a step is done.
    pub const USED: &str = "used";
    /// Its `access` turned somebody away.
    pub const REFUSED: &str = "refused";
    /// A component whose time is over.
    pub const EXPIRED: &str = "expired";
    pub const THEN: &str = "then";
    pub const ELSE: &str = "else";
    pub const ON_REFUSAL: &str = "on_refusal";
    /// The steps of a loop.
    pub const EACH: &str = "each";
    pub const OPENED: &str = "opened";
    pub const ALREADY_OPEN: &str = "already open";
    pub const CLOSED: &str = "closed";
    pub const CLOSE_REFUSED: &str = "close refused";
    pub const LOGGED: &str = "logged";
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Trace for Unwatched {
    fn note(&self, _: &Noted<'_>) {}
}
