//! What the bot remembers is brought in line with what Discord has, so that nobody is locked out.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::flow::effect::Effect;
use crate::flow::memory::{Answer, MemoryError, Operation, Ticket, TicketFilter};
use crate::flow::payload::Message;
use crate::flow::refusal::code;
use serde_json::Value;
use std::sync::Arc;

/// A ticket without a channel may just be on its way to one.
const OPENING_MS: i64 = 60_000;

/// Rows that a run held when the process ended are told of; they stay as the run left them, so that nothing is given twice.
pub async fn report_holds(bot: &Bot) -> Result<(), MemoryError> {
    let Answer::Holds(holds) = one(bot, Operation::Holds).await? else { return Ok(()) };
    for hold in holds {
        tracing::warn!(
            bot = bot.name(),
            table = hold.table,
            row = hold.row,
            run = hold.run,
            "was taken when the bot stopped, and stays as it was left: look whether it arrived"
        );
    }
    Ok(())
}

/// A server is there, at start or again: tickets whose channel or opener is gone are closed.
pub async fn guild(bot: &Arc<Bot>, guild: &str, data: &Value) {
    let channels: Vec<&str> =
        data["channels"].as_array().into_iter().flatten().filter_map(|channel| channel["id"].as_str()).collect();
    let filter = TicketFilter { guild: Some(guild.to_owned()), open: Some(true), ..TicketFilter::default() };
    for ticket in tickets(bot, filter).await {
        let stale = bot.ports.clock.now() - ticket.opened_at > OPENING_MS;
        match &ticket.channel {
            Some(channel) if channels.contains(&channel.as_str()) => opener_present(bot, guild, &ticket).await,
            Some(_) => close(bot, &ticket, "its channel is gone").await,
            None if stale => close(bot, &ticket, "it never got a channel").await,
            None => {}
        }
    }
}

async fn opener_present(bot: &Bot, guild: &str, ticket: &Ticket) {
    let effect = Effect::GuildMember { guild: guild.to_owned(), user: ticket.user.clone() };
    if let Err(refusal) = bot.ports.discord.perform(&effect).await
        && matches!(refusal.code, code::UNKNOWN_MEMBER | code::UNKNOWN_USER)
    {
        opener_left(bot, ticket).await;
    }
}

async fn opener_left(bot: &Bot, ticket: &Ticket) {
    close(bot, ticket, "its opener left the server").await;
    let Some(channel) = &ticket.channel else { return };
    let text = format!(
        "<@{}> has left the server, so this ticket is closed. Staff can press the button above to delete the channel.",
        ticket.user
    );
    let effect = Effect::SendMessage {
        channel: channel.clone(),
        message: Message::text(text),
        nonce: Some(format!("left-{}", ticket.id)),
    };
    if let Err(refusal) = bot.ports.discord.perform(&effect).await {
        tracing::warn!(ticket = ticket.number, "the ticket's channel could not be told: {refusal}");
    }
}

pub async fn channel_deleted(bot: &Bot, guild: &str, channel: &str) {
    let filter = TicketFilter {
        guild: Some(guild.to_owned()),
        channel: Some(channel.to_owned()),
        open: Some(true),
        ..TicketFilter::default()
    };
    for ticket in tickets(bot, filter).await {
        close(bot, &ticket, "its channel was deleted").await;
    }
}

pub async fn member_left(bot: &Bot, guild: &str, user: &str) {
    let filter = TicketFilter {
        guild: Some(guild.to_owned()),
        user: Some(user.to_owned()),
        open: Some(true),
        ..TicketFilter::default()
    };
    for ticket in tickets(bot, filter).await {
        opener_left(bot, &ticket).await;
    }
}

async fn tickets(bot: &Bot, filter: TicketFilter) -> Vec<Ticket> {
    match one(bot, Operation::FindTickets { filter }).await {
        Ok(Answer::Tickets(tickets)) => tickets,
        Ok(_) => Vec::new(),
        Err(error) => {
            tracing::error!("tickets could not be compared with Discord: {error}");
            Vec::new()
        }
    }
}

async fn close(bot: &Bot, ticket: &Ticket, why: &str) {
    tracing::info!(bot = bot.name(), ticket = ticket.number, kind = ticket.kind, "closed: {why}");
    if let Err(error) = one(bot, Operation::CloseTicket { ticket: ticket.id, by: None }).await {
        tracing::error!(ticket = ticket.number, "could not be closed: {error}");
    }
}
