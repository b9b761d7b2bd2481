//! Tickets that the process left half open when it died: they get what they lack, or are closed.

use crate::action::open_ticket;
use crate::engine::bot::{Bot, run_id};
use crate::engine::reconcile::{close, delete_now, tickets};
use crate::engine::resume;
use crate::flow::access::Who;
use crate::flow::cause::Cause;
use crate::flow::effect::Effect;
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::memory::{Ticket, TicketFilter};
use crate::flow::refusal::code;
use crate::flow::run::{Origin, Run};
use serde_json::Value;
use std::sync::Arc;

/// A ticket that this process opens may just be on its way to a channel.
const OPENING_MS: i64 = 60_000;
/// How far Discord's clock may be from this one.
const CLOCKS_MS: i64 = 60_000;
/// How long the making of a channel may have taken.
const MAKING_MS: i64 = 10 * 60_000;

/// It has no channel: the one that was made for it is found by whom it was made for, and when.
pub async fn half_open(bot: &Arc<Bot>, ticket: &Ticket, channels: &[&Value]) {
    let is_left = ticket.opened_at < bot.started_at;
    if !is_left && bot.ports.clock.now() - ticket.opened_at <= OPENING_MS || bot.is_reopened(ticket) {
        return;
    }
    // Nor is one touched that a run of this process looks for a channel for.
    let being_opened = resume::openers(bot.ports.memory.as_ref()).await;
    if being_opened.is_ok_and(|openers| openers.contains(&(ticket.guild.clone(), ticket.user.clone()))) {
        return;
    }
    match made_for(bot, ticket, channels).await.filter(|_| is_left) {
        Some(channel) => adopt(bot, ticket, channel, true).await,
        None => drop(close(bot, ticket, "it never got a channel").await),
    }
}

/// It has a channel in which nothing was ever said, not even the bot's welcome: that is said now.
pub async fn silent(bot: &Arc<Bot>, ticket: &Ticket, channels: &[&Value]) {
    let channel = channels.iter().find(|channel| channel["id"].as_str() == ticket.channel.as_deref());
    let is_silent = channel.is_some_and(|channel| channel["last_message_id"].is_null());
    if let Some(channel) = channel.filter(|_| is_silent && ticket.opened_at < bot.started_at)
        && !bot.is_reopened(ticket)
    {
        adopt(bot, ticket, channel, false).await;
    }
}

/// Only the bot and the opener are let in by name, it is no older than the ticket, and no ticket has it.
async fn made_for<'a>(bot: &Bot, ticket: &Ticket, channels: &[&'a Value]) -> Option<&'a Value> {
    let bot_id = bot.identity().user;
    let lets_in = |channel: &Value, id: &str| {
        let overwrites = channel["permission_overwrites"].as_array().into_iter().flatten();
        overwrites.into_iter().any(|overwrite| overwrite["id"] == id && overwrite["type"] == 1)
    };
    let time = ticket.opened_at - CLOCKS_MS..ticket.opened_at + MAKING_MS;
    let fits = |channel: &&&Value| {
        let id = channel["id"].as_str().unwrap_or_default();
        time.contains(&entity::created_at(id)) && lets_in(channel, &ticket.user) && lets_in(channel, &bot_id)
    };
    let mut fitting: Vec<&Value> = channels.iter().filter(fits).copied().collect();
    fitting.sort_by_key(|channel| entity::created_at(channel["id"].as_str().unwrap_or_default()));
    let ids = fitting.iter().filter_map(|channel| channel["id"].as_str().map(str::to_owned)).collect();
    let taken = tickets(bot, TicketFilter { channels: Some(ids), ..TicketFilter::default() }).await;
    let is_taken = |channel: &Value| taken.iter().any(|ticket| ticket.channel.as_deref() == channel["id"].as_str());
    fitting.into_iter().find(|channel| !is_taken(channel))
}

/// `whole`: nothing behind the making of its channel was done.
async fn adopt(bot: &Arc<Bot>, ticket: &Ticket, channel: &Value, whole: bool) {
    let id = channel["id"].as_str().unwrap_or_default();
    let Some(_once) = bot.under_way.begin(&format!("ticket {}", ticket.id)) else { return };
    let opener = Effect::GuildMember { guild: ticket.guild.clone(), user: ticket.user.clone() };
    let member = match bot.ports.discord.perform(&opener).await {
        Ok(member) => member,
        Err(refusal) if matches!(refusal.code, code::UNKNOWN_MEMBER | code::UNKNOWN_USER) => {
            return give_up(bot, ticket, id, "its opener left the server").await;
        }
        Err(refusal) => {
            tracing::warn!(ticket = ticket.number, "is half open, and stays so until the next start: {refusal}");
            return;
        }
    };
    let mut run = run(bot, ticket, channel, &member).await;
    // From its first change on, the next process carries it to its end.
    run.cause = whole.then(|| Cause::AdoptTicket(Box::new(ticket.clone()), id.to_owned()));
    let under_way = bot.under_way.begin(&run.id);
    let steps = if whole { open_ticket::adoption(ticket, id) } else { open_ticket::greeting(ticket) };
    match bot.guarded(&mut run, &steps).await {
        Ok(_) => {
            tracing::info!(
                bot = bot.name(),
                ticket = ticket.number,
                "was half open when the bot stopped, and is open now"
            );
        }
        Err(failure @ Failure::Memory(_)) => {
            tracing::error!(ticket = ticket.number, "could not be opened to the end yet: {failure}");
            bot.settle_later(run, &failure, under_way).await;
        }
        Err(failure) => {
            tracing::error!(ticket = ticket.number, "could not be opened to the end: {failure}");
            give_up(bot, ticket, id, "it could not be opened to the end").await;
        }
    }
}

async fn give_up(bot: &Bot, ticket: &Ticket, channel: &str, why: &str) {
    if close(bot, ticket, why).await {
        delete_now(bot, channel).await;
    }
}

/// A run as the opener's click began it, without anybody who could be answered.
async fn run(bot: &Arc<Bot>, ticket: &Ticket, channel: &Value, member: &Value) -> Run {
    let program = bot.program();
    let id = run_id(&bot.ports.dice.roll().to_string());
    let mut names = bot.base_names(&program, Some(&ticket.guild), &id).await;
    names.insert("user".into(), entity::user(&member["user"], member["nick"].as_str()));
    names.insert("channel".into(), entity::channel(channel));
    let origin = Origin {
        guild: Some(ticket.guild.clone()),
        channel: channel["id"].as_str().map(str::to_owned),
        who: Some(Who { user: ticket.user.clone(), ..Who::default() }),
        bot: bot.identity().user,
        trigger: "open ticket".to_owned(),
        ..Origin::default()
    };
    bot.run(id, &program, names, origin)
}
