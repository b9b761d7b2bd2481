//! `open_ticket`: gives a user a private channel, once, however often they ask.

use crate::action::binder::{Answering, Binder};
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::access::Access;
use crate::flow::checkpoint::Checkpoint;
use crate::flow::doubt::SKEW_MS;
use crate::flow::effect::{Effect, Overwrite};
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::limit::{self, clip};
use crate::flow::memory::{Answer, Opening, Operation, Ticket, TicketFilter};
use crate::flow::payload::{Component, Message};
use crate::flow::permission;
use crate::flow::program::TicketKind;
use crate::flow::refusal::{Refusal, code};
use crate::flow::run::Run;
use crate::flow::step::{Action, Block, Done, Next, Step};
use crate::flow::trace::way;
use crate::flow::track::branch;
use crate::text::{Span, Text, code as diagnostic_code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OpenTicket(
    /// The name of a ticket in `tickets`.
    Text,
);

impl Verb for OpenTicket {
    const WORD: &'static str = "open_ticket";
    const DOC: &'static str =
        "Opens a ticket for whoever caused the run, as the button of its panel does, and tells them.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        if !binder.cause.answers {
            binder.mistake(
                diagnostic_code::NOBODY_TO_ANSWER,
                written.span,
                "a ticket is opened for somebody who used a command or a button",
            );
        }
        binder.answer(Answering { ephemeral: true, update: false, modal: false }, written.span);
        let bot = binder.bot;
        binder.named("tickets", "ticket", &bot.tickets, &self.0);
        Bound::new(Opener { kind: self.0.value })
    }
}

/// The steps behind the button of a panel.
pub fn block(kind: &str) -> Block {
    made(kind, Box::new(Opener { kind: kind.to_owned() }))
}

#[derive(Debug)]
struct Opener {
    kind: String,
}

/// A ticket without a channel that is older than this was left by a process that died.
const STALE_MS: i64 = 60_000;

#[async_trait]
impl Action for Opener {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let Some(kind) = run.program.tickets.get(&self.kind).map(Arc::clone) else {
            return Err(Failure::Other(format!("there is no ticket `{}`", self.kind)));
        };
        run.at(OpenTicket::WORD, kind.span);
        if run.track.branch().is_some() {
            return opened(run, &kind).await;
        }
        if !kind.access.allows(run).await {
            run.goes(way::REFUSED);
            return tell(run, "You cannot open this ticket.".to_owned()).await;
        }
        run.track.keep_answers();
        let mut opening = reserve(run, &kind).await?;
        if let Opening::AlreadyOpen(tickets) = &opening
            && release_gone(run, tickets).await?
        {
            opening = reserve(run, &kind).await?;
        }
        match opening {
            Opening::Opened(ticket) => open(run, &kind, ticket).await,
            Opening::AlreadyOpen(tickets) => already_open(run, &kind, &tickets).await,
        }
    }
}

async fn reserve(run: &mut Run, kind: &TicketKind) -> Result<Opening, Failure> {
    let who = run.origin.who.clone().unwrap_or_default();
    let user_name = run.scope.get("user.name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let operation = Operation::OpenTicket {
        kind: kind.name.clone(),
        guild: run.guild().to_owned(),
        user: who.user,
        user_name,
        limit: kind.per_user,
    };
    match run.ask(operation).await? {
        Answer::Ticket(opening) => Ok(opening),
        other => Err(Failure::Other(format!("the database answered an opening with {other:?}"))),
    }
}

/// Closes the tickets whose channel is gone, so that nobody is locked out; tells whether there were any.
async fn release_gone(run: &mut Run, tickets: &[Ticket]) -> Result<bool, Failure> {
    let channels = run.directory.channels(run.ports.discord.as_ref(), run.guild()).await;
    let known = |id: &str| channels.as_ref().is_ok_and(|all| all.iter().any(|channel| channel["id"] == id));
    let mut released = false;
    for ticket in tickets {
        let gone = match &ticket.channel {
            Some(channel) if known(channel) => false,
            Some(_) => still_missing(run, ticket).await,
            None => run.ports.clock.now() - ticket.opened_at > STALE_MS && !is_being_opened(run, ticket).await,
        };
        if gone {
            tracing::warn!(run = run.id, ticket = ticket.number, "its channel is gone: the ticket is closed");
            run.ask(Operation::CloseTicket { ticket: ticket.id, by: None }).await?;
            released = true;
        }
    }
    Ok(released)
}

/// Whether a run, awake or asleep, is at making its channel.
async fn is_being_opened(run: &Run, ticket: &Ticket) -> bool {
    let answers = run.ports.memory.transact(vec![Operation::RunsUnderWay]).await;
    let Ok([Answer::Runs(runs)]) = answers.as_deref() else { return true };
    let others = runs.iter().filter(|other| other.id != run.id).filter_map(Checkpoint::read);
    others.into_iter().any(|other| {
        let is_theirs = other.origin.guild.as_deref() == Some(&ticket.guild)
            && other.origin.who.as_ref().is_some_and(|who| who.user == ticket.user);
        is_theirs && other.way.iter().any(|turn| turn.word == OpenTicket::WORD)
    })
}

/// Asks Discord again before a ticket is given up.
async fn still_missing(run: &Run, ticket: &Ticket) -> bool {
    run.directory.forget_channels(run.guild());
    let channels = run.directory.channels(run.ports.discord.as_ref(), run.guild()).await;
    channels.is_ok_and(|all| {
        !all.iter().any(|channel| Some(channel["id"].as_str().unwrap_or_default()) == ticket.channel.as_deref())
    })
}

async fn open(run: &mut Run, kind: &TicketKind, mut ticket: Ticket) -> Result<Done, Failure> {
    run.scope.bind("ticket", entity::ticket(&ticket));
    let channel = match make_channel(run, kind, &ticket).await {
        Ok(channel) => channel,
        // It is looked for in a while: the ticket waits for it.
        Err(failure @ Failure::InDoubt { .. }) => return Err(failure),
        Err(failure) => {
            run.ask(Operation::CloseTicket { ticket: ticket.id, by: None }).await?;
            return Err(failure);
        }
    };
    // There is a channel now, whatever the database says.
    run.leaves_traces();
    run.ask(Operation::TicketChannel { ticket: ticket.id, channel: channel.clone() }).await?;
    run.goes(way::OPENED);
    ticket.channel = Some(channel.clone());
    run.scope.bind("ticket", entity::ticket(&ticket));
    welcome(run, kind, channel).await?;
    opened(run, kind).await
}

/// What the author wants done with a ticket that is open, and the answer to its user.
async fn opened(run: &mut Run, kind: &TicketKind) -> Result<Done, Failure> {
    let reply = run.text(&kind.opened_reply)?;
    run.track.go_into(branch::OWN, false);
    if kind.on_opened.run(run).await? == Next::Asleep {
        return Ok(Done::Asleep);
    }
    tell(run, reply).await
}

/// What is left to do for a ticket whose channel was made by a process that died over it.
pub fn adoption(ticket: &Ticket, channel: &str) -> Block {
    let ticket = Ticket { channel: Some(channel.to_owned()), ..ticket.clone() };
    made(&ticket.kind.clone(), Box::new(Adopter { ticket }))
}

/// The first message of a ticket in whose channel nothing was ever said: it was refused. The rest of its opening is the
/// business of the run that made the channel, and is not done again.
pub fn greeting(ticket: &Ticket) -> Block {
    made(&ticket.kind, Box::new(Greeter { ticket: ticket.clone() }))
}

fn made(kind: &str, action: Box<dyn Action>) -> Block {
    let place = format!("tickets.{kind}");
    let span = Span::NONE;
    let step = Step { word: OpenTicket::WORD, place, span, action, bind: None, otherwise: None, on_refusal: None };
    Block { steps: vec![step] }
}

/// Opens to the end what has its channel.
#[derive(Debug)]
struct Adopter {
    ticket: Ticket,
}

#[async_trait]
impl Action for Adopter {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let kind = kind_of(run, &self.ticket)?;
        if run.track.branch().is_none() {
            let channel = self.ticket.channel.clone().unwrap_or_default();
            run.ask(Operation::TicketChannel { ticket: self.ticket.id, channel: channel.clone() }).await?;
            run.scope.bind("ticket", entity::ticket(&self.ticket));
            welcome(run, &kind, channel).await?;
        }
        opened(run, &kind).await
    }
}

#[derive(Debug)]
struct Greeter {
    ticket: Ticket,
}

#[async_trait]
impl Action for Greeter {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let kind = kind_of(run, &self.ticket)?;
        run.scope.bind("ticket", entity::ticket(&self.ticket));
        welcome(run, &kind, self.ticket.channel.clone().unwrap_or_default()).await?;
        Ok(Done::NOTHING)
    }
}

fn kind_of(run: &Run, ticket: &Ticket) -> Result<Arc<TicketKind>, Failure> {
    let none = || Failure::Other(format!("there is no ticket `{}`", ticket.kind));
    run.program.tickets.get(&ticket.kind).map(Arc::clone).ok_or_else(none)
}

async fn welcome(run: &mut Run, kind: &TicketKind, channel: String) -> Result<(), Failure> {
    let mut message = kind.welcome.render(run)?;
    message.components.push(Component::row(vec![kind.close_button.render(run, Vec::new())?]));
    if let Err(refusal) = run.send(channel, message).await {
        tracing::warn!(run = run.id, "the ticket is open, but its first message was refused: {refusal}");
    }
    Ok(())
}

async fn already_open(run: &mut Run, kind: &TicketKind, tickets: &[Ticket]) -> Result<Done, Failure> {
    let Some(ticket) = tickets.iter().find(|ticket| ticket.channel.is_some()) else {
        return tell(run, "Your ticket is being opened.".to_owned()).await;
    };
    run.goes(way::ALREADY_OPEN);
    run.scope.bind("ticket", entity::ticket(ticket));
    let text = run.text(&kind.already_open)?;
    tell(run, text).await
}

async fn tell(run: &mut Run, text: String) -> Result<Done, Failure> {
    if let Some(answer) = run.answer.as_ref().map(Arc::clone) {
        let sent = answer.reply(Message::text(clip(text, limit::CONTENT)).ephemeral()).await;
        if let Err(refusal) = sent {
            tracing::warn!(run = run.id, "the answer was refused: {refusal}");
        }
    }
    Ok(Done::NOTHING)
}

async fn make_channel(run: &mut Run, kind: &TicketKind, ticket: &Ticket) -> Result<String, Failure> {
    let name = clip(run.text(&kind.channel)?, limit::CHANNEL_NAME);
    let topic =
        kind.topic.as_ref().map(|topic| run.text(topic)).transpose()?.map(|topic| clip(topic, limit::CHANNEL_TOPIC));
    let overwrites = overwrites(run, &kind.staff).await;
    let guild = run.guild().to_owned();
    let create = |parent: Option<String>| Effect::CreateChannel {
        guild: guild.clone(),
        name: name.clone(),
        kind: 0,
        parent,
        topic: topic.clone(),
        overwrites: overwrites.clone(),
    };
    if let Some(made) = made_before(run, ticket, &name).await {
        return Ok(made);
    }
    let made = match &kind.category {
        None => run.perform(&create(None)).await,
        Some(category) => {
            let category = run.id_of(category)?;
            in_category(run, &category, create).await
        }
    };
    let channel = made.map_err(|refusal| match refusal.unknown && run.looks_again() {
        true => Failure::InDoubt { what: "the ticket's channel", refusal },
        false => Failure::refused("the ticket's channel", refusal),
    })?;
    run.directory.made_channel(run.guild(), &channel);
    Ok(channel["id"].as_str().unwrap_or_default().to_owned())
}

/// The channel that an earlier process made for this ticket before it died.
async fn made_before(run: &Run, ticket: &Ticket, name: &str) -> Option<String> {
    let since = run.doubtful_since()?;
    run.directory.forget_channels(run.guild());
    let channels = run.directory.channels(run.ports.discord.as_ref(), run.guild()).await.ok()?;
    // Discord writes names in its own way.
    let plain = |name: &str| name.to_lowercase().replace(' ', "-");
    let id = |channel: &Value| channel["id"].as_str().unwrap_or_default().to_owned();
    let found = channels.iter().filter(|channel| {
        channel["type"] == 0
            && channel["name"].as_str().is_some_and(|known| plain(known) == plain(name))
            && entity::created_at(&id(channel)) >= since - SKEW_MS
    });
    let found = found.map(|channel| id(channel)).collect::<Vec<_>>();
    for channel in found {
        if belongs(run, ticket, &channel).await {
            return Some(channel);
        }
    }
    None
}

/// Whether the channel is no other ticket's.
async fn belongs(run: &Run, ticket: &Ticket, channel: &str) -> bool {
    let filter = TicketFilter { channel: Some(channel.to_owned()), ..TicketFilter::default() };
    // Not one of the answers that the step is done again with.
    let answers = run.ports.memory.transact(vec![Operation::FindTickets { filter }]).await;
    match answers.as_deref() {
        Ok([Answer::Tickets(known)]) => known.iter().all(|known| known.id == ticket.id),
        _ => false,
    }
}

/// How many categories one kind of ticket may fill.
const MOST_CATEGORIES: usize = 10;

/// Makes the channel in the category of that name, or in a further one when Discord says that it is full: what Discord
/// answers counts, not a number written down here.
async fn in_category(run: &Run, name: &str, create: impl Fn(Option<String>) -> Effect) -> Result<Value, Refusal> {
    if entity::is_id(name) {
        return run.perform(&create(Some(name.to_owned()))).await;
    }
    let mut refused = Refusal::new(404, code::UNKNOWN_CHANNEL, "no category");
    for number in 1..=MOST_CATEGORIES {
        let name = if number == 1 { name.to_owned() } else { format!("{name} {number}") };
        // A second try on the same name: the category may have been deleted since it was last seen.
        for _ in 0..2 {
            let parent = category(run, &name).await?;
            match run.perform(&create(Some(parent))).await {
                Err(refusal) if refusal.code == code::INVALID_FORM_BODY && refusal.message.contains("parent_id") => {
                    run.directory.forget_channels(run.guild());
                    refused = refusal;
                }
                other => return other,
            }
        }
    }
    Err(refused)
}

/// The id of a category by name; made when there is none.
async fn category(run: &Run, name: &str) -> Result<String, Refusal> {
    let channels = run.directory.channels(run.ports.discord.as_ref(), run.guild()).await?;
    let id = |channel: &Value| channel["id"].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<String> = channels
        .iter()
        .filter(|channel| {
            channel["type"] == crate::flow::directory::CATEGORY
                && channel["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
        .map(|channel| id(channel))
        .collect();
    found.sort();
    if let Some(first) = found.into_iter().next() {
        return Ok(first);
    }
    let effect = Effect::CreateChannel {
        guild: run.guild().to_owned(),
        name: name.to_owned(),
        kind: 4,
        parent: None,
        topic: None,
        overwrites: Vec::new(),
    };
    tracing::info!(run = run.id, "there is no category \"{name}\": it is made");
    let made = run.perform(&effect).await?;
    run.directory.made_channel(run.guild(), &made);
    Ok(id(&made))
}

/// The opener, staff and the bot see the channel, and nobody else (administrators see everything).
async fn overwrites(run: &Run, staff: &Access) -> Vec<Overwrite> {
    let talk = permission::VIEW_CHANNEL
        | permission::SEND_MESSAGES
        | permission::EMBED_LINKS
        | permission::ATTACH_FILES
        | permission::READ_MESSAGE_HISTORY;
    let allow = |id: String, kind: u8, bits: u64| Overwrite { id, kind, allow: bits.to_string(), deny: "0".into() };
    let user = run.origin.who.as_ref().map(|who| who.user.clone()).unwrap_or_default();
    let mut overwrites = vec![
        Overwrite {
            id: run.guild().to_owned(),
            kind: 0,
            allow: "0".into(),
            deny: permission::VIEW_CHANNEL.to_string(),
        },
        allow(user, 1, talk),
        allow(run.origin.bot.clone(), 1, talk | permission::MANAGE_CHANNELS),
    ];
    for role in staff.roles() {
        let Ok(name) = run.id_of(role) else { continue };
        match run.role(&name).await {
            Ok(id) => overwrites.push(allow(id, 0, talk)),
            Err(refusal) => tracing::warn!(run = run.id, "a role of the staff is left out: {refusal}"),
        }
    }
    overwrites
}
