//! From an interaction to its handler: who may, what is still valid, and what is told when something goes wrong.

use crate::action::binder::args_value;
use crate::action::{close_ticket, open_ticket};
use crate::engine::bot::{Bot, run_id};
use crate::engine::names;
use crate::flow::access::Who;
use crate::flow::answer::{Answer, Deferral};
use crate::flow::cause::Cause;
use crate::flow::custom_id::{CustomId, Kind};
use crate::flow::entity;
use crate::flow::event::{Interaction, InteractionKind};
use crate::flow::failure::Failure;
use crate::flow::memory::ColumnKind;
use crate::flow::payload::Message;
use crate::flow::program::{Component, Handler, Program};
use crate::flow::run::{Origin, Run};
use crate::flow::step::{Block, Next};
use crate::flow::template::Template;
use crate::flow::trace::{Noted, way};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A run that takes longer is put off. Discord waits three seconds for a first answer.
const DEFER_AFTER_MS: i64 = 2_000;

/// Messages that the engine itself may have to say.
mod words {
    pub const UNKNOWN_COMMAND: &str = "This command is not known any more. Try again in a minute.";
    pub const UNKNOWN_COMPONENT: &str = "This button does not do anything any more.";
    pub const REFUSED: &str = "You are not allowed to do this.";
    pub const GUILD_ONLY: &str = "This works in a server only.";
    pub const EXPIRED: &str = "This button has expired.";
}

impl Bot {
    pub(super) async fn interact(self: &Arc<Self>, interaction: Interaction) {
        let program = self.program();
        match &interaction.kind {
            InteractionKind::Command { path, options } => match program.commands.get(path) {
                Some(command) => {
                    let mut values: Map<String, Value> = command.defaults.iter().cloned().collect();
                    values.extend(options.clone());
                    let (cause, names) = (Cause::Command(path.clone()), [("options", Value::Object(values))]);
                    self.handle(&program, &interaction, &command.handler, cause, names).await;
                }
                None => self.say(&interaction, words::UNKNOWN_COMMAND).await,
            },
            InteractionKind::Autocomplete { .. } => self.complete(&program, &interaction).await,
            InteractionKind::Component { custom_id, values } => {
                self.component(&program, &interaction, custom_id, values).await
            }
            InteractionKind::Modal { custom_id, fields } => self.modal(&program, &interaction, custom_id, fields).await,
            InteractionKind::Unknown { number } => {
                tracing::warn!(number, "an interaction of a kind that this version does not know");
                self.say(&interaction, words::UNKNOWN_COMPONENT).await;
            }
        }
    }

    async fn component(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        custom_id: &str,
        values: &[String],
    ) {
        let Some(id) = CustomId::parse(custom_id) else { return self.say(interaction, words::UNKNOWN_COMPONENT).await };
        match id.kind {
            Kind::OpenTicket if program.tickets.contains_key(&id.name) => {
                let deferral = Deferral { ephemeral: true, update: false };
                let steps = (Cause::OpenTicket(id.name.clone()), open_ticket::block(&id.name));
                self.engine_run(program, interaction, "open ticket", deferral, steps).await;
            }
            Kind::CloseTicket => {
                let steps = (Cause::CloseTicket(id.name.clone()), close_ticket::block(&id.name));
                self.engine_run(program, interaction, "close ticket", Deferral::default(), steps).await;
            }
            Kind::Select => match program.selects.get(&id.name) {
                Some(select) => {
                    let chosen = [("values", json!(values)), ("value", json!(values.first()))];
                    let cause = Cause::Select(id.name.clone());
                    self.handle(program, interaction, &select.handler, cause, chosen).await;
                }
                None => self.say(interaction, words::UNKNOWN_COMPONENT).await,
            },
            Kind::Button => match program.buttons.get(&id.name) {
                Some(button) => self.button(program, interaction, button, &id).await,
                None => self.say(interaction, words::UNKNOWN_COMPONENT).await,
            },
            Kind::OpenTicket | Kind::Modal => self.say(interaction, words::UNKNOWN_COMPONENT).await,
        }
    }

    async fn button(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        button: &Component,
        id: &CustomId,
    ) {
        let Some(args) = arguments(button, id) else { return self.say(interaction, words::UNKNOWN_COMPONENT).await };
        if let Some(expires) = button.expires {
            let sent = entity::created_at(interaction.message["id"].as_str().unwrap_or_default());
            if self.ports.clock.now() > sent + expires {
                self.ports.trace.note(&Noted::Way { span: button.handler.span, way: way::EXPIRED });
                let run = self.prepare(program, interaction, &button.handler.name, [("args", args)]).await;
                return self.tell(&run, button.expired.as_ref(), words::EXPIRED).await;
            }
        }
        let cause = Cause::Button(id.name.clone());
        self.handle(program, interaction, &button.handler, cause, [("args", args)]).await;
    }

    async fn modal(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        custom_id: &str,
        fields: &Map<String, Value>,
    ) {
        let id = CustomId::parse(custom_id).filter(|id| id.kind == Kind::Modal);
        let modal = id.as_ref().and_then(|id| program.modals.get(&id.name));
        let args = modal.zip(id.as_ref()).and_then(|(modal, id)| arguments(modal, id));
        match (modal, args) {
            (Some(modal), Some(args)) => {
                let cause = Cause::Modal(id.map(|id| id.name).unwrap_or_default());
                let names = [("args", args), ("fields", Value::Object(fields.clone()))];
                self.handle(program, interaction, &modal.handler, cause, names).await
            }
            _ => self.say(interaction, words::UNKNOWN_COMPONENT).await,
        }
    }

    /// Checks who may, and carries the handler's steps out.
    async fn handle<const N: usize>(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        handler: &Handler,
        cause: Cause,
        names: [(&str, Value); N],
    ) {
        let mut run = self.prepare(program, interaction, &handler.name, names).await;
        run.cause = Some(cause);
        if handler.guild_only && interaction.guild.is_none() {
            return self.tell(&run, None, words::GUILD_ONLY).await;
        }
        run.went(handler.span, way::USED);
        if !handler.access.allows(&run).await {
            run.went(handler.span, way::REFUSED);
            return self.tell(&run, handler.refused.as_ref(), words::REFUSED).await;
        }
        self.carry_out(run, interaction, handler.deferral, &handler.block).await;
    }

    async fn engine_run(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        name: &str,
        deferral: Deferral,
        (cause, block): (Cause, Block),
    ) {
        let mut run = self.prepare(program, interaction, name, []).await;
        run.cause = Some(cause);
        self.carry_out(run, interaction, deferral, &block).await;
    }

    async fn prepare<const N: usize>(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
        trigger: &str,
        more: [(&str, Value); N],
    ) -> Run {
        let id = run_id(&interaction.reference.id);
        let mut scope = self.base_names(program, interaction.guild.as_deref(), &id).await;
        names::interaction(&mut scope, interaction);
        for (name, value) in more {
            scope.insert(name.to_owned(), value);
        }
        let mut run = self.run(id, program, scope, origin(interaction, trigger, self.identity().user));
        let component = matches!(interaction.kind, InteractionKind::Component { .. }) || !interaction.message.is_null();
        run.answer =
            Some(Arc::new(Answer::new(interaction.reference.clone(), component, Arc::clone(&self.ports.discord))));
        run
    }

    async fn carry_out(self: &Arc<Self>, mut run: Run, interaction: &Interaction, deferral: Deferral, block: &Block) {
        let Some(answer) = run.answer.as_ref().map(Arc::clone) else { return };
        let under_way = self.under_way.begin(&run.id);
        let received = self.ports.clock.now();
        // An interaction that waited on its way is acknowledged before anything is done for it: if that is refused, its
        // user was told that it failed, so it must not half happen.
        if received - entity::created_at(&interaction.reference.id) > DEFER_AFTER_MS
            && let Err(refusal) = answer.defer(deferral).await
        {
            tracing::warn!(run = run.id, trigger = run.origin.trigger, "came too late and was left alone: {refusal}");
            return;
        }
        let id = run.id.clone();
        let trigger = run.origin.trigger.clone();
        let putting_off = async {
            self.ports.clock.sleep_until(received + DEFER_AFTER_MS).await;
            if let Err(refusal) = answer.defer(deferral).await {
                tracing::warn!(run = id, "could not be put off: {refusal}");
            }
            std::future::pending::<()>().await;
        };
        let outcome = tokio::select! {
            outcome = self.guarded(&mut run, block) => outcome,
            () = putting_off => return,
        };
        match outcome {
            // "Thinking…" is shown until it wakes, and filled as long as Discord allows.
            Ok(Next::Asleep) => {
                tracing::info!(run = run.id, trigger, "sleeps");
                if let Err(refusal) = answer.defer(deferral).await {
                    tracing::warn!(run = run.id, "could not be put off: {refusal}");
                }
            }
            Err(Failure::Repeated) => tracing::info!(run = run.id, trigger, "was acted on before, and is left alone"),
            Ok(_) => {
                let took = self.ports.clock.now() - received;
                tracing::info!(run = run.id, trigger, took_ms = took, "done");
                if let Err(refusal) = answer.finish().await {
                    tracing::warn!(run = run.id, "the answer was refused: {refusal}");
                }
            }
            Err(failure) => {
                self.failed(&run, Some(&answer), &trigger, &failure).await;
                self.settle_later(run, &failure, under_way).await;
            }
        }
    }

    /// The user is told a short sentence with a reference, the log what happened.
    pub(super) async fn failed(&self, run: &Run, answer: Option<&Answer>, trigger: &str, failure: &Failure) {
        tracing::error!(run = run.id, trigger, "failed at {}: {failure}", run.place_of_failure());
        let reason = match failure {
            Failure::Refused { what, refusal } => format!("{what} did not work, because {}.", refusal.reason()),
            Failure::Memory(_) if run.must_go_on() => {
                "the bot cannot reach its memory right now. It goes on with this by itself as soon as it can."
                    .to_owned()
            }
            Failure::Memory(_) => {
                "the bot cannot reach its memory right now. Nothing was lost; try again later.".to_owned()
            }
            Failure::InDoubt { what, .. } => format!("nobody knows yet whether {what} arrived."),
            Failure::Moved => "the bot was changed meanwhile.".to_owned(),
            Failure::Evaluation(_) | Failure::Other(_) | Failure::Repeated => "something went wrong.".to_owned(),
        };
        let text = format!("Sorry: {reason} (Reference: `{}`)", run.id);
        if let Some(answer) = answer
            && let Err(refusal) = answer.reply(Message::text(text).ephemeral()).await
        {
            tracing::warn!(run = run.id, "nor could the user be told: {refusal}");
        }
    }

    async fn tell(&self, run: &Run, template: Option<&Template>, default: &str) {
        let text = template.and_then(|template| run.text(template).ok()).unwrap_or_else(|| default.to_owned());
        if let Some(answer) = &run.answer
            && let Err(refusal) = answer.reply(Message::text(text).ephemeral()).await
        {
            tracing::warn!(run = run.id, "the answer was refused: {refusal}");
        }
    }

    async fn say(&self, interaction: &Interaction, text: &str) {
        let answer = Answer::new(interaction.reference.clone(), false, Arc::clone(&self.ports.discord));
        if let Err(refusal) = answer.reply(Message::text(text).ephemeral()).await {
            tracing::warn!("an answer was refused: {refusal}");
        }
    }
}

/// Where an interaction comes from, and who caused it.
pub(super) fn origin(interaction: &Interaction, trigger: &str, bot: String) -> Origin {
    let text = |value: &Value| value["id"].as_str().map(str::to_owned);
    let roles = interaction.member["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    Origin {
        guild: interaction.guild.clone(),
        channel: text(&interaction.channel),
        message: text(&interaction.message),
        who: Some(Who {
            user: text(&interaction.user).unwrap_or_default(),
            roles,
            permissions: interaction.permissions,
        }),
        bot,
        trigger: trigger.to_owned(),
    }
}

/// What a component carries, as its declared types; none when it was made by a definition that declared others.
fn arguments(component: &Component, id: &CustomId) -> Option<Value> {
    if id.arguments.len() != component.args.len() {
        return None;
    }
    let values = component
        .args
        .iter()
        .zip(&id.arguments)
        .map(|((_, kind), text)| argument(*kind, text))
        .collect::<Option<Vec<_>>>()?;
    Some(args_value(&component.args, values))
}

fn argument(kind: ColumnKind, text: &str) -> Option<Value> {
    Some(match kind {
        ColumnKind::Integer | ColumnKind::Time => json!(text.parse::<i64>().ok()?),
        ColumnKind::Number => json!(text.parse::<f64>().ok()?),
        ColumnKind::Boolean => json!(text.parse::<bool>().ok()?),
        ColumnKind::Text | ColumnKind::User | ColumnKind::Role | ColumnKind::Channel => json!(text),
    })
}
