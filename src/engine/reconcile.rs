//! What the bot remembers is brought in line with what Discord has, so that nobody is locked out.

use crate::engine::bot::Bot;
use crate::engine::outbox::one;
use crate::engine::{opening, resume};
use crate::flow::effect::Effect;
use crate::flow::memory::{Answer, Operation, Ticket, TicketFilter};
use crate::flow::payload::Message;
use crate::flow::refusal::code;
use crate::flow::timer::What;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// How often openers are looked for; without the Server Members intent nothing else tells that one left.
const ROUND_MS: i64 = 60 * 60 * 1_000;

/// Looks for the openers of tickets now and then, and forgets what need not be known any more, until the bot stops.
pub async fn work(bot: Arc<Bot>) {
    loop {
        tokio::select! {
            () = bot.ports.clock.sleep_until(bot.ports.clock.now() + ROUND_MS) => {}
            () = bot.stopping.cancelled() => return,
        }
        let under_way = bot.work();
        // Told by whoever watches the memory.
        drop(resume::forget(&bot).await);
        for guild in bot.directory.known_guilds() {
            for ticket in tickets(&bot, open_in(&guild)).await.iter().filter(|ticket| ticket.channel.is_some()) {
                opener_present(&bot, &guild, ticket).await;
            }
        }
        drop(under_way);
    }
}

/// A server is there, at start or again: what happened to its tickets meanwhile is noticed.
pub async fn guild(bot: &Arc<Bot>, guild: &str, data: &Value) {
    let channels: Vec<&Value> = data["channels"].as_array().into_iter().flatten().collect();
    let there: HashSet<&str> = channels.iter().filter_map(|channel| channel["id"].as_str()).collect();
    let mut missing = Vec::new();
    for ticket in tickets(bot, open_in(guild)).await {
        match &ticket.channel {
            None => opening::half_open(bot, &ticket, &channels).await,
            Some(channel) if !there.contains(channel.as_str()) => missing.push(ticket),
            Some(_) => {
                opening::silent(bot, &ticket, &channels).await;
                opener_present(bot, guild, &ticket).await;
            }
        }
    }
    close_missing(bot, guild, missing).await;
    delete_left_standing(bot, guild, &there).await;
}

/// A ticket may have got its channel after Discord wrote its list down, so it is asked again.
async fn close_missing(bot: &Bot, guild: &str, missing: Vec<Ticket>) {
    if missing.is_empty() {
        return;
    }
    match bot.ports.discord.perform(&Effect::GuildChannels { guild: guild.to_owned() }).await {
        Ok(channels) => {
            let is_there = |id: &str| channels.as_array().into_iter().flatten().any(|channel| channel["id"] == id);
            for ticket in missing.iter().filter(|ticket| !ticket.channel.as_deref().is_some_and(is_there)) {
                close(bot, ticket, "its channel is gone").await;
            }
        }
        Err(refusal) => {
            tracing::warn!(bot = bot.name(), "tickets could not be compared with the server's channels: {refusal}");
        }
    }
}

/// Channels of tickets that somebody closed, and that no timer will delete any more: its deletion was given up.
async fn delete_left_standing(bot: &Bot, guild: &str, there: &HashSet<&str>) {
    let channels = there.iter().map(|id| (*id).to_owned()).collect();
    let filter = TicketFilter {
        guild: Some(guild.to_owned()),
        open: Some(false),
        channels: Some(channels),
        ..TicketFilter::default()
    };
    // One whose opener left was closed by nobody: staff reads it, and closes it.
    let closed: Vec<Ticket> =
        tickets(bot, filter).await.into_iter().filter(|ticket| ticket.closed_by.is_some()).collect();
    if closed.is_empty() {
        return;
    }
    let Ok(Answer::Timers(timers)) = one(bot, Operation::Timers).await else { return };
    let has_timer = |channel: &str| {
        timers.iter().any(|timer| matches!(&timer.what.what, What::DeleteChannel(known) if known == channel))
    };
    for ticket in closed {
        if let Some(channel) = ticket.channel.as_deref().filter(|channel| !has_timer(channel)) {
            tracing::info!(bot = bot.name(), ticket = ticket.number, "its channel still stands, and is deleted now");
            delete_now(bot, channel).await;
        }
    }
}

pub(super) async fn delete_now(bot: &Bot, channel: &str) {
    let timer = Operation::SetTimer { at: bot.ports.clock.now(), what: What::DeleteChannel(channel.to_owned()).into() };
    // Told by whoever watches the memory.
    if one(bot, timer).await.is_ok() {
        bot.wake.notify_one();
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
    if !close(bot, ticket, "its opener left the server").await {
        return;
    }
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

/// The bot is in that server no more: nothing can be asked of Discord there.
pub async fn guild_lost(bot: &Bot, guild: &str) {
    for ticket in tickets(bot, open_in(guild)).await {
        close(bot, &ticket, "the bot is no longer in its server").await;
    }
    let forget = Operation::ForgetPanels { guild: guild.to_owned(), channel: None, message: None };
    // Told by whoever watches the memory.
    drop(one(bot, forget).await);
}

/// Tickets in servers that Discord did not name: the bot was put out while it was down, or another shard has them.
pub async fn other_guilds(bot: &Bot, guilds: &[String]) {
    let open = TicketFilter { open: Some(true), ..TicketFilter::default() };
    let elsewhere: HashSet<String> = tickets(bot, open).await.into_iter().map(|ticket| ticket.guild).collect();
    for guild in elsewhere.into_iter().filter(|guild| !guilds.contains(guild)) {
        let asked = bot.ports.discord.perform(&Effect::GuildChannels { guild: guild.clone() }).await;
        if asked.is_err_and(|refusal| matches!(refusal.code, code::UNKNOWN_GUILD | code::MISSING_ACCESS)) {
            guild_lost(bot, &guild).await;
        }
    }
}

pub async fn channel_deleted(bot: &Bot, guild: &str, channel: &str) {
    for ticket in tickets(bot, TicketFilter { channel: Some(channel.to_owned()), ..open_in(guild) }).await {
        close(bot, &ticket, "its channel was deleted").await;
    }
}

pub async fn member_left(bot: &Bot, guild: &str, user: &str) {
    for ticket in tickets(bot, TicketFilter { user: Some(user.to_owned()), ..open_in(guild) }).await {
        opener_left(bot, &ticket).await;
    }
}

fn open_in(guild: &str) -> TicketFilter {
    TicketFilter { guild: Some(guild.to_owned()), open: Some(true), ..TicketFilter::default() }
}

pub(super) async fn tickets(bot: &Bot, filter: TicketFilter) -> Vec<Ticket> {
    match one(bot, Operation::FindTickets { filter }).await {
        Ok(Answer::Tickets(tickets)) => tickets,
        Ok(_) => Vec::new(),
        Err(error) => {
            tracing::error!("tickets could not be compared with Discord: {error}");
            Vec::new()
        }
    }
}

/// Whether it was open until now.
pub(super) async fn close(bot: &Bot, ticket: &Ticket, why: &str) -> bool {
    match one(bot, Operation::CloseTicket { ticket: ticket.id, by: None }).await {
        Ok(Answer::Closed(closed)) => {
            if closed.is_some() {
                tracing::info!(bot = bot.name(), ticket = ticket.number, kind = ticket.kind, "closed: {why}");
            }
            closed.is_some()
        }
        Ok(_) => false,
        Err(error) => {
            tracing::error!(ticket = ticket.number, "could not be closed: {error}");
            false
        }
    }
}
