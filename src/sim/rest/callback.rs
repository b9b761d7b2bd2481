//! The first answer to an interaction: one, and within three seconds.

use crate::flow::request::Method::Post;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::interaction::{Interaction, kind};
use crate::sim::message::{Message, flag};
use crate::sim::permission::Permissions;
use crate::sim::post::Post as Posting;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::validate::command::choice;
use crate::sim::validate::form::Form;
use crate::sim::validate::message::{Draft, Reading, draft};
use crate::sim::validate::modal::modal;
use serde_json::{Value, json};

const MESSAGE: i64 = 4;
const DEFER: i64 = 5;
const DEFER_UPDATE: i64 = 6;
const UPDATE: i64 = 7;
const AUTOCOMPLETE: i64 = 8;
const MODAL: i64 = 9;

/// Discord's words for the types of answers.
const NAMES: &[(i64, &str)] = &[
    (MESSAGE, "CHANNEL_MESSAGE_WITH_SOURCE"),
    (DEFER, "DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE"),
    (DEFER_UPDATE, "DEFERRED_UPDATE_MESSAGE"),
    (UPDATE, "UPDATE_MESSAGE"),
    (AUTOCOMPLETE, "APPLICATION_COMMAND_AUTOCOMPLETE_RESULT"),
    (MODAL, "MODAL"),
];

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let (Post, ["interactions", interaction, token, "callback"]) = (ask.method, ask.segments.as_slice()) else {
        return None;
    };
    Some(id("interaction_id", interaction).and_then(|interaction| answer(state, ask, interaction, token)))
}

fn answer(state: &mut State, ask: &Ask, id: Id, token: &str) -> Answered {
    let known = state.interactions.get(&id).filter(|known| known.token == token && !known.failed);
    let interaction = known.ok_or_else(|| Refused::code(10062))?.clone();
    if interaction.acknowledged_at.is_some() {
        return Err(Refused::code(40060));
    }
    let mut form = Form::default();
    let callback = callback_type(&mut form, ask.body, &interaction);
    form.finish()?;
    let given = &ask.body["data"];
    let answered = match callback {
        MESSAGE => message(state, ask, &interaction, given)?,
        DEFER => defer(state, &interaction, given),
        DEFER_UPDATE => Answer { original: interaction.message, ..Answer::default() },
        UPDATE => update(state, ask, &interaction, given)?,
        AUTOCOMPLETE => Answer { choices: Some(choices(&interaction, given)?), ..Answer::default() },
        _ => Answer { modal: Some(window(state, given)?), ..Answer::default() },
    };
    let deferred = matches!(callback, DEFER | DEFER_UPDATE);
    state.acknowledge(id, callback, deferred, answered);
    if ask.flag("with_response") { ok(response(state, id, callback)) } else { nothing() }
}

/// What an answer left behind.
#[derive(Default)]
struct Answer {
    original: Option<Id>,
    ephemeral: bool,
    choices: Option<Vec<Value>>,
    modal: Option<Value>,
}

fn callback_type(form: &mut Form, body: &Value, interaction: &Interaction) -> i64 {
    if body["type"].is_null() {
        form.at("type", Form::required);
        return 0;
    }
    let allowed: &[i64] = match (interaction.kind, interaction.message) {
        (kind::COMMAND, _) => &[MESSAGE, DEFER, MODAL],
        (kind::COMPONENT, _) => &[MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL],
        (kind::AUTOCOMPLETE, _) => &[AUTOCOMPLETE],
        (_, Some(_)) => &[MESSAGE, DEFER, DEFER_UPDATE, UPDATE],
        _ => &[MESSAGE, DEFER],
    };
    let callback = form.integer(body, "type", i64::MIN..=i64::MAX).unwrap_or(0);
    if !allowed.contains(&callback) {
        let named = NAMES.iter().filter(|(kind, _)| allowed.contains(kind));
        let list: Vec<String> =
            named.map(|(kind, name)| format!("<InteractionCallbackTypes.{name}: {kind}>")).collect();
        let words = format!("Value must be one of {{{}}}.", list.join(", "));
        form.at("type", |form| form.error("BASE_TYPE_CHOICES", words));
    }
    callback
}

fn read(state: &State, ask: &Ask, given: &Value, flags: u64) -> Result<Draft, Refused> {
    let known = |emoji: Id| state.guilds.values().any(|guild| guild.emojis.contains_key(&emoji));
    draft(given, ask.files, Some("data"), &Reading { flags, emojis: &known })
}

fn powers(state: &State, interaction: &Interaction) -> Permissions {
    let channel = state.channels.get(&interaction.channel);
    channel.map(|channel| state.permissions_in(channel, interaction.application)).unwrap_or_default()
}

/// 20 answers a typed command, 23 one of a menu.
fn message_kind(interaction: &Interaction) -> u8 {
    match (interaction.kind, interaction.data["type"].as_u64()) {
        (kind::COMMAND, Some(2 | 3)) => 23,
        (kind::COMMAND, _) => 20,
        _ => 0,
    }
}

fn message(state: &mut State, ask: &Ask, interaction: &Interaction, given: &Value) -> Result<Answer, Refused> {
    let draft = read(state, ask, given, 0)?;
    let ephemeral = draft.is_ephemeral();
    let mut post = Posting::new(interaction.channel, interaction.application, powers(state, interaction));
    post.kind = message_kind(interaction);
    post.application = Some(interaction.application);
    post.interaction = Some(interaction.id);
    post.ephemeral_to = ephemeral.then_some(interaction.user);
    let original = state.post(&post, draft, ask.files)?;
    Ok(Answer { original: Some(original), ephemeral, ..Answer::default() })
}

/// "thinking…" is a message already.
fn defer(state: &mut State, interaction: &Interaction, given: &Value) -> Answer {
    let ephemeral = given["flags"].as_u64().unwrap_or(0) & flag::EPHEMERAL != 0;
    let id = state.next_id();
    let mut message = Message::new(id, interaction.channel, interaction.guild, interaction.application, state.now);
    message.kind = message_kind(interaction);
    message.flags = flag::LOADING | if ephemeral { flag::EPHEMERAL } else { 0 };
    message.ephemeral_to = ephemeral.then_some(interaction.user);
    message.application = Some(interaction.application);
    message.interaction = Some(interaction.id);
    state.put(message);
    Answer { original: Some(id), ephemeral, ..Answer::default() }
}

fn update(state: &mut State, ask: &Ask, interaction: &Interaction, given: &Value) -> Result<Answer, Refused> {
    let source = interaction.message.ok_or_else(|| Refused::code(10008))?;
    let before = state.message(interaction.channel, source)?;
    let ephemeral = before.is_ephemeral();
    let draft = read(state, ask, given, before.flags)?;
    state.edit(interaction.channel, source, draft, ask.files, powers(state, interaction))?;
    Ok(Answer { original: Some(source), ephemeral, ..Answer::default() })
}

fn choices(interaction: &Interaction, given: &Value) -> Result<Vec<Value>, Refused> {
    let mut form = Form::default();
    let kind = focused_kind(&interaction.data["options"]).unwrap_or(3);
    let kept = form.at("data", |form| {
        let list = form.list(given, "choices", 0..=25);
        if list.is_none() && given["choices"].is_null() {
            form.at("choices", Form::required);
        }
        form.at("choices", |form| {
            let list = list.unwrap_or_default().iter().enumerate();
            list.map(|(index, value)| form.at(index, |form| choice(form, value, kind))).collect()
        })
    });
    form.finish()?;
    Ok(kept)
}

/// The type of the option that is being typed.
fn focused_kind(options: &Value) -> Option<u64> {
    options.as_array()?.iter().find_map(|option| {
        if option["focused"].as_bool() == Some(true) {
            option["type"].as_u64()
        } else {
            focused_kind(&option["options"])
        }
    })
}

fn window(state: &State, given: &Value) -> Result<Value, Refused> {
    let mut form = Form::default();
    let known = |emoji: Id| state.guilds.values().any(|guild| guild.emojis.contains_key(&emoji));
    let window = form.at("data", |form| modal(form, given, &known));
    form.finish()?;
    Ok(window)
}

impl State {
    fn acknowledge(&mut self, id: Id, callback: i64, deferred: bool, answer: Answer) {
        self.waiting.retain(|waiting| *waiting != id);
        let now = self.now;
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        interaction.acknowledged_at = Some(now);
        interaction.callback = u8::try_from(callback).ok();
        interaction.deferred = deferred;
        interaction.ephemeral = answer.ephemeral;
        interaction.original = answer.original;
        interaction.choices = answer.choices;
        interaction.modal_open = answer.modal.is_some();
        interaction.modal = answer.modal;
        let interaction = Box::new(interaction.clone());
        let user = interaction.user;
        if let Some(modal) = interaction.modal.clone() {
            self.tell(|_| Happening::ModalOpened { interaction: id, user, modal });
        }
        if let Some(choices) = interaction.choices.clone() {
            self.tell(|_| Happening::Completed { interaction: id, user, choices });
        }
        self.tell(|_| Happening::Acknowledged { interaction });
    }
}

/// What `with_response=true` asks for.
fn response(state: &State, id: Id, callback: i64) -> Value {
    let Some(interaction) = state.interactions.get(&id) else { return Value::Null };
    let message = interaction.original.and_then(|original| state.message(interaction.channel, original).ok());
    let mut about = json!({ "id": id, "type": interaction.kind, "channel_id": interaction.channel,
        "guild_id": interaction.guild });
    if let Some(message) = message.filter(|_| matches!(callback, MESSAGE | DEFER)) {
        about["response_message_id"] = json!(message.id);
        about["response_message_loading"] = json!(message.is_loading());
        about["response_message_ephemeral"] = json!(message.is_ephemeral());
    }
    let mut body = json!({ "interaction": crate::sim::show::without_nulls(about) });
    if matches!(callback, MESSAGE | UPDATE) {
        let shown = message.map(|message| state.message_json(message, interaction.application));
        body["resource"] = json!({ "type": callback, "message": shown });
    }
    body
}
