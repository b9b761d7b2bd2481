//! The answers to one interaction: the first within three seconds, later ones as edits and follow-ups.

use crate::flow::checkpoint::Asked;
use crate::flow::doubt;
use crate::flow::effect::{Callback, Effect, InteractionRef, Outcome};
use crate::flow::entity;
use crate::flow::payload::{Message, Modal, flag};
use crate::flow::port::Discord;
use crate::flow::refusal::{Refusal, code};
use crate::flow::timer::Answered;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How an interaction is put off when its run takes longer than Discord waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deferral {
    pub ephemeral: bool,
    /// The first answer changes the message that the component stands on.
    pub update: bool,
}

/// Shared by the run and by the clock that defers it.
pub struct Answer {
    interaction: InteractionRef,
    /// A click or choice: there is a message to update.
    component: bool,
    discord: Arc<dyn Discord>,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Deferred {
        ephemeral: bool,
    },
    DeferredUpdate,
    Answered,
    /// What an earlier process answered is to be found out. `doubtful`: perhaps what is answered now.
    Unknown {
        doubtful: bool,
    },
}

impl Answer {
    pub fn new(interaction: InteractionRef, component: bool, discord: Arc<dyn Discord>) -> Self {
        Self { interaction, component, discord, state: Mutex::new(State::Fresh) }
    }

    /// Of an interaction that an earlier process, or the run before its sleep, was there for.
    pub fn again(asked: Asked, doubtful: bool, discord: Arc<dyn Discord>) -> Self {
        let state = Mutex::new(State::Unknown { doubtful });
        Self { interaction: asked.reference, component: asked.component, discord, state }
    }

    pub fn asked(&self) -> Asked {
        Asked { reference: self.interaction.clone(), component: self.component }
    }

    /// Whether Discord still waits for the first answer.
    pub async fn is_fresh(&self) -> bool {
        *self.state.lock().await == State::Fresh
    }

    /// "Thinking…": does nothing when an answer was given already.
    pub async fn defer(&self, deferral: Deferral) -> Result<(), Refusal> {
        let mut state = self.state.lock().await;
        if *state != State::Fresh {
            return Ok(());
        }
        let (callback, next) = if deferral.update && self.component {
            (Callback::DeferUpdate, State::DeferredUpdate)
        } else {
            (Callback::Defer { ephemeral: deferral.ephemeral }, State::Deferred { ephemeral: deferral.ephemeral })
        };
        self.respond(callback).await?;
        *state = next;
        Ok(())
    }

    /// A new message: the first answer, what fills a deferred one, or a follow-up.
    pub async fn reply(&self, message: Message) -> Result<Outcome, Refusal> {
        let mut state = self.state.lock().await;
        let outcome = match *state {
            State::Fresh => match self.respond(Callback::Message(message.clone())).await {
                // Somebody else's process was first: what is left is a follow-up.
                Err(refusal) if refusal.code == code::ALREADY_ACKNOWLEDGED => self.follow_up(message).await?,
                other => other?,
            },
            State::Deferred { ephemeral } if ephemeral == message.is_ephemeral() => self.edit(message).await?,
            // "Thinking…" was shown to others than the answer is meant for.
            State::Deferred { .. } => {
                self.discord
                    .perform(&Effect::DeleteResponse { interaction: self.interaction.clone(), message: None })
                    .await?;
                self.follow_up(message).await?
            }
            State::DeferredUpdate | State::Answered => self.follow_up(message).await?,
            State::Unknown { doubtful } => self.reply_again(message, doubtful).await?,
        };
        *state = State::Answered;
        Ok(outcome)
    }

    /// What was answered before decides: "thinking…" is filled, and the same is not said twice.
    async fn reply_again(&self, message: Message, doubtful: bool) -> Result<Outcome, Refusal> {
        let there = match self.discord.perform(&Effect::GetResponse { interaction: self.interaction.clone() }).await {
            // Nothing was answered yet, and perhaps Discord still waits.
            Err(refusal) if matches!(refusal.code, code::UNKNOWN_MESSAGE | code::UNKNOWN_WEBHOOK) => {
                return self.respond(Callback::Message(message)).await;
            }
            there => there?,
        };
        if is_loading(&there) {
            self.edit(message).await
        } else if doubtful && doubt::same(&message, &there) {
            Ok(there)
        } else {
            self.follow_up(message).await
        }
    }

    /// Changes the message that the component stands on; for a command it is a [`Self::reply`].
    pub async fn update(&self, message: Message) -> Result<Outcome, Refusal> {
        if !self.component {
            return self.reply(message).await;
        }
        let mut state = self.state.lock().await;
        let outcome = match *state {
            State::Fresh => self.respond(Callback::Update(message)).await?,
            State::DeferredUpdate => self.edit(message).await?,
            State::Deferred { .. } | State::Unknown { .. } => self.edit(message).await?,
            State::Answered => self.follow_up(message).await?,
        };
        *state = State::Answered;
        Ok(outcome)
    }

    /// What an answer is deleted by, within so many milliseconds from the interaction. `given` is what it came to.
    pub fn answered(&self, given: &Outcome, within: i64) -> Answered {
        let until = entity::created_at(&self.interaction.id) + within;
        let message = given["id"].as_str().map(str::to_owned);
        Answered { interaction: self.interaction.clone(), message, until }
    }

    /// An answer as a message: Discord tells it of every answer but the first.
    pub async fn as_message(&self, given: &Outcome) -> Result<Outcome, Refusal> {
        if given["id"].is_string() {
            return Ok(given.clone());
        }
        self.discord.perform(&Effect::GetResponse { interaction: self.interaction.clone() }).await
    }

    /// Opens a window; only a first answer can.
    pub async fn modal(&self, modal: Modal) -> Result<Outcome, Refusal> {
        let mut state = self.state.lock().await;
        if *state != State::Fresh {
            return Err(Refusal::new(400, code::ALREADY_ACKNOWLEDGED, "a modal can only be the first answer"));
        }
        let outcome = self.respond(Callback::Modal(modal)).await?;
        *state = State::Answered;
        Ok(outcome)
    }

    /// The run is over: a component that nothing answered stays as it is, a command says that it is done.
    pub async fn finish(&self) -> Result<(), Refusal> {
        let fresh_or_deferred = { *self.state.lock().await };
        match fresh_or_deferred {
            State::Fresh if self.component => self.defer(Deferral { ephemeral: true, update: true }).await,
            State::Fresh | State::Deferred { .. } => {
                let ephemeral = fresh_or_deferred != State::Deferred { ephemeral: false };
                let done = Message::text("Done.");
                self.reply(if ephemeral { done.ephemeral() } else { done }).await.map(|_| ())
            }
            State::DeferredUpdate | State::Answered => Ok(()),
            State::Unknown { .. } => {
                let there =
                    self.discord.perform(&Effect::GetResponse { interaction: self.interaction.clone() }).await?;
                if is_loading(&there) { self.edit(Message::text("Done.")).await.map(drop) } else { Ok(()) }
            }
        }
    }

    async fn respond(&self, callback: Callback) -> Result<Outcome, Refusal> {
        self.discord.perform(&Effect::Respond { interaction: self.interaction.clone(), callback }).await
    }

    async fn edit(&self, message: Message) -> Result<Outcome, Refusal> {
        self.discord.perform(&Effect::EditResponse { interaction: self.interaction.clone(), message }).await
    }

    async fn follow_up(&self, message: Message) -> Result<Outcome, Refusal> {
        self.discord.perform(&Effect::FollowUp { interaction: self.interaction.clone(), message }).await
    }
}

fn is_loading(message: &Value) -> bool {
    message["flags"].as_u64().is_some_and(|flags| flags & flag::LOADING != 0)
}
