//! Putting a message into a channel, and changing it there: one way for bots, webhooks, answers and people.

use crate::flow::payload::File;
use crate::sim::dispatch::Place;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::message::{Message, WebhookFace, flag};
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::form;
use crate::sim::show::without_nulls;
use crate::sim::state::State;
use crate::sim::validate::mentions::{Allowed, said};
use crate::sim::validate::message::Draft;
use serde_json::{Value, json};

/// Flags that a sender may set.
const SETTABLE: u64 = flag::SUPPRESS_EMBEDS | flag::SUPPRESS_NOTIFICATIONS | flag::COMPONENTS_V2;
/// How long a nonce is remembered, in milliseconds ("a few minutes").
const NONCE_MEMORY: i64 = 5 * 60 * 1_000;

/// Who posts what kind of message where.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub channel: Id,
    pub author: Id,
    pub webhook: Option<WebhookFace>,
    /// See [`Message::kind`].
    pub kind: u8,
    pub application: Option<Id>,
    pub interaction: Option<Id>,
    pub ephemeral_to: Option<Id>,
    /// What the sender may do there: pinging everyone takes a permission.
    pub powers: Permissions,
}

impl Post {
    pub(super) fn new(channel: Id, author: Id, powers: Permissions) -> Self {
        Self {
            channel,
            author,
            webhook: None,
            kind: 0,
            application: None,
            interaction: None,
            ephemeral_to: None,
            powers,
        }
    }
}

/// The pings of one message.
struct Pings {
    users: Vec<Id>,
    roles: Vec<Id>,
    everyone: bool,
}

impl State {
    /// A new message, or the earlier one that an enforced nonce points at.
    pub(super) fn post(&mut self, post: &Post, draft: Draft, files: &[File]) -> Result<Id, Refused> {
        let guild = self.channel(post.channel)?.guild;
        let nonce = draft.nonce.as_ref().map(|nonce| nonce.as_str().map_or_else(|| nonce.to_string(), str::to_owned));
        let nonce = nonce.map(|nonce| (post.channel, post.author, nonce));
        if draft.enforce_nonce
            && let Some(earlier) = nonce.as_ref().and_then(|nonce| self.remembered(nonce))
        {
            return Ok(earlier);
        }
        self.check_reply(post.channel, &draft)?;
        let id = self.next_id();
        let mut message = Message::new(id, post.channel, guild, post.author, self.now);
        message.webhook.clone_from(&post.webhook);
        message.kind = if draft.reply_to.is_some() { 19 } else { post.kind };
        message.application = post.application;
        message.interaction = post.interaction;
        message.ephemeral_to = post.ephemeral_to;
        message.flags = draft.flags.unwrap_or(0) & SETTABLE;
        if post.ephemeral_to.is_some() {
            message.flags |= flag::EPHEMERAL;
        }
        message.reply_to = draft.reply_to;
        message.nonce.clone_from(&draft.nonce);
        self.fill(&mut message, draft, files, post.powers)?;
        if let Some(nonce) = nonce {
            self.nonces.insert(nonce, (id, self.now));
        }
        self.put(message);
        Ok(id)
    }

    /// Stores a finished message, and tells of it.
    pub(super) fn put(&mut self, message: Message) {
        let Some(channel) = self.channels.get_mut(&message.channel) else { return };
        if !message.is_ephemeral() {
            channel.last_message = Some(message.id);
        }
        channel.messages.insert(message.id, message.clone());
        self.emit_message("MESSAGE_CREATE", &message, &Value::Null);
        self.tell(|state| Happening::MessageCreated {
            visible_to: state.readers(&message),
            message: Box::new(message),
        });
    }

    /// Changes a message as a draft says; what the draft leaves out stays. Edits ping nobody anew.
    pub(super) fn edit(
        &mut self,
        channel: Id,
        id: Id,
        draft: Draft,
        files: &[File],
        powers: Permissions,
    ) -> Result<(), Refused> {
        let mut message = self.message(channel, id)?.clone();
        let fixed = message.flags & (flag::EPHEMERAL | flag::COMPONENTS_V2 | flag::LOADING);
        if let Some(flags) = draft.flags {
            message.flags = flags & SETTABLE | fixed;
        }
        let first = message.is_loading();
        message.flags &= !flag::LOADING;
        self.fill(&mut message, draft, files, powers)?;
        if !first {
            message.edited_at = Some(self.now);
        }
        self.channel_mut(channel)?.messages.insert(id, message.clone());
        self.emit_message("MESSAGE_UPDATE", &message, &Value::Null);
        self.tell(|state| Happening::MessageEdited { visible_to: state.readers(&message), message: Box::new(message) });
        Ok(())
    }

    /// Takes a message away, and tells everybody.
    pub(super) fn unpost(&mut self, channel: Id, id: Id) -> Result<(), Refused> {
        let message = self.take_message(channel, id)?;
        if !message.is_ephemeral() {
            let data = json!({ "id": id, "channel_id": channel, "guild_id": message.guild });
            self.emit("MESSAGE_DELETE", Place::Channel(channel), &without_nulls(data));
        }
        Ok(())
    }

    /// Takes a message away, and tells only the journal.
    pub(super) fn take_message(&mut self, channel: Id, id: Id) -> Result<Message, Refused> {
        let message = self.channel_mut(channel)?.messages.remove(&id).ok_or_else(|| Refused::code(10008))?;
        let gone = Box::new(message.clone());
        self.tell(|state| Happening::MessageDeleted { visible_to: state.readers(&gone), message: gone });
        Ok(message)
    }

    /// The people who see a message.
    pub(super) fn readers(&self, message: &Message) -> Vec<Id> {
        let Some(channel) = self.channels.get(&message.channel) else {
            return message.ephemeral_to.into_iter().collect();
        };
        self.audience(channel).into_iter().filter(|user| message.visible_to(*user)).collect()
    }

    fn remembered(&mut self, nonce: &(Id, Id, String)) -> Option<Id> {
        let now = self.now;
        self.nonces.retain(|_, (_, at)| now - *at < NONCE_MEMORY);
        let (id, _) = self.nonces.get(nonce)?;
        self.channels.get(&nonce.0)?.messages.contains_key(id).then_some(*id)
    }

    fn check_reply(&self, channel: Id, draft: &Draft) -> Result<(), Refused> {
        match draft.reply_to {
            Some(to) if draft.reply_must_exist && self.message(channel, to).is_err() => {
                Err(form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"))
            }
            _ => Ok(()),
        }
    }

    fn fill(
        &mut self,
        message: &mut Message,
        draft: Draft,
        files: &[File],
        powers: Permissions,
    ) -> Result<(), Refused> {
        let attachments = kept_attachments(message, &draft);
        let allowed = draft.allowed.unwrap_or_default();
        message.content = draft.content.unwrap_or_else(|| std::mem::take(&mut message.content));
        message.embeds = draft.embeds.unwrap_or_else(|| std::mem::take(&mut message.embeds));
        message.components = draft.components.unwrap_or_else(|| std::mem::take(&mut message.components));
        let blank = message.content.is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && attachments.is_empty()
            && files.is_empty();
        if blank {
            return Err(Refused::code(50006));
        }
        message.attachments = attachments;
        self.attach(message, files, draft.attachments.as_deref().unwrap_or_default());
        let pings = self.pings(message, &allowed, powers);
        (message.mentions, message.mention_roles, message.mention_everyone) =
            (pings.users, pings.roles, pings.everyone);
        Ok(())
    }

    /// Stores files, and points `attachment://` addresses at them.
    fn attach(&mut self, message: &mut Message, files: &[File], described: &[Value]) {
        for (index, file) in files.iter().enumerate() {
            let mut attachment = self.store_file(message.channel, file);
            let about = described.iter().find(|given| same_id(&given["id"], &json!(index.to_string())));
            if let Some(text) = about.and_then(|about| about["description"].as_str()) {
                attachment["description"] = json!(text);
            }
            let from = format!("attachment://{}", safe_name(&file.name));
            message
                .embeds
                .iter_mut()
                .chain(&mut message.components)
                .for_each(|part| point(part, &from, &attachment["url"]));
            message.attachments.push(attachment);
        }
    }

    /// Keeps an uploaded file, and answers with its attachment object.
    pub(super) fn store_file(&mut self, channel: Id, file: &File) -> Value {
        let id = self.next_id();
        let path = format!("/attachments/{channel}/{id}/{}", safe_name(&file.name));
        let seconds = self.now / 1_000;
        let signature = &self.secret("file", id)[..64];
        let query = format!("?ex={:x}&is={seconds:x}&hm={signature}&", seconds + 86_400);
        let url = format!("{}{path}{query}", self.hosts.cdn);
        self.files.insert(path, file.content.clone());
        let mut attachment = json!({ "id": id, "filename": safe_name(&file.name), "size": file.content.len(),
            "url": url, "proxy_url": url });
        if let Some(kind) = content_type(&file.name) {
            attachment["content_type"] = json!(kind);
        }
        attachment
    }

    fn pings(&self, message: &Message, allowed: &Allowed, powers: Permissions) -> Pings {
        let mut text = message.content.clone();
        message.components.iter().for_each(|component| gather_text(component, &mut text));
        let said = said(&text);
        let loud = powers.has(Permissions::MENTION_EVERYONE) && message.guild.is_some();
        let guild = message.guild.and_then(|id| self.guilds.get(&id));
        let pingable = |id: &Id| guild.and_then(|g| g.roles.get(id)).is_some_and(|role| loud || role.mentionable);
        let mut users: Vec<Id> = said.users.into_iter().filter(|id| allowed.user(*id)).collect();
        if let Some(author) = message.reply_to.and_then(|to| self.message(message.channel, to).ok()).map(|m| m.author)
            && allowed.replied_user
            && !users.contains(&author)
        {
            users.push(author);
        }
        users.retain(|id| self.users.contains_key(id));
        let roles = said.roles.into_iter().filter(|id| allowed.role(*id) && pingable(id)).collect();
        Pings { users, roles, everyone: said.everyone && allowed.everyone && loud }
    }
}

/// The old attachments that an edit keeps: all without a list, else those of the list.
fn kept_attachments(message: &Message, draft: &Draft) -> Vec<Value> {
    let Some(list) = &draft.attachments else { return message.attachments.clone() };
    let named = |old: &&Value| list.iter().any(|given| same_id(&given["id"], &old["id"]));
    message.attachments.iter().filter(named).cloned().collect()
}

/// Whether two ids are the same, as number or text.
fn same_id(a: &Value, b: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text(a) == text(b)
}

/// Discord keeps letters, digits, dots, dashes and underscores of a file's name.
fn safe_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = base.chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    let kept: String = safe.chars().filter(|c| c.is_alphanumeric() || "._-".contains(*c)).collect();
    if kept.is_empty() { "unknown".to_owned() } else { kept }
}

fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "txt" | "log" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "yaml" | "yml" => "application/yaml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => return None,
    })
}

fn point(value: &mut Value, from: &str, to: &Value) {
    match value {
        Value::String(text) if text == from => *value = to.clone(),
        Value::Array(list) => list.iter_mut().for_each(|part| point(part, from, to)),
        Value::Object(map) => map.values_mut().for_each(|part| point(part, from, to)),
        _ => {}
    }
}

/// The text that text displays show.
fn gather_text(component: &Value, out: &mut String) {
    if component["type"].as_u64() == Some(10) {
        out.push('\n');
        out.push_str(component["content"].as_str().unwrap_or_default());
    }
    component["components"].as_array().into_iter().flatten().for_each(|child| gather_text(child, out));
}
