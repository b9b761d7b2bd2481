//! `defer`: shows "thinking…" at once.

use crate::action::binder::{Answering, Binder};
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::answer::Deferral;
use crate::flow::failure::Failure;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::text::{Diagnostic, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// How it is put off.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deferring {
    /// Only whoever caused it sees that the bot is thinking, and the answer.
    pub ephemeral: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Defer(Option<Deferring>);

impl Verb for Defer {
    const WORD: &'static str = "defer";
    const DOC: &'static str =
        "Shows \"thinking…\" at once. The engine does so by itself when a run takes long, so this is never needed.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        if binder.answered {
            let diagnostic =
                Diagnostic::new(code::SECOND_ANSWER, written.span, "nothing is put off behind the first answer");
            binder.report(diagnostic.help("put it before every `reply`, or take it out: it is never needed"));
        }
        let ephemeral = self.0.and_then(|fields| fields.ephemeral).unwrap_or(false);
        binder.answer(Answering { ephemeral, update: false, modal: false }, written.span);
        Bound::new(PuttingOff { ephemeral })
    }
}

#[derive(Debug)]
struct PuttingOff {
    ephemeral: bool,
}

#[async_trait]
impl Action for PuttingOff {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        if let Some(answer) = run.answer.as_ref().map(Arc::clone) {
            let deferral = Deferral { ephemeral: self.ephemeral, update: false };
            answer.defer(deferral).await.map_err(|refusal| Failure::refused("the deferral", refusal))?;
        }
        Ok(Done::NOTHING)
    }
}
