//! Tickets: texts with their defaults, who is staff, how one is closed.

use crate::action::binder::{Binder, Cause};
use crate::flow::access::Access;
use crate::flow::custom_id::Kind;
use crate::flow::entity;
use crate::flow::limit;
use crate::flow::message::{ButtonTarget, ButtonUse, MessageTemplate};
use crate::flow::program::TicketKind;
use crate::flow::step::Block;
use crate::flow::template::{Place, Template};
use crate::flow::types::{Names, Type};
use crate::lang::ticket::{Closer, Ticket, TicketEvents};
use crate::text::{Diagnostic, Raw, Span, Spanned, Text, code};
use indexmap::IndexMap;
use std::sync::Arc;

impl Binder<'_> {
    pub fn tickets(&mut self) -> IndexMap<String, Arc<TicketKind>> {
        let bot = self.bot;
        bot.tickets.iter().map(|(name, ticket)| (name.value.clone(), Arc::new(self.ticket(name, ticket)))).collect()
    }

    fn ticket_names(&self) -> Names {
        self.base_names().with("ticket", entity::ticket_type(), "The ticket.")
    }

    fn ticket(&mut self, name: &Spanned<String>, ticket: &Ticket) -> TicketKind {
        let staff = self.access(Some(&ticket.staff));
        let access = self.access_to(ticket.access.as_ref(), name.span, &format!("tickets of `{}`", name.value));
        let panel = self.panel_message(name, ticket);
        self.names = self.ticket_names();
        let (close_by_opener, close_by_staff) = closers(ticket);
        let by = ticket.close.by.as_ref();
        if by.is_none_or(|by| !by.poisoned) {
            let place = by.map_or(name.span, |by| by.span);
            self.somebody_can_close(name, place, &staff, close_by_opener, close_by_staff);
        }
        self.fits_custom_id(Kind::CloseTicket, name, "a ticket");
        let close = ButtonTarget::Act(Kind::CloseTicket, name.value.clone());
        let span = name.span;
        TicketKind {
            name: name.value.clone(),
            span,
            category: ticket.category.as_ref().map(|text| self.category(text)),
            channel: self.channel_name(&ticket.channel),
            topic: ticket
                .topic
                .as_ref()
                .map(|text| self.limited(text, Place::Plain, "the topic", limit::CHANNEL_TOPIC)),
            per_user: self.per_user(ticket),
            welcome: self.message(ticket.welcome.body(), span),
            opened_reply: self.text_or(ticket.opened.as_ref(), "Your ticket is open: {{ticket.channel.mention}}", name),
            already_open: self.text_or(
                ticket.already_open.as_ref(),
                "You already have an open ticket: {{ticket.channel.mention}}",
                name,
            ),
            close_button: self.plain_button(&ticket.close.button, close),
            close_by_opener,
            close_by_staff,
            close_refused: self.text_or(ticket.close.refused.as_ref(), "You cannot close this ticket.", name),
            close_message: self.text_or(ticket.close.message.as_ref(), "Closed by {{user.mention}}.", name),
            delete_after: ticket.close.delete_after.as_ref().map_or(0, |text| self.duration(text)),
            on_opened: self.ticket_event(&ticket.on, |on| on.opened.as_ref()),
            on_closed: self.ticket_event(&ticket.on, |on| on.closed.as_ref()),
            staff,
            access,
            panel,
        }
    }

    fn panel_message(&mut self, name: &Spanned<String>, ticket: &Ticket) -> MessageTemplate {
        self.names = self.base_names();
        let panel = &ticket.panel;
        let target = ButtonTarget::Act(Kind::OpenTicket, name.value.clone());
        let button = self.plain_button(&panel.button, target);
        let content =
            panel.content.as_ref().map(|text| self.limited(text, Place::Markdown, "the message", limit::CONTENT));
        let embeds = panel.embed.as_ref().map(|embed| vec![self.embed_or_name(embed)]).unwrap_or_default();
        let place = ticket.panel.embed.as_ref().and_then(|embed| embed.place());
        self.total(&embeds, &[place], name.span);
        let rows = vec![vec![ButtonUse { button, arguments: Vec::new(), when: None, disabled: None }]];
        MessageTemplate { content, embeds, rows, ..MessageTemplate::default() }
    }

    fn category(&mut self, text: &Text) -> Template {
        let template = self.plain(text);
        let kind = template.kind();
        let fits = matches!(kind.present(), Type::Text(_) | Type::Any)
            || matches!(kind.present(), Type::Record(record) if record.name == "channel");
        if !fits && !text.poisoned {
            self.mistake(
                code::TYPE_MISMATCH,
                text.span,
                format!("the name or the ID of a category belongs here, this is a {kind}"),
            );
        }
        if kind.from_user() && matches!(kind.present(), Type::Text(_)) {
            self.mistake(code::DESTINATION_FROM_USER, text.span, "the category would come from text that a user wrote");
        }
        template
    }

    fn per_user(&mut self, ticket: &Ticket) -> u32 {
        let Some(limit) = &ticket.limit.per_user else { return 1 };
        if !(1..=50).contains(&limit.value) && !limit.poisoned {
            self.mistake(code::OUT_OF_RANGE, limit.span, "`per_user` is 1 to 50");
        }
        limit.value.clamp(1, 50)
    }

    fn text_or(&mut self, text: Option<&Text>, default: &str, name: &Spanned<String>) -> Template {
        match text {
            Some(text) => self.limited(text, Place::Markdown, "the message", limit::CONTENT),
            None => self.markdown(&Text::at(default, name.span)),
        }
    }

    fn somebody_can_close(
        &mut self,
        name: &Spanned<String>,
        place: Span,
        staff: &Access,
        opener: bool,
        by_staff: bool,
    ) {
        let nobody = staff.is_impossible();
        if !opener && (!by_staff || nobody) {
            self.report(
                Diagnostic::new(code::NOBODY_CLOSES, place, format!("nobody can close a ticket of `{}`", name.value))
                    .help("name `opener` or `staff` in `close.by`"),
            );
        }
    }

    fn ticket_event<'t>(&mut self, on: &'t TicketEvents, which: impl Fn(&'t TicketEvents) -> Option<&'t Raw>) -> Block {
        let Some(raw) = which(on) else { return Block::default() };
        let known = self.ticket_names();
        let names = std::mem::replace(&mut self.names, known);
        self.cause = Cause { label: "a ticket's life".into(), answers: true, ticket: true, ..Cause::default() };
        self.waited = Default::default();
        let bound = self.steps(&raw.0);
        self.names = names;
        bound.block
    }
}

fn closers(ticket: &Ticket) -> (bool, bool) {
    let Some(by) = &ticket.close.by else { return (true, true) };
    let named = |closer: Closer| by.iter().any(|named| named.value == closer);
    (named(Closer::Opener), named(Closer::Staff))
}
