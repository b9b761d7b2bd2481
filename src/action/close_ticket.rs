//! `close_ticket`: closes the ticket whose channel this is.

use crate::action::binder::{Answering, Binder};
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::limit::{self, clip};
use crate::flow::memory::{Answer, Operation, Ticket, TicketFilter};
use crate::flow::payload::Message;
use crate::flow::program::TicketKind;
use crate::flow::run::Run;
use crate::flow::step::{Action, Block, Done, Step};
use crate::flow::timer::What;
use crate::flow::trace::way;
use crate::flow::track::branch;
use crate::text::Span;
use crate::text::code;
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CloseTicket(
    /// Nothing: the word stands alone.
    #[allow(dead_code, reason = "decoded so that a value is told of")]
    Option<()>,
);

impl Verb for CloseTicket {
    const WORD: &'static str = "close_ticket";
    const DOC: &'static str = "Closes the ticket whose channel this is, as its button does.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        if !binder.cause.answers {
            binder.mistake(
                code::NOBODY_TO_ANSWER,
                written.span,
                "a ticket is closed by somebody who used a command or a button",
            );
        }
        binder.answer(Answering { ephemeral: false, update: false, modal: false }, written.span);
        Bound::new(Closer)
    }
}

/// The steps behind the button in a ticket.
pub fn block(kind: &str) -> Block {
    Block {
        steps: vec![Step {
            word: CloseTicket::WORD,
            place: format!("tickets.{kind}.close"),
            span: Span::NONE,
            action: Box::new(Closer),
            bind: None,
            otherwise: None,
            on_refusal: None,
        }],
    }
}

#[derive(Debug)]
struct Closer;

#[async_trait]
impl Action for Closer {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        if run.track.branch().is_some() {
            return closed(run).await;
        }
        run.track.keep_answers();
        let Some(ticket) = here(run, true).await? else { return left_over(run).await };
        let Some(kind) = run.program.tickets.get(&ticket.kind).map(Arc::clone) else {
            return tell(
                run,
                "Tickets of this kind do not exist any more; an administrator can delete the channel.".to_owned(),
                true,
            )
            .await;
        };
        run.at(CloseTicket::WORD, kind.span);
        run.scope.bind("ticket", entity::ticket(&ticket));
        if !may_close(run, &kind, &ticket).await {
            run.goes(way::CLOSE_REFUSED);
            let refused = run.text(&kind.close_refused)?;
            return tell(run, refused, true).await;
        }
        if !close(run, &kind, &ticket).await? {
            return tell(run, "This ticket is closed already.".to_owned(), true).await;
        }
        run.goes(way::CLOSED);
        let message = run.text(&kind.close_message)?;
        tell(run, message, false).await?;
        closed(run).await
    }
}

/// What the author wants done with a ticket that is closed.
async fn closed(run: &mut Run) -> Result<Done, Failure> {
    let kind = run.scope.get("ticket.kind").and_then(Value::as_str).map(str::to_owned);
    let kind = kind.and_then(|kind| run.program.tickets.get(&kind).map(Arc::clone));
    let Some(kind) = kind else { return Err(Failure::Moved) };
    run.track.go_into(branch::OWN, true);
    Ok(kind.on_closed.run(run).await?.into())
}

/// The ticket was closed without its channel (its opener left, say): staff can still have the channel deleted.
async fn left_over(run: &mut Run) -> Result<Done, Failure> {
    let closed = here(run, false).await?;
    let kind = closed.as_ref().and_then(|ticket| run.program.tickets.get(&ticket.kind).map(Arc::clone));
    let (Some(ticket), Some(kind)) = (closed, kind) else {
        return tell(run, "There is no open ticket in this channel.".to_owned(), true).await;
    };
    run.scope.bind("ticket", entity::ticket(&ticket));
    if !kind.staff.allows(run).await {
        return tell(run, "There is no open ticket in this channel.".to_owned(), true).await;
    }
    let at = run.ports.clock.now() + kind.delete_after;
    run.ask(Operation::SetTimer { at, what: What::DeleteChannel(ticket.channel.unwrap_or_default()).into() }).await?;
    tell(run, "This ticket is closed; the channel will be deleted.".to_owned(), false).await
}

async fn here(run: &mut Run, open: bool) -> Result<Option<Ticket>, Failure> {
    let filter = TicketFilter {
        channel: run.origin.channel.clone(),
        guild: Some(run.guild().to_owned()),
        open: Some(open),
        ..TicketFilter::default()
    };
    match run.ask(Operation::FindTickets { filter }).await? {
        Answer::Tickets(tickets) => Ok(tickets.into_iter().next()),
        other => Err(Failure::Other(format!("the database answered a search for tickets with {other:?}"))),
    }
}

async fn may_close(run: &Run, kind: &TicketKind, ticket: &Ticket) -> bool {
    let opener = run.origin.who.as_ref().is_some_and(|who| who.user == ticket.user);
    (kind.close_by_opener && opener) || (kind.close_by_staff && kind.staff.allows(run).await)
}

/// The row and the timer in one transaction; `false` when somebody else was first.
async fn close(run: &mut Run, kind: &TicketKind, ticket: &Ticket) -> Result<bool, Failure> {
    let by = run.origin.who.as_ref().map(|who| who.user.clone());
    let at = run.ports.clock.now() + kind.delete_after;
    let channel = ticket.channel.clone().unwrap_or_default();
    // Should somebody else have been first, the channel is deleted twice: the second finds it gone, and that is all.
    let operations = vec![
        Operation::CloseTicket { ticket: ticket.id, by },
        Operation::SetTimer { at, what: What::DeleteChannel(channel).into() },
    ];
    let answers = run.transact(operations).await?;
    Ok(matches!(answers.first(), Some(Answer::Closed(Some(_)))))
}

async fn tell(run: &mut Run, text: String, ephemeral: bool) -> Result<Done, Failure> {
    let message = Message::text(clip(text, limit::CONTENT));
    let message = if ephemeral { message.ephemeral() } else { message };
    if let Some(answer) = run.answer.as_ref().map(Arc::clone)
        && let Err(refusal) = answer.reply(message).await
    {
        tracing::warn!(run = run.id, "the answer was refused: {refusal}");
    }
    Ok(Done::NOTHING)
}
