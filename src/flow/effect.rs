//! What a run asks of Discord: one value that trace, outbox, simulator and tests all speak of.

use crate::flow::payload::{Choice, Message, Modal};
use crate::flow::refusal::{Refusal, code};
use crate::flow::request::{Auth, Method, Request, Response};
use serde_json::{Value, json};

/// Which interaction is answered. The token is a credential for 15 minutes.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InteractionRef {
    pub id: String,
    pub application: String,
    pub token: String,
}

impl std::fmt::Debug for InteractionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "interaction {}", self.id)
    }
}

/// The first answer to an interaction; Discord accepts one, within three seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Callback {
    /// Type 4.
    Message(Message),
    /// Type 5: "thinking…".
    Defer { ephemeral: bool },
    /// Type 6: the component's message stays as it is for now.
    DeferUpdate,
    /// Type 7: the component's message becomes this.
    Update(Message),
    /// Type 8.
    Autocomplete(Vec<Choice>),
    /// Type 9.
    Modal(Modal),
}

/// A permission overwrite of a channel. `kind`: 0 role, 1 member; bits as Discord's decimal text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Overwrite {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: u8,
    pub allow: String,
    pub deny: String,
}

/// The address of a webhook: a credential, so it never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(pub String);

impl std::fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookUrl(…)")
    }
}

impl WebhookUrl {
    /// `(scheme://host[:port], id, token)` of `…/api[/vN]/webhooks/{id}/{token}`.
    pub fn parts(&self) -> Option<(&str, &str, &str)> {
        let start = self.0.find("://")? + 3;
        let host_end = start + self.0[start..].find('/')?;
        let (base, path) = self.0.split_at(host_end);
        let path = path.split(['?', '#']).next()?;
        let mut parts = path.trim_matches('/').split('/').rev();
        let (token, id, word) = (parts.next()?, parts.next()?, parts.next()?);
        let valid = word == "webhooks" && !token.is_empty() && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        (valid && (base.starts_with("http://") || base.starts_with("https://"))).then_some((base, id, token))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The first answer to an interaction.
    Respond {
        interaction: InteractionRef,
        callback: Callback,
    },
    /// Changes the first answer (or fills a deferred one).
    EditResponse {
        interaction: InteractionRef,
        message: Message,
    },
    /// The outcome is the first answer as a message.
    GetResponse {
        interaction: InteractionRef,
    },
    /// `message`: a further message; none: the first answer.
    DeleteResponse {
        interaction: InteractionRef,
        message: Option<String>,
    },
    /// A further message.
    FollowUp {
        interaction: InteractionRef,
        message: Message,
    },
    /// `nonce`: up to 25 characters; Discord answers a repeat within minutes with the first message.
    SendMessage {
        channel: String,
        message: Message,
        nonce: Option<String>,
    },
    EditMessage {
        channel: String,
        id: String,
        message: Message,
    },
    DeleteMessage {
        channel: String,
        id: String,
    },
    /// Opens the DM channel; the outcome is the channel.
    OpenDm {
        user: String,
    },
    /// `kind`: 0 text, 4 category.
    CreateChannel {
        guild: String,
        name: String,
        kind: u8,
        parent: Option<String>,
        topic: Option<String>,
        overwrites: Vec<Overwrite>,
    },
    DeleteChannel {
        channel: String,
    },
    /// The outcome is a list of channels.
    GuildChannels {
        guild: String,
    },
    /// The outcome is a list of roles.
    GuildRoles {
        guild: String,
    },
    /// The outcome is a member with its `user`.
    GuildMember {
        guild: String,
        user: String,
    },
    AddRole {
        guild: String,
        user: String,
        role: String,
    },
    RemoveRole {
        guild: String,
        user: String,
        role: String,
    },
    /// The outcome is the channel.
    OneChannel {
        channel: String,
    },
    /// The outcome is the message.
    OneMessage {
        channel: String,
        id: String,
    },
    /// The outcome is the first hundred messages behind that id, newest first.
    MessagesAfter {
        channel: String,
        after: String,
    },
    /// The outcome is the webhook, with its `channel_id`.
    Webhook {
        url: WebhookUrl,
    },
    /// A message that the webhook has sent, with all that stands in it.
    WebhookMessage {
        url: WebhookUrl,
        id: String,
    },
    /// With `wait=true`, so that a failure is seen.
    ExecuteWebhook {
        url: WebhookUrl,
        message: Message,
    },
    /// The outcome is a list of application commands.
    Commands {
        application: String,
        guild: Option<String>,
    },
    /// Bulk overwrite: the outcome is the list as it now stands.
    SetCommands {
        application: String,
        guild: Option<String>,
        commands: Value,
    },
}

/// What Discord answered: the JSON body, `Null` for 204.
pub type Outcome = Value;

impl Effect {
    /// The request that asks for this.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] of what no request can say: an id that is none, a webhook URL that is not one of Discord's.
    pub fn request(&self) -> Result<Request, Refusal> {
        use Method::{Delete, Get, Patch, Post, Put};
        Ok(match self {
            Self::Respond { interaction, callback } => {
                let InteractionRef { id, token, .. } = interaction;
                let (body, files) = callback.body();
                let path = path(&["interactions", id, token, "callback"])?;
                Request { auth: Auth::Path, files, ..Request::new(Post, path).body(body) }
            }
            Self::EditResponse { interaction, message } => {
                response(Patch, interaction, None)?.with_message(message, None)
            }
            Self::GetResponse { interaction } => response(Get, interaction, None)?,
            Self::DeleteResponse { interaction, message } => response(Delete, interaction, message.as_deref())?,
            Self::FollowUp { interaction, message } => {
                let path = path(&["webhooks", &interaction.application, &interaction.token])?;
                Request { auth: Auth::Path, ..Request::new(Post, path) }.with_message(message, None)
            }
            Self::SendMessage { channel, message, nonce } => {
                Request::new(Post, path(&["channels", channel, "messages"])?).with_message(message, nonce.as_deref())
            }
            Self::EditMessage { channel, id, message } => one_message(Patch, channel, id)?.with_message(message, None),
            Self::DeleteMessage { channel, id } => one_message(Delete, channel, id)?,
            Self::OpenDm { user } => Request::new(Post, "/users/@me/channels").body(json!({ "recipient_id": user })),
            Self::CreateChannel { guild, name, kind, parent, topic, overwrites } => {
                let mut body = json!({ "name": name, "type": kind, "permission_overwrites": overwrites });
                if let Some(parent) = parent {
                    body["parent_id"] = json!(parent);
                }
                if let Some(topic) = topic {
                    body["topic"] = json!(topic);
                }
                Request::new(Post, path(&["guilds", guild, "channels"])?).body(body)
            }
            Self::DeleteChannel { channel } => Request::new(Delete, path(&["channels", channel])?),
            Self::GuildChannels { guild } => Request::new(Get, path(&["guilds", guild, "channels"])?),
            Self::GuildRoles { guild } => Request::new(Get, path(&["guilds", guild, "roles"])?),
            Self::GuildMember { guild, user } => Request::new(Get, path(&["guilds", guild, "members", user])?)
                .route(format!("/guilds/{guild}/members/{{}}")),
            Self::AddRole { guild, user, role } => member_role(Put, guild, user, role)?,
            Self::RemoveRole { guild, user, role } => member_role(Delete, guild, user, role)?,
            Self::OneChannel { channel } => Request::new(Get, path(&["channels", channel])?),
            Self::OneMessage { channel, id } => one_message(Get, channel, id)?,
            Self::MessagesAfter { channel, after } => {
                let path = path(&["channels", channel, "messages"])?;
                Request::new(Get, format!("{path}?after={after}&limit=100"))
                    .route(format!("/channels/{channel}/messages"))
            }
            Self::Webhook { url } => webhook(Get, url, "")?,
            Self::WebhookMessage { url, id } => {
                let below = path(&["messages", id])?;
                let request = webhook(Get, url, &below)?;
                let route = request.path.replace(&below, "/messages/{}");
                request.route(route)
            }
            Self::ExecuteWebhook { url, message } => webhook(Post, url, "?wait=true")?.with_message(message, None),
            Self::Commands { application, guild } => {
                let path = commands_path(application, guild.as_deref())?;
                Request::new(Get, format!("{path}?with_localizations=true"))
            }
            Self::SetCommands { application, guild, commands } => {
                Request::new(Put, commands_path(application, guild.as_deref())?).body(commands.clone())
            }
        })
    }

    /// What an answer to [`Effect::request`] means.
    pub fn outcome(response: Response) -> Result<Outcome, Refusal> {
        if response.ok() { Ok(response.body) } else { Err(Self::refusal(&response)) }
    }

    /// What an answer that is no success says.
    pub fn refusal(response: &Response) -> Refusal {
        let code = response.body.get("code").and_then(Value::as_u64).unwrap_or(0);
        let mut message = response.body.get("message").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
        if let Some(errors) = response.body.get("errors") {
            message.push_str(&form_errors(errors));
        }
        // Somewhere between us and Discord the answer was lost, not the request.
        let unknown = matches!(response.status, 502 | 504);
        Refusal { unknown, ..Refusal::new(response.status, code, message) }
    }
}

impl Callback {
    fn body(&self) -> (Value, Vec<crate::flow::payload::File>) {
        let message = |kind: u8, message: &Message| {
            let mut data = json!(message);
            attachments(&mut data, message);
            (json!({ "type": kind, "data": data }), message.files.clone())
        };
        match self {
            Self::Message(m) => message(4, m),
            Self::Defer { ephemeral: true } => {
                (json!({ "type": 5, "data": { "flags": crate::flow::payload::flag::EPHEMERAL } }), Vec::new())
            }
            Self::Defer { ephemeral: false } => (json!({ "type": 5 }), Vec::new()),
            Self::DeferUpdate => (json!({ "type": 6 }), Vec::new()),
            Self::Update(m) => {
                let (mut body, files) = message(7, m);
                whole(&mut body["data"]);
                (body, files)
            }
            Self::Autocomplete(choices) => (json!({ "type": 8, "data": { "choices": choices } }), Vec::new()),
            Self::Modal(modal) => (json!({ "type": 9, "data": modal }), Vec::new()),
        }
    }
}

impl Request {
    fn with_message(mut self, message: &Message, nonce: Option<&str>) -> Self {
        let mut body = json!(message);
        attachments(&mut body, message);
        if let Some(nonce) = nonce {
            body["nonce"] = json!(nonce);
            body["enforce_nonce"] = json!(true);
        }
        if self.method == Method::Patch {
            whole(&mut body);
        }
        self.files.clone_from(&message.files);
        self.body(body)
    }
}

/// An edit names what it empties too: Discord keeps whatever is left out.
fn whole(body: &mut Value) {
    let parts = [("content", json!("")), ("embeds", json!([])), ("components", json!([])), ("attachments", json!([]))];
    for (key, empty) in parts {
        if body.get(key).is_none() {
            body[key] = empty;
        }
    }
    if let Some(body) = body.as_object_mut() {
        body.remove("flags");
    }
}

fn attachments(body: &mut Value, message: &Message) {
    if !message.files.is_empty() {
        body["attachments"] = message
            .files
            .iter()
            .enumerate()
            .map(|(id, file)| json!({ "id": id.to_string(), "filename": file.name }))
            .collect();
    }
}

/// A path of these parts. Ids come from the author's templates, so none may lead to another path.
fn path(parts: &[&str]) -> Result<String, Refusal> {
    let is_one = |part: &str| {
        part.bytes().any(|b| b.is_ascii_alphanumeric())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"@-_=.~:+".contains(&b))
    };
    if parts.iter().all(|part| is_one(part)) {
        return Ok(format!("/{}", parts.join("/")));
    }
    Err(Refusal::new(400, code::INVALID_FORM_BODY, format!("an id of a {} is empty or not an id", noun(parts[0]))))
}

fn noun(collection: &str) -> &str {
    collection.trim_end_matches('s')
}

/// An answer: the first one, or that further message.
fn response(method: Method, interaction: &InteractionRef, message: Option<&str>) -> Result<Request, Refusal> {
    let message = message.unwrap_or("@original");
    let path = path(&["webhooks", &interaction.application, &interaction.token, "messages", message])?;
    Ok(Request { auth: Auth::Path, ..Request::new(method, path) })
}

fn one_message(method: Method, channel: &str, id: &str) -> Result<Request, Refusal> {
    let path = path(&["channels", channel, "messages", id])?;
    Ok(Request::new(method, path).route(format!("/channels/{channel}/messages/{{}}")))
}

/// What carries its credential in its path.
fn webhook(method: Method, url: &WebhookUrl, below: &str) -> Result<Request, Refusal> {
    let not_ours = || Refusal::new(404, code::UNKNOWN_WEBHOOK, "the webhook URL is not one of Discord's");
    let (base, id, token) = url.parts().ok_or_else(not_ours)?;
    let path = format!("{}{below}", path(&["webhooks", id, token])?);
    Ok(Request { base: Some(base.to_owned()), auth: Auth::Path, ..Request::new(method, path) })
}

fn member_role(method: Method, guild: &str, user: &str, role: &str) -> Result<Request, Refusal> {
    let path = path(&["guilds", guild, "members", user, "roles", role])?;
    Ok(Request::new(method, path).route(format!("/guilds/{guild}/members/{{}}/roles/{{}}")))
}

fn commands_path(application: &str, guild: Option<&str>) -> Result<String, Refusal> {
    match guild {
        Some(guild) => path(&["applications", application, "guilds", guild, "commands"]),
        None => path(&["applications", application, "commands"]),
    }
}

/// Discord's tree of errors in one line: `; embeds.0.title: Must be 256 or fewer in length.`
fn form_errors(errors: &Value) -> String {
    fn walk(node: &Value, path: &str, out: &mut String) {
        let Some(map) = node.as_object() else { return };
        for (key, value) in map {
            if key == "_errors" {
                for error in value.as_array().into_iter().flatten() {
                    let words = error.get("message").and_then(Value::as_str).unwrap_or_default();
                    out.push_str(&format!("; {path}: {words}"));
                }
            } else {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(value, &path, out);
            }
        }
    }
    let mut out = String::new();
    walk(errors, "", &mut out);
    out
}

impl Effect {
    /// Its kind in a word, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Respond { .. } => "respond",
            Self::EditResponse { .. } => "edit response",
            Self::GetResponse { .. } => "get response",
            Self::DeleteResponse { .. } => "delete response",
            Self::FollowUp { .. } => "follow up",
            Self::SendMessage { .. } => "send message",
            Self::EditMessage { .. } => "edit message",
            Self::DeleteMessage { .. } => "delete message",
            Self::OpenDm { .. } => "open DM",
            Self::CreateChannel { .. } => "create channel",
            Self::DeleteChannel { .. } => "delete channel",
            Self::GuildChannels { .. } => "list channels",
            Self::GuildRoles { .. } => "list roles",
            Self::GuildMember { .. } => "get member",
            Self::AddRole { .. } => "add role",
            Self::RemoveRole { .. } => "remove role",
            Self::OneChannel { .. } => "get channel",
            Self::OneMessage { .. } => "get message",
            Self::MessagesAfter { .. } => "list messages",
            Self::Webhook { .. } => "get webhook",
            Self::WebhookMessage { .. } => "get webhook message",
            Self::ExecuteWebhook { .. } => "execute webhook",
            Self::Commands { .. } => "list commands",
            Self::SetCommands { .. } => "set commands",
        }
    }
}
