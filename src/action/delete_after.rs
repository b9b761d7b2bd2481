//! `delete_after`: a message that goes by itself, also when the bot was down at that time.

use crate::action::binder::Binder;
use crate::action::patience::TOKEN_MS;
use crate::flow::answer::Answer;
use crate::flow::effect::Outcome;
use crate::flow::failure::Failure;
use crate::flow::memory::Operation;
use crate::flow::run::Run;
use crate::flow::timer::What;
use crate::text::{Diagnostic, Text, code};

impl Binder<'_> {
    /// Milliseconds; `private`: only the interaction can delete the answer, which Discord allows for a while.
    pub fn delete_after(&mut self, text: Option<&Text>, private: bool) -> Option<i64> {
        let text = text?;
        let after = self.duration(text);
        if private && after > TOKEN_MS {
            let message = "an answer that is private or changes a message can be deleted for 15 minutes only";
            let diagnostic = Diagnostic::new(code::OUT_OF_RANGE, text.span, message);
            self.report(diagnostic.help("write `15m` or less, or make it a public answer of its own"));
        }
        Some(after)
    }
}

/// Notes that a message which was sent goes after so many milliseconds.
pub async fn message(run: &mut Run, after: Option<i64>, sent: &Outcome) -> Result<(), Failure> {
    let (Some(after), Some(channel), Some(message)) = (after, sent["channel_id"].as_str(), sent["id"].as_str()) else {
        return Ok(());
    };
    let what = What::DeleteMessage { channel: channel.to_owned(), message: message.to_owned() };
    set(run, after, what).await
}

/// The same of an answer. A public one is a message like any other, so that no token need be kept for it.
pub async fn answer(
    run: &mut Run,
    after: Option<i64>,
    answer: &Answer,
    given: &Outcome,
    private: bool,
) -> Result<(), Failure> {
    let Some(after) = after else { return Ok(()) };
    if private {
        let answered = answer.answered(given, TOKEN_MS);
        // Rather a little too early than never.
        let left = answered.until - MARGIN_MS - run.ports.clock.now();
        return set(run, after.min(left), What::DeleteAnswer(answered)).await;
    }
    match answer.as_message(given).await {
        Ok(sent) => message(run, Some(after), &sent).await,
        Err(refusal) => {
            tracing::warn!(run = run.id, "the answer cannot be deleted later, since it was not found again: {refusal}");
            Ok(())
        }
    }
}

/// So long before the end of the token it is used at the latest.
const MARGIN_MS: i64 = 10_000;

async fn set(run: &mut Run, after: i64, what: What) -> Result<(), Failure> {
    let at = run.ports.clock.now() + after;
    run.ask(Operation::SetTimer { at, what: what.into() }).await.map(|_| ())
}
