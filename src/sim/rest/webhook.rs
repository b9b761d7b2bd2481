//! Webhooks: made in channels, and posted to by address.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::dispatch::Place;
use crate::sim::id::Id;
use crate::sim::message::WebhookFace;
use crate::sim::permission::Permissions;
use crate::sim::post::Post as Posting;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::rest::message::read;
use crate::sim::state::State;
use crate::sim::validate::form::Form;
use crate::sim::webhook::{MAX_IN_CHANNEL, Webhook};
use serde_json::{Value, json};

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let segments = ask.segments.clone();
    Some(match (ask.method, segments.as_slice()) {
        (Get, ["channels", channel, "webhooks"]) => {
            ask.bot().and_then(|me| of_channel(state, me, id("channel_id", channel)?))
        }
        (Post, ["channels", channel, "webhooks"]) => {
            ask.bot().and_then(|me| create(state, ask, me, id("channel_id", channel)?))
        }
        (Get, ["guilds", guild, "webhooks"]) => ask.bot().and_then(|me| of_guild(state, me, id("guild_id", guild)?)),
        (_, ["webhooks", webhook]) => managed(state, ask, webhook),
        (_, ["webhooks", webhook, token]) => known(state, webhook, token).and_then(|hook| addressed(state, ask, &hook)),
        (_, ["webhooks", webhook, token, "messages", message]) => {
            known(state, webhook, token).and_then(|hook| posted(state, ask, &hook, message))
        }
        _ => return None,
    })
}

/// The webhook of an address; a wrong token is not the same as none.
fn known(state: &State, webhook: &str, token: &str) -> Result<Webhook, Refused> {
    let webhook = state.webhooks.get(&id("webhook_id", webhook)?).ok_or_else(|| Refused::code(10015))?;
    if webhook.token == token { Ok(webhook.clone()) } else { Err(Refused::code(50027)) }
}

fn shown(state: &State, webhook: &Webhook) -> Value {
    let mut json = webhook.json();
    if let Some(user) = webhook.creator.and_then(|id| state.users.get(&id)) {
        json["user"] = user.json();
    }
    json
}

fn of_channel(state: &State, me: Id, channel: Id) -> Answered {
    state.allowed(channel, me, Permissions::MANAGE_WEBHOOKS)?;
    ok(state.webhooks.values().filter(|hook| hook.channel == channel).map(|hook| shown(state, hook)).collect())
}

fn of_guild(state: &State, me: Id, guild: Id) -> Answered {
    state.allowed_in(guild, me, Permissions::MANAGE_WEBHOOKS)?;
    ok(state.webhooks.values().filter(|hook| hook.guild == guild).map(|hook| shown(state, hook)).collect())
}

fn create(state: &mut State, ask: &Ask, me: Id, channel: Id) -> Answered {
    let mut form = Form::default();
    let name = form.needed_text(ask.body, "name", 1..=80);
    form.finish()?;
    state.allowed(channel, me, Permissions::MANAGE_WEBHOOKS)?;
    let webhook = state.make_webhook(channel, name.trim(), Some(me), Some(me))?;
    ok(shown(state, &state.webhooks[&webhook]))
}

impl State {
    pub(in crate::sim) fn make_webhook(
        &mut self,
        channel: Id,
        name: &str,
        application: Option<Id>,
        creator: Option<Id>,
    ) -> Result<Id, Refused> {
        let known = self.channel(channel)?;
        let guild = known.guild.ok_or_else(|| Refused::code(50003))?;
        if !known.holds_messages() {
            return Err(Refused::code(50024));
        }
        if self.webhooks.values().filter(|hook| hook.channel == channel).count() >= MAX_IN_CHANNEL {
            return Err(Refused::code(30007));
        }
        let id = self.next_id();
        let token = self.secret("webhook", id);
        let name = name.to_owned();
        let webhook = Webhook { id, token, guild, channel, name, application, creator, posts: Vec::new() };
        self.webhooks.insert(id, webhook);
        self.webhooks_changed(guild, channel);
        Ok(id)
    }

    fn webhooks_changed(&mut self, guild: Id, channel: Id) {
        let data = json!({ "guild_id": guild, "channel_id": channel });
        self.emit("WEBHOOKS_UPDATE", Place::Channel(channel), &data);
    }

    fn drop_webhook(&mut self, webhook: &Webhook) -> Answered {
        self.webhooks.shift_remove(&webhook.id);
        self.webhooks_changed(webhook.guild, webhook.channel);
        nothing()
    }

    fn change_webhook(&mut self, ask: &Ask, webhook: &Webhook, channel: Option<Id>) -> Answered {
        let mut form = Form::default();
        let name = form.text(ask.body, "name", 1..=80);
        form.finish()?;
        let known = self.webhooks.get_mut(&webhook.id).ok_or_else(|| Refused::code(10015))?;
        known.name = name.unwrap_or_else(|| std::mem::take(&mut known.name));
        known.channel = channel.unwrap_or(known.channel);
        let changed = known.clone();
        self.webhooks_changed(changed.guild, changed.channel);
        ok(shown(self, &changed))
    }
}

/// By a bot that may manage it, without the token.
fn managed(state: &mut State, ask: &Ask, webhook: &str) -> Answered {
    let me = ask.bot()?;
    let webhook = state.webhooks.get(&id("webhook_id", webhook)?).ok_or_else(|| Refused::code(10015))?.clone();
    state.allowed(webhook.channel, me, Permissions::MANAGE_WEBHOOKS)?;
    match ask.method {
        Get => ok(shown(state, &webhook)),
        Patch => {
            let mut form = Form::default();
            let channel = form.id(ask.body, "channel_id");
            form.finish()?;
            if let Some(channel) = channel {
                state.allowed(channel, me, Permissions::MANAGE_WEBHOOKS)?;
            }
            state.change_webhook(ask, &webhook, channel)
        }
        Delete => state.drop_webhook(&webhook),
        _ => Err(Refused::status(405)),
    }
}

/// By whoever knows the address.
fn addressed(state: &mut State, ask: &Ask, webhook: &Webhook) -> Answered {
    match ask.method {
        Get => ok(webhook.json()),
        Patch => state.change_webhook(ask, webhook, None),
        Delete => state.drop_webhook(webhook),
        Post => execute(state, ask, webhook),
        _ => Err(Refused::status(405)),
    }
}

fn execute(state: &mut State, ask: &Ask, webhook: &Webhook) -> Answered {
    let mut draft = read(state, ask, 0)?;
    if webhook.application.is_none() && !ask.flag("with_components") {
        draft.components = None;
    }
    draft.reply_to = None;
    let mut post = Posting::new(webhook.channel, webhook.id, Permissions::ALL);
    post.application = webhook.application;
    post.webhook = Some(WebhookFace {
        webhook: webhook.id,
        name: draft.username.take().unwrap_or_else(|| webhook.name.clone()),
        avatar: draft.avatar_url.take(),
    });
    let message = state.post(&post, draft, ask.files)?;
    if let Some(known) = state.webhooks.get_mut(&webhook.id) {
        known.posts.push(message);
    }
    if !ask.flag("wait") {
        return nothing();
    }
    ok(state.message_json(state.message(webhook.channel, message)?, webhook.id))
}

/// One of its own messages.
fn posted(state: &mut State, ask: &Ask, webhook: &Webhook, message: &str) -> Answered {
    let message = state.message(webhook.channel, id("message_id", message)?)?;
    let (id, flags) = (message.id, message.flags);
    if message.author != webhook.id {
        return Err(Refused::code(10008));
    }
    match ask.method {
        Get => {}
        Patch => {
            let draft = read(state, ask, flags)?;
            state.edit(webhook.channel, id, draft, ask.files, Permissions::ALL)?;
        }
        Delete => {
            state.unpost(webhook.channel, id)?;
            return nothing();
        }
        _ => return Err(Refused::status(405)),
    }
    ok(state.message_json(state.message(webhook.channel, id)?, webhook.id))
}
